/** KL of one ability's posterior mixture from another, in closed form where both are one Beta, else on the line. */
import type { AbilityMarginal } from './abilities';
import { abilityMixture, mixtureDensity, sameMarginal } from './abilityMixture';
import { betaDivergence, betaLogRatio } from './gamma';
import { expm1MinusX } from './logarithms';
import { integrateLine, logLogistic } from './quadrature';
import type { Weighing } from './weighing';

/** One ability as all hypotheses with a weight see it: marginals with their weights, equal ones put together. */
export interface Component {
  readonly now: AbilityMarginal;
  readonly then: AbilityMarginal;
  weightNow: number;
  weightThen: number;
}

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

/** The posterior of one ability, laid out once for all the evidence that may be left out. */
interface View {
  readonly weights: Float64Array;
  readonly nodes: Float64Array;
  readonly logHit: Float64Array;
  readonly logMiss: Float64Array;
  /** By distinct marginal: its own log density at the nodes, less that of the mixture. */
  readonly parts: readonly { readonly marginal: AbilityMarginal; readonly log: Float64Array }[];
}

const views = new WeakMap<Weighing, Map<number, View>>();

export function viewOf(weighing: Weighing, weights: Float64Array, ability: number): View {
  const known = views.get(weighing) ?? new Map<number, View>();
  views.set(weighing, known);
  const found = known.get(ability);
  if (found) return found;
  const mixture = abilityMixture(weighing.abilities, weights, ability);
  const density = mixtureDensity(mixture);
  const lattice = integrateLine(density);
  const { nodes } = lattice;
  const parts = mixture.map(({ marginal }) => ({ marginal, log: nodes.map((t) => marginal.log(t) - density.log(t)) }));
  const view = {
    weights: lattice.weights,
    nodes,
    logHit: nodes.map(logLogistic),
    logMiss: nodes.map((t) => logLogistic(-t)),
    parts,
  };
  known.set(ability, view);
  return view;
}

/** As `mixtureShift`, on nodes laid out for `now` alone; undefined where `then` reaches beyond them. */
function shiftOnView(components: readonly Component[], view: View): number | undefined {
  const { nodes, weights, logHit, logMiss } = view;
  const ratio = new Float64Array(nodes.length);
  for (const c of components) {
    if (c.weightNow === 0) return undefined;
    const part = view.parts.find((p) => sameMarginal(p.marginal, c.now));
    if (!part) return undefined;
    const tilt = Math.log(c.weightThen) - Math.log(c.weightNow);
    const betas = c.now.beta && c.then.beta ? ([c.now.beta, c.then.beta] as const) : undefined;
    const da = betas ? betas[1][0] - betas[0][0] : 0;
    const db = betas ? betas[1][1] - betas[0][1] : 0;
    const norm = betas ? betaLogRatio(betas[0][0], betas[0][1], da, db) : 0;
    const logWeight = Math.log(c.weightNow);
    for (let i = 0; i < nodes.length; i++) {
      const change = betas ? da * logHit[i] + db * logMiss[i] - norm : c.then.log(nodes[i]) - c.now.log(nodes[i]);
      const x = tilt + change;
      const share = logWeight + part.log[i];
      ratio[i] += Math.abs(x) < 1 ? Math.exp(share) * Math.expm1(x) : Math.exp(share + x) - Math.exp(share);
    }
  }
  let excess = 0;
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    if (!Number.isFinite(ratio[i]) || ratio[i] <= -1) return undefined;
    excess += weights[i] * ratio[i];
    sum += weights[i] * expm1MinusX(Math.log1p(ratio[i]));
  }
  // `then` must sum to 1 on the same nodes; what is missing would be an error of the same size.
  return Math.abs(excess) <= 1e-10 * sum + 1e-15 ? sum : undefined;
}

/** KL(now ‖ then) of one ability's mixture. */
export function mixtureShift(components: readonly Component[], view: () => View): number {
  const alive = components.filter((c) => c.weightNow > 0 || c.weightThen > 0);
  if (alive.length === 1 && alive[0].now.beta && alive[0].then.beta) {
    const { now, then } = alive[0];
    return sameMarginal(now, then)
      ? 0
      : betaDivergence(...(now.beta as [number, number]), ...(then.beta as [number, number]));
  }
  if (alive.every((c) => c.weightNow === c.weightThen && sameMarginal(c.now, c.then))) return 0;
  const quick = shiftOnView(alive, view());
  if (quick !== undefined) return quick;
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
      const x = tilts[i] + changes[i](t);
      // Far from where they were the two parts are taken one by one: a share of 0 may have become a large one.
      if (Math.abs(x) < 1) sum += share * Math.expm1(x);
      else sum += Math.exp(Math.log(old[i].weightThen) + old[i].then.log(t) - logNow) - share;
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
