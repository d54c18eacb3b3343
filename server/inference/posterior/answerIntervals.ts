/**
 * Central 90% intervals of what a hypothesis answers, P_h(y|x) = θ·κ with what is lost, after the evidence: for the same quantity
 * as `predictiveAfter`. θ is uncertain where the hypothesis has a concentration, κ where a capability is learnable. Episodes and
 * preferences both count: a preference pair is a Beta on the ratio of two propensities, independent of their sum.
 */
import betainc from '@stdlib/math-base-special-betainc';
import type { DatasetCounts } from '../../datasets/counts';
import type { Program } from '../../program/model/program';
import type { CapabilityMarginal } from '../capabilities/capabilities';
import type { DirichletPlan } from '../likelihood/dirichlet';
import { type DirichletPreferences, shareBeta } from '../likelihood/preference';
import { cellForm } from '../model/forms';
import { betaQuantile } from '../numbers/betaQuantile';
import type { Stepwise } from '../stepwise';
import { nodesQuantile } from './capabilityStandings';
import { type EvaluationCache, evaluateIncremental, type PosteriorState } from './posteriorState';

/** A factor of an answer, independent of its other factors: its quantiles, and its distribution function where that is cheap. */
interface Uncertain {
  readonly quantile: (q: number) => number;
  readonly below?: (x: number) => number;
}

/** H × cells × 2: the ends; NaN where nothing is uncertain, or where no interval is known (several capabilities, tilted rows). */
export function* answerIntervals(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  cache: EvaluationCache = {},
): Stepwise<Float64Array> {
  const { structure, hypotheses, state } = yield* evaluateIncremental(program, counts, cache);
  const intervals = new Float64Array(hypotheses.length * structure.cells * 2).fill(Number.NaN);
  for (let h = 0; h < hypotheses.length; h++) {
    yield;
    for (let cell = 0; cell < structure.cells; cell++) {
      const found = answerInterval(state, h, cell);
      if (found) intervals.set(found, 2 * (h * structure.cells + cell));
    }
  }
  return intervals;
}

function answerInterval(state: PosteriorState, h: number, cell: number): readonly [number, number] | undefined {
  const { likelihood, logLikelihoods } = state;
  const { structure, hypotheses, reinforcements } = likelihood;
  const hypothesis = hypotheses[h];
  const situation = structure.situationOf[cell] as number;
  if (!hypothesis || logLikelihoods.retained[h]) return undefined;
  if (reinforcements.some((r) => r.situation === situation && r.rigidity !== undefined)) return undefined;
  const preferences = likelihood.dirichlet[h];
  const plan = preferences?.plans[situation];
  const marginals = logLikelihoods.capabilities[h]?.marginals ?? [];
  if (!preferences || !plan) {
    // Rigid: an affine function of one κ.
    const form = cellForm(structure, hypothesis, cell);
    const marginal = form.capabilities.length === 1 ? marginals[form.capabilities[0] as number] : undefined;
    if (!marginal) return undefined;
    const [miss, hit] = [form.miss[0] as number, form.hit[0] as number];
    const ends = [0.05, 0.95].map((q) => {
      const k = capability(marginal).quantile(q);
      return form.base + miss * (1 - k) + hit * k;
    });
    return [Math.min(...ends), Math.max(...ends)];
  }
  const factors = propensity(preferences, plan, cell, situation, logLikelihoods.counts);
  if (!factors) return undefined;
  const lost = plan.unitOf[cell - plan.first] === -1;
  const lossy = lost ? structure.lossyResponses[cell]?.find((y) => plan.unitOf[y - plan.first] !== -1) : cell;
  const needs = lossy === undefined ? -1 : (structure.needs[lossy] as number);
  let fixed = 1;
  if (needs >= 0) {
    const own = hypothesis.capability[needs] as number;
    const marginal = Number.isNaN(own) ? marginals[needs] : undefined;
    if (Number.isNaN(own) && !marginal) return undefined;
    if (marginal) {
      const k = capability(marginal);
      factors.push(lost ? { quantile: (q) => 1 - k.quantile(1 - q) } : k);
    } else fixed = lost ? 1 - own : own;
  }
  return [fixed * productQuantile(factors, 0.05), fixed * productQuantile(factors, 0.95)];
}

/** The factors of θ, or of the sum that a dedicated fallback observes; undefined where they are not independent. */
function propensity(
  preferences: DirichletPreferences,
  plan: DirichletPlan,
  cell: number,
  situation: number,
  counts: Float64Array,
): Uncertain[] | undefined {
  const at = plan.unitOf[cell - plan.first] as number;
  const index = at >= 0 ? at : plan.units.findIndex((unit) => unit.fallback === cell);
  const unit = plan.units[index];
  if (!unit || unit.lossyResponses) return undefined;
  const parameter = (u: DirichletPlan['units'][number]) =>
    u.total +
    u.members.reduce((sum, y) => sum + (counts[y] as number), u.fallback < 0 ? 0 : (counts[u.fallback] as number));
  const total = plan.units.reduce((sum, u) => sum + parameter(u), 0);
  const pairs = preferences.shares.filter((s) => {
    const { n, m } = shareBeta(preferences, s, counts);
    return s.situation === situation && (s.a === cell || s.b === cell) && (n !== 0 || m !== 0);
  });
  if (pairs.length > 1) return undefined;
  const [pair] = pairs;
  if (!pair) {
    const own = parameter(unit);
    const factors = [beta(own, total - own)];
    if (at < 0 || unit.members.length === 1) return factors;
    const within = unit.members.map((y, i) => (unit.alpha[i] as number) + (counts[y] as number));
    const mine = within[unit.members.indexOf(cell)] as number;
    return [...factors, beta(mine, within.reduce((sum, v) => sum + v, 0) - mine)];
  }
  const other = plan.units[plan.unitOf[(pair.a === cell ? pair.b : pair.a) - plan.first] as number];
  if (!other || other === unit || unit.members.length > 1 || other.members.length > 1) return undefined;
  const both = parameter(unit) + parameter(other);
  const { a, b, n, m } = shareBeta(preferences, pair, counts);
  const ratio = pair.a === cell ? beta(a + n, b + m) : beta(b + m, a + n);
  return [beta(both, total - both), ratio];
}

function beta(a: number, b: number): Uncertain {
  // All of the mass that is left is its own.
  if (!(b > 1e-12 * a)) return { quantile: () => 1 };
  return { quantile: (q) => betaQuantile(q, a, b), below: (x) => (x >= 1 ? 1 : x <= 0 ? 0 : betainc(x, a, b)) };
}

function capability({ beta: exact, quadratureNodes, mean }: CapabilityMarginal): Uncertain {
  if (exact) return beta(exact[0], exact[1]);
  return { quantile: (q) => (quadratureNodes ? nodesQuantile(quadratureNodes, q) : mean) };
}

/** Points that stand for a factor, by how many factors have them. */
const POINTS = [0, 160, 24] as const;

/** A quantile of the product of independent factors: all but one as equal masses, that one by its distribution function. */
function productQuantile(factors: readonly Uncertain[], q: number): number {
  const [only] = factors;
  if (!only) return 1;
  if (factors.length === 1) return only.quantile(q);
  const along = factors.find((f) => f.below) ?? only;
  const many = POINTS[Math.min(2, factors.length - 1)] as number;
  let products = [1];
  for (const factor of factors) {
    if (factor === along) continue;
    const points = Array.from({ length: many }, (_, i) => factor.quantile((i + 0.5) / many));
    products = products.flatMap((p) => points.map((x) => p * x));
  }
  if (!along.below) return quantileOf(products, q);
  const below = along.below;
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const mass = products.reduce((sum, p) => sum + (p > 0 ? below(middle / p) : 1), 0) / products.length;
    if (mass < q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function quantileOf(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
