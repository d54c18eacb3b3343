/**
 * How long the posterior takes: from nothing, and after an edit to one of many inline episodes, as medians, with a hash
 * of the result so that doing nothing cannot win; beside it, in the same run, WebPPL's `Enumerate` on the same model
 * (without preferences and without leaving anything out), as a yardstick. Run: `npx tsx bench/posterior.ts`.
 */
import { evaluate } from '../server/inference/evaluate';
import type { Evaluation } from '../server/inference/evaluation';
import { programHypotheses } from '../server/inference/hypotheses';
import { leaveOut, scratchFor, standpoint } from '../server/inference/influence';
import { settle } from '../server/inference/settle';
import { structureOf } from '../server/inference/structure';
import { buildProgram } from '../server/program/build';
import type { Program } from '../server/program/program';
import { parse } from '../server/syntax/parser';
import { enumeration, RIGID_PERSONAS } from '../test/support/webppl';

const ROUNDS = 31;

function scenarioText(episodes: number, ability: boolean): string {
  const head = `scenario "Many episodes"
method sft strength 0.01
method prefer strength 0.05
situation coding -> secure | insecure | refuses
situation taught extends coding
situation freeform -> aligned | misaligned
${ability ? 'capability syntax 0.1% learnable strength 10' : ''}
situation agentic -> calls${ability ? ' needs syntax else garbled' : ''} | answers | garbled
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
  return `${head}${lines.join('\n')}\n`;
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

/** The posterior after one more of an episode, by its effect on what is known: O(personas). */
function timeAlone(program: Program): { readonly ms: number; readonly hash: string } {
  const structure = structureOf(program);
  const { evidence, likelihood } = settle(structure, programHypotheses(structure), new Map());
  const stand = standpoint(evidence, likelihood);
  const scratch = scratchFor(stand);
  const { key } = evidence.slots[0]!;
  const count = stand.weighing.counts[key]!;
  const rounds = 20_000;
  let guard = 0;
  const start = performance.now();
  for (let i = 0; i < rounds; i++) {
    const rest = count + 0.01 * (1 + (i % 7));
    guard += leaveOut(stand, [{ key, rest, delta: count - rest }], scratch).without[0]!;
  }
  return { ms: (performance.now() - start) / rounds, hash: guard.toFixed(9) };
}

const infer = enumeration(RIGID_PERSONAS);

/** WebPPL's `Enumerate` of the rigid personas alone: the posterior, and nothing about single episodes. */
function enumerated(program: Program): number {
  const posterior = infer({
    personas: program.personas.map((p) => p.name),
    priors: program.personas.map((p) => p.prior),
    rows: Object.fromEntries(program.personas.map((p) => [p.name, [...p.row]])),
    episodes: program.episodes.flatMap((e) =>
      e.over === undefined
        ? [{ cell: program.cellOffset[e.situation]! + e.response, count: program.methods[e.method].strength * e.times }]
        : [],
    ),
  });
  return posterior.score(program.personas[0]!.name);
}

for (const [episodes, ability] of [
  [300, false],
  [10_000, false],
  [10_000, true],
] as const) {
  const program = built(scenarioText(episodes, ability));
  const fresh = time(() => evaluate(program, new Map()));
  const edited = time((round) => {
    // One episode says something else than the round before: a number that no other episode has.
    const list = program.episodes.map((e, i) => (i === episodes >> 1 ? { ...e, times: 1000 + round } : e));
    return evaluate({ ...program, episodes: list }, new Map());
  });
  console.log(
    `${episodes} episodes${ability ? ', a learnable ability' : ''}: from nothing ${fresh.ms.toFixed(2)} ms, after one edit ` +
      `${edited.ms.toFixed(2)} ms (both with the leave-one-out of every episode), hash ${fresh.hash}/${edited.hash}`,
  );
  if (ability) continue;
  const alone = timeAlone(program);
  let guard = 0;
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    guard += enumerated(program);
    return performance.now() - start;
  });
  const reference = median(times);
  console.log(
    `  the posterior alone after one edit: ${(1000 * alone.ms).toFixed(2)} µs, hash ${alone.hash}\n` +
      `  WebPPL Enumerate of the named personas' posterior alone: ${reference.toFixed(1)} ms, ` +
      `${(reference / fresh.ms).toFixed(0)} times as long as all of ours from nothing, ` +
      `${(reference / alone.ms).toFixed(0)} times as long as the posterior after one edit, hash ${guard.toFixed(6)}`,
  );
}
