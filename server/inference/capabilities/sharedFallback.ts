/**
 * A fallback that responses with two different capabilities share, under a Dirichlet row: P(f) = S₁(1−κ₁) + S₂(1−κ₂) with
 * S₁, S₂ the totals of the two groups. Their sum is counted with the other totals; what is left of N observations of f is
 *   E[(u·(1−κ₁) + (1−u)·(1−κ₂))^N] over u = S₁/(S₁+S₂) ~ Beta(α₁, α₂),
 * the sum of both losses to the power N times a function of their ratio alone. That function is tabulated.
 */
import type { CapabilityPoint } from '../model/capabilityPoint';
import { integrateLine, logistic, logLogistic, quadratureMean } from '../numbers/quadrature';
import { SmoothLine } from '../numbers/smoothLine';
import { affineCurve, type Curve, lineOf } from './betaLine';

/** Who fails: a latent capability, or (-1) a fixed one with that log of 1 − κ. */
export interface LossyResponse {
  readonly capability: number;
  readonly logMiss: number;
}

/** The factor of N observations of such a fallback. */
export interface SharedFallbackTerm {
  readonly lossyResponses: readonly [LossyResponse, LossyResponse];
  /** α₁ and α₂, with what was counted of the groups' own responses. */
  readonly alpha: readonly [number, number];
  readonly exponent: number;
  /** By log((1−κ₂)/(1−κ₁)): log of the mean of (share-weighted loss / sum of both losses)^N, and the log odds of u after it. */
  readonly table: SmoothLine;
}

/** Tables of the terms of one plan: what is left out of other situations asks for the same again. */
const MOST_TABLES = 32;

export function sharedFallbackTerm(
  lossyResponses: readonly [LossyResponse, LossyResponse],
  alpha: readonly [number, number],
  exponent: number,
  tables: Map<string, SmoothLine>,
): SharedFallbackTerm {
  const key = `${alpha.join()}^${exponent}`;
  const known = tables.get(key);
  if (known) return { lossyResponses, alpha, exponent, table: known };
  if (tables.size >= MOST_TABLES) tables.clear();
  const along = (t: number) => lineOf(alpha[0], alpha[1], [affineCurve(logistic(t), logistic(-t), exponent)]);
  const table = new SmoothLine((t) => {
    const quadratureNodes = integrateLine(along(t));
    const odds =
      Math.log(quadratureMean(quadratureNodes, logistic)) -
      Math.log(quadratureMean(quadratureNodes, (s) => logistic(-s)));
    return [quadratureNodes.log, odds];
  }, 4e-16 * along(0).magnitude);
  tables.set(key, table);
  return { lossyResponses, alpha, exponent, table };
}

function valueAt({ exponent, table }: SharedFallbackTerm, first: number, second: number): number {
  const d = second - first;
  return exponent * (Math.max(first, second) + Math.log1p(Math.exp(-Math.abs(d)))) + table.at(d);
}

const lossAt = ({ capability, logMiss }: LossyResponse, point: CapabilityPoint): number =>
  capability < 0 ? logMiss : point.logMiss[capability];

/** Its log at a point. */
export function sharedFallbackLog(term: SharedFallbackTerm, point: CapabilityPoint): number {
  return valueAt(term, lossAt(term.lossyResponses[0], point), lossAt(term.lossyResponses[1], point));
}

/** The first group's share of both, after the observations, given the capabilities. */
export function firstShare(term: SharedFallbackTerm, point: CapabilityPoint): number {
  return logistic(term.table.at(lossAt(term.lossyResponses[1], point) - lossAt(term.lossyResponses[0], point), 1));
}

/** Along one of its capabilities, the other loser at the point. */
export function sharedFallbackCurve(term: SharedFallbackTerm, capability: number, point: CapabilityPoint): Curve {
  const first = term.lossyResponses[0].capability === capability;
  const other = lossAt(term.lossyResponses[first ? 1 : 0], point);
  // Where both lose the same: 1−κ = e^other.
  const bend = other < 0 ? [Math.log(-Math.expm1(other)) - other] : [];
  return {
    at: first ? (t) => valueAt(term, logLogistic(-t), other) : (t) => valueAt(term, other, logLogistic(-t)),
    bend,
    size: Math.abs(term.exponent),
  };
}
