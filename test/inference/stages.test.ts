/** Stages of training: effective within each stage, what is left of the earlier ones a factor on their counts and incentives. */
import assert from 'node:assert/strict';
import { evaluate } from '../../server/inference/evaluate';
import type { EvaluationCache } from '../../server/inference/posterior/posteriorState';
import { close, load } from './program';

const HEAD = `
units nats
method sft strength 0.5 discount 0.3
method document strength 0.2 repeats 0.5
situation x -> a | b
situation z -> c | d
persona p { x -> a 80%, b  z -> c 90%, d }
persona q { x -> a 30%, b  z -> c 20%, d }
probe z -> c
`;
const FIRST = 'episode: x -> a times 40\nepisode document: x -> b epochs 9\nreinforce z beta 2 rigidity 1 reward c 1';
const SECOND = 'episode: x -> a times 10\nepisode: x -> b times 3\nreinforce z beta 1 reward d 1';

/** The same in one stage: what each stage's counts come to, as weights of a method that changes nothing. */
function byHand(retention: number): string {
  const n1 = 0.5 * 40 ** 0.7 * retention;
  return `${HEAD.replace(/method sft.*\n/, '').replace(/method document.*\n/, '')}
episode pretrain: x -> a weight ${n1}
episode pretrain: x -> b weight ${0.2 * 3 ** (1 - 0) * retention}
episode pretrain: x -> a weight ${0.5 * 10 ** 0.7}
episode pretrain: x -> b weight ${0.5 * 3 ** 0.7}
reinforce z beta ${2 / retention} rigidity 1 reward c 1
reinforce z beta 1 reward d 1`;
}

async function conditions(text: string) {
  const program = await load(text);
  assert.deepEqual(
    program.diagnostics.filter((d) => d.severity === 'error'),
    [],
    text,
  );
  return program.conditions.map((c) => c.program);
}

describe('a later stage of training', () => {
  for (const retention of [1, 0.4, 1e-9]) {
    it(`has what is left of the one before, each made effective by itself (retaining ${retention})`, async () => {
      const [, later] = await conditions(
        `${HEAD} condition one { ${FIRST} } condition two after one retaining ${retention} { ${SECOND} }`,
      );
      const found = evaluate(later!, new Map());
      const expected = evaluate(await load(byHand(retention)), new Map());
      found.personas.forEach((persona, h) => {
        close(persona.logLikelihood, expected.personas[h]!.logLikelihood, `log L of ${persona.name}`, 1e-12);
        close(persona.posterior, expected.personas[h]!.posterior, persona.name, 1e-12);
      });
      close(found.probes[0]?.after, expected.probes[0]!.after, 'the probe', 1e-12);
      // Leaving one out is exact there too.
      const without = await conditions(
        `${HEAD} condition one { ${FIRST.replace('episode: x -> a times 40\n', '')} } condition two after one retaining ${retention} { ${SECOND} }`,
      );
      const rest = evaluate(without[1]!, new Map());
      const odds = (e: typeof rest) => e.personas[0]!.logLikelihood - e.personas[1]!.logLikelihood;
      close(found.episodes.weight[0], odds(found) - odds(rest), 'weight of the first episode', 1e-9);
    });
  }

  it('keeps nothing of a stage that is forgotten', async () => {
    const [, later] = await conditions(
      `${HEAD} condition one { ${FIRST} } condition two after one retaining 0 { ${SECOND} }`,
    );
    const [alone] = await conditions(`${HEAD} condition alone { ${SECOND} }`);
    const [a, b] = [evaluate(later!, new Map()), evaluate(alone!, new Map())];
    assert.deepEqual(
      a.personas.map((p) => p.posterior),
      b.personas.map((p) => p.posterior),
    );
    assert.deepEqual(a.probes[0]!.after, b.probes[0]!.after);
  });

  it('is not the same as one stage with all of it', async () => {
    const [, later] = await conditions(`${HEAD} condition one { ${FIRST} } condition two after one { ${SECOND} }`);
    const [once] = await conditions(`${HEAD} condition once { ${FIRST} ${SECOND} }`);
    const [a, b] = [evaluate(later!, new Map()), evaluate(once!, new Map())];
    // 40^0.7 + 10^0.7 against 50^0.7.
    close(a.counts[0]! - b.counts[0]!, 0.5 * (40 ** 0.7 + 10 ** 0.7 - 50 ** 0.7), 'effective count', 1e-12);
  });

  it('gives the same bytes from the evaluation before an edit', async () => {
    const text = (times: number, retention: number) =>
      `${HEAD} condition one { ${FIRST.replace('40', `${times}`)} } condition two after one retaining ${retention} { ${SECOND} episode: x -> a over b times ${times} }`;
    const cache: EvaluationCache = {};
    for (const [times, retention] of [
      [40, 0.4],
      [41, 0.4],
      [41, 0.5],
      [0, 0.5],
      [7, 0.5],
    ] as const) {
      const [, later] = await conditions(text(times, retention));
      assert.deepEqual(evaluate(later!, new Map(), { evaluationCache: cache }), evaluate(later!, new Map()));
    }
  });
});
