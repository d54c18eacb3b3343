/** Evidence piece by piece: in order, without one, in steps. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluate, evaluation } from '../../server/inference/evaluate';
import type { Trajectory } from '../../server/inference/evaluation';
import { trajectory } from '../../server/inference/influence/trajectory';
import { runToEnd } from '../../server/inference/stepwise';
import type { Program } from '../../server/program/model/program';
import { arbitraryProgram, type ProgramShape, type ProgramText } from '../support/arbitraryProgram';
import { close, ln, load, type Numbers, numbersFrom } from './program';
import { textOf } from './rewriting';

async function holds(shape: ProgramShape, check: (program: ProgramText) => Promise<void>, numRuns = 20): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitraryProgram(shape), check), { numRuns, seed: 1 });
}

function along(program: Program): Trajectory {
  return runToEnd(trajectory(program, new Map()));
}

/** log odds of hypothesis h against all the others together, from priors and likelihoods. */
function logOdds({ evaluation: { personas } }: Numbers, h: number): number {
  const joint = personas.map((p) => ln(p.prior) + p.logLikelihood);
  const others = joint.filter((_, i) => i !== h);
  const top = Math.max(...others);
  if (top === Number.NEGATIVE_INFINITY) return joint[h] === top ? Number.NaN : Number.POSITIVE_INFINITY;
  return joint[h]! - top - ln(others.reduce((sum, v) => sum + Math.exp(v - top), 0));
}

/** Every number the same double, 0 and −0 apart. (v8's serialised form also tells how the engine holds a number, which may differ.) */
function sameBits(a: unknown, b: unknown, text: string): void {
  try {
    assert.deepStrictEqual(a, b);
  } catch (difference) {
    throw new Error(`${(difference as Error).message}\n${text}`);
  }
}

describe('the trajectory', () => {
  it('has surprises that sum to the log marginal', () =>
    holds({ reinforcements: false, accounts: false }, async ({ text }) => {
      const n = await numbersFrom(text);
      if (!n.evaluation.defined) return;
      const { surprise } = along(n.program);
      close(
        surprise.reduce((a, b) => a + b, 0),
        n.evaluation.logMarginal,
        text,
      );
    }));

  it('is surprised by each episode as the posterior before it predicts it', () =>
    holds(
      {
        reinforcements: false,
        accounts: false,
        methods: false,
        capabilities: false,
        concentrations: false,
        novel: false,
        preferences: false,
        rewards: false,
        zeros: false,
      },
      async ({ text }) => {
        const n = await numbersFrom(text);
        const { program, evaluation: result } = n;
        const { surprise, posterior } = along(program);
        const size = result.hypotheses.length;
        const cells = program.cellOffset.at(-1)!;
        program.episodes.forEach((e, i) => {
          const cell = program.cellOffset[e.situation]! + e.response;
          let predictive = 0;
          for (let h = 0; h < size; h++) {
            const p = result.predictiveBefore[h * cells + cell]!;
            predictive += posterior[i * size + h]! * p ** (e.times * e.weight);
          }
          close(surprise[i + 1], ln(predictive), `${text} episode ${i}`);
        });
      },
    ));

  it('ends where the evaluation stands', () =>
    holds({ reinforcements: false, accounts: false }, async ({ text }) => {
      const { program, evaluation: result } = await numbersFrom(text);
      const { posterior, step } = along(program);
      const size = result.hypotheses.length;
      result.personas.forEach((p, h) => {
        close(posterior[(step.length - 1) * size + h], p.posterior, `${text} ${p.name}`);
        close(posterior[h], p.prior, `${text} prior of ${p.name}`);
      });
    }));

  it('knows log odds that shares cannot hold', async () => {
    // 2000 answers of 90% against 10%: 2000·log 9, thousands of nats beyond the smallest double.
    const { program } = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 90%, b }
      persona q { x -> a 10%, b }
      episode: x -> a times 2000
    `);
    const { posterior, logPosterior } = runToEnd(trajectory(program, new Map()));
    assert.equal(posterior[3], 0);
    close(logPosterior[2]! - logPosterior[3]!, 2000 * Math.log(9), 'log odds');
  });
});

describe('the weight of an episode', () => {
  for (const [title, shape, tolerance] of [
    ['is what its removal from the text takes away', { intendedFallbacks: false }, 1e-9],
    ['is so also with integrals over capabilities', { intendedFallbacks: true, concentrations: false }, 1e-7],
  ] as const) {
    it(title, () =>
      holds({ ...shape, accounts: false }, async ({ text, declarations }) => {
        const all = await numbersFrom(text);
        if (!all.evaluation.defined) return;
        const { episodes, personas, hypotheses } = all.evaluation;
        const places = declarations.flatMap((d, i) => (d.kind === 'episode' ? [i] : []));
        for (const [e, place] of places.entries()) {
          const rest = await numbersFrom(textOf(declarations.filter((_, i) => i !== place)));
          const what = `${text} without episode ${e}`;
          let shift = 0;
          hypotheses.forEach((name, h) => {
            const { posterior, prior } = personas[h]!;
            const without = rest.persona(name).posterior;
            if (posterior > 0) shift += posterior * (ln(posterior) - ln(without));
            if (prior === 0 || hypotheses.length === 1) return;
            const expected = logOdds(all, h) - logOdds(rest, h);
            if (!Number.isNaN(expected)) close(all.weight(e, name), expected, `${what}: W for ${name}`, tolerance);
          });
          close(episodes.shift[e], shift, `${what}: shift`, tolerance);
        }
      }),
    );
  }
});

describe('evaluation', () => {
  it('gives the same bytes again', () =>
    holds(
      {},
      async ({ text }) => {
        const [first, second] = [await load(text), await load(text)];
        sameBits(evaluate(first, new Map()), evaluate(second, new Map()), text);
      },
      8,
    ));

  it('gives the same bytes in steps, with another evaluation between them, as at once', () =>
    holds(
      {},
      async ({ text }) => {
        const program = await load(text);
        const other = await load(`${text}persona other\n`.replace(/ prior \S+/g, ''));
        const steps = evaluation(program, new Map());
        let between = evaluation(other, new Map());
        let result = steps.next();
        while (!result.done) {
          if (between.next().done) between = evaluation(other, new Map());
          result = steps.next();
        }
        sameBits(result.value, evaluate(program, new Map()), text);
      },
      8,
    ));
});

describe('the trajectory inside a step', () => {
  const TEXT = `
    situation x -> a | b
    persona p prior 98% { x -> a 10%, b }
    persona q prior 1% { x -> a 60%, b }
    persona r prior 1% { x -> a 90%, b }
    method sft strength 0.5 discount 0.2
    episode: x -> a times 30
    episode: x -> b
  `;
  const within = 0.005;

  it('has points so close that a straight line between two is nowhere off by more than 0.5%', async () => {
    const { program } = await numbersFrom(TEXT);
    const { step, posterior } = runToEnd(trajectory(program, new Map(), { within }));
    const at = (share: number) => {
      // By hand: N = 0.5·(30·share)^0.8 for more than one, else 0.5·30·share.
      const c = 30 * share;
      const n = 0.5 * (c > 1 ? c ** 0.8 : c);
      const joint = [0.98 * 0.1 ** n, 0.01 * 0.6 ** n, 0.01 * 0.9 ** n];
      const total = joint.reduce((a, b) => a + b, 0);
      return joint.map((v) => v / total);
    };
    const points = Array.from(step, (s, i) => ({
      share: s + 1,
      weights: Array.from(posterior.subarray(3 * i, 3 * i + 3)),
    }));
    const own = points.filter(({ share }) => share <= 1);
    assert.ok(own.length > 8 && own.length < 100, `${own.length} points`);
    for (const { share, weights } of own)
      weights.forEach((w, h) => {
        close(w, at(share)[h]!, `persona ${h} at ${share}`);
      });
    for (let i = 1; i < own.length; i++) {
      const [a, b] = [own[i - 1]!, own[i]!];
      assert.ok(b.share > a.share);
      for (const part of [0.25, 0.5, 0.75]) {
        at(a.share + part * (b.share - a.share)).forEach((w, h) => {
          const line = a.weights[h]! + part * (b.weights[h]! - a.weights[h]!);
          assert.ok(
            Math.abs(w - line) <= 1.2 * within,
            `persona ${h} between ${a.share} and ${b.share}: ${w}, not ${line}`,
          );
        });
      }
    }
  });

  it('stands at the ends of steps where it stands without points inside', async () => {
    const { program } = await numbersFrom(TEXT);
    const plain = runToEnd(trajectory(program, new Map()));
    const fine = runToEnd(trajectory(program, new Map(), { within }));
    const ends = Array.from(fine.step).flatMap((s, i) => (Number.isInteger(s) ? [i] : []));
    assert.deepEqual(
      ends.map((i) => fine.step[i]),
      [...plain.step],
    );
    ends.forEach((i, at) => {
      assert.deepEqual(fine.posterior.subarray(3 * i, 3 * i + 3), plain.posterior.subarray(3 * at, 3 * at + 3));
    });
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
    close(sum(fine.surprise), sum(plain.surprise), 'the surprises sum to the same');
  });

  it('has none where nothing moves, and no surprise that is rounding', async () => {
    const { program } = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 30%, b }
      persona q { x -> a 30%, b }
      episode: x -> a times 1000
      episode: x -> a times 0
    `);
    const { step, surprise } = runToEnd(trajectory(program, new Map(), { within }));
    assert.deepEqual([...step], [-1, 0, 1]);
    assert.equal(surprise[2], 0);
  });
});
