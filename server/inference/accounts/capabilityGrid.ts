/**
 * Integration over abilities on which an account's integrand depends in a way that has no closed form: nodes over the
 * one or two of them, each with its weight. The others are in closed form, or integrated apart.
 */

import { lineOf } from '../capabilities/betaLine';
import type { PowerTerm } from '../capabilities/terms';
import { type CapabilityPoint, pointAt, setCapability } from '../model/capabilityPoint';
import { type Form, formAlong } from '../model/forms';
import type { Structure } from '../model/structure';
import { integrateOver, type LineDensity } from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';

export interface GridNode {
  readonly weight: number;
  readonly point: CapabilityPoint;
}

export interface CapabilityGrid {
  /** Log of E[exp(extra)] under the Betas. */
  readonly log: number;
  /** Weights sum to 1: the posterior. */
  readonly nodes: readonly GridNode[];
}

const copyOf = (p: CapabilityPoint): CapabilityPoint => ({
  hit: p.hit.slice(),
  miss: p.miss.slice(),
  logHit: p.logHit.slice(),
  logMiss: p.logMiss.slice(),
});

/** Evaluations of the integrand between two stops. */
const BUDGET = 16;
/** A node's share of the whole below which it is left out. */
const NEGLIGIBLE = 1e-18;

/** Where forms bend along one ability, the others at their extremes or in the middle. */
function bends(forms: readonly Form[], capability: number, size: number): number[] {
  const marks: number[] = [];
  for (const at of [0, 0.5, 1]) {
    const others = { hit: new Float64Array(size).fill(at), miss: new Float64Array(size).fill(1 - at) };
    for (const f of forms) {
      if (!f.capabilities.includes(capability)) continue;
      const [u, v] = formAlong(f, capability, others);
      if (u > 0 && v > 0) marks.push(Math.log(u) - Math.log(v));
    }
  }
  return marks;
}

/**
 * E over κ_c ~ Beta(hit, miss), c in `abilities` (at most two), of exp(extra(κ)). `forms` are what `extra` is made
 * of, for finding where it bends; `size` bounds its exponents. Undefined for more than two.
 */
export function* capabilityGrid(
  structure: Structure,
  capabilities: readonly number[],
  hit: ArrayLike<number>,
  miss: ArrayLike<number>,
  forms: readonly Form[],
  size: number,
  extra: (point: CapabilityPoint) => Stepwise<number>,
): Stepwise<CapabilityGrid | undefined> {
  const point = pointAt(structure);
  if (capabilities.length === 0) return { log: yield* extra(point), nodes: [{ weight: 1, point }] };
  if (capabilities.length > 2) return undefined;
  const [outer, inner] = capabilities;
  const count = structure.value.length;
  const prior = (c: number): LineDensity => {
    const density = lineOf(hit[c], miss[c], [], { marks: bends(forms, c, count) });
    return { ...density, extent: density.extent + Math.log1p(size), magnitude: density.magnitude + size };
  };
  const first = prior(outer);
  const second = inner === undefined ? undefined : prior(inner);
  const along = (density: LineDensity, c: number) =>
    integrateOver(density, function* (t, evaluation) {
      setCapability(point, c, t);
      if (evaluation % BUDGET === BUDGET - 1) yield;
      return density.log(t) + (yield* extra(point));
    });
  const quadratureNodes = second
    ? yield* integrateOver(first, function* (t) {
        setCapability(point, outer, t);
        return first.log(t) + (yield* along(second, inner)).log;
      })
    : yield* along(first, outer);
  const nodes: GridNode[] = [];
  for (let i = 0; i < quadratureNodes.nodes.length; i++) {
    if (!(quadratureNodes.weights[i] > NEGLIGIBLE)) continue;
    setCapability(point, outer, quadratureNodes.nodes[i]);
    if (!second) {
      nodes.push({ weight: quadratureNodes.weights[i], point: copyOf(point) });
      continue;
    }
    const row = yield* along(second, inner);
    for (let j = 0; j < row.nodes.length; j++) {
      if (!(quadratureNodes.weights[i] * row.weights[j] > NEGLIGIBLE)) continue;
      setCapability(point, inner, row.nodes[j]);
      nodes.push({ weight: quadratureNodes.weights[i] * row.weights[j], point: copyOf(point) });
    }
  }
  return { log: quadratureNodes.log, nodes };
}

/** Signature of the ability factors of one place, for finding out whether all hypotheses share them. */
export function powersKey(powers: readonly PowerTerm[], key: (f: Form) => string): string {
  return powers.map((p) => `${p.exponent}^${p.offset}(${key(p.form)})`).join(';');
}
