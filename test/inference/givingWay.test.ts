/**
 * Long computations give way: what is done between two stops does not grow with the program. Work is counted, in exponentials
 * and logarithms, and not timed, so that the test says the same on every machine.
 */
import assert from 'node:assert/strict';
import { scenarioOfEpisodes } from '../../bench/latency/scenarioText';
import { evaluation, rivals } from '../../server/inference/evaluate';
import { trajectory } from '../../server/inference/influence/trajectory';
import type { Stepwise } from '../../server/inference/stepwise';
import type { Program } from '../../server/program/model/program';
import { load } from './program';

const COUNTED = ['exp', 'expm1', 'log', 'log1p'] as const;
/** About 2 ms of them on one slow core. */
const MOST = 60_000;

/** The most work between two stops, and how many stops there are. */
function workOf(steps: Stepwise<unknown>): { readonly most: number; readonly stops: number } {
  const own = COUNTED.map((name) => Math[name]);
  let calls = 0;
  COUNTED.forEach((name, at) => {
    const of = own[at];
    if (!of) return;
    Math[name] = (x: number) => {
      calls += 1;
      return of(x);
    };
  });
  try {
    let most = 0;
    let stops = 0;
    for (;;) {
      calls = 0;
      const { done } = steps.next();
      most = Math.max(most, calls);
      if (done) return { most, stops };
      stops += 1;
    }
  } finally {
    COUNTED.forEach((name, at) => {
      const of = own[at];
      if (of) Math[name] = of;
    });
  }
}

const none = new Map();
const capability = [
  'capability tool 1% learnable strength 10',
  'situation act -> calls needs tool else garbles | garbles',
];
const withCapability = (text: string): string =>
  text
    .replace('method sft', `${capability.join('\n')}\nmethod sft`)
    .replace(/\}\n/gu, '  act -> calls 80%, garbles\n}\n');

const STAGES: Readonly<
  Record<string, readonly [text: (text: string) => string, steps: (program: Program) => Stepwise<unknown>]>
> = {
  'an evaluation': [(text) => text, (program) => evaluation(program, none, { accounts: false })],
  'an evaluation with a learnable capability': [
    withCapability,
    (program) => evaluation(program, none, { accounts: false }),
  ],
  'the rival accounts': [
    (text) => `${text}compare selection, drift 50, contextual, novel 1%, unstructured 1\n`,
    (program) => rivals(program, none),
  ],
  'a trajectory': [(text) => text, (program) => trajectory(program, none)],
};

describe('What is done between two stops', function () {
  this.timeout(120_000);
  for (const [name, [textOf, stepsOf]] of Object.entries(STAGES))
    it(`of ${name} does not grow with the episodes`, async () => {
      const [few, many] = await Promise.all([2000, 8000].map((count) => load(textOf(scenarioOfEpisodes(count)))));
      if (!few || !many) throw new Error('nothing was loaded');
      assert.equal(many.episodes.length, 8000, many.diagnostics[0]?.message);
      const [less, more] = [workOf(stepsOf(few)), workOf(stepsOf(many))];
      assert.ok(more.most <= MOST, `${more.most} at once, in ${more.stops} stops`);
      assert.ok(more.most <= 1.5 * less.most + 1000, `${less.most} at once for 2,000 episodes, ${more.most} for 8,000`);
    });
});
