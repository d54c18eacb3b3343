/** Snapshots with numbers, from text. */
import type { DatasetCounts } from '../../server/datasets/counts';
import { evaluate } from '../../server/inference/evaluate';
import { buildProgram } from '../../server/program/build/build';
import { evaluateOnce } from '../../server/session/evaluateFile';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { lineIndex, positionAt } from '../../server/syntax/lines';
import { parse } from '../../server/syntax/parser/parser';
import { memoryHost } from './memoryHost';
import { FOLDER } from './snapshots';

/** One text without imports and datasets, at once. */
export function numbersOf(text: string, counts: ReadonlyMap<number, DatasetCounts> = new Map()): PosteriorSnapshot {
  const uri = `${FOLDER}/main.scenario`;
  const parsed = parse(text);
  const program = buildProgram([{ uri, text, parsed }]);
  const lines = lineIndex(text);
  const evaluation = evaluate(program, counts);
  return {
    uri,
    version: 1,
    text,
    lines,
    parsed,
    program,
    file: 0,
    fileLines: [lines],
    revision: 1,
    counts,
    evaluation,
  };
}

/** A root with files beside it, datasets read. */
export async function numbersWith(text: string, others: Readonly<Record<string, string>>): Promise<PosteriorSnapshot> {
  const files = { 'main.scenario': text, ...others };
  const host = memoryHost(Object.fromEntries(Object.entries(files).map(([name, body]) => [`${FOLDER}/${name}`, body])));
  return evaluateOnce(`${FOLDER}/main.scenario`, host, [FOLDER]);
}

/** The position of the caret `$0`, and the text without it. */
export function caretIn(marked: string): { text: string; position: { line: number; character: number } } {
  const at = marked.indexOf('$0');
  const text = marked.slice(0, at) + marked.slice(at + 2);
  return { text, position: positionAt(lineIndex(text), at) };
}
