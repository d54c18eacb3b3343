/** Intervals of what a hypothesis answers: of the same quantity as the bar that they stand at, preferences and capabilities included. */
import assert from 'node:assert/strict';
import { betaQuantile } from '../../server/inference/numbers/betaQuantile';
import { answerIntervals } from '../../server/inference/posterior/answerIntervals';
import { runToEnd } from '../../server/inference/stepwise';
import { type Numbers, numbersFrom } from './program';

function intervalOf(n: Numbers, persona: string, situation: string, response: string): readonly [number, number] {
  const found = runToEnd(answerIntervals(n.program, new Map()));
  const cells = n.program.cellOffset.at(-1)!;
  const at = 2 * (n.evaluation.hypotheses.indexOf(persona) * cells + n.cell(situation, response));
  return [found[at]!, found[at + 1]!];
}

function within(found: readonly [number, number], expected: readonly [number, number], tolerance = 1e-9): void {
  found.forEach((end, i) => {
    assert.ok(Math.abs(end - expected[i]!) <= tolerance, `${found} should be ${expected}`);
  });
}

const both = (a: number, b: number): [number, number] => [betaQuantile(0.05, a, b), betaQuantile(0.95, a, b)];
const HEAD = 'method prefer strength 1\nsituation s -> a | b\npersona p { s -> a 50%, b  concentration 2 }\n';

/** Quantiles of X·Y for X ~ Beta(a, b), Y ~ Beta(c, d), from their densities on a grid. */
function product(a: number, b: number, c: number, d: number): [number, number] {
  const steps = 1500;
  const masses = (x: number, y: number) => {
    const list = Array.from({ length: steps }, (_, i) => {
      const t = (i + 0.5) / steps;
      return t ** (x - 1) * (1 - t) ** (y - 1);
    });
    const total = list.reduce((s, v) => s + v, 0);
    return list.map((v) => v / total);
  };
  const bins = new Float64Array(20_000);
  masses(a, b).forEach((m, i) => {
    masses(c, d).forEach((w, j) => {
      bins[Math.floor(((i + 0.5) / steps) * ((j + 0.5) / steps) * bins.length)]! += m * w;
    });
  });
  const quantile = (q: number) => {
    let sum = 0;
    let i = 0;
    while (i < bins.length && sum < q) sum += bins[i++]!;
    return i / bins.length;
  };
  return [quantile(0.05), quantile(0.95)];
}

describe('the interval of an answer', () => {
  it('is that of a Beta after answers', async () => {
    const n = await numbersFrom(`${HEAD}episode: s -> a times 50`);
    within(intervalOf(n, 'p', 's', 'a'), both(51, 1));
  });

  it('is the same after as many preferences, for two responses', async () => {
    const n = await numbersFrom(`${HEAD}episode prefer: s -> a over b times 50`);
    within(intervalOf(n, 'p', 's', 'a'), both(51, 1));
    within(intervalOf(n, 'p', 's', 'b'), both(1, 51));
  });

  it('has the ratio of a preference, and the sum that no preference speaks about', async () => {
    const n = await numbersFrom(
      'method prefer strength 1\nsituation s -> a | b | c\npersona p { s -> a 40%, b 30%, c  concentration 10 }\nepisode prefer: s -> a over b times 5\nepisode: s -> c times 2',
    );
    // θ_a = (θ_a + θ_b)·ratio: Beta(7, 5) and Beta(4 + 5, 3).
    within(intervalOf(n, 'p', 's', 'a'), product(7, 5, 9, 3), 2e-3);
    within(intervalOf(n, 'p', 's', 'c'), both(5, 7));
  });

  it('holds what is answered, the capability included, and not the propensity', async () => {
    const n = await numbersFrom(`
      capability k 50% learnable strength 8
      situation s -> a needs k else c | b | c
      persona p { s -> a 50%, b  concentration 6 }
      episode: s -> a times 5
    `);
    // θ_a ~ Beta(8, 3), κ ~ Beta(9, 4), independent.
    const [low, high] = intervalOf(n, 'p', 's', 'a');
    within([low, high], product(8, 3, 9, 4), 2e-3);
    const mean = n.predicts('p', 's', 'a');
    assert.ok(low < mean && mean < high, `${mean} in ${low} to ${high}`);
    // The fallback: θ_a·(1−κ).
    within(intervalOf(n, 'p', 's', 'c'), product(8, 3, 4, 9), 2e-3);
  });

  it('follows the capability alone for a rigid persona', async () => {
    const n = await numbersFrom(`
      capability k 50% learnable strength 8
      situation s -> a needs k else b | b
      persona p { s -> a 60%, b }
      episode: s -> b times 3
    `);
    const [low, high] = intervalOf(n, 'p', 's', 'a');
    const [low2, high2] = intervalOf(n, 'p', 's', 'b');
    assert.ok(low > 0 && low < n.predicts('p', 's', 'a') && n.predicts('p', 's', 'a') < high && high < 0.6);
    within([low2, high2], [1 - high, 1 - low], 1e-12);
  });

  it('is none where nothing is uncertain, or where rows are tilted', async () => {
    const n = await numbersFrom(`${HEAD}persona q { s -> a 20%, b }\nreinforce s beta 1 rigidity 1 reward a 1`);
    for (const persona of ['p', 'q']) assert.ok(intervalOf(n, persona, 's', 'a').every(Number.isNaN));
  });
});
