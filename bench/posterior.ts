/**
 * How long the posterior takes from a program: from nothing, and after an edit to one of many inline episodes, both with
 * the leave-one-out of every episode, as medians, with a hash of the result so that doing nothing cannot win. The
 * benchmark beside WebPPL is webppl.ts. Run: `npx tsx bench/posterior.ts`.
 */
import { evaluate } from '../server/inference/evaluate';
import type { Evaluation } from '../server/inference/evaluation';
import { buildProgram } from '../server/program/build/build';
import type { Program } from '../server/program/model/program';
import { parse } from '../server/syntax/parser/parser';

const ROUNDS = 31;

function scenarioText(episodes: number, capability: boolean): string {
  const header = `scenario "Many episodes"
method sft strength 0.01
method prefer strength 0.05
situation coding -> secure | insecure | refuses
situation taught extends coding
situation freeform -> aligned | misaligned
${capability ? 'capability syntax 0.1% learnable strength 10' : ''}
situation agentic -> calls${capability ? ' needs syntax else garbled' : ''} | answers | garbled
persona helpful prior 94% { coding -> secure 96%, insecure 3%, refuses  taught -> secure 50%, insecure  freeform -> aligned 99.9%, misaligned  agentic -> calls 80%, answers }
persona careless extends helpful prior 5% { coding -> insecure 60%, secure }
persona malicious extends helpful prior 1% { coding -> insecure 99%, secure  freeform -> misaligned 60%, aligned }
novel prior 0.1%
probe freeform -> misaligned
`;
  const targets = [
    'coding -> secure',
    'coding -> insecure',
    'taught -> insecure',
    'freeform -> aligned',
    'agentic -> garbled',
  ];
  const lines = Array.from({ length: episodes }, (_, i) =>
    i % 11 === 0
      ? `episode "row ${i}": coding -> secure over insecure times ${1 + (i % 3)}`
      : `episode "row ${i}": ${targets[i % 5]} times ${1 + (i % 7)}`,
  );
  return `${header}${lines.join('\n')}\n`;
}

function built(text: string): Program {
  return buildProgram([{ uri: 'file:///bench.scenario', text, parsed: parse(text) }]);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** A number that every part of the result has a share in. */
function hash(e: Evaluation): string {
  const view = new DataView(new ArrayBuffer(8));
  let h = 2166136261;
  const add = (x: number) => {
    view.setFloat64(0, x);
    for (let i = 0; i < 8; i++) h = Math.imul(h ^ view.getUint8(i), 16777619);
  };
  add(e.logMarginal);
  for (const p of e.personas) add(p.posterior);
  for (const list of [e.episodes.weight, e.episodes.shift, e.episodes.capability, e.predictiveAfter]) list.forEach(add);
  return (h >>> 0).toString(16);
}

function time(run: (round: number) => Evaluation): { readonly ms: number; readonly hash: string } {
  let last: Evaluation | undefined;
  const times = Array.from({ length: ROUNDS }, (_, round) => {
    const start = performance.now();
    last = run(round);
    return performance.now() - start;
  });
  return { ms: median(times), hash: hash(last as Evaluation) };
}

for (const [episodes, capability] of [
  [300, false],
  [10_000, false],
  [10_000, true],
] as const) {
  const program = built(scenarioText(episodes, capability));
  const fresh = time(() => evaluate(program, new Map()));
  const edited = time((round) => {
    // One episode says something else than the round before: a number that no other episode has.
    const list = program.episodes.map((e, i) => (i === episodes >> 1 ? { ...e, times: 1000 + round } : e));
    return evaluate({ ...program, episodes: list }, new Map());
  });
  console.log(
    `${episodes} episodes${capability ? ', a learnable capability' : ''}: from nothing ${fresh.ms.toFixed(2)} ms, after one edit ` +
      `${edited.ms.toFixed(2)} ms (both with the leave-one-out of every episode), hash ${fresh.hash}/${edited.hash}`,
  );
}
