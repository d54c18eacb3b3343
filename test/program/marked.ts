/**
 * Fixtures with marks: a comment of carets under a line says which diagnostic begins and ends there.
 *
 *     episode: coding -> insecre
 *     //                 ^^^^^^^ unknown-response
 *
 * Where the slashes stand right before the carets, they count as carets: so the first columns can be marked too.
 * Every diagnostic must be marked and every mark met, so that a fixture without marks says "nothing to complain about".
 */
import assert from 'node:assert/strict';
import { loadProgram } from '../../server/program/load/load';
import type { Program } from '../../server/program/model/program';
import { lineIndex, positionAt } from '../../server/syntax/lines';
import { memoryHost } from '../support/memoryHost';

const FOLDER = 'file:///w';

/** The program of `main.scenario` with this text; `others` are files beside it, by name. */
export async function programOf(text: string, others: Readonly<Record<string, string>> = {}): Promise<Program> {
  const files = Object.entries({ 'main.scenario': text, ...others });
  const host = memoryHost(Object.fromEntries(files.map(([name, content]) => [`${FOLDER}/${name}`, content])));
  return loadProgram(`${FOLDER}/main.scenario`, host, { workspace: [FOLDER] });
}

/** Marks of a text, as `line:from-to code`, lines counted from 1. */
function marksOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const mark = /^(\s*\/\/\s*)(\^+) ([a-z-]+)$/.exec(line);
    if (!mark) return [];
    let marked = at - 1;
    while (/^\s*\/\/\s*\^/.test(lines[marked]!)) marked--;
    const to = mark[1]!.length + mark[2]!.length;
    const from = mark[1]!.endsWith('/') ? mark[1]!.length - 2 : mark[1]!.length;
    return [`${marked + 1}:${from}-${to} ${mark[3]}`];
  });
}

function foundIn(program: Program): string[] {
  return program.diagnostics.map(({ code, origin }) => {
    const lines = lineIndex(program.files[origin.file]!.text);
    const [from, to] = [positionAt(lines, origin.start), positionAt(lines, origin.end)];
    const end = to.line === from.line ? to.character : `${to.line + 1}:${to.character}`;
    const file = origin.file === 0 ? '' : `${program.files[origin.file]!.uri.slice(FOLDER.length + 1)} `;
    return `${file}${from.line + 1}:${from.character}-${end} ${code}`;
  });
}

/** The diagnostics of the text are those that it marks, no more and no fewer. */
export async function check(text: string, others: Readonly<Record<string, string>> = {}): Promise<Program> {
  const program = await programOf(text, others);
  assert.deepEqual(foundIn(program).sort(), marksOf(text).sort(), program.diagnostics.map((d) => d.message).join('\n'));
  return program;
}
