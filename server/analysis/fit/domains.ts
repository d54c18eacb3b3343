/** Where a program with one free parameter is without error: parts of the prior's mass, their ends found by bisection. */
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { normalBelow } from '../numbers/normal';
import { type Domain, WHOLE } from './grid';
import type { EvaluatedPoint } from './posteriorDensity';

const SCAN = 65;
const FARTHEST = 8;

export function* domainsOf(evaluate: (v: Float64Array) => Stepwise<EvaluatedPoint>): Stepwise<readonly Domain[]> {
  function* possible(v: number): Stepwise<boolean> {
    return (yield* evaluate(Float64Array.of(v))).logLikelihood > Number.NEGATIVE_INFINITY;
  }
  const places = Array.from({ length: SCAN }, (_, i) => -FARTHEST + (2 * FARTHEST * i) / (SCAN - 1));
  const open: boolean[] = [];
  for (const v of places) open.push(yield* possible(v));
  if (open.every((is) => is)) return [WHOLE];
  const domains: Domain[] = [];
  let from: number | undefined = open[0] ? 0 : undefined;
  for (let i = 1; i < SCAN; i++) {
    if (open[i] === open[i - 1]) continue;
    let inside = open[i] ? entry(places, i) : entry(places, i - 1);
    let outside = open[i] ? entry(places, i - 1) : entry(places, i);
    for (let n = 0; n < 60 && Math.abs(inside - outside) > 1e-13; n++) {
      const middle = (inside + outside) / 2;
      if (yield* possible(middle)) inside = middle;
      else outside = middle;
    }
    const edge = normalBelow(inside);
    if (open[i]) from = edge;
    else {
      domains.push({ from: from ?? 0, to: edge });
      from = undefined;
    }
  }
  if (from !== undefined) domains.push({ from, to: 1 });
  return domains.filter(({ from: a, to: b }) => b > a);
}
