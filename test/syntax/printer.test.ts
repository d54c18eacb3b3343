import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from '../../server/syntax/parser/parser';
import { print, printEdits } from '../../server/syntax/printer/printer';
import { arbitraryLaidOut, arbitraryWreck } from '../support/mutations';
import { spanless } from '../support/spanless';

function printed(text: string): string {
  return print(text, parse(text));
}

function checkPrint(before: string, after: string): void {
  assert.equal(printed(before), after);
  assert.equal(printed(after), after);
}

/** What a text says: declarations, comments in order, mistakes; not where. */
function meaning(text: string): unknown {
  const { file, issues } = parse(text);
  const comments = file.comments.map((c) => text.slice(c.start, c.end).trimEnd());
  return { declarations: spanless(file.declarations), comments, issues: spanless(issues) };
}

describe('the formatter', () => {
  it('puts each declaration on its own line and one space between words', () => {
    checkPrint('scenario   "x"\tprobe a->b probe c  ->d', 'scenario "x"\nprobe a -> b\nprobe c -> d\n');
  });

  it('leaves the words of a string that is not closed where they are', () => {
    const text = 'probe a -> b\nscenario "a title\n  of   two lines"\nprobe c -> d\n';
    assert.equal(printed(text), text);
  });

  it('aligns the arrows of rows up to a blank line', () => {
    checkPrint(
      'persona p {\ncoding->a 3% ,b\n  x -> c\n  longer as q\n\n  y -> z\n}',
      'persona p {\n  coding -> a 3%, b\n  x      -> c\n  longer as q\n\n  y -> z\n}\n',
    );
  });

  it('keeps one of several blank lines, and none inside a part or at the edges of a body', () => {
    checkPrint(
      'probe a -> b\n\n\n\nepisode: a -> b {\n\n  user "x"\n\n\n  assistant\n\n"y"\n\n}',
      'probe a -> b\n\nepisode: a -> b {\n  user "x"\n\n  assistant\n    "y"\n}\n',
    );
  });

  it('keeps line breaks inside a declaration, indented', () => {
    checkPrint('situation s "t"\n-> a\n| b', 'situation s "t"\n  -> a\n  | b\n');
  });

  it('keeps a body on one line where it was written so', () => {
    checkPrint('dataset d from "x" {situation s response r}', 'dataset d from "x" { situation s  response r }\n');
  });

  it('lays out how rows are selected', () => {
    checkPrint(
      'dataset d from "a" ,"b*" {\nwhere "x"   not is - 1\nrows  2   to 3 sample 5\n turn each\nlabels "l"  by "id" corrected\nsituation s response r}',
      'dataset d from "a", "b*" {\n  where "x" not is -1\n  rows 2 to 3\n  sample 5\n  turn each\n  labels "l" by "id" corrected\n  situation s\n  response r\n}\n',
    );
  });

  it('writes the sign of a reward next to its number', () => {
    checkPrint('episode rl reward - 0.3:a->b', 'episode rl reward -0.3: a -> b\n');
  });

  it('aligns comments behind code on neighbouring lines and keeps the column that they share', () => {
    checkPrint('probe a -> b // one\nprobe aa -> bb // two', 'probe a -> b    // one\nprobe aa -> bb  // two\n');
    const wide = 'method sft strength 0.01            // one\nmethod context strength 0.5         // two\n';
    checkPrint(wide, wide);
  });

  it('indents comments on lines of their own with what follows them', () => {
    checkPrint(
      '  // top\npersona p { // first\n// row\na -> b\n// last\n}',
      '// top\npersona p { // first\n  // row\n  a -> b\n  // last\n}\n',
    );
  });

  it('leaves strings of several lines as they are', () => {
    const text = 'episode: a -> b {\n  user """\n     one\n   two\n  """\n}\n';
    checkPrint(text, text);
  });

  it('leaves a declaration with a mistake as it is and formats the others', () => {
    checkPrint('probe a->b\nprobe   c ->\nprobe d->e', 'probe a -> b\nprobe   c ->\nprobe d -> e\n');
  });

  it('keeps CRLF and the byte order mark', () => {
    checkPrint('\uFEFFprobe a->b\r\nprobe c->d\r\n', '\uFEFFprobe a -> b\r\nprobe c -> d\r\n');
  });

  it('has nothing to say about an empty text', () => {
    assert.equal(printed(''), '');
  });

  it('changes only the declarations that a range touches', () => {
    const text = 'probe a->b\nprobe c->d\nprobe e->f\n';
    const at = text.indexOf('c->');
    const edits = printEdits(text, parse(text), {}, { start: at, end: at });
    assert.deepEqual(edits, [
      { start: at + 1, end: at + 1, text: ' ' },
      { start: at + 3, end: at + 3, text: ' ' },
    ]);
  });

  it('never changes what a right program says, nor its comments', () => {
    fc.assert(
      fc.property(arbitraryLaidOut(), (text) => {
        assert.deepEqual(meaning(printed(text)), meaning(text));
      }),
      { numRuns: 200 },
    );
  });

  it('never changes what a broken program says, nor its mistakes', () => {
    fc.assert(
      fc.property(arbitraryWreck, (text) => {
        assert.deepEqual(meaning(printed(text)), meaning(text));
      }),
      { numRuns: 400 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryLaidOut(), arbitraryWreck), (text) => {
        const once = printed(text);
        assert.equal(printed(once), once);
      }),
      { numRuns: 400 },
    );
  });
});
