/**
 * The latent capabilities: κ_c ~ Beta(a, b), shared by all hypotheses that do not have one of their own, integrated out
 * over all situations at once (LANGUAGE section 5).
 *
 * A hypothesis' likelihood is a product of powers of forms that are affine in κ. Factors κ^n and (1−κ)^m (everything,
 * where failures have a fallback of their own) update the Beta in closed form; the others are integrated numerically.
 * Factors of two capabilities couple them (`Coupling`).
 */
import betaln from '@stdlib/math-base-special-betaln';
import type { CapabilityPoint } from '../model/capabilityPoint';
import { pointAt } from '../model/capabilityPoint';
import { pureSide } from '../model/forms';
import type { Structure } from '../model/structure';
import { betaLogRatio } from '../numbers/gamma';
import {
  integrateInSteps,
  type LineDensity,
  logistic,
  type QuadratureNodes,
  quadratureMean,
} from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';
import { lineOf } from './betaLine';
import { Coupling } from './coupling';
import type { SharedFallbackTerm } from './sharedFallback';
import { type PowerTerm, type RatioTerm, type Term, termLog } from './terms';

export interface CapabilityProblem {
  /** By capability: exponents of κ and of 1−κ. */
  readonly hit: Float64Array;
  readonly miss: Float64Array;
  readonly powers: readonly PowerTerm[];
  readonly ratios: readonly RatioTerm[];
  readonly shared: readonly SharedFallbackTerm[];
}

/** One capability's posterior. */
export interface CapabilityMarginal {
  readonly mean: number;
  /** 1 − mean, without cancellation. */
  readonly meanMiss: number;
  /** Set where the posterior is exactly Beta. */
  readonly beta?: readonly [number, number];
  /** Log density over t = logit κ, normalised. */
  readonly log: (t: number) => number;
  /** Its shape, for integrating over it. */
  readonly density: LineDensity;
  readonly quadratureNodes?: QuadratureNodes;
}

export interface CapabilitySolution {
  /** log of the integral over all capabilities; NaN where it cannot be computed. */
  readonly log: number;
  /** By capability; undefined where fixed, or where only the integral was asked for. */
  readonly marginals: readonly (CapabilityMarginal | undefined)[];
  readonly failed: boolean;
  readonly coupling: Coupling;
  /** By capability: log of the numeric integral, under the Betas, of the group that it is in; 0 where there is none. */
  readonly integrals: Float64Array;
}

export function noTerms(structure: Structure): CapabilityProblem {
  const size = structure.value.length;
  return { hit: new Float64Array(size), miss: new Float64Array(size), powers: [], ratios: [], shared: [] };
}

function numericMarginal(density: LineDensity, quadratureNodes: QuadratureNodes): CapabilityMarginal {
  const log = (t: number) => density.log(t) - quadratureNodes.log;
  return {
    mean: Math.min(1, quadratureMean(quadratureNodes, logistic)),
    meanMiss: Math.min(
      1,
      quadratureMean(quadratureNodes, (t) => logistic(-t)),
    ),
    log,
    density: { ...density, log },
    quadratureNodes,
  };
}

function betaMarginal(a: number, b: number): CapabilityMarginal {
  const density = lineOf(a, b, []);
  return { mean: a / (a + b), meanMiss: b / (a + b), beta: [a, b], log: density.log, density };
}

/** Evaluations between two stops: each may have to make a cell of a message's table. */
const EVALUATIONS_A_STEP = 2;

/**
 * Solve: the integral over all latent capabilities, and (with `marginals`) each one's posterior. Only coupled ones take more than
 * one step.
 */
export function* solveCapabilities(
  structure: Structure,
  problem: CapabilityProblem,
  marginals: boolean,
): Stepwise<CapabilitySolution> {
  const size = structure.value.length;
  const found: (CapabilityMarginal | undefined)[] = Array.from({ length: size }, () => undefined);
  const integrals = new Float64Array(size);
  const terms: Term[] = [...problem.powers.filter((p) => p.exponent !== 0), ...problem.ratios, ...problem.shared];
  const coupling = new Coupling(
    structure,
    structure.priorHit.map((a, c) => a + problem.hit[c]),
    structure.priorMiss.map((b, c) => b + problem.miss[c]),
    terms,
  );
  const { hit, miss } = coupling;
  const failed =
    coupling.tangled || structure.learnable.some((learnable, c) => learnable && !(hit[c] > 0 && miss[c] > 0));
  if (failed) return { log: Number.NaN, marginals: found, failed, coupling, integrals };
  for (const term of problem.shared) yield* term.table.fill();
  let log = 0;
  for (const group of coupling.groups) {
    for (const c of group)
      log += betaLogRatio(structure.priorHit[c], structure.priorMiss[c], problem.hit[c], problem.miss[c]);
    if (coupling.plain(group[0])) {
      found[group[0]] = betaMarginal(hit[group[0]], miss[group[0]]);
      continue;
    }
    // From the one with the most links the fewest messages are chains of integrals.
    const root = group.reduce(
      (best, c) => (coupling.neighbours(c).length > coupling.neighbours(best).length ? c : best),
      group[0],
    );
    for (const c of marginals ? [root, ...group.filter((d) => d !== root)] : [root]) {
      yield* coupling.collect(c);
      const density = coupling.line(c, [], pointAt(structure));
      const quadratureNodes = yield* integrateInSteps(
        density,
        group.length === 1 ? Number.POSITIVE_INFINITY : EVALUATIONS_A_STEP,
      );
      found[c] = numericMarginal(density, quadratureNodes);
      yield;
      if (c !== root) continue;
      log += quadratureNodes.log;
      for (const d of group) integrals[d] = quadratureNodes.log;
    }
  }
  return { log, marginals: found, failed: Number.isNaN(log), coupling, integrals };
}

/** Split a term into the closed-form exponents where it is a power of κ or of 1−κ alone; else keep it numeric. */
export function addPower(
  problem: { hit: Float64Array; miss: Float64Array; powers: PowerTerm[] },
  term: PowerTerm,
): void {
  const side = term.offset === 0 ? pureSide(term.form) : undefined;
  if (side === 'hit') problem.hit[term.form.capabilities[0]] += term.exponent;
  else if (side === 'miss') problem.miss[term.form.capabilities[0]] += term.exponent;
  else problem.powers.push(term);
}

/**
 * Log of the joint posterior density of some capabilities, with respect to their logits, at a point. They must be connected
 * within each group that they are of; what else is in the group is integrated out.
 */
export function jointDensity(
  { coupling, integrals }: CapabilitySolution,
  capabilities: readonly number[],
): (point: CapabilityPoint, logits: ArrayLike<number>) => number {
  const terms = coupling.termsWithin(capabilities);
  const messages = capabilities.flatMap((c) =>
    coupling.neighbours(c).flatMap((d) => (capabilities.includes(d) ? [] : [{ c, table: coupling.message(d, c) }])),
  );
  let norm = 0;
  for (const group of coupling.groups) {
    const [first] = group.filter((c) => capabilities.includes(c));
    if (first !== undefined) norm += integrals[first];
  }
  for (const c of capabilities) norm += betaln(coupling.hit[c], coupling.miss[c]);
  return (point, logits) => {
    let sum = -norm;
    for (const c of capabilities) sum += coupling.hit[c] * point.logHit[c] + coupling.miss[c] * point.logMiss[c];
    for (const term of terms) sum += termLog(term, point);
    for (const m of messages) sum += m.table.at(logits[m.c]);
    return sum;
  };
}

/**
 * By how much the integral with some evidence exceeds the one without. Where everything is a Beta it is computed from
 * `change`, the evidence's own exponents, and not as a difference of totals.
 */
export function capabilityGain(
  full: CapabilitySolution,
  rest: CapabilitySolution,
  change: CapabilityProblem | undefined,
): number {
  if (!change || change.powers.length > 0) return full.log - rest.log;
  let sum = 0;
  for (let c = 0; c < rest.integrals.length; c++) {
    if (change.hit[c] === 0 && change.miss[c] === 0) continue;
    if (!rest.coupling.plain(c) || !full.coupling.plain(c)) return full.log - rest.log;
    sum += betaLogRatio(rest.coupling.hit[c], rest.coupling.miss[c], change.hit[c], change.miss[c]);
  }
  return sum;
}
