/** Extreme input: finite or -Infinity, never NaN, never a negative probability, and sums of 1. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arbitraryProgram } from '../support/arbitraryProgram';
import { assertNear, type Numbers, numbersFrom } from './program';

const UNIT = 1e-12;

function distribution(p: Iterable<number>, what: string): void {
  let sum = 0;
  for (const v of p) {
    assert.ok(v >= 0 && v <= 1, `${what}: ${v} is no probability`);
    sum += v;
  }
  assert.ok(Math.abs(sum - 1) <= UNIT, `${what}: the sum is ${sum}`);
}

function log(value: number, what: string): void {
  assert.ok(!Number.isNaN(value) && value < Number.POSITIVE_INFINITY, `${what}: ${value} is no log of a probability`);
}

/** All that an evaluation with a posterior says. */
function sane({ program, evaluation, text }: Numbers): void {
  const what = text.length > 2000 ? text.slice(-500) : text;
  const size = evaluation.hypotheses.length;
  const cells = program.cellOffset.at(-1)!;
  distribution(
    evaluation.personas.map((p) => p.prior),
    `${what} prior`,
  );
  distribution(
    evaluation.personas.map((p) => p.posterior),
    `${what} posterior`,
  );
  for (const p of evaluation.personas) log(p.logLikelihood, `${what} ${p.name}`);
  log(evaluation.logMarginal, `${what} log marginal`);
  for (const table of ['predictiveBefore', 'predictiveAfter', 'rowsBefore', 'rowsAfter'] as const) {
    for (let h = 0; h < size; h++) {
      for (const { index: x } of program.situations) {
        const [from, to] = [program.cellOffset[x]!, program.cellOffset[x + 1]!];
        distribution(evaluation[table].subarray(h * cells + from, h * cells + to), `${what} ${table} ${h} ${x}`);
      }
    }
  }
  for (const a of evaluation.capabilities) {
    for (const v of [a.before, a.after, ...a.intervalBefore, ...a.intervalAfter])
      assert.ok(v >= 0 && v <= 1, `${what} ${a.name} ${v}`);
  }
  for (const e of [evaluation.episodes.shift, evaluation.episodes.capability]) {
    for (const v of e) assert.ok(v >= 0, `${what} divergence ${v}`);
  }
  for (const w of evaluation.episodes.weight) assert.ok(!Number.isNaN(w), `${what} W`);
  for (const w of evaluation.episodes.single) assert.ok(!Number.isNaN(w), `${what} W of one`);
  for (const r of evaluation.reinforcements)
    assert.ok(r.selection >= 0 && r.propensityShift >= 0, `${what} ${r.selection} ${r.propensityShift}`);
  for (const p of evaluation.probes) {
    for (const v of [p.before, p.after]) assert.ok(v >= 0 && v <= 1, `${what} probe ${v}`);
  }
  for (const a of evaluation.accounts) {
    if (a.notComputable) continue;
    log(a.logMarginal, `${what} ${a.name}`);
    if (a.logMarginal === Number.NEGATIVE_INFINITY) continue;
    assert.ok(a.probability >= 0 && a.probability <= 1, `${what} ${a.name}`);
    if (a.standings.length > 0)
      distribution(
        a.standings.map((s) => s.posterior),
        `${what} ${a.name}`,
      );
    for (const { index: x } of program.situations)
      distribution(a.predictive.subarray(program.cellOffset[x], program.cellOffset[x + 1]), `${what} ${a.name} ${x}`);
  }
}

const ACCOUNTS = 'compare selection, drift 20, novel 1%, contextual, population 5, unstructured 1';

function extreme(header: string, episodes: string, [p, q] = ['30%', '2%']): string {
  return `
    ${header}
    capability skill 10% learnable strength 10
    situation x -> a | b | c
    situation z -> call needs skill else fails | answer | fails
    persona one prior 90% { x -> a ${p}, b 40%, c  z -> call 60%, answer }
    persona two prior 10% { x -> a ${q}, b 40%, c  z -> call 10%, answer }
    persona three prior 0 { x -> a 20%, b  z -> call 10%, answer  concentration 3 }
    novel prior 1e-9
    ${episodes}
    probe x -> a
    probe z -> call given x -> a times 100000
    evaluation: x -> a 3, b 1
    ${ACCOUNTS}
  `;
}

const EPISODES = 'episode: x -> a times 3\nepisode: z -> call\nepisode: z -> fails times 2\nepisode: x -> b over a\n';

describe('extreme input has finite numbers or -Infinity', () => {
  for (const [title, text] of [
    [
      'a million episodes of one kind',
      extreme('', `${EPISODES}episode: x -> a times 1000000\nepisode: z -> fails times 1e6`),
    ],
    ['a million episodes against a persona', extreme('', 'episode: x -> a times 1e6', ['1e-300', '30%'])],
    ['probabilities of 1e-300', extreme('', EPISODES, ['1e-300', '1e-300'])],
    ['a probability of 1e-300 for one persona', extreme('', EPISODES, ['30%', '1e-300'])],
    ['a strength of 1e-6', extreme('method sft strength 1e-6', EPISODES)],
    ['a strength of 1e6', extreme('method sft strength 1e6\nmethod prefer strength 1e6', EPISODES)],
    ['huge rewards', extreme('', `${EPISODES}reinforce x beta 1e-6 rigidity 1 reward a 1, b -1, c 0`)],
    ['huge rewards to rigid personas', extreme('', `${EPISODES}reinforce x beta 1e-6 reward a 1, b -1, c 0`)],
    ['tiny rewards', extreme('', `${EPISODES}reinforce x beta 1e9 rigidity 1e6 reward a 1, b -1, c 0`)],
    ['a prior of 1e-300', extreme('', EPISODES).replace('prior 10%', 'prior 1e-300')],
    ['a capability of 1e-300', extreme('', EPISODES).replace('skill 10%', 'skill 1e-300')],
  ] as const) {
    it(`with ${title}`, async () => {
      const numbers = await numbersFrom(text);
      assert.equal(numbers.evaluation.defined, true);
      sane(numbers);
    });
  }

  it('with 300 personas', async () => {
    const personas = Array.from(
      { length: 300 },
      (_, h) =>
        `persona h${h} { x -> a ${(h + 1) / 302}, b ${(302 - h - 1) / 604}, c  z -> call ${(h + 1) / 301}, answer }`,
    );
    const numbers = await numbersFrom(`
      capability skill 10% learnable strength 10
      situation x -> a | b | c
      situation z -> call needs skill else fails | answer | fails
      ${personas.join('\n')}
      ${EPISODES.repeat(5)}
      compare selection, drift 20, novel 1%, contextual, population 10, unstructured 1
    `);
    sane(numbers);
  });

  it('with likelihoods of e^-600000, whose ratio is still told', async () => {
    // A million episodes of 0.5 against 0.5 − 1e-7: log odds 1e6·log(0.5/(0.5 − 1e-7)).
    const { persona } = await numbersFrom(`
      situation x -> a | b
      persona p { x -> a 50%, b }
      persona q { x -> a 0.4999999, b }
      episode: x -> a times 1000000
    `);
    assertNear(persona('p').posterior, 1 / (1 + Math.exp(-1e6 * -Math.log1p(-2e-7))), 'posterior');
  });

  it('with any program at all', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryProgram(), async ({ text }) => {
        const numbers = await numbersFrom(text);
        if (numbers.evaluation.defined) sane(numbers);
      }),
      { numRuns: 15, seed: 1 },
    );
  });
});
