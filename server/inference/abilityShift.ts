/**
 * How far evidence moves the abilities: KL of the ability posterior with it from the one without. That posterior is a
 * mixture over hypotheses, because one that has an ability of its own, or is `novel`, leaves the latent one at its
 * prior. Where all agree it is a divergence of two Betas in closed form.
 */
import { type AbilityMarginal, type AbilitySolution, jointDensity } from './abilities';
import { pointAt, setAbility } from './abilityPoint';
import { betaDivergence, betaLogRatio } from './gamma';
import type { Gains, Likelihood, Weighing } from './likelihood';
import { expm1MinusX, logSumExp, xMinusLog1p } from './logarithms';
import type { Move } from './posterior';
import { integrateInSteps, integrateLine, type LineDensity, logLogistic } from './quadrature';
import type { Stepwise } from './stepwise';
import type { Structure } from './structure';

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

function viewOf(weighing: Weighing, weights: Float64Array, ability: number): View {
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
function mixtureShift(components: readonly Component[], view: () => View): number {
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

/** Two abilities together, as all hypotheses with a weight see them. */
interface JointComponent {
  readonly now: AbilitySolution;
  readonly then: AbilitySolution;
  weightNow: number;
  weightThen: number;
}

/**
 * KL(now ‖ then) of two abilities that are independent for every hypothesis, though not in the mixture over them: on a
 * product of two lattices, where every hypothesis' density is a product.
 */
function* productShift(abilities: readonly [number, number], components: readonly JointComponent[]): Stepwise<number> {
  const axes = abilities.map((c) => {
    const parts = components.flatMap((p) => {
      const [now, then] = [p.now.marginals[c], p.then.marginals[c]] as [AbilityMarginal, AbilityMarginal];
      return [
        { weight: p.weightNow, marginal: now },
        { weight: p.weightThen, marginal: then },
      ];
    });
    const lattice = integrateLine(mixtureDensity(parts));
    const at = (marginal: AbilityMarginal | undefined) =>
      lattice.nodes.map((t) => Math.exp((marginal as AbilityMarginal).log(t)));
    return {
      spacing: lattice.spacing,
      now: components.map((p) => at(p.now.marginals[c])),
      later: components.map((p) => at(p.then.marginals[c])),
    };
  });
  const [first, second] = axes;
  let sum = 0;
  for (let i = 0; i < first.spacing.length; i++) {
    if (i % 32 === 31) yield;
    for (let j = 0; j < second.spacing.length; j++) {
      let p = 0;
      let q = 0;
      for (let k = 0; k < components.length; k++) {
        p += components[k].weightNow * first.now[k][i] * second.now[k][j];
        q += components[k].weightThen * first.later[k][i] * second.later[k][j];
      }
      const weight = first.spacing[i] * second.spacing[j];
      const r = (q - p) / p;
      if (r < 1e6) sum += weight * p * (q > 0 ? xMinusLog1p(r) : UNDERFLOW);
      else sum += weight * (q - p - (p > 0 ? p * Math.log(q / p) : 0));
    }
  }
  return Math.max(0, sum);
}

/** log(p/q) where q has underflowed: p is nearly there as well. */
const UNDERFLOW = 745;

/** Inner integrals between two stops. */
const PLANE_BUDGET = 8;

/** KL(now ‖ then) of the joint posterior of two abilities, over the plane of their logits. */
function* jointShift(
  structure: Structure,
  abilities: readonly [number, number],
  components: readonly JointComponent[],
): Stepwise<number> {
  const point = pointAt(structure);
  const parts = components.map((c) => ({
    before: jointDensity(structure, c.now, abilities),
    after: jointDensity(structure, c.then, abilities),
    logNow: Math.log(c.weightNow),
    logThen: Math.log(c.weightThen),
  }));
  const logs = new Float64Array(parts.length);
  const logNow = () => {
    for (let i = 0; i < parts.length; i++)
      logs[i] = parts[i].logNow + (parts[i].logNow > Number.NEGATIVE_INFINITY ? parts[i].before(point) : 0);
    return logSumExp(logs);
  };
  const logThen = () => {
    for (let i = 0; i < parts.length; i++)
      logs[i] = parts[i].logThen + (parts[i].logThen > Number.NEGATIVE_INFINITY ? parts[i].after(point) : 0);
    return logSumExp(logs);
  };
  const both = () => {
    const [a, b] = [logNow(), logThen()];
    const top = Math.max(a, b);
    return top === Number.NEGATIVE_INFINITY ? top : top + Math.log((Math.exp(a - top) + Math.exp(b - top)) / 2);
  };
  const shape = (c: number, log: (t: number) => number): LineDensity => {
    const shapes = components.flatMap((p) => [p.now, p.then]).flatMap((s) => s.marginals[c]?.density ?? []);
    return {
      log,
      landmarks: [...new Set(shapes.flatMap((s) => s.landmarks))].sort((a, b) => a - b),
      reach: Math.max(...shapes.map((s) => s.reach)),
      magnitude: Math.max(...shapes.map((s) => s.magnitude)),
    };
  };
  const [outer, inner] = abilities;
  const line = () =>
    integrateLine(
      shape(inner, (t) => {
        setAbility(point, inner, t);
        return both();
      }),
    );
  const across = shape(outer, (t) => {
    setAbility(point, outer, t);
    return line().log;
  });
  const lattice = yield* integrateInSteps(across, PLANE_BUDGET);
  let sum = 0;
  for (let i = 0; i < lattice.nodes.length; i++) {
    if (!(lattice.weights[i] > 1e-25)) continue;
    if (i % PLANE_BUDGET === 0) yield;
    setAbility(point, outer, lattice.nodes[i]);
    const row = line();
    for (let j = 0; j < row.nodes.length; j++) {
      setAbility(point, inner, row.nodes[j]);
      // The nodes' weights are of (now + then)/2.
      const [a, b] = [logNow(), logThen()];
      const share = 2 / (1 + Math.exp(b - a));
      sum += lattice.weights[i] * row.weights[j] * (b - a > 700 ? 2 : share * expm1MinusX(b - a));
    }
  }
  return Math.max(0, sum);
}

/**
 * KL of the posterior of the abilities with the evidence from the one without, nats. Abilities that are independent of
 * all others given the data add up; two that are not (coupled in a situation, or seen differently by different
 * hypotheses) are taken jointly. Of more than two that only hypotheses tie together the marginal divergences are added,
 * which leaves out what they say about each other; of more than two coupled in a chain of situations it is not
 * computed: NaN.
 */
export function* abilityShift(
  likelihood: Likelihood,
  weighing: Weighing,
  found: Gains,
  weights: Float64Array,
  move: Move,
): Stepwise<number> {
  const { structure } = likelihood;
  const used: number[] = [];
  for (let h = 0; h < weights.length; h++) if (weights[h] > 0 || move.without[h] > 0) used.push(h);
  const tangled: { ability: number; components: Component[] }[] = [];
  let chained = false;
  let sum = 0;
  for (let c = 0; c < structure.value.length; c++) {
    if (!structure.learnable[c]) continue;
    const components: Component[] = [];
    let coupled = false;
    for (const h of used) {
      const [full, rest] = [weighing.abilities[h], found.abilities[h]];
      const now = full?.marginals[c];
      const then = rest?.marginals[c];
      if (!full || !rest || !now || !then) return Number.NaN;
      const groups = [...full.coupled, ...rest.coupled].filter((group) => group.includes(c));
      coupled ||= groups.length > 0;
      chained ||= groups.some((group) => group.length > 2);
      const same = components.find((p) => sameMarginal(p.now, now) && sameMarginal(p.then, then));
      if (same) {
        same.weightNow += weights[h];
        same.weightThen += move.without[h];
      } else components.push({ now, then, weightNow: weights[h], weightThen: move.without[h] });
    }
    if (coupled || components.length > 1) tangled.push({ ability: c, components });
    else sum += mixtureShift(components, () => viewOf(weighing, weights, c));
  }
  if (chained) return Number.NaN;
  if (tangled.length === 2) {
    const joint: JointComponent[] = [];
    for (const h of used) {
      const now = weighing.abilities[h] as AbilitySolution;
      const then = found.abilities[h] as AbilitySolution;
      const same = joint.find((p) => p.now === now && p.then === then);
      if (same) {
        same.weightNow += weights[h];
        same.weightThen += move.without[h];
      } else joint.push({ now, then, weightNow: weights[h], weightThen: move.without[h] });
    }
    const unmoved = joint.every((p) => p.now === p.then && p.weightNow === p.weightThen);
    if (unmoved) return sum;
    const pair = [tangled[0].ability, tangled[1].ability] as const;
    const apart = joint.every((p) => p.now.coupled.length + p.then.coupled.length === 0);
    return sum + (yield* apart ? productShift(pair, joint) : jointShift(structure, pair, joint));
  }
  for (const { ability, components } of tangled)
    sum += mixtureShift(components, () => viewOf(weighing, weights, ability));
  return sum;
}
