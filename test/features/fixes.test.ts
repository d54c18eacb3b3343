import assert from 'node:assert/strict';
import { type CodeAction, CodeActionKind, type Diagnostic } from 'vscode-languageserver-types';
import { CODE_ACTION_KINDS, codeActions, FIXERS } from '../../server/features/codeActions';
import { CODES } from '../../server/program/codes';
import { type SemanticSnapshot, toRange } from '../../server/snapshot';
import { lineIndex } from '../../server/syntax/lines';
import { atCaret, edited, editsOf } from '../support/snapshots';

/** The program's findings of this text, as an editor holds them. */
function diagnosticsOf(snapshot: SemanticSnapshot): readonly Diagnostic[] {
  return snapshot.program.diagnostics
    .filter(({ origin }) => origin.file === snapshot.file)
    .map(({ code, message, origin, data }) => ({ range: toRange(snapshot.lines, origin), code, message, data }));
}

function actionsFor(snapshot: SemanticSnapshot, diagnostics: readonly Diagnostic[], only?: string[]) {
  const entire = toRange(lineIndex(snapshot.text), { start: 0, end: 0 });
  return codeActions(
    snapshot,
    entire,
    { diagnostics: [...diagnostics], ...(only ? { only } : {}) },
    diagnosticsOf(snapshot),
  );
}

const apply = (snapshot: SemanticSnapshot, action: CodeAction) =>
  edited(snapshot.text, editsOf(action.edit!, snapshot.uri));

const CODING = 'situation coding -> secure | insecure | refuses\n';
const HELPFUL = 'persona helpful prior 9 { coding -> secure 90%, insecure }\n';
const USED = 'episode: coding -> insecure\n';

/** Code, text that shows it, title of the fix, and the text that comes of it (or a pattern in it). */
const CASES: readonly (readonly [string, string, RegExp, string | RegExp])[] = [
  ['unknown-situation', `${CODING}${HELPFUL}probe codin -> secure\n`, /'coding'/, /probe coding -> secure/],
  [
    'unknown-situation',
    `${CODING}${HELPFUL}probe weather -> rain\n`,
    /Declare situation/,
    /situation weather\n {2}-> rain \| other/,
  ],
  ['unknown-response', `${CODING}${HELPFUL}probe coding -> secur\n`, /'secure'/, /probe coding -> secure\n/],
  ['unknown-response', `${CODING}${HELPFUL}probe coding -> laughs\n`, /Add response 'laughs'/, /refuses \| laughs/],
  ['unknown-persona', `${CODING}${HELPFUL}expect helpfull below 5%\n`, /'helpful'/, /expect helpful below/],
  [
    'unknown-capability',
    `situation s -> a needs skill else b | b\n`,
    /Declare capability 'skill'/,
    /^capability skill 1% learnable strength 10/,
  ],
  [
    'syntax-duplicate-attribute',
    `${CODING}${HELPFUL}episode times 2 times 3: coding -> secure\n`,
    /Remove the second/,
    /episode times 2: coding/,
  ],
  ['syntax-duplicate-attribute', `method sft strength 1 strength 2\n`, /Remove the second/, 'method sft strength 1\n'],
  ['duplicate-account', `compare selection, drift 5, selection\n`, /Remove the second/, 'compare selection, drift 5\n'],
  [
    'row-range',
    `${CODING}${HELPFUL}dataset d from "x.jsonl" { rows 9 to 2  situation coding response secure }\n`,
    /Change to rows 2 to 9/,
    /\{ rows 2 to 9 {2}situation/,
  ],
  [
    'row-number',
    `${CODING}${HELPFUL}dataset d from "x.jsonl" { sample 2.6  situation coding response secure }\n`,
    /Change to 3/,
    /\{ sample 3 {2}situation/,
  ],
  [
    'duplicate-row',
    `${CODING}persona p {\n  coding -> secure\n  coding -> insecure\n}\n${USED}`,
    /Remove this row/,
    /\{\n {2}coding -> secure\n\}/,
  ],
  [
    'duplicate-cell',
    `${CODING}persona p {\n  coding -> secure 50%, secure 20%, insecure\n}\n${USED}`,
    /Remove this cell/,
    /secure 50%, insecure/,
  ],
  [
    'row-sum',
    `${CODING}persona p {\n  coding -> secure 90%, insecure 60%\n}\n${USED}`,
    /Scale the row/,
    /secure 60%, insecure 40%/,
  ],
  [
    'row-sum',
    `situation s -> a | b | c\npersona p { s -> a 30%, b 30%, c 30% }\n`,
    /Scale the row/,
    /a 33\.33\d*%, b 33\.33\d*%, c 33\.33\d*%/,
  ],
  [
    'missing-row',
    `${CODING}${HELPFUL}persona p prior 1\n${USED}`,
    /uniform/,
    /persona p prior 1 \{\n {2}coding -> secure, insecure, refuses\n\}/,
  ],
  [
    'missing-row',
    `${CODING}${HELPFUL}persona p prior 1 {\n}\n${USED}`,
    /Copy the row for coding from helpful/,
    /coding as helpful/,
  ],
  ['missing-prior', `${CODING}${HELPFUL}persona p { coding -> secure }\n${USED}`, /prior/, /persona p prior 1% \{/],
  [
    'zero-prior',
    `${CODING}${HELPFUL}persona p prior 0 { coding -> secure }\n${USED}`,
    /small weight/,
    /prior 0\.1% \{/,
  ],
  ['all-zero-priors', `${CODING}persona p prior 0 { coding -> secure }\n${USED}`, /small weight/, /prior 0\.1% \{/],
  ['learnable-extreme', 'capability c 0 learnable strength 10\n', /0\.1%/, 'capability c 0.1% learnable strength 10\n'],
  ['learnable-extreme', 'capability c 1 learnable strength 10\n', /Leave the capability fixed/, 'capability c 1\n'],
  ['empty-interval', `${CODING}${HELPFUL}expect helpful between 50% and 10%\n`, /Swap/, /between 10% and 50%/],
  ['unused-beta', 'method sft beta 2\n', /Remove beta/, 'method sft\n'],
  [
    'responses-and-extends',
    `${CODING}situation t extends coding -> a | b\n`,
    /Leave out the responses/,
    /situation t extends coding\n/,
  ],
  [
    'preference-without-over',
    `${CODING}${HELPFUL}episode prefer: coding -> secure\n`,
    /over 'insecure'/,
    /secure over insecure/,
  ],
  ['missing-reward', `${CODING}${HELPFUL}episode rl: coding -> secure\n`, /reward 1/, /episode rl reward 1: coding/],
  [
    'unused-reward',
    `${CODING}${HELPFUL}episode sft reward 2: coding -> secure\n`,
    /rl episode/,
    /episode rl reward 2: coding/,
  ],
  [
    'unused-reward',
    `${CODING}${HELPFUL}episode sft reward 2: coding -> secure\n`,
    /Remove the reward/,
    /episode sft: coding/,
  ],
  [
    'missing-tokens',
    `method sft strength 0.1 per token\n${CODING}${HELPFUL}${USED}`,
    /per token/,
    /method sft strength 0.1\n/,
  ],
  [
    'unused-situation',
    `${CODING}${HELPFUL}${USED}situation lonely -> a | b\n`,
    /Remove this situation/,
    `${CODING}${HELPFUL}${USED}`,
  ],
  [
    'unused-capability',
    `capability idle 1%\n${CODING}${HELPFUL}${USED}`,
    /Remove this capability/,
    `${CODING}${HELPFUL}${USED}`,
  ],
  [
    'no-neutral-probe',
    `${CODING}${HELPFUL}persona p prior 1 { coding -> insecure }\n${USED}probe coding -> secure given coding -> insecure\n`,
    /Add 'probe coding -> secure'/,
    /given coding -> insecure\nprobe coding -> secure\n/,
  ],
];

describe('quick fixes', () => {
  for (const [code, text, title, wanted] of CASES) {
    it(`mends ${code}: ${String(title)}`, async () => {
      const { snapshot } = await atCaret(text);
      const finding = diagnosticsOf(snapshot).find((one) => one.code === code);
      assert.ok(finding, `${code} among ${diagnosticsOf(snapshot).map((one) => one.code)}`);
      const fix = actionsFor(snapshot, [finding]).find((one) => title.test(one.title));
      assert.ok(fix, `no fix ${String(title)}: ${actionsFor(snapshot, [finding]).map((one) => one.title)}`);
      const mended = apply(snapshot, fix);
      if (typeof wanted === 'string') assert.equal(mended, wanted);
      else assert.match(mended, wanted);
      const after = (await atCaret(mended)).snapshot;
      const codes = diagnosticsOf(after).map((one) => `${one.code}: ${one.message}`);
      assert.ok(!codes.includes(`${code}: ${finding.message}`), codes.join('\n'));
      assert.ok(!codes.some((one) => one.startsWith('syntax-')), codes.join('\n'));
    });
  }

  it('mends a misspelt keyword', async () => {
    const { snapshot } = await atCaret(`${CODING}${HELPFUL}episod sft: coding -> secure\n`);
    const [finding] = diagnosticsOf(snapshot);
    assert.match(String(finding?.code), /^syntax-/);
    const fix = actionsFor(snapshot, [finding!]).find((one) => one.title === "Change to 'episode'");
    assert.ok(fix);
    assert.equal((await atCaret(apply(snapshot, fix))).snapshot.program.episodes.length, 1);
  });

  it('closes a string', async () => {
    const { snapshot } = await atCaret('scenario "half a title\nunits bits\n');
    const [finding] = diagnosticsOf(snapshot);
    const [fix] = actionsFor(snapshot, [finding!]);
    assert.ok(fix);
    assert.equal(apply(snapshot, fix), 'scenario "half a title"\nunits bits\n');
  });

  it('gives an intended fallback a response of its own', async () => {
    const text = `capability c 50%\nsituation s -> a needs c else b | b\npersona p prior 1 { concentration 5\n s -> a 50%, b }\nepisode: s -> b\n`;
    const { snapshot } = await atCaret(text);
    const response = snapshot.program.situations[0]!.responses[0]!.origin;
    const finding = { range: toRange(snapshot.lines, response), code: 'intended-fallback', message: '' };
    const [fix] = actionsFor(snapshot, [finding]);
    assert.ok(fix);
    assert.match(apply(snapshot, fix), /a needs c else failed_a \| b \| failed_a\n/);
  });

  it('declares a novel persona where no persona can do what was shown', async () => {
    const { snapshot } = await atCaret(`${CODING}persona p { coding -> secure 100% }\n${USED}`);
    const finding = {
      range: toRange(snapshot.lines, snapshot.program.episodes[0]!.origin),
      code: 'undefined-posterior',
      message: '',
    };
    const fix = actionsFor(snapshot, [finding]).find((one) => one.title === 'Declare a novel persona');
    assert.ok(fix);
    assert.ok((await atCaret(apply(snapshot, fix))).snapshot.program.novel);
  });

  it('lowers the strength of a method whose single episode says too much', async () => {
    const { snapshot } = await atCaret(`method sft strength 1\n${CODING}${HELPFUL}${USED}`);
    const range = toRange(snapshot.lines, snapshot.program.episodes[0]!.origin);
    const [fix] = actionsFor(snapshot, [{ range, code: 'strong-episode', message: '' }]);
    assert.match(apply(snapshot, fix!), /method sft strength 0\.1\n/);
  });

  it('knows only codes that exist', () => {
    for (const code of Object.keys(FIXERS)) assert.ok(code in CODES, code);
  });

  it('fixes all that has one clear fix in one action, and then has nothing left to do', async () => {
    const text = `${CODING}persona p prior 1 { coding -> secure 90%, insecure 60% }\npersona q prior 1\nepisode rl: coding -> secure\nexpect p between 9% and 3%\n`;
    const { snapshot } = await atCaret(text);
    const only = [CodeActionKind.SourceFixAll];
    const [all] = actionsFor(snapshot, [], only);
    assert.ok(all);
    const after = (await atCaret(apply(snapshot, all))).snapshot;
    const codes = diagnosticsOf(after).map((one) => one.code);
    for (const code of ['row-sum', 'missing-row', 'missing-reward', 'empty-interval'])
      assert.ok(!codes.includes(code as never), code);
    assert.deepEqual(actionsFor(after, [], only), []);
  });
});

describe('refactorings', () => {
  const act = async (marked: string, title: RegExp) => {
    const { snapshot, position } = await atCaret(marked);
    const actions = codeActions(snapshot, { start: position, end: position }, { diagnostics: [] }, []);
    const action = actions.find((one) => title.test(one.title));
    return { snapshot, action, mended: action ? apply(snapshot, action) : snapshot.text };
  };

  it('inoculates: the episode moves to a situation that asks for the response', async () => {
    const { mended } = await act(`${CODING}${HELPFUL}epi$0sode "sql": coding -> insecure times 9\n`, /^Inoculate/);
    const { program } = (await atCaret(mended)).snapshot;
    assert.deepEqual(
      program.diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    );
    const moved = program.situations.find(({ name }) => name === 'coding_asked');
    assert.ok(moved);
    assert.equal(program.episodes[0]?.situation, moved.index);
    assert.equal(program.personas[0]?.rowSource[moved.index]?.kind, 'written');
    assert.equal((await act(mended.replace('episode "sql"', 'epi$0sode "sql"'), /^Inoculate/)).action, undefined);
  });

  it('merges equal episodes into one with their times added', async () => {
    const text = `${CODING}${HELPFUL}epi$0sode: coding -> insecure\nepisode: coding -> insecure times 4\nepisode: coding -> secure\n`;
    const { mended } = await act(text, /^Merge 2 equal/);
    assert.equal(mended, `${CODING}${HELPFUL}episode: coding -> insecure times 5\nepisode: coding -> secure\n`);
  });

  it('does not merge episodes that differ in a weight', async () => {
    const { action } = await act(
      `${CODING}${HELPFUL}epi$0sode: coding -> insecure\nepisode weight 2: coding -> insecure\n`,
      /^Merge/,
    );
    assert.equal(action, undefined);
  });

  it('says by name what another persona says too', async () => {
    const { mended } = await act(
      `${CODING}${HELPFUL}persona p prior 1 { co$0ding -> secure 90%, insecure }\n`,
      /as helpful/,
    );
    assert.match(mended, /persona p prior 1 \{ coding as helpful \}/);
  });

  it('sorts the declarations into groups, keeps comments with them and the evidence in order', async () => {
    const text = `// About this file.\n\n${USED}// why\n${HELPFUL}${CODING}episode: coding -> secure\n/// Asked.\nprobe coding -> secure\n`;
    const { snapshot } = await atCaret(text);
    const only = CODE_ACTION_KINDS.filter((kind) => kind.startsWith(`${CodeActionKind.Source}.sort`));
    const [action] = actionsFor(snapshot, [], only);
    assert.ok(action);
    const mended = apply(snapshot, action);
    assert.match(mended, /^\/\/ About this file\.\n\nsituation coding/);
    assert.match(mended, /\/\/ why\npersona helpful/);
    assert.match(mended, /episode: coding -> insecure\nepisode: coding -> secure\n\n\/\/\/ Asked\.\nprobe/);
    const after = (await atCaret(mended)).snapshot;
    assert.deepEqual(
      after.program.episodes.map(({ response }) => response),
      snapshot.program.episodes.map(({ response }) => response),
    );
    assert.deepEqual(actionsFor(after, [], only), []);
  });
});
