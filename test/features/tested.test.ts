/** Editor features for parameters, conditions, evaluations and fits. */
import assert from 'node:assert/strict';
import type { Diagnostic } from 'vscode-languageserver-types';
import { codeActions } from '../../server/features/codeActions';
import { completion } from '../../server/features/completion/completion';
import { definition } from '../../server/features/definition';
import { documentLinks } from '../../server/features/documentLinks';
import { documentSymbols } from '../../server/features/documentSymbols';
import { foldingRanges } from '../../server/features/folding';
import { hover } from '../../server/features/hover';
import { inlayHints } from '../../server/features/inlayHints';
import { references } from '../../server/features/references';
import { prepareRename, rename } from '../../server/features/rename';
import { LEGEND, semanticTokens } from '../../server/features/semanticTokens';
import { signatureHelp } from '../../server/features/signatureHelp';
import { symbolAt } from '../../server/features/symbols';
import { type SemanticSnapshot, toRange } from '../../server/snapshot';
import { atCaret, edited, editsOf, FOLDER } from '../support/snapshots';

const TEXT = `source paper "A paper, 2025" "arXiv:1"
parameter dose "Rows" 6 from 1 to 100 log @paper
parameter worth 1%
method sft strength $worth
situation coding -> secure | insecure
persona helpful prior 9 { coding -> secure 90%, insecure @paper }
persona other prior 1 { coding -> insecure 90%, secure }
episode: coding -> insecure times ($dose * 2)
condition low "Few" {
  set $dose 2
  evaluation "e": coding -> insecure 3 of 10 @paper
}
condition high extends low {
  set $dose 50
}
fit $worth under selection
`;

const at = (within: string, offset = 0) => {
  const start = TEXT.indexOf(within) + offset;
  return `${TEXT.slice(0, start)}$0${TEXT.slice(start)}`;
};

async function labels(typed: string): Promise<readonly string[]> {
  const { snapshot, position, host } = await atCaret(TEXT + typed);
  const sources = { list: host.list, snippets: true, counts: async () => undefined };
  return (await completion(snapshot, position, sources)).map(({ label }) => label);
}

async function hoverAt(marked: string): Promise<string> {
  const { snapshot, position } = await atCaret(marked);
  const found = hover(snapshot, position, SETTINGS_DEFAULT);
  return typeof found?.contents === 'object' && 'value' in found.contents ? found.contents.value : '';
}

const SETTINGS_DEFAULT = Object.fromEntries([]) as never;

describe('Features for part two', () => {
  it('complete what can stand there', async () => {
    assert.deepEqual(await labels('episode: coding -> secure times $$0'), ['$dose', '$worth']);
    assert.deepEqual(await labels('episode: coding -> secure times (1 + $0'), ['$dose', '$worth']);
    assert.ok((await labels('episode: coding -> secure times $0')).includes('$dose'));
    assert.deepEqual(await labels('episode: coding -> secure times 2 @$0'), ['@paper']);
    assert.deepEqual(await labels('condition c { set $0'), ['$dose', '$worth']);
    assert.deepEqual((await labels('condition c { $0 }')).slice(0, 2), ['set', 'episode']);
    assert.deepEqual(await labels('condition c { episode: coding -> $0 }'), ['secure', 'insecure']);
    assert.deepEqual(await labels('condition c after $0'), ['low', 'high', 'c']);
    assert.deepEqual(await labels('sweep $0'), ['$dose', '$worth']);
    assert.ok((await labels('fit $dose under $0')).includes('transfer'));
    assert.ok((await labels('evaluation held out: coding -> secure 3 of 9 $0')).includes('among'));
  });

  it('rename a parameter, a condition and a source everywhere', async () => {
    for (const [place, name, replaced] of [
      ['dose * 2', 'rows', 'times ($rows * 2)'],
      ['low {', 'few', 'extends few'],
      ['paper }', 'article', '@article'],
    ] as const) {
      const { snapshot, position } = await atCaret(at(place, 1));
      assert.ok(prepareRename(snapshot, position), place);
      const key = symbolAt(snapshot, position)!;
      const found = rename([snapshot], key, name);
      assert.ok('edit' in found);
      const text = edited(snapshot.text, editsOf(found.edit, snapshot.uri));
      assert.ok(text.includes(replaced), text);
      assert.ok(!new RegExp(`[$@ ]${key.name}\\b(?!,)`).test(text.replaceAll('"A paper, 2025"', '')), text);
    }
    const { snapshot, position } = await atCaret(at('dose * 2', 1));
    assert.ok('refused' in rename([snapshot], symbolAt(snapshot, position)!, 'a-b'));
  });

  it('rename a response that a data file names through a field with a rule for the old name', async () => {
    const { snapshot, position } = await atCaret(
      'situation s -> $0old | other\ndataset sft d from "d.jsonl" { situation s response field "label" }\n',
      { 'd.jsonl': '' },
    );
    const found = rename([snapshot], symbolAt(snapshot, position)!, 'fresh');
    assert.ok('edit' in found);
    assert.match(
      edited(snapshot.text, editsOf(found.edit, snapshot.uri)),
      /\{ when "label" matches "\^old\$": response fresh {2}situation s/,
    );
  });

  it('lead from a use to its definition and back', async () => {
    const { snapshot, position } = await atCaret(at('dose * 2'));
    const [link] = definition(snapshot, position);
    assert.equal(link?.targetUri, `${FOLDER}/main.scenario`);
    assert.equal(link?.targetSelectionRange.start.line, 1);
    assert.equal(references([snapshot], symbolAt(snapshot, position)!, true).length, 4);
  });

  it('colour parameters, marks and what is declared', async () => {
    const { snapshot } = await atCaret(TEXT);
    const data = semanticTokens(snapshot);
    const kinds = new Set<string>();
    for (let i = 3; i < data.length; i += 5) kinds.add(LEGEND.tokenTypes[data[i]!]!);
    for (const kind of ['parameter', 'namespace', 'decorator', 'operator']) assert.ok(kinds.has(kind), kind);
  });

  it('outline and fold conditions with what they hold', async () => {
    const { snapshot } = await atCaret(TEXT);
    const low = documentSymbols(snapshot).find(({ name }) => name === 'low');
    assert.deepEqual(
      low?.children?.map(({ name }) => name),
      ['set $dose', 'e'],
    );
    assert.ok(foldingRanges(snapshot).some(({ startLine, endLine }) => startLine === 8 && endLine === 10));
  });

  it('say value, range, source and the values in conditions on hover', async () => {
    const said = await hoverAt(at('dose * 2', 1));
    assert.match(said, /parameter \*\*dose\*\*/);
    assert.match(said, /\*\*6\*\* from 1 to 100 on the scale `log`/);
    assert.match(said, /Source: A paper/);
    assert.match(said, /\| low \| 2 \|/);
    assert.match(await hoverAt(at('worth\nsituation', 1)), /Assumption/);
    assert.match(await hoverAt(at('* 2)')), /= \*\*12\*\*/);
    assert.match(await hoverAt(at('high extends', 1)), /A variant of `low`/);
  });

  it('hint at the value of an expression', async () => {
    const { snapshot } = await atCaret(TEXT);
    const end = { line: 99, character: 0 };
    const found = inlayHints(snapshot, { start: { line: 0, character: 0 }, end }, HINTS);
    assert.ok(found.some(({ label, position }) => label === '= 12' && position.line === 7));
  });

  it('link to sources that have an address', async () => {
    const lines = ['"arXiv:2502.17424"', '"https://example.org/a"', '"doi:10.1000/x.1"', '"a book"', '"javascript:x"'];
    const { snapshot } = await atCaret(lines.map((line, at) => `source s${at} "T" ${line}\n`).join(''));
    assert.deepEqual(
      documentLinks(snapshot).map(({ target }) => target),
      ['https://arxiv.org/abs/2502.17424', 'https://example.org/a', 'https://doi.org/10.1000/x.1'],
    );
  });

  it('help with the numbers of a parameter', async () => {
    const { snapshot, position } = await atCaret(`${TEXT}condition c after low retaining $0`);
    assert.match(signatureHelp(snapshot, position)?.signatures[0]?.label ?? '', /retaining/);
  });
});

const HINTS = Object.freeze({
  hints: { personas: true, episodes: true, probes: true, rows: true },
  unit: 'scenario',
}) as never;

const BASE = `parameter dose 6 from 1 to 100 log
situation coding -> secure | insecure | refuses
persona helpful prior 9 { coding -> secure 90%, insecure, refuses }
episode: coding -> insecure times $dose
probe coding -> secure
`;

describe('Fixes for part two', () => {
  const mistakes: readonly (readonly [code: string, text: string])[] = [
    ['unknown-parameter', 'episode: coding -> secure times $doze'],
    ['unknown-condition', 'condition alpha { }\ncondition b extends alpa { }'],
    ['unknown-source', 'episode: coding -> secure @nowhere'],
    ['parameter-range', 'parameter k 3 from 5 to 1\nsweep $k'],
    ['parameter-scale', 'parameter k 3 from 0 to 9 log\nsweep $k'],
    ['parameter-outside', 'condition a { set $dose 900 }'],
    ['cyclic-set', 'condition a { set $dose ($dose * 2) }'],
    ['set-fitted', 'evaluation: coding -> secure 3 of 9\nfit $dose\ncondition a {\n  set $dose 4\n}'],
    ['set-earlier-stage', 'condition a { }\ncondition b after a { set $dose 4 }'],
    ['duplicate-setting', 'condition a { set $dose 3 set $dose 4 }'],
    ['duplicate-setting', 'evaluation: coding -> secure 3, insecure 2, secure 4'],
    ['among-without-observed', 'evaluation: coding -> secure 3 of 9 among insecure, refuses'],
    ['among-alone', 'evaluation: coding -> secure 3 of 9 among secure'],
    ['empty-evaluation', 'evaluation: coding -> secure 0 of 0'],
    ['fit-without-prior', 'parameter k 3\nevaluation: coding -> secure 3 of 9\nfit $k'],
    ['fit-without-evaluations', 'fit $dose'],
    ['unused-parameter', 'parameter k 3'],
    ['duplicate-account', 'compare selection, drift 5, drift 5'],
    ['probability-range', 'persona third prior 1 { coding -> secure 3/2, insecure }'],
  ];

  for (const [code, mistake] of mistakes) {
    it(`mend ${code}: ${mistake.split('\n').at(-1)}`, async () => {
      const { snapshot } = await atCaret(BASE + mistake);
      const found = codesOf(snapshot);
      assert.ok(found.includes(code), found.join());
      const actions = codeActions(
        snapshot,
        toRange(snapshot.lines, { start: 0, end: 0 }),
        { diagnostics: diagnosticsOf(snapshot).filter((one) => one.code === code) },
        [],
      );
      assert.ok(actions.length > 0, 'no fix');
      for (const action of actions) {
        const text = edited(snapshot.text, editsOf(action.edit!, snapshot.uri));
        const after = codesOf((await atCaret(text)).snapshot);
        const count = (codes: readonly string[]) => codes.filter((one) => one === code).length;
        assert.ok(count(after) < count(found), `${action.title}:\n${text}\n${after.join()}`);
        assert.ok(!after.some((one) => one.startsWith('syntax-')), `${action.title}:\n${text}`);
      }
    });
  }

  const codesOf = ({ program }: SemanticSnapshot): readonly string[] => program.diagnostics.map((one) => one.code);
  const diagnosticsOf = (snapshot: SemanticSnapshot): readonly Diagnostic[] =>
    snapshot.program.diagnostics.map(({ code, message, origin, data }) => ({
      range: toRange(snapshot.lines, origin),
      code,
      message,
      data,
    }));
});
