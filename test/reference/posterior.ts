/**
 * Hypotheses and evidence to weights, capabilities and predictions, by integrating over all capabilities jointly: "κ is
 * integrated outermost, over all situations at once, in every account".
 */
import type { Counts } from './counts';
import { touched } from './counts';
import type { Capabilities, Hypothesis } from './likelihood';
import { logLikelihood, logPredictive, meanRow, measuredTerm, mixesCapabilities, reinforce } from './likelihood';
import type { WeightedPoint } from './numbers';
import { betaNodes, betaPlace, divergenceTerm, logPower, logSumExp, Unsupported, unitPoint } from './numbers';
import type { Program, Reinforcement, Target } from './resolve';
import type { Situation } from './rows';

/** All combinations of the nodes of the learnable capabilities that the evidence can say something about. */
export interface Grid {
  readonly names: readonly string[];
  readonly axes: readonly (readonly WeightedPoint[])[];
  readonly size: number;
  readonly logWeight: Float64Array;
}

export function priorCapabilities(program: Program): Capabilities {
  return new Map(program.capabilities.map((c) => [c.name, unitPoint(c.value)]));
}

export function capabilityGrid(program: Program, counts: Counts, coarser = 1): Grid {
  const situations = touched(
    counts,
    program.reinforcements.map((r) => r.situation),
  );
  const active = program.capabilities.filter(
    (c) => c.strength !== undefined && situations.some((x) => x.responses.some((r) => r.needs === c.name)),
  );
  if (active.length > 3) throw new Unsupported('more than three capabilities at once');
  const step = coarser * [1, 0.01, 0.05, 0.2][active.length]!;
  const axes = active.map((c) => {
    const [a, b] = [c.value * c.strength!, (1 - c.value) * c.strength!];
    // Where the likelihood will be sharp: the prior with the successes and failures that were seen.
    const count = (of: (x: Situation, y: number) => boolean) =>
      [...counts.cells].flatMap(([x, n]) => n.filter((_, y) => of(x, y))).reduce((sum, n) => sum + n, 0);
    const won = count((x, y) => x.responses[y]!.needs === c.name);
    const lost = count((x, y) => x.responses.some((r) => r.needs === c.name && r.fallback === y));
    if (a + won <= 0 || b + lost <= 0) throw new Unsupported('negative evidence that a capability cannot bear');
    const { centre, width } = betaPlace(a + won, b + lost);
    return betaNodes(a, b, centre, width, step);
  });
  const size = axes.reduce((product, axis) => product * axis.length, 1);
  const logWeight = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let rest = i;
    for (const axis of axes) {
      logWeight[i]! += axis[rest % axis.length]!.logWeight;
      rest = Math.floor(rest / axis.length);
    }
  }
  return { names: active.map((c) => c.name), axes, size, logWeight };
}

/** log of something that depends on the capabilities of one situation, at every node of the grid, computed once per combination of those. */
export function overGrid(
  grid: Grid,
  prior: Capabilities,
  needed: ReadonlySet<string>,
  log: (capabilities: Capabilities) => number,
): (node: number) => number {
  const known = new Map<number, number>();
  return (node) => {
    let rest = node;
    let key = 0;
    const indices = grid.axes.map((axis, d) => {
      const index = rest % axis.length;
      rest = Math.floor(rest / axis.length);
      if (needed.has(grid.names[d]!)) key = key * axis.length + index;
      return index;
    });
    const before = known.get(key);
    if (before !== undefined) return before;
    const capabilities = new Map(prior);
    grid.names.forEach((name, d) => {
      capabilities.set(name, grid.axes[d]![indices[d]!]!);
    });
    const value = log(capabilities);
    known.set(key, value);
    return value;
  };
}

export function neededBy(x: Situation): ReadonlySet<string> {
  return new Set(x.responses.flatMap((r) => (r.needs === undefined ? [] : [r.needs])));
}

/** log L_h(D_x, reinforcements of x | κ). */
export function situationFactor(
  program: Program,
  h: Hypothesis,
  x: Situation,
  counts: Counts,
  reinforcements: readonly Reinforcement[],
  capabilities: Capabilities,
): number {
  const mine = reinforcements.filter((r) => r.situation === x);
  const log = logLikelihood(program, h, x, counts, capabilities);
  if (mine.length === 0 || log === -Infinity) return log;
  if (mixesCapabilities(program, h, x, counts))
    throw new Unsupported('a reinforcement of rows that depend on capabilities');
  // Dirichlet rows enter a reinforcement at their posterior mean.
  const theta = meanRow(program, h, x, counts, capabilities);
  return log + reinforce(logPredictive(program, h, x, theta, capabilities), mine).log;
}

/** Measured rows that name no situation, for h. */
export function unplaced(h: Hypothesis, counts: Counts): number {
  return counts.measured
    .filter((row) => row.situation === undefined)
    .reduce((sum, row) => sum + measuredTerm(h, row), 0);
}

export interface Posterior {
  readonly hypotheses: readonly Hypothesis[];
  readonly logLikelihood: readonly number[];
  readonly logMarginal: number;
  readonly weights: readonly number[];
  /** E[κ | h, D]: by hypothesis. A hypothesis that does not use the capability keeps its prior. */
  readonly capabilities: readonly Capabilities[];
  /** Log density of the capabilities over all hypotheses, relative to the prior, at the grid's nodes. */
  readonly logDensity: Float64Array;
  /** By hypothesis: log of the likelihood at the grid's nodes. */
  readonly joint: readonly Float64Array[];
}

export function posterior(
  program: Program,
  hypotheses: readonly Hypothesis[],
  counts: Counts,
  reinforcements: readonly Reinforcement[],
  grid: Grid,
): Posterior {
  const prior = priorCapabilities(program);
  const situations = touched(
    counts,
    reinforcements.map((r) => r.situation),
  );
  const joint = hypotheses.map((h) => {
    const factors = situations.map((x) =>
      overGrid(grid, prior, neededBy(x), (capabilities) =>
        situationFactor(program, h, x, counts, reinforcements, capabilities),
      ),
    );
    const log = new Float64Array(grid.size).fill(unplaced(h, counts));
    for (const factor of factors) for (let i = 0; i < grid.size; i++) log[i]! += factor(i);
    return log;
  });
  const logL = joint.map((log) => logIntegral(log, grid));
  const logMarginal = logSumExp(logL.map((log, i) => log + Math.log(hypotheses[i]!.prior)));
  // If every persona with a prior has L = 0 the posterior is undefined.
  const weight = (log: number, i: number) =>
    log === -Infinity ? 0 : hypotheses[i]!.prior * Math.exp(log - logMarginal);
  const weights = logL.map((log, i) => (logMarginal === -Infinity ? Number.NaN : weight(log, i)));
  const logDensity = new Float64Array(grid.size).fill(-Infinity);
  joint.forEach((log, h) => {
    if (weights[h] === 0) return;
    for (let i = 0; i < grid.size; i++)
      logDensity[i] = logSumExp([logDensity[i]!, Math.log(weights[h]!) + log[i]! - logL[h]!]);
  });
  const capabilities = hypotheses.map((_, h) => {
    const means = new Map(prior);
    if (logL[h] === -Infinity) return means;
    grid.names.forEach((name, d) => {
      means.set(name, meanCapability(grid, d, joint[h]!, logL[h]!));
    });
    return means;
  });
  return { hypotheses, logLikelihood: logL, logMarginal, weights, capabilities, logDensity, joint };
}

export function logIntegral(log: Float64Array, grid: Grid): number {
  let top = -Infinity;
  for (let i = 0; i < grid.size; i++) top = Math.max(top, log[i]! + grid.logWeight[i]!);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (let i = 0; i < grid.size; i++) sum += Math.exp(log[i]! + grid.logWeight[i]! - top);
  return top + Math.log(sum);
}

function meanCapability(grid: Grid, d: number, log: Float64Array, logTotal: number) {
  const stepSize = grid.axes.slice(0, d).reduce((product, axis) => product * axis.length, 1);
  const axis = grid.axes[d]!;
  let sum = 0;
  let rest = 0;
  for (let i = 0; i < grid.size; i++) {
    const point = axis[Math.floor(i / stepSize) % axis.length]!;
    const weight = log[i]! + grid.logWeight[i]! - logTotal;
    sum += Math.exp(weight + point.log);
    rest += Math.exp(weight + point.logRest);
  }
  return { value: sum, log: Math.log(sum), logRest: Math.log(rest) };
}

/** KL of the capability posterior p from the capability posterior q, given as log densities relative to the prior. */
export function capabilityDivergence(p: Float64Array, q: Float64Array, grid: Grid): number {
  let sum = 0;
  for (let i = 0; i < grid.size; i++) {
    // weight·(p·log(p/q) − p + q) = weight·q·[(1+r)·log(1+r) − r], r = p/q − 1; in logs where both are far below the top.
    const [logP, logQ] = [grid.logWeight[i]! + p[i]!, grid.logWeight[i]! + q[i]!];
    if (logP > -745 && p[i]! - q[i]! > 1) sum += Math.exp(logP) * (p[i]! - q[i]! - 1) + Math.exp(logQ);
    else sum += Math.exp(logQ) * divergenceTerm(Math.exp(p[i]! - q[i]!), 1);
  }
  return sum;
}

/** Rows P_h(·|x) as they are predicted: capabilities and propensities at their means, then tilted, step by step. */
export function predictiveSteps(
  program: Program,
  h: Hypothesis,
  x: Situation,
  counts: Counts,
  capabilities: Capabilities,
  reinforcements: readonly Reinforcement[],
): (readonly number[])[] {
  const theta = meanRow(program, h, x, counts, capabilities);
  const row = logPredictive(program, h, x, theta, capabilities);
  const mine = reinforcements.filter((r) => r.situation === x);
  return [row, ...reinforce(row, mine).steps].map((logs) => logs.map(Math.exp));
}

/** E[P_h(·|x) | D] as it is predicted; where rows depend on capabilities, the mean over both. */
export function predictedRow(
  program: Program,
  state: Posterior,
  grid: Grid,
  h: number,
  x: Situation,
  counts: Counts,
  reinforcements: readonly Reinforcement[],
): readonly number[] {
  const hypothesis = state.hypotheses[h]!;
  if (!mixesCapabilities(program, hypothesis, x, counts))
    return predictiveSteps(program, hypothesis, x, counts, state.capabilities[h]!, reinforcements).at(-1)!;
  const out = x.responses.map(() => 0);
  const prior = priorCapabilities(program);
  for (let i = 0; i < grid.size; i++) {
    const weight = Math.exp(state.joint[h]![i]! + grid.logWeight[i]! - state.logLikelihood[h]!);
    if (weight < 1e-20) continue;
    let rest = i;
    const capabilities = new Map(prior);
    grid.names.forEach((name, d) => {
      capabilities.set(name, grid.axes[d]![rest % grid.axes[d]!.length]!);
      rest = Math.floor(rest / grid.axes[d]!.length);
    });
    const theta = meanRow(program, hypothesis, x, counts, capabilities);
    logPredictive(program, hypothesis, x, theta, capabilities).forEach((log, y) => {
      out[y]! += weight * Math.exp(log);
    });
  }
  return out;
}

/** "`given` multiplies w_h by the context's likelihood under method `context` (strength·times^(1−discount)) before predicting." */
export function weightsGiven(
  program: Program,
  weights: readonly number[],
  given: Target['given'],
  predict: (h: number, x: Situation, y: number) => number,
): number[] {
  const { strength, discount } = program.methods.context;
  const logs = weights.map((weight, h) =>
    given.reduce((sum, { situation, response, times }) => {
      const n = strength * (times > 1 ? times ** (1 - discount) : times);
      return sum + logPower(Math.log(predict(h, situation, response)), n);
    }, Math.log(weight)),
  );
  const total = logSumExp(logs);
  return logs.map((log) => Math.exp(log - total));
}
