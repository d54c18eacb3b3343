/**
 * Integration over capabilities on which an account's integrand depends in a way that has no closed form: nodes over the
 * one or two of them, each with its weight. The others are in closed form, or integrated apart.
 */

import { lineOf } from '../capabilities/betaLine';
import type { PowerTerm } from '../capabilities/terms';
import { type CapabilityPoint, pointAt, setCapability } from '../model/capabilityPoint';
import { type Form, formAlong } from '../model/forms';
import type { Structure } from '../model/structure';
import { type Fineness, LogitLine } from '../numbers/logitLine';
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
const LOG_NEGLIGIBLE = -25;

/** Where forms bend along one capability, the others at their extremes or in the middle. */
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
 * E over κ_c ~ Beta(hit, miss), c in `capabilities` (at most two), of exp(extra(κ)). `forms` are what `extra` is made
 * of, for finding where it bends; `size` bounds its exponents. Undefined for more than two; without meaning where `stopped`.
 */
export function* capabilityGrid(
  structure: Structure,
  capabilities: readonly number[],
  hit: ArrayLike<number>,
  miss: ArrayLike<number>,
  forms: readonly Form[],
  size: number,
  extra: (point: CapabilityPoint) => Stepwise<number>,
  stopped: () => boolean,
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
    integrateOver(
      density,
      function* (t, evaluation) {
        setCapability(point, c, t);
        if (evaluation % BUDGET === BUDGET - 1) yield;
        return density.log(t) + (yield* extra(point));
      },
      0,
      stopped,
    );
  const quadratureNodes = second
    ? yield* integrateOver(
        first,
        function* (t) {
          setCapability(point, outer, t);
          return first.log(t) + (yield* along(second, inner)).log;
        },
        0,
        stopped,
      )
    : yield* along(first, outer);
  const nodes: GridNode[] = [];
  for (let i = 0; i < quadratureNodes.nodes.length; i++) {
    if (!(quadratureNodes.weights[i] > NEGLIGIBLE) || stopped()) continue;
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

/** Logits beyond all bends at which an integrand is its own tail. */
const MARGIN = 9;
const MOST_ROUGH = 3;

/** The same to the accuracy of `fineness`, with as few evaluations as that takes; undefined for more than three. */
export function* roughCapabilityGrid(
  structure: Structure,
  capabilities: readonly number[],
  hit: ArrayLike<number>,
  miss: ArrayLike<number>,
  forms: readonly Form[],
  size: number,
  extra: (point: CapabilityPoint) => Stepwise<number>,
  fineness: Fineness,
): Stepwise<CapabilityGrid | undefined> {
  const point = pointAt(structure);
  if (capabilities.length === 0) return { log: yield* extra(point), nodes: [{ weight: 1, point }] };
  if (capabilities.length > MOST_ROUGH) return undefined;
  const lines = capabilities.map((c) => {
    const [left, right] = [hit[c] as number, miss[c] as number];
    const density = lineOf(left, right, [], { marks: bends(forms, c, structure.value.length) });
    const { landmarks } = density;
    const margin = MARGIN + Math.log1p(size);
    const low = (landmarks[0] as number) - margin;
    const high = (landmarks[landmarks.length - 1] as number) + margin;
    const mode = Math.log(left) - Math.log(right);
    return { line: new LogitLine(), density, shape: { low, high, left, right, mode } };
  });
  /** Nodes over the capabilities from position i on, their log weights normalised. */
  type Found = { readonly logWeight: number; readonly logits: readonly number[] };
  function* over(i: number): Stepwise<{ readonly log: number; readonly found: readonly Found[] }> {
    const { line, density, shape } = lines[i] as (typeof lines)[number];
    const below: (readonly Found[])[] = [];
    const log = yield* line.integrateInSteps(
      function* (t, evaluation) {
        setCapability(point, capabilities[i] as number, t);
        if (i === capabilities.length - 1) return density.log(t) + (yield* extra(point));
        const inner = yield* over(i + 1);
        below[evaluation] = inner.found;
        return density.log(t) + inner.log;
      },
      shape,
      fineness,
    );
    const found: Found[] = [];
    for (let k = 0; k < line.evaluations; k++) {
      const logWeight = (line.log[k] as number) + (line.logWeight[k] as number) - log;
      if (!(logWeight > LOG_NEGLIGIBLE)) continue;
      const t = line.t[k] as number;
      for (const f of below[k] ?? [{ logWeight: 0, logits: [] }])
        found.push({ logWeight: logWeight + f.logWeight, logits: [t, ...f.logits] });
    }
    return { log, found };
  }
  const { log, found } = yield* over(0);
  const nodes = found.map(({ logWeight, logits }): GridNode => {
    const at = pointAt(structure);
    logits.forEach((t, i) => {
      setCapability(at, capabilities[i] as number, t);
    });
    return { weight: Math.exp(logWeight), point: at };
  });
  return { log, nodes };
}

/** Signature of the capability factors of one place, for finding out whether all hypotheses share them. */
export function powersKey(powers: readonly PowerTerm[], key: (f: Form) => string): string {
  return powers.map((p) => `${p.exponent}^${p.offset}(${key(p.form)})`).join(';');
}
