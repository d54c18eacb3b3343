/**
 * Personas whose propensities are not fixed: θ_x ~ Dirichlet(k·row), integrated out (Dirichlet-multinomial).
 *
 * Where responses lose mass to a dedicated fallback f, P(f) = (Σ_{i∈G} θ_i)·(1−κ): f observes the group's total. By the
 * aggregation property of the Dirichlet the total and the shares within the group are independent, so the integral is
 * a product of two Dirichlet ratios, and the capability factorises off. Where two capabilities share f it does not: what is left is
 * an expectation over the two groups' shares (`sharedFallback`).
 */

import { type LossyResponse, type SharedFallbackTerm, sharedFallbackTerm } from '../capabilities/sharedFallback';
import type { Hypothesis } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { dirichletLogRatio } from '../numbers/gamma';
import type { SmoothLine } from '../numbers/smoothLine';

/** A set of responses that are counted together: one response, or all that share a dedicated fallback. */
interface Unit {
  /** Cells of its responses with a positive parameter. */
  readonly members: readonly number[];
  readonly alpha: Float64Array;
  readonly total: number;
  /** Cell of the dedicated fallback that stands for the whole unit, -1 for none. */
  readonly fallback: number;
  /** Where two capabilities share that fallback: by member, which of `losers` it needs. */
  readonly side?: readonly (0 | 1)[];
  readonly lossyResponses?: readonly [LossyResponse, LossyResponse];
}

export interface DirichletPlan {
  readonly units: readonly Unit[];
  /** The α of every unit. */
  readonly totals: Float64Array;
  /** By response of the situation: index into `units`, -1 where impossible or a fallback. */
  readonly unitOf: Int32Array;
  readonly first: number;
  /** Scratch for counts. */
  readonly scratch: Float64Array;
  /** What `sharedFallbackTerm` has tabulated. */
  readonly tables: Map<string, SmoothLine>;
}

/** The fallback that makes it impossible, and how many capabilities lose to it where these are too many. */
export interface PlanFailure {
  readonly response: number;
  readonly capabilities?: number;
}

/** The distinct capabilities among responses that lose mass: the same latent one, or the same fixed number. */
function losersOf(
  structure: Structure,
  h: Hypothesis,
  losing: readonly number[],
): { readonly lossy: LossyResponse; readonly cells: number[] }[] {
  const found: { lossy: LossyResponse; cells: number[] }[] = [];
  for (const cell of losing) {
    const needs = structure.needs[cell];
    const fixed = h.capability[needs];
    const lossy = Number.isNaN(fixed)
      ? { capability: needs, logMiss: Number.NaN }
      : { capability: -1, logMiss: Math.log1p(-fixed) };
    const same = found.find(
      (f) => f.lossy.capability === lossy.capability && Object.is(f.lossy.logMiss, lossy.logMiss),
    );
    if (same) same.cells.push(cell);
    else found.push({ lossy, cells: [cell] });
  }
  return found;
}

/**
 * How to integrate θ_x of hypothesis h in situation x, or the fallback that makes it impossible in closed form: one
 * that h itself intends while it takes lost mass, or one that takes it for more than two capabilities, and about which there is
 * evidence (`spoken`, by cell). Without evidence about it such a fallback leaves the likelihood alone.
 */
export function dirichletPlan(
  structure: Structure,
  h: Hypothesis,
  situation: number,
  spoken: (cell: number) => boolean,
): DirichletPlan | PlanFailure {
  const first = structure.offset[situation];
  const end = structure.offset[situation + 1];
  const units: Unit[] = [];
  const unitOf = new Int32Array(end - first).fill(-1);
  const unit = (members: number[], fallback: number, sides: Pick<Unit, 'side' | 'lossyResponses'> = {}) => {
    const alpha = Float64Array.from(members, (cell) => h.concentration * h.row[cell]);
    for (const cell of members) unitOf[cell - first] = units.length;
    units.push({ members, alpha, total: alpha.reduce((a, b) => a + b, 0), fallback, ...sides });
  };
  for (let f = first; f < end; f++) {
    const losing = structure.lossyResponses[f].filter(
      (cell) => h.row[cell] > 0 && h.capability[structure.needs[cell]] !== 1,
    );
    if (losing.length === 0) continue;
    const lossyResponses = losersOf(structure, h, losing);
    if (h.row[f] > 0 || lossyResponses.length > 2) {
      if (spoken(f))
        return h.row[f] > 0 ? { response: f - first } : { response: f - first, capabilities: lossyResponses.length };
      continue;
    }
    if (lossyResponses.length === 1) unit(losing, f);
    else {
      const [one, two] = lossyResponses;
      unit(losing, f, {
        side: losing.map((cell) => (one.cells.includes(cell) ? 0 : 1)),
        lossyResponses: [one.lossy, two.lossy],
      });
    }
  }
  for (let cell = first; cell < end; cell++) if (h.row[cell] > 0 && unitOf[cell - first] < 0) unit([cell], -1);
  const width = units.reduce((most, u) => Math.max(most, u.members.length), units.length);
  return {
    units,
    totals: Float64Array.from(units, (u) => u.total),
    unitOf,
    first,
    scratch: new Float64Array(4 * width),
    tables: new Map(),
  };
}

function unitCount(unit: Unit, counts: Float64Array): number {
  let n = unit.fallback < 0 ? 0 : counts[unit.fallback];
  for (const cell of unit.members) n += counts[cell];
  return n;
}

/**
 * log p(delta | rest): the log predictive of the counts `delta` after the counts `rest` (both by key; cells come
 * first). With rest = 0 it is log B(α+N) − log B(α). Impossible cells are the caller's.
 */
export function dirichletGain(plan: DirichletPlan, rest: Float64Array | undefined, delta: Float64Array): number {
  const { units, totals, scratch } = plan;
  const width = scratch.length / 4;
  const alpha = scratch.subarray(0, width);
  const n = scratch.subarray(width, 2 * width);
  let sum = 0;
  for (const unit of units) {
    if (unit.members.length < 2) continue;
    let any = false;
    for (let i = 0; i < unit.members.length; i++) {
      alpha[i] = unit.alpha[i] + (rest ? rest[unit.members[i]] : 0);
      n[i] = delta[unit.members[i]];
      any ||= n[i] !== 0;
    }
    if (any) sum += dirichletLogRatio(alpha, n, unit.members.length);
  }
  for (let u = 0; u < units.length; u++) {
    alpha[u] = totals[u] + (rest ? unitCount(units[u], rest) : 0);
    n[u] = unitCount(units[u], delta);
  }
  return sum + dirichletLogRatio(alpha, n, units.length);
}

/** A fallback that two capabilities share and that was seen: its factor, and who fails to it. */
export interface SharedLoss {
  readonly term: SharedFallbackTerm;
  /** By cell of the responses that lose to it: which of the two capabilities it needs, and its share of that one's group. */
  readonly members: ReadonlyMap<number, { readonly side: 0 | 1; readonly share: number }>;
}

/** What the counts say of capabilities that share a fallback: one factor for each such fallback that was seen. */
export function sharedLosses({ units, tables }: DirichletPlan, counts: Float64Array): SharedLoss[] {
  return units.flatMap(({ members, alpha, fallback, lossyResponses, side }) => {
    const n = fallback < 0 ? 0 : counts[fallback];
    if (!lossyResponses || !side || n === 0) return [];
    const totals: [number, number] = [0, 0];
    members.forEach((cell, i) => {
      totals[side[i]] += alpha[i] + counts[cell];
    });
    const shares = members.map(
      (cell, i) => [cell, { side: side[i], share: (alpha[i] + counts[cell]) / totals[side[i]] }] as const,
    );
    return [{ term: sharedFallbackTerm(lossyResponses, totals, n, tables), members: new Map(shares) }];
  });
}

/** Posterior means of θ after the cells' counts, into `out` by cell; the row itself where nothing was counted. */
export function dirichletMeans(plan: DirichletPlan, counts: Float64Array, out: Float64Array): void {
  let total = 0;
  for (const unit of plan.units) total += unit.total + unitCount(unit, counts);
  for (const unit of plan.units) {
    const share = (unit.total + unitCount(unit, counts)) / total;
    if (unit.members.length === 1) {
      out[unit.members[0]] = share;
      continue;
    }
    let within = 0;
    for (let i = 0; i < unit.members.length; i++) within += unit.alpha[i] + counts[unit.members[i]];
    for (let i = 0; i < unit.members.length; i++) {
      out[unit.members[i]] = (share * (unit.alpha[i] + counts[unit.members[i]])) / within;
    }
  }
}

/** Whether every parameter stays positive: false where negative counts take an α to 0 or below; `cell` says where. */
export function dirichletProblem(plan: DirichletPlan, counts: Float64Array): number {
  for (const unit of plan.units) {
    let within = 0;
    const sides: [number, number] = [0, 0];
    for (let i = 0; i < unit.members.length; i++) {
      const alpha = unit.alpha[i] + counts[unit.members[i]];
      if (unit.members.length > 1 && !(alpha > 0)) return unit.members[i];
      within += alpha;
      if (unit.side) sides[unit.side[i]] += alpha;
    }
    const n = unit.fallback < 0 ? 0 : counts[unit.fallback];
    if (n < 0 && unit.side && !(Math.min(...sides) + n > 0)) return unit.fallback;
    if (!(within + n > 0)) return n < 0 ? unit.fallback : unit.members[0];
  }
  return -1;
}

/** The parameter of a response after the counts, for a preference between two of them; undefined for a fallback. */
export function preferenceParameter(plan: DirichletPlan, counts: Float64Array, cell: number): number | undefined {
  const index = plan.unitOf[cell - plan.first];
  if (index < 0) return undefined;
  const unit = plan.units[index];
  const at = unit.members.indexOf(cell);
  const alone = unit.members.length === 1 && unit.fallback >= 0 ? counts[unit.fallback] : 0;
  return unit.alpha[at] + counts[cell] + alone;
}
