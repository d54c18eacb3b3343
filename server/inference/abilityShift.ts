/**
 * How far evidence moves the abilities: KL of the ability posterior with it from the one without. That posterior is a
 * mixture over hypotheses, because one that has an ability of its own, or is `novel`, leaves the latent one at its
 * prior. Where all agree it is a divergence of two Betas in closed form.
 */
import type { AbilityMarginal, AbilitySolution } from './abilities';
import { betaDivergence, betaLogRatio } from './gamma';
import type { Gains, Likelihood, Weighing } from './likelihood';
import { expm1MinusX } from './logarithms';
import type { Move } from './posterior';
import { integrateLine, type LineDensity, logLogistic } from './quadrature';

/** One ability as all hypotheses with a weight see it: marginals with their weights, equal ones put together. */
interface Component {
  readonly now: AbilityMarginal;
  readonly then: AbilityMarginal;
  weightNow: number;
  weightThen: number;
}

/** A mixture's log density and its shape. */
function mixtureDensity(parts: readonly { weight: number; marginal: AbilityMarginal }[]): LineDensity {
  const used = parts.filter((p) => p.weight > 0);
  const logs = used.map((p) => Math.log(p.weight));
  const values = new Float64Array(used.length);
  const log = (t: number) => {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < used.length; i++) {
      values[i] = logs[i] + used[i].marginal.log(t);
      if (values[i] > top) top = values[i];
    }
    if (top === Number.NEGATIVE_INFINITY) return top;
    let sum = 0;
    for (let i = 0; i < used.length; i++) sum += Math.exp(values[i] - top);
    return top + Math.log(sum);
  };
  const shapes = used.map((p) => p.marginal.density);
  return {
    log,
    landmarks: [...new Set(shapes.flatMap((s) => s.landmarks))].sort((a, b) => a - b),
    reach: Math.max(...shapes.map((s) => s.reach)),
    magnitude: Math.max(...shapes.map((s) => s.magnitude)),
  };
}

/** The ability posterior as a mixture over hypotheses. */
export function abilityMixture(
  solutions: readonly (AbilitySolution | undefined)[],
  weights: ArrayLike<number>,
  ability: number,
): { weight: number; marginal: AbilityMarginal }[] {
  const parts: { weight: number; marginal: AbilityMarginal }[] = [];
  for (let h = 0; h < weights.length; h++) {
    const marginal = solutions[h]?.marginals[ability];
    if (!marginal || !(weights[h] > 0)) continue;
    const same = parts.find((p) => sameMarginal(p.marginal, marginal));
    if (same) same.weight += weights[h];
    else parts.push({ weight: weights[h], marginal });
  }
  return parts;
}

function sameMarginal(a: AbilityMarginal, b: AbilityMarginal): boolean {
  if (a === b) return true;
  return a.beta !== undefined && b.beta !== undefined && a.beta[0] === b.beta[0] && a.beta[1] === b.beta[1];
}

export { mixtureDensity };

/** log(then/now) along t of one hypothesis' own ability posterior. */
function logChange(now: AbilityMarginal, then: AbilityMarginal): (t: number) => number {
  if (sameMarginal(now, then)) return () => 0;
  if (now.beta && then.beta) {
    const [a, b] = now.beta;
    const da = then.beta[0] - a;
    const db = then.beta[1] - b;
    const norm = betaLogRatio(a, b, da, db);
    return (t) => da * logLogistic(t) + db * logLogistic(-t) - norm;
  }
  return (t) => then.log(t) - now.log(t);
}

/** KL(now ‖ then) of one ability's mixture. */
function mixtureShift(components: readonly Component[]): number {
  const alive = components.filter((c) => c.weightNow > 0 || c.weightThen > 0);
  if (alive.length === 1 && alive[0].now.beta && alive[0].then.beta) {
    const { now, then } = alive[0];
    return sameMarginal(now, then)
      ? 0
      : betaDivergence(...(now.beta as [number, number]), ...(then.beta as [number, number]));
  }
  if (alive.every((c) => c.weightNow === c.weightThen && sameMarginal(c.now, c.then))) return 0;
  const nowDensity = mixtureDensity(alive.map((c) => ({ weight: c.weightNow, marginal: c.now })));
  const thenDensity = mixtureDensity(alive.map((c) => ({ weight: c.weightThen, marginal: c.then })));
  const born = alive.filter((c) => c.weightNow === 0);
  const old = alive.filter((c) => c.weightNow > 0);
  const changes = old.map((c) => logChange(c.now, c.then));
  const tilts = old.map((c) => Math.log(c.weightThen) - Math.log(c.weightNow));
  /** then/now − 1 at t, small changes to full precision: a mean over hypotheses of what each one's own part became. */
  const change = (t: number, logNow: number): number => {
    let sum = 0;
    for (let i = 0; i < old.length; i++) {
      const share = Math.exp(Math.log(old[i].weightNow) + old[i].now.log(t) - logNow);
      if (share > 0) sum += share * Math.expm1(tilts[i] + changes[i](t));
    }
    for (const c of born) sum += Math.exp(Math.log(c.weightThen) + c.then.log(t) - logNow);
    return sum;
  };
  // KL = ∫ now·(r − 1 − log r) with r = then/now, never negative; laid out over both, so that neither's tail is cut.
  const lattice = integrateLine({
    log: (t) => {
      const [a, b] = [nowDensity.log(t), thenDensity.log(t)];
      const top = Math.max(a, b);
      return top === Number.NEGATIVE_INFINITY ? top : top + Math.log(Math.exp(a - top) + Math.exp(b - top)) - Math.LN2;
    },
    landmarks: [...new Set([...nowDensity.landmarks, ...thenDensity.landmarks])].sort((a, b) => a - b),
    reach: Math.max(nowDensity.reach, thenDensity.reach),
    magnitude: Math.max(nowDensity.magnitude, thenDensity.magnitude),
  });
  let sum = 0;
  for (let i = 0; i < lattice.nodes.length; i++) {
    const t = lattice.nodes[i];
    const logNow = nowDensity.log(t);
    const excess = logNow - thenDensity.log(t);
    // Weights are of (now + then)/2.
    const r = excess < -30 ? Number.POSITIVE_INFINITY : change(t, logNow);
    if (r === Number.POSITIVE_INFINITY || !Number.isFinite(r)) {
      const share = 2 / (1 + Math.exp(excess));
      sum += lattice.weights[i] * (share + (2 - share) * (excess - 1));
    } else sum += (lattice.weights[i] * 2 * expm1MinusX(Math.log1p(r))) / (2 + r);
  }
  return Math.max(0, sum);
}

/**
 * KL of the posterior of the abilities with the evidence from the one without, nats, summed over the abilities: exact
 * where they are independent given the data (one is learnable, or none is coupled and all hypotheses but at most one
 * ability's agree), else the sum of the marginal divergences.
 */
export function abilityShift(
  likelihood: Likelihood,
  weighing: Weighing,
  found: Gains,
  weights: Float64Array,
  move: Move,
): number {
  const { structure } = likelihood;
  let sum = 0;
  for (let c = 0; c < structure.value.length; c++) {
    if (!structure.learnable[c]) continue;
    const components: Component[] = [];
    for (let h = 0; h < weights.length; h++) {
      if (!(weights[h] > 0) && !(move.without[h] > 0)) continue;
      const now = weighing.abilities[h]?.marginals[c];
      const then = found.abilities[h]?.marginals[c];
      if (!now || !then) return Number.NaN;
      const same = components.find((p) => sameMarginal(p.now, now) && sameMarginal(p.then, then));
      if (same) {
        same.weightNow += weights[h];
        same.weightThen += move.without[h];
      } else components.push({ now, then, weightNow: weights[h], weightThen: move.without[h] });
    }
    sum += mixtureShift(components);
  }
  return sum;
}
