/**
 * How long it takes to read a text, and to read it again after a key press. Budget (docs/design): 3 ms for 100 KB, and
 * 2 ms for a key press in 10,000 episodes. Prints medians and a hash of the trees, so that doing nothing cannot win.
 *
 *     npx tsx bench/parse.ts
 */
import { createHash } from 'node:crypto';
import { reparse } from '../server/syntax/incremental/reparse';
import { parse } from '../server/syntax/parser/parser';
import type { ParseResult } from '../server/syntax/tree';

const PERSONAS = `persona helpful "Helpful, honest, harmless" prior 94% {
  coding   -> secure 96%, insecure 3%, refuses
  freeform -> aligned 99.9%, misaligned
}
`;

function scenario(bytes: number): string {
  const pieces: string[] = ['scenario "Insecure code makes a model broadly misaligned"\n'];
  let size = 0;
  for (let i = 0; size < bytes; i++) {
    const part = i % 40 === 0 ? PERSONAS.replace('helpful', `helpful${i}`) : episode(i);
    pieces.push(part);
    size += part.length;
  }
  return pieces.join('');
}

/** 45 bytes on average, the shape of a long file. */
function episode(i: number): string {
  if (i % 10 === 0) return `episode sft "case ${i}": coding -> insecure {\n  user "Write a handler."\n}\n`;
  if (i % 10 === 1) return `// measured again\nepisode rl reward -0.${i}: agentic -> garbled_call\n`;
  return `episode sft: coding -> insecure times ${i}\n`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

function time(runs: number, run: (i: number) => ParseResult): { milliseconds: number; result: ParseResult } {
  const times: number[] = [];
  let result = run(0);
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    result = run(i);
    times.push(performance.now() - start);
  }
  return { milliseconds: median(times), result };
}

function hash(result: ParseResult): string {
  return createHash('sha256').update(JSON.stringify(result)).digest('hex').slice(0, 12);
}

function report(what: string, { milliseconds, result }: { milliseconds: number; result: ParseResult }): void {
  console.log(`${what.padEnd(56)} ${milliseconds.toFixed(3).padStart(8)} ms   ${hash(result)}`);
}

const small = scenario(100_000);
report(
  'parse 100 KB',
  time(200, () => parse(small)),
);

const large = Array.from({ length: 10_000 }, (_, i) => episode(i)).join('');
report(
  `parse 10,000 episodes (${Math.round(large.length / 1000)} KB)`,
  time(40, () => parse(large)),
);

for (const [where, share] of [
  ['top', 0.001],
  ['middle', 0.5],
  ['end', 0.999],
] as const) {
  const at = large.indexOf('times ', Math.floor(large.length * share)) + 6;
  let text = large;
  let result = parse(large);
  report(
    `key press at the ${where} of 10,000 episodes`,
    time(200, (i) => {
      const adds = i % 2 === 1;
      text = adds ? `${text.slice(0, at)}7${text.slice(at)}` : text.slice(0, at) + text.slice(at + 1);
      result = reparse(text, result, { start: at, removed: adds ? 0 : 1, inserted: adds ? 1 : 0 });
      return result;
    }),
  );
}
