/**
 * Fixtures with marks. In a text, `$0` is the caret and a line of `^^^ words` under another one says what is told about
 * the characters above it. A fixture file holds many cases, each under a line `=== what it shows`.
 *
 * Expectations rewrite themselves: `UPDATE=1 npx mocha …`; read the difference before you keep it.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { lineIndex, positionAt } from '../../server/syntax/lines';

export interface Mark {
  /** Offsets into the text without marks. */
  readonly start: number;
  readonly end: number;
  /** What stands behind the `^^^`: by habit a code and a message. */
  readonly text: string;
}

export interface Marked {
  /** The text without carets and marks. */
  readonly text: string;
  /** Offset of each `$0`. */
  readonly carets: readonly number[];
  readonly marks: readonly Mark[];
}

const MARK_LINE = /^[ \t]*(\^+)(?: (.*))?$/;

/** Takes the marks out of a text. */
function readMarked(source: string): Marked {
  const lines: string[] = [];
  const carets: number[] = [];
  const marks: Mark[] = [];
  let start = 0;
  let last = 0;
  for (const line of source.split('\n')) {
    const mark = MARK_LINE.exec(line);
    if (mark !== null && lines.length > 0) {
      const column = line.indexOf('^');
      marks.push({ start: last + column, end: last + column + mark[1]!.length, text: mark[2] ?? '' });
      continue;
    }
    let plain = line;
    for (let at = plain.indexOf('$0'); at >= 0; at = plain.indexOf('$0')) {
      carets.push(start + at);
      plain = plain.slice(0, at) + plain.slice(at + 2);
    }
    lines.push(plain);
    last = start;
    start += plain.length + 1;
  }
  return { text: lines.join('\n'), carets, marks };
}

/** The text and offset of its only caret. */
export function readCaret(source: string): { readonly text: string; readonly offset: number } {
  const { text, carets } = readMarked(source);
  assert.equal(carets.length, 1, 'the fixture should have one $0');
  return { text, offset: carets[0]! };
}

/** Writes marks under the lines that they begin on; one that spans lines is marked to the end of its first. */
function writeMarked(text: string, marks: readonly Mark[]): string {
  const lines = lineIndex(text);
  const written: string[] = [];
  const sorted = [...marks].sort((a, b) => a.start - b.start || a.end - b.end);
  text.split('\n').forEach((line, number) => {
    written.push(line);
    for (const mark of sorted) {
      const at = positionAt(lines, mark.start);
      if (at.line !== number) continue;
      const width = Math.max(1, Math.min(mark.end, lines.starts[number]! + line.length) - mark.start);
      const indent = line.slice(0, at.character).replace(/[^\t]/g, ' ').padEnd(at.character);
      written.push(`${indent}${'^'.repeat(width)} ${mark.text}`.trimEnd());
    }
  });
  return written.join('\n');
}

interface FixtureCase {
  readonly name: string;
  /** With marks, without the line of the name. */
  readonly source: string;
}

/** The cases of a fixture file, in order. */
function readCases(file: URL): FixtureCase[] {
  const pieces = readFileSync(file, 'utf8').split(/^=== (.*)\n/m);
  const cases: FixtureCase[] = [];
  for (let i = 1; i < pieces.length; i += 2) cases.push({ name: pieces[i]!, source: pieces[i + 1]! });
  return cases;
}

/** Defines one test for each case of the file: what `tell` says about the text is what the marks say. */
export function describeCases(file: URL, notify: (marked: Marked) => readonly Mark[]): void {
  const update = process.env.UPDATE === '1';
  const cases = readCases(file);
  const results: string[] = [];
  for (const { name, source } of cases) {
    it(name, () => {
      const marked = readMarked(source);
      const actual = writeMarked(marked.text, notify(marked));
      results.push(`=== ${name}\n${actual}`);
      if (!update) assert.equal(actual, writeMarked(marked.text, marked.marks));
    });
  }
  after(() => {
    if (update && results.length === cases.length) writeFileSync(file, results.join(''));
  });
}
