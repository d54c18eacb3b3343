/** KL of the joint posterior of two abilities from another: as a mixture of products, or by integration over the plane. */
import { type AbilityMarginal, type AbilitySolution, jointDensity } from './abilities';
import { mixtureDensity } from './abilityMixture';
import { pointAt, setAbility } from './abilityPoint';
import { expm1MinusX, logSumExp, xMinusLog1p } from './logarithms';
import { integrateInSteps, integrateLine, integrateOver, type LineDensity, type Stretch } from './quadrature';
import type { Stepwise } from './stepwise';
import type { Structure } from './structure';

/** Two abilities together, as all hypotheses with a weight see them. */
export interface JointComponent {
  readonly now: AbilitySolution;
  readonly then: AbilitySolution;
  weightNow: number;
  weightThen: number;
}

/**
 * KL(now ‖ then) of two abilities that are independent for every hypothesis, though not in the mixture over them: on a
 * product of two lattices, where every hypothesis' density is a product.
 */
export function* productShift(
  abilities: readonly [number, number],
  components: readonly JointComponent[],
): Stepwise<number> {
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

/** Evaluations of the joint density between two stops. */
const PLANE_BUDGET = 1000;

/** KL(now ‖ then) of the joint posterior of two abilities, over the plane of their logits. */
export function* jointShift(
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
  const stretch = (c: number): Stretch => {
    const shapes = components.flatMap((p) => [p.now, p.then]).flatMap((s) => s.marginals[c]?.density ?? []);
    return {
      landmarks: [...new Set(shapes.flatMap((s) => s.landmarks))].sort((a, b) => a - b),
      reach: Math.max(...shapes.map((s) => s.reach)),
      magnitude: Math.max(...shapes.map((s) => s.magnitude)),
    };
  };
  const [outer, inner] = abilities;
  const line: LineDensity = {
    ...stretch(inner),
    log: (t) => {
      setAbility(point, inner, t);
      return both();
    },
  };
  const lattice = yield* integrateOver(stretch(outer), function* (t) {
    setAbility(point, outer, t);
    return (yield* integrateInSteps(line, PLANE_BUDGET)).log;
  });
  let sum = 0;
  for (let i = 0; i < lattice.nodes.length; i++) {
    if (!(lattice.weights[i] > 1e-25)) continue;
    if (i % 4 === 0) yield;
    setAbility(point, outer, lattice.nodes[i]);
    const row = integrateLine(line);
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
