/** The reference against closed forms, so that an agreement with it means something. */
import { strict as assert } from 'node:assert';
import { parse } from '../../server/syntax/parser/parser';
import { betaNodes, betaPlace, logDirichletRatio, logRising, logSumExp } from './numbers';
import { referenceResult } from './reference';

type Anything = ReturnType<typeof JSON.parse>;

function evaluate(declarations: string): Anything {
  const text = `units nats\n${declarations}`;
  const { file: tree, issues } = parse(text);
  assert.deepEqual(issues, []);
  return referenceResult([{ name: 'main', text, tree }]);
}

function assertNear(actual: number, expected: number, relative = 1e-12): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.max(1e-300, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}

describe('the reference', () => {
  it('knows ratios of gamma functions: products for whole steps, the duplication formula for halves', () => {
    assertNear(logRising(0.3, 4), Math.log(0.3 * 1.3 * 2.3 * 3.3));
    assertNear(logRising(1e6, 2), Math.log(1e6) + Math.log(1e6 + 1), 1e-14);
    assertNear(logRising(7.3, -3), -Math.log(6.3 * 5.3 * 4.3));
    // Γ(x)Γ(x+½) = 2^(1−2x) √π Γ(2x), at x = 1: Γ(3/2)/Γ(1) = √π/2.
    assertNear(logRising(1, 0.5), Math.log(Math.sqrt(Math.PI) / 2), 1e-13);
    assertNear(logDirichletRatio([1, 1], [2, 1]), Math.log((2 * 1 * 1) / (2 * 3 * 4)));
  });

  it('integrates over capabilities: moments of Beta distributions, spikes included', () => {
    for (const [a, b] of [
      [0.01, 9.99],
      [2, 3],
      [0.5, 0.5],
      [4000, 30],
    ] as const) {
      const { centre, width } = betaPlace(a, b);
      const nodes = betaNodes(a, b, centre, width, 0.05);
      const moment = (n: number, m: number) =>
        logSumExp(nodes.map((node) => node.logWeight + n * node.log + m * node.logRest));
      assertNear(moment(1, 0), Math.log(a / (a + b)), 1e-11);
      assertNear(moment(2.5, 1.5), logDirichletRatio([a, b], [2.5, 1.5]), 1e-11);
    }
  });

  it('gives the beta-binomial for a capability with a fallback of its own', () => {
    const result = evaluate(`
      capability k 1% learnable strength 5
      situation s -> a needs k else f | f
      persona p { s -> a }
      persona q { s -> a }
      episode: s -> a times 7
      episode: s -> f times 3`);
    assertNear(result.logMarginal, logDirichletRatio([0.05, 4.95], [7, 3]), 1e-11);
    assertNear(result.capabilities[0].after, 7.05 / 15, 1e-11);
    assert.ok(Math.abs(result.evidence[0].shift) < 1e-12);
  });

  it('gives the same for a population of two as the sum over who was drawn for each episode', () => {
    // Two episodes, a then b: Σ over draws of E[w_i w_j] P_i(a) P_j(b), with E from Dirichlet(3, 2).
    const result = evaluate(`
      situation s -> a | b
      persona p prior 3 { s -> a 70%, b }
      persona q prior 2 { s -> a 20%, b }
      episode: s -> a
      episode: s -> b
      probe s -> a
      compare population 5`);
    const [pp, pq, qq] = [(3 * 4) / 30, (3 * 2) / 30, (2 * 3) / 30];
    const marginal = pp * 0.7 * 0.3 + pq * (0.7 * 0.8 + 0.2 * 0.3) + qq * 0.2 * 0.8;
    assertNear(result.accounts[0].logMarginal, Math.log(marginal), 1e-11);
  });

  it('completes rows as the language says', () => {
    const result = evaluate(`
      capability k 40%
      situation s -> a needs k else f | b | f
      persona p { s -> a 60% }
      persona q { s -> a 50%, b 30% }
      persona r
      probe s -> b
      probe s -> f`);
    assertNear(result.probes[0].byPersona.p, 0.4);
    assertNear(result.probes[0].byPersona.q, 0.3);
    assertNear(result.probes[0].byPersona.r, 1 / 3);
    assertNear(result.probes[1].byPersona.p, 0.6 * 0.6);
    assertNear(result.probes[1].byPersona.q, 0.2 + 0.5 * 0.6);
  });

  it('discounts, repeats and weighs by tokens', () => {
    const result = evaluate(`
      method sft strength 0.5 per token repeats 0.5 discount 0.25
      situation s -> a | b
      persona p { s -> a 25%, b }
      episode epochs 4 tokens 3: s -> a times 2
      episode tokens 10: s -> a weight 0.5 times 24`);
    // c = 2·√4 + 12 = 16, c' = 8, t̄ = (4·3 + 12·10)/16 = 8.25, N = 0.5·8·8.25 = 33.
    assertNear(result.logMarginal, 33 * Math.log(0.25));
  });
});
