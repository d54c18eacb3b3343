/**
 * A results file: JSON Lines that are only ever appended to. A run that was killed leaves at most one torn line at the
 * end, which is cut off before the next append. Must not know what is in a
 * prediction or a measurement.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Line } from './lines';

export interface Results {
  readonly lines: readonly Line[];
  append(line: Line): void;
}

/** Open for reading and appending; the file is made with the first line. */
export function openResults(path: string): Results {
  const lines: Line[] = [];
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf(10) + 1;
    if (end < bytes.length) truncateSync(path, end);
    for (const text of bytes.subarray(0, end).toString('utf8').split('\n')) {
      if (text !== '') lines.push(JSON.parse(text) as Line);
    }
  } else {
    mkdirSync(dirname(path), { recursive: true });
  }
  return {
    lines,
    append(line) {
      appendFileSync(path, `${JSON.stringify(line)}\n`);
      lines.push(line);
    },
  };
}

/** A cell that was interrupted between its two lines must give the same seal again; then the first one stands. */
export function appendOnce(results: Results, line: Line): void {
  const before = line.kind === 'sealed' ? openSeal(results.lines, line.cell) : undefined;
  if (line.kind === 'sealed' && before !== undefined) {
    if (before !== line.seal) throw new Error(`${line.cell}: the seal is not the one that stands in the results`);
    return;
  }
  results.append(line);
}

/** The seal of a cell whose measurement is missing. */
function openSeal(lines: readonly Line[], cell: string): string | undefined {
  const last = lines.filter((line) => line.kind !== 'network' && line.cell === cell).at(-1);
  return last?.kind === 'sealed' ? last.seal : undefined;
}
