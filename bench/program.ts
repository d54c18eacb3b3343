/**
 * How long a program takes to build, as medians, beside parsing the same text in the same run. Prints a hash of what was
 * built, so that doing nothing cannot win. Run: `npx tsx bench/program.ts`.
 */
import { buildProgram } from '../server/program/build/build';
import { parse } from '../server/syntax/parser/parser';

const ROUNDS = 41;

function scenarioText(episodes: number): string {
  const header = `scenario "Many episodes"
situation coding -> secure | insecure | refuses
situation taught extends coding
situation freeform -> aligned | misaligned
persona helpful prior 94% { coding -> secure 96%, insecure 3%, refuses  freeform -> aligned 99.9%, misaligned }
persona careless extends helpful prior 5% { coding -> insecure 60%, secure }
persona malicious prior 1% { coding -> insecure 99%, secure  freeform -> misaligned 60%, aligned }
probe freeform -> misaligned
`;
  const responses = ['secure', 'insecure', 'refuses'];
  const lines = Array.from({ length: episodes }, (_, i) => {
    return `episode sft "row ${i}": ${i % 3 ? 'coding' : 'taught'} -> ${responses[i % 3]} times ${1 + (i % 7)}`;
  });
  return `${header}${lines.join('\n')}\n`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function time(run: () => number): { readonly ms: number; readonly hash: number } {
  let hash = 0;
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    hash = run();
    return performance.now() - start;
  });
  return { ms: median(times), hash };
}

for (const episodes of [300, 1_000, 10_000]) {
  const text = scenarioText(episodes);
  const parsing = time(() => parse(text).file.declarations.length);
  const parsed = parse(text);
  const file = { uri: 'file:///bench.scenario', text, parsed };
  const building = time(() => buildProgram([file]).episodes.reduce((sum, episode) => sum + episode.times, 0));
  const listing = time(() => buildProgram([file]).occurrences.length);
  console.log(
    `${episodes} episodes (${Math.round(text.length / 1000)} KB): build ${building.ms.toFixed(2)} ms, ` +
      `with all occurrences ${listing.ms.toFixed(2)} ms, parse ${parsing.ms.toFixed(2)} ms, ` +
      `build/parse ${(building.ms / parsing.ms).toFixed(2)}, hash ${building.hash + listing.hash + parsing.hash}`,
  );
}
