import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DocumentSymbol, SelectionRange } from 'vscode-languageserver-types';
import { documentSymbols } from '../../server/features/documentSymbols';
import { foldingRanges } from '../../server/features/folding';
import { formatDocument, formatOnType, formatRange } from '../../server/features/formatting';
import { selectionRanges } from '../../server/features/selectionRanges';
import { LEGEND, semanticTokens, tokenEdits } from '../../server/features/semanticTokens';
import type { SyntaxSnapshot } from '../../server/snapshot';
import { lineIndex, offsetAt, positionAt } from '../../server/syntax/lines';
import { parse } from '../../server/syntax/parser/parser';
import { print } from '../../server/syntax/printer/printer';
import { readCaret } from '../support/marks';
import { arbitraryWreck } from '../support/mutations';
import { edited } from '../support/snapshots';

const OPTIONS = { tabSize: 2, insertSpaces: true };

function snapshotOf(text: string): SyntaxSnapshot {
  return { uri: 'file:///a.scenario', version: 1, text, lines: lineIndex(text), parsed: parse(text) };
}

describe('formatting', () => {
  it('gives edits that make the formatted text, none longer than needed', () => {
    const text = 'persona p {\n  a->b\n}\nprobe a -> b\n';
    const snapshot = snapshotOf(text);
    const edits = formatDocument(snapshot, OPTIONS);
    assert.equal(edited(text, edits), print(text, snapshot.parsed));
    assert.equal(edits.length, 2);
    for (const { range } of edits) assert.equal(range.start.line, 1);
  });

  it('gives no edits for a formatted text', () => {
    assert.deepEqual(formatDocument(snapshotOf('probe a -> b\n'), OPTIONS), []);
  });

  it('indents as the editor does', () => {
    const text = 'persona p {\na -> b\n}\n';
    const tabs = formatDocument(snapshotOf(text), { tabSize: 4, insertSpaces: false });
    assert.equal(edited(text, tabs), 'persona p {\n\ta -> b\n}\n');
    const four = formatDocument(snapshotOf(text), { tabSize: 4, insertSpaces: true });
    assert.equal(edited(text, four), 'persona p {\n    a -> b\n}\n');
  });

  it('of a range leaves other declarations alone', () => {
    const text = 'probe a->b\nprobe c->d\n';
    const range = { start: { line: 1, character: 2 }, end: { line: 1, character: 3 } };
    assert.equal(edited(text, formatRange(snapshotOf(text), range, OPTIONS)), 'probe a->b\nprobe c -> d\n');
  });

  it('after a closing brace tidies the declaration that it ends, and nothing else', () => {
    const { text, offset } = readCaret('probe a->b\npersona p{\nlonger->x\na->b\n}$0\n\n\n\nprobe c->d');
    const snapshot = snapshotOf(text);
    const edits = formatOnType(snapshot, positionAt(snapshot.lines, offset), '}', OPTIONS);
    assert.equal(edited(text, edits), 'probe a->b\npersona p {\n  longer -> x\n  a      -> b\n}\n\n\n\nprobe c->d');
  });

  it('after a line break tidies what is above and leaves the line of the caret alone', () => {
    const { text, offset } = readCaret('persona p {\n  longer->x\n  a->b\n    $0\n}\n');
    const snapshot = snapshotOf(text);
    const edits = formatOnType(snapshot, positionAt(snapshot.lines, offset), '\n', OPTIONS);
    assert.equal(edited(text, edits), 'persona p {\n  longer -> x\n  a      -> b\n    \n}\n');
  });
});

describe('folding', () => {
  const folds = (text: string) =>
    foldingRanges(snapshotOf(text)).map(({ startLine, endLine, kind }) => [startLine, endLine, kind ?? '']);

  it('keeps the closing brace of a body to be seen', () => {
    assert.deepEqual(folds('persona p {\n  a -> b\n}\n'), [[0, 1, '']]);
  });

  it('folds a situation of several lines, a text, documentation, comments and imports', () => {
    assert.deepEqual(folds('situation s\n  -> a\n  | b'), [[0, 2, '']]);
    assert.deepEqual(folds('episode: a -> b {\n  user """\n    x\n  """\n}'), [
      [0, 3, ''],
      [1, 3, ''],
    ]);
    assert.deepEqual(folds('/// a\n/// b\nprobe a -> b'), [[0, 1, 'comment']]);
    assert.deepEqual(folds('// a\n// b\n\n// c\n/* d\n*/'), [
      [0, 1, 'comment'],
      [4, 5, 'comment'],
    ]);
    assert.deepEqual(folds('import "a"\nimport "b"\nimport "c"'), [[0, 2, 'imports']]);
  });

  it('folds marked regions, also inside each other', () => {
    assert.deepEqual(folds('// #region a\n// #region b\nprobe a -> b\n// #endregion\n// #endregion'), [
      [0, 4, 'region'],
      [1, 3, 'region'],
    ]);
  });

  it('folds what there is of a body that is not closed', () => {
    assert.deepEqual(folds('persona p {\n  a -> b\n  c -> d\n'), [[0, 2, '']]);
  });
});

describe('selection', () => {
  it('grows from a word to its cell, row, body, declaration and file', () => {
    const { text, offset } = readCaret('/// doc\npersona p {\n  a -> b 3%, cd$0e 4%\n}\nprobe a -> b\n');
    const snapshot = snapshotOf(text);
    const [chain] = selectionRanges(snapshot, [positionAt(snapshot.lines, offset)]);
    const texts: string[] = [];
    for (let at: SelectionRange | undefined = chain; at !== undefined; at = at.parent) {
      texts.push(text.slice(offsetAt(snapshot.lines, at.range.start), offsetAt(snapshot.lines, at.range.end)));
    }
    assert.deepEqual(texts, [
      'cde',
      'cde 4%',
      'a -> b 3%, cde 4%',
      '\n  a -> b 3%, cde 4%\n',
      '{\n  a -> b 3%, cde 4%\n}',
      'persona p {\n  a -> b 3%, cde 4%\n}',
      '/// doc\npersona p {\n  a -> b 3%, cde 4%\n}',
      text,
    ]);
  });

  it('takes the inside of a string before its quotes', () => {
    const { text, offset } = readCaret('scenario "some$0thing"');
    const snapshot = snapshotOf(text);
    const [chain] = selectionRanges(snapshot, [positionAt(snapshot.lines, offset)]);
    assert.equal(chain!.range.start.character, 10);
    assert.equal(chain!.parent!.range.start.character, 9);
  });

  it('gives one answer for each position, also outside of everything', () => {
    const snapshot = snapshotOf('\n\nprobe a -> b\n');
    const chains = selectionRanges(snapshot, [
      { line: 0, character: 0 },
      { line: 99, character: 9 },
    ]);
    assert.equal(chains.length, 2);
    for (const chain of chains) assert.equal(chain.parent, undefined);
  });
});

describe('the outline', () => {
  const outline = (symbols: readonly DocumentSymbol[]): unknown[] =>
    symbols.map(({ name, children }) => (children && children.length > 0 ? [name, outline(children)] : name));

  it('shows personas with their rows, situations with their responses and episodes by what they say', () => {
    const text = `scenario "Title"
situation s -> a | b
persona p { s -> a 3%, b  s as q  can c 4%  system "x" }
episode sft "label": s -> a
episode: s -> a over b times 5999
probe s -> a given s -> b
expect p below 1%
compare selection, drift 3`;
    assert.deepEqual(outline(documentSymbols(snapshotOf(text))), [
      'Title',
      ['s', ['a', 'b']],
      ['p', ['s', 's', 'can c', 'system']],
      'label',
      's → a over b ×5999',
      's → a given …',
      'p below',
      'selection, drift',
    ]);
  });

  it('selects a place inside of each symbol, in broken texts too', () => {
    fc.assert(
      fc.property(arbitraryWreck, (text) => {
        const snapshot = snapshotOf(text);
        const check = (symbol: DocumentSymbol) => {
          const entire = symbol.range;
          const at = symbol.selectionRange;
          assert.ok(symbol.name.trim().length > 0);
          assert.ok(offsetAt(snapshot.lines, at.start) >= offsetAt(snapshot.lines, entire.start));
          assert.ok(offsetAt(snapshot.lines, at.end) <= offsetAt(snapshot.lines, entire.end));
          symbol.children?.forEach(check);
        };
        documentSymbols(snapshot).forEach(check);
      }),
      { numRuns: 150 },
    );
  });
});

describe('semantic tokens', () => {
  /** `text:type.modifier` for each token. */
  const told = (text: string, data = semanticTokens(snapshotOf(text))): string[] => {
    const lines = lineIndex(text);
    const result: string[] = [];
    let line = 0;
    let character = 0;
    for (let i = 0; i < data.length; i += 5) {
      if (data[i]! > 0) character = 0;
      line += data[i]!;
      character += data[i + 1]!;
      const start = offsetAt(lines, { line, character });
      const modifiers = LEGEND.tokenModifiers.filter((_, bit) => (data[i + 4]! >> bit) & 1);
      result.push(
        [`${text.slice(start, start + data[i + 2]!)}:${LEGEND.tokenTypes[data[i + 3]!]}`, ...modifiers].join('.'),
      );
    }
    return result;
  };

  it('tell names by what they name, also where they are spelt like keywords', () => {
    assert.deepEqual(told('episode sft: reward -> episode times 3'), [
      'episode:keyword',
      'sft:function.defaultLibrary',
      'reward:type',
      '->:operator',
      'episode:enumMember',
      'times:keyword',
      '3:number',
    ]);
    assert.deepEqual(told('/// Doc.\npersona prior prior 1% { a as novel }'), [
      '/// Doc.:comment.documentation',
      'persona:keyword',
      'prior:class.declaration',
      'prior:keyword',
      '1%:number',
      'a:type',
      'as:keyword',
      'novel:class.defaultLibrary',
    ]);
  });

  it('split a text of several lines, without its indent', () => {
    assert.deepEqual(told('episode: a -> b {\n  user """\r\n    x\r\n\r\n  """\n}').slice(-4), [
      'user:keyword',
      '""":string',
      'x:string',
      '""":string',
    ]);
  });

  it('stay where the text is broken', () => {
    assert.deepEqual(
      told('episod sft: a -> b times 3'),
      ['sft:function.defaultLibrary', '->:operator', 'times:keyword', '3:number'].map((entry) =>
        entry.startsWith('sft') ? 'sft:keyword' : entry,
      ),
    );
  });

  it('of a range are those of the whole that lie in it', () => {
    const text = 'probe a -> b\nprobe c -> d\nprobe e -> f\n';
    const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
    assert.deepEqual(told(text, semanticTokens(snapshotOf(text), range)), [
      'probe:keyword',
      'c:type',
      '->:operator',
      'd:enumMember',
    ]);
  });

  it('are in order and inside of their lines, in broken texts too', () => {
    fc.assert(
      fc.property(arbitraryWreck, (text) => {
        const data = semanticTokens(snapshotOf(text));
        for (let i = 0; i < data.length; i += 5) {
          assert.ok(data[i]! >= 0 && data[i + 1]! >= 0 && data[i + 2]! > 0);
          assert.ok(i === 0 || data[i]! > 0 || data[i + 1]! >= data[i - 3]!, 'tokens overlap');
        }
        for (const entry of told(text)) assert.ok(!entry.includes('\n'));
      }),
      { numRuns: 150 },
    );
  });

  it('can be told as a difference', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3)), fc.array(fc.nat(3)), (before, after) => {
        const result = [...before];
        for (const { start, deleteCount, data } of tokenEdits(before, after)) {
          result.splice(start, deleteCount, ...(data ?? []));
        }
        assert.deepEqual(result, after);
      }),
    );
    assert.deepEqual(tokenEdits([1, 2], [1, 2]), []);
  });
});
