/**
 * How far evidence moves the abilities: KL of the ability posterior with it from the one without. Where all hypotheses
 * agree it is a divergence of two Betas in closed form.
 */
import type { AbilitySolution } from './abilities';
import { sameMarginal } from './abilityMixture';
import type { Gains } from './gains';
import type { Likelihood } from './likelihood';
import { type Component, mixtureShift, viewOf } from './lineShift';
import { type JointComponent, jointShift, productShift } from './planeShift';
import type { Stepwise } from './stepwise';
import type { Weighing } from './weighing';

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
  move: { readonly without: Float64Array },
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
