/** Capabilities whose failures look like something that personas intend: integrals over the capability, written here. */
import { assertNear, close, divergence, ln, numbersFrom } from './program';
import { integrals, type LogitPoint, logBetaKernel, logitPoints } from './trapezoid';

const QUADRATURE = 1e-7;

interface Person {
  readonly prior: number;
  /** log likelihood of everything at a capability. */
  readonly log: (t: LogitPoint) => number;
}

/** κ ~ Beta(a, b) around all of it: each persona's integral, the posterior, and the capability's mean under each. */
function integrated(a: number, b: number, people: readonly Person[]) {
  const points = logitPoints(Math.min(a, b));
  const prior = integrals(points.map((t) => ({ log: logBetaKernel(a, b, t), values: [] })));
  const each = people.map((h) =>
    integrals(points.map((t) => ({ log: logBetaKernel(a, b, t) + h.log(t), values: [t.u] }))),
  );
  const logs = each.map((e) => e.log - prior.log);
  const top = Math.max(...logs);
  const joint = logs.map((l, h) => people[h]!.prior * Math.exp(l - top));
  const total = joint.reduce((x, y) => x + y, 0);
  const weights = joint.map((j) => j / total);
  const means = each.map((e) => e.values[0]!);
  return {
    logs,
    weights,
    means,
    mean: weights.reduce((sum, w, h) => sum + w * means[h]!, 0),
    logMarginal: top + ln(total),
    /** The density of the capability at each point, summing to 1. */
    density: points.map((t) =>
      people.reduce((sum, h, i) => sum + weights[i]! * Math.exp(logBetaKernel(a, b, t) + h.log(t) - each[i]!.log), 0),
    ),
  };
}

/** log of what a persona that intends the call by θ (and the fallback by 1−θ) says: calls, fallbacks. */
function caller(theta: number, calls: number, fallbacks: number): (t: LogitPoint) => number {
  return (t) => {
    const call = calls === 0 ? 0 : calls * (ln(theta) + t.logU);
    // 1 − θ + θ·(1−κ), with 1−κ from its own log.
    return call + (fallbacks === 0 ? 0 : fallbacks * ln(1 - theta + theta * Math.exp(t.logV)));
  };
}

const PROGRAM = `
capability skill 30% learnable strength 5
situation x -> call needs skill else answer | answer
persona p prior 1 { x -> call 80%, answer }
persona q prior 2 { x -> call 25%, answer }
probe x -> call
`;

describe('a capability whose fallback a persona intends', () => {
  for (const [calls, answers] of [
    [3, 4],
    [0, 6],
    [5, 0],
    [0.5, 2.25],
    [200, 3000],
  ] as const) {
    it(`is integrated with the personas, for ${calls} calls and ${answers} answers`, async () => {
      const episodes = `${calls > 0 ? `episode: x -> call times ${calls}\n` : ''}${answers > 0 ? `episode: x -> answer times ${answers}` : ''}`;
      const n = await numbersFrom(`${PROGRAM}${episodes}`);
      const expected = integrated(1.5, 3.5, [
        { prior: 1 / 3, log: caller(0.8, calls, answers) },
        { prior: 2 / 3, log: caller(0.25, calls, answers) },
      ]);
      close(n.persona('p').logLikelihood, expected.logs[0]!, 'log likelihood of p', QUADRATURE);
      close(n.persona('q').logLikelihood, expected.logs[1]!, 'log likelihood of q', QUADRATURE);
      close(n.evaluation.logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
      assertNear(n.persona('p').posterior, expected.weights[0]!, 'posterior of p', QUADRATURE);
      assertNear(n.capability('skill').after, expected.mean, 'capability', QUADRATURE);
      assertNear(n.predicts('p', 'x', 'call'), 0.8 * expected.means[0]!, 'p calls', QUADRATURE);
      assertNear(n.predicts('q', 'x', 'answer'), 1 - 0.25 * expected.means[1]!, 'q answers', QUADRATURE);
    });
  }

  it('says what each episode moved: personas by the odds, the capability by the KL of its posterior', async () => {
    const n = await numbersFrom(`${PROGRAM}episode: x -> call times 3\nepisode: x -> answer times 4`);
    const people = (calls: number, answers: number) => [
      { prior: 1 / 3, log: caller(0.8, calls, answers) },
      { prior: 2 / 3, log: caller(0.25, calls, answers) },
    ];
    const all = integrated(1.5, 3.5, people(3, 4));
    const without = [integrated(1.5, 3.5, people(0, 4)), integrated(1.5, 3.5, people(3, 0))];
    without.forEach((rest, e) => {
      const odds = (w: readonly number[]) => ln(w[0]! / w[1]!);
      close(n.weight(e, 'p'), odds(all.weights) - odds(rest.weights), `W of ${e}`, QUADRATURE);
      close(n.evaluation.episodes.shift[e], divergence(all.weights, rest.weights), `shift of ${e}`, QUADRATURE);
      const positive = all.density.flatMap((v, i) => (v > 0 && rest.density[i]! > 0 ? [i] : []));
      const kl = divergence(
        positive.map((i) => all.density[i]!),
        positive.map((i) => rest.density[i]!),
      );
      close(n.evaluation.episodes.capability[e], kl, `capability of ${e}`, QUADRATURE);
    });
  });

  it('is seen by reinforcement at every value that it may have', async () => {
    // Z(κ) = P(call)·e^(r/(ρβ)) + P(answer), ρ = ½, β = 2: the exponent is 1, and Z enters as √Z.
    const n = await numbersFrom(
      `${PROGRAM}episode: x -> answer times 2\nreinforce x beta 2 rigidity 0.5 reward call 1, answer 0`,
    );
    const rewarded = (theta: number) => (t: LogitPoint) =>
      caller(theta, 0, 2)(t) + 0.5 * Math.log1p(theta * t.u * (Math.E - 1));
    const expected = integrated(1.5, 3.5, [
      { prior: 1 / 3, log: rewarded(0.8) },
      { prior: 2 / 3, log: rewarded(0.25) },
    ]);
    close(n.evaluation.logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
    assertNear(n.persona('p').posterior, expected.weights[0]!, 'posterior', QUADRATURE);
    assertNear(n.capability('skill').after, expected.mean, 'capability', QUADRATURE);
    const call = 0.8 * expected.means[0]! * Math.E;
    assertNear(n.predicts('p', 'x', 'call'), call / (call + 1 - 0.8 * expected.means[0]!), 'tilted', QUADRATURE);
  });

  it('is asked by a preference between a response and its fallback', async () => {
    // P(call)/(P(call) + P(answer)) = θκ, since there is nothing else.
    const n = await numbersFrom(`${PROGRAM}episode: x -> call over answer times 2\nepisode: x -> answer`);
    const log = (theta: number) => (t: LogitPoint) => caller(theta, 2, 1)(t);
    const expected = integrated(1.5, 3.5, [
      { prior: 1 / 3, log: log(0.8) },
      { prior: 2 / 3, log: log(0.25) },
    ]);
    close(n.evaluation.logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
    assertNear(n.persona('p').posterior, expected.weights[0]!, 'posterior', QUADRATURE);
  });

  it('is shared by the situations of the account contextual, and integrated around their product', async () => {
    const n = await numbersFrom(
      `
      ${PROGRAM}
      situation z -> write needs skill else blank | blank
      persona r prior 3 { x -> call 50%, answer  z -> write 90%, blank }
      episode: x -> call
      episode: x -> answer times 3
      episode: z -> blank times 2
      compare contextual
    `
        .replace('call 80%, answer }', 'call 80%, answer  z -> write 60%, blank }')
        .replace('call 25%, answer }', 'call 25%, answer  z -> write 20%, blank }'),
    );
    const priors = [1 / 6, 2 / 6, 3 / 6];
    const mix = (t: LogitPoint, thetas: readonly number[], calls: number, answers: number) =>
      ln(thetas.reduce((sum, theta, h) => sum + priors[h]! * Math.exp(caller(theta, calls, answers)(t)), 0));
    const expected = integrated(1.5, 3.5, [
      { prior: 1, log: (t) => mix(t, [0.8, 0.25, 0.5], 1, 3) + mix(t, [0.6, 0.2, 0.9], 0, 2) },
    ]);
    close(n.account('contextual').logMarginal, expected.logMarginal, 'log marginal', QUADRATURE);
  });
});

describe('two capabilities in one situation whose fallback a persona intends', () => {
  it('are integrated over both', async () => {
    const n = await numbersFrom(`
      capability one 50% learnable strength 4
      capability two 25% learnable strength 8
      situation x -> a needs one else c | b needs two else c | c
      persona p { x -> a 50%, b 30%, c }
      persona q { x -> a 20%, b 20%, c }
      episode: x -> a times 2
      episode: x -> b
      episode: x -> c times 3
    `);
    const [first, second] = [logitPoints(2, 0.1), logitPoints(2, 0.1)];
    const logs = [
      [0.5, 0.3, 0.2],
      [0.2, 0.2, 0.6],
    ].map(([a, b, c]) => {
      const points = first.flatMap((t) =>
        second.map((s) => ({
          log:
            logBetaKernel(2, 2, t) +
            logBetaKernel(2, 6, s) +
            2 * (ln(a!) + t.logU) +
            ln(b!) +
            s.logU +
            3 * ln(c! + a! * Math.exp(t.logV) + b! * Math.exp(s.logV)),
          values: [t.u, s.u],
        })),
      );
      let top = Number.NEGATIVE_INFINITY;
      for (const p of points) top = Math.max(top, p.log);
      let mass = 0;
      const means = [0, 0];
      for (const p of points) {
        const w = Math.exp(p.log - top);
        mass += w;
        means[0]! += w * p.values[0]!;
        means[1]! += w * p.values[1]!;
      }
      // The priors' constants: B(2, 2) = 1/6, B(2, 6) = 1/42.
      return { log: top + ln(mass) + ln(6) + ln(42), means: means.map((m) => m / mass) };
    });
    const [p, q] = logs;
    close(n.persona('p').logLikelihood, p!.log, 'p', QUADRATURE);
    close(n.persona('q').logLikelihood, q!.log, 'q', QUADRATURE);
    const w = 1 / (1 + Math.exp(q!.log - p!.log));
    assertNear(n.persona('p').posterior, w, 'posterior', QUADRATURE);
    assertNear(n.capability('one').after, w * p!.means[0]! + (1 - w) * q!.means[0]!, 'one', QUADRATURE);
    assertNear(n.capability('two').after, w * p!.means[1]! + (1 - w) * q!.means[1]!, 'two', QUADRATURE);
  });
});
