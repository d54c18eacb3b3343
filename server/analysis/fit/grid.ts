/**
 * Integrals over one or two parameters by the trapezoid rule in quantile space, where every posterior is smooth and falls
 * on all sides, so that the rule converges geometrically (Trefethen & Weideman, SIAM Review 56, 2014). The lattice is laid
 * along the posterior's own axes at its highest point, only places that matter are visited, and the step along each axis is
 * halved until halving it once more would leave the evidence within 1e-6 of itself.
 */
import { logSumExp } from '../../inference/numbers/logarithms';
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import { cell, cholesky, identity, lowerTimes, type Matrix } from '../numbers/matrix';
import { normalBelow, normalLogDensity, normalQuantile } from '../numbers/normal';
import { interpolateLogs, type LogLine, type Marginal, marginalFromLines } from './marginal';
import type { Maximum } from './maximum';
import type { EvaluatedPoint } from './posteriorDensity';

/** What the evidence may change by when the step is halved. */
export const TOLERANCE = 1e-6;
/** Relative height (nats) below which a place is not followed further. */
const CUT = 23;
const MOST_HALVINGS = 6;
const MOST_POINTS = 60_000;
const MOST_STRIDES = 40;

/** A part of the prior's mass of the first parameter, outside of which the likelihood is 0 by definition. */
export interface Domain {
  readonly from: number;
  readonly to: number;
}

export const WHOLE: Domain = { from: 0, to: 1 };

export interface Integral {
  readonly logEvidence: number;
  /** By how much another halving of the step could still change the evidence, relative. */
  readonly error: number;
  readonly points: readonly EvaluatedPoint[];
  /** Log of each point's share of the evidence. */
  readonly logWeights: Float64Array;
  readonly marginals: readonly Marginal[];
}

interface Node {
  readonly point: EvaluatedPoint;
  /** Log density in the lattice's own space. */
  readonly log: number;
}

type Evaluate = (v: Float64Array) => Stepwise<EvaluatedPoint>;

/** Integrate over one or two dimensions; `maxima` in quantile space, the highest first, at least one of them finite. */
export function* integrate(
  evaluate: Evaluate,
  maxima: readonly Maximum[],
  covariance: Matrix,
  domains: readonly Domain[] = [WHOLE],
  tolerance = TOLERANCE,
): Stepwise<Integral> {
  const size = covariance.size;
  const pieces: Part[] = [];
  const heights = maxima.map((m) => m.value);
  const floor = { top: Math.max(...heights) };
  for (const domain of domains)
    pieces.push(new Part(evaluate, seedsIn(domain, maxima), cholesky(covariance) ?? identity(size), domain, floor));
  let last = Number.NaN;
  let error = Number.POSITIVE_INFINITY;
  const before = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  for (let halvings = 0; ; ) {
    for (const part of pieces) yield* part.explore();
    last = logSumExp(pieces.map((part) => part.logTotal()));
    // Every other place along an axis is the lattice before that axis was halved.
    const errors = Float64Array.from(before, (earlier, axis) => {
      const change = Math.abs(Math.expm1(logSumExp(pieces.map((part) => part.logCoarse(axis))) - last));
      before[axis] = change;
      return errorOf(change, earlier);
    });
    error = errors.reduce((sum, e) => sum + e, 0);
    if (error <= tolerance && halvings >= size) break;
    const coarse = Array.from(errors, (e, axis) => ({ e, axis })).filter(
      ({ e }) => halvings < size || e > tolerance / (2 * size),
    );
    const count = pieces.reduce((sum, part) => sum + part.size(), 0);
    if (halvings > MOST_HALVINGS * size || count * 2 ** coarse.length > MOST_POINTS) break;
    halvings += coarse.length;
    for (const { axis } of coarse) for (const part of pieces) part.halve(axis);
  }
  const nodes = pieces.flatMap((part) => part.nodes());
  const marginals = Array.from({ length: size }, (_, i) =>
    marginalFromLines(
      pieces.map((part) => part.line(i)),
      last,
    ),
  );
  return {
    logEvidence: last,
    error,
    points: nodes.map((n) => n.point),
    logWeights: Float64Array.from(nodes, (n) => n.log - last),
    marginals,
  };
}

/**
 * What is left of the error after a halving that changed the evidence by `change`. The rule squares its error with every
 * halving where the density is smooth, which shows in the last two changes; where it is not, the change itself counts.
 */
function errorOf(change: number, before: number): number {
  return change < 1e-3 && change < before ** 1.6 ? change ** 1.75 : change;
}

/** Highest points inside a domain, in its own space; the middle of the domain where there is none. */
function seedsIn(domain: Domain, maxima: readonly Maximum[]): readonly Float64Array[] {
  if (domain.from === 0 && domain.to === 1) return maxima.map((m) => m.x);
  const inside = maxima
    .map((m) => (normalBelow(entry(m.x, 0)) - domain.from) / (domain.to - domain.from))
    .filter((share) => share > 0 && share < 1)
    .map((share) => Float64Array.of(normalQuantile(share)));
  return inside.length > 0 ? inside : [Float64Array.of(0)];
}

/** The lattice over one domain. Coordinates are whole numbers of steps along the columns of the factor. */
class Part {
  /** By axis, in units of the factor's columns. */
  private readonly step: Float64Array;
  private readonly origin: Float64Array;
  private readonly width: number;
  private known = new Map<string, Node & { readonly k: readonly number[] }>();
  private seeds: (readonly number[])[];

  constructor(
    private readonly evaluate: Evaluate,
    seeds: readonly Float64Array[],
    private readonly factor: Matrix,
    private readonly domain: Domain,
    private readonly floor: { top: number },
  ) {
    this.origin = seeds[0] ?? new Float64Array(factor.size);
    this.width = domain.to - domain.from;
    this.step = new Float64Array(factor.size).fill(1);
    this.seeds = seeds.map((seed) => this.coordinates(seed));
  }

  private coordinates(w: Float64Array): readonly number[] {
    const out: number[] = [];
    for (const [i, x] of w.entries()) {
      let rest = x - entry(this.origin, i);
      for (const [j, k] of out.entries()) rest -= cell(this.factor, i, j) * entry(this.step, j) * k;
      out.push(Math.round(rest / (cell(this.factor, i, i) * entry(this.step, i))));
    }
    return out;
  }

  private place(k: readonly number[]): Float64Array {
    const moved = lowerTimes(
      this.factor,
      k.map((n, i) => n * entry(this.step, i)),
    );
    return moved.map((x, i) => x + entry(this.origin, i));
  }

  private *node(k: readonly number[]): Stepwise<Node> {
    const key = k.join(',');
    const before = this.known.get(key);
    if (before) return before;
    const w = this.place(k);
    const { from, to } = this.domain;
    const entire = from === 0 && to === 1;
    const v = entire ? w : w.map((x) => quantileInside(from, to, x));
    const point = yield* this.evaluate(v);
    let log = point.logLikelihood + Math.log(this.width);
    for (const x of w) log += normalLogDensity(x);
    const node = { point, log, k };
    this.known.set(key, node);
    this.floor.top = Math.max(this.floor.top, log);
    return node;
  }

  /** Visit everything that matters from the seeds on, column by column. */
  *explore(): Stepwise<void> {
    // A flat background may outweigh a narrow peak: the narrower the peak, the lower the cut.
    let narrow = 0;
    for (let i = 0; i < this.factor.size; i++) narrow += Math.max(0, -Math.log(cell(this.factor, i, i)));
    const cut = CUT + narrow;
    const visited = new Set<string>();
    yield* this.spread([...this.seeds, ...[...this.known.values()].map((n) => n.k)], cut, visited);
    if (this.factor.size === 1) return;
    // A ridge may pass a column far from where it passes the one beside it: each one's top is climbed to.
    for (let tried = new Set<number>(); ; ) {
      const tops = this.columnTops(cut);
      const next = [...tops.keys()].flatMap((k) => [k - 1, k + 1]).find((k) => !tops.has(k) && !tried.has(k));
      if (next === undefined || this.known.size > MOST_POINTS) return;
      tried = tried.add(next);
      const start = guess(tops, next);
      const top = yield* this.findMaximum(next, start);
      if (top) yield* this.spread([top], cut, visited);
    }
  }

  /** Follow neighbours from some places on while they matter. */
  private *spread(from: readonly (readonly number[])[], cut: number, visited: Set<string>): Stepwise<void> {
    const waiting = [...from];
    for (let k = waiting.pop(); k !== undefined; k = waiting.pop()) {
      const key = k.join(',');
      if (visited.has(key)) continue;
      visited.add(key);
      const { log } = yield* this.node(k);
      if (this.known.size > MOST_POINTS) return;
      if (!(log > this.floor.top - cut)) continue;
      for (let i = 0; i < k.length; i++) for (const d of [-1, 1]) waiting.push(k.map((n, j) => (j === i ? n + d : n)));
    }
  }

  /** By column that matters, the place of its highest point. */
  private columnTops(cut: number): Map<number, number> {
    const tops = new Map<number, { place: number; log: number }>();
    for (const { k, log } of this.known.values()) {
      if (!(log > this.floor.top - cut)) continue;
      const column = entry(k, 0);
      const top = tops.get(column);
      if (!top || log > top.log) tops.set(column, { place: entry(k, 1), log });
    }
    return new Map([...tops].sort(([a], [b]) => a - b).map(([column, { place }]) => [column, place]));
  }

  /** Uphill along one column with growing, then shrinking strides; undefined where everything around is impossible. */
  private *findMaximum(column: number, start: number): Stepwise<readonly number[] | undefined> {
    let place = start;
    let { log } = yield* this.node([column, place]);
    let stepSize = 1;
    let growing = true;
    for (let step = 0; step < MOST_STRIDES && stepSize >= 1; step++) {
      let moved = false;
      for (const d of [stepSize, -stepSize]) {
        const { log: there } = yield* this.node([column, place + d]);
        if (!(there > log)) continue;
        place += d;
        log = there;
        moved = true;
        break;
      }
      if (moved && growing) stepSize *= 2;
      else if (!moved) {
        growing = log === Number.NEGATIVE_INFINITY;
        stepSize = growing ? stepSize * 2 : Math.floor(stepSize / 2);
      }
    }
    return log > Number.NEGATIVE_INFINITY ? [column, place] : undefined;
  }

  halve(axis: number): void {
    this.step[axis] = entry(this.step, axis) / 2;
    const finer = (k: readonly number[]) => k.map((n, i) => (i === axis ? 2 * n : n));
    const nodes = [...this.known.values()].map((n) => ({ ...n, k: finer(n.k) }));
    this.known = new Map(nodes.map((n) => [n.k.join(','), n]));
    this.seeds = this.seeds.map(finer);
  }

  size(): number {
    return this.known.size;
  }

  private get logVolume(): number {
    let sum = 0;
    for (let i = 0; i < this.factor.size; i++) sum += Math.log(cell(this.factor, i, i) * entry(this.step, i));
    return sum;
  }

  logTotal(): number {
    return logSumExp(Float64Array.from(this.known.values(), (n) => n.log)) + this.logVolume;
  }

  /** The same with twice the step along an axis. */
  logCoarse(axis: number): number {
    const even = [...this.known.values()].filter((n) => entry(n.k, axis) % 2 === 0);
    return logSumExp(even.map((n) => n.log)) + this.logVolume + Math.LN2;
  }

  /** Points that have a share, with the log of their part of the evidence. */
  nodes(): readonly Node[] {
    const volume = this.logVolume;
    return [...this.known.values()]
      .filter((n) => n.log > Number.NEGATIVE_INFINITY)
      .sort((a, b) => compareCoordinates(a.k, b.k))
      .map((n) => ({ point: n.point, log: n.log + volume }));
  }

  /** The density of one coordinate alone, on an evenly spaced line. */
  line(coordinate: number): LogLine {
    const { from, to } = this.domain;
    const own = cell(this.factor, coordinate, coordinate) * entry(this.step, coordinate);
    const origin = entry(this.origin, coordinate);
    const nodes = [...this.known.values()];
    if (this.factor.size === 1) {
      const logs = evenly(nodes.map((n) => [entry(n.k, 0), n.log] as const));
      return { start: origin + logs.first * own, step: own, logs: logs.values, from, to };
    }
    const columns = new Map<number, (readonly [number, number])[]>();
    for (const n of nodes) {
      const column = columns.get(entry(n.k, 0)) ?? [];
      column.push([entry(n.k, 1), n.log]);
      columns.set(entry(n.k, 0), column);
    }
    if (coordinate === 0) {
      const height = Math.log(cell(this.factor, 1, 1) * entry(this.step, 1));
      const sums = [...columns].map(([k, list]) => [k, logSumExp(list.map(([, log]) => log)) + height] as const);
      const logs = evenly(sums);
      return { start: origin + logs.first * own, step: own, logs: logs.values, from, to };
    }
    // Columns are sheared: each is read between its own points.
    const shear = (cell(this.factor, 1, 0) * entry(this.step, 0)) / (cell(this.factor, 1, 1) * entry(this.step, 1));
    const height = Math.log(cell(this.factor, 0, 0) * entry(this.step, 0));
    const lines = [...columns].map(([k, list]) => ({ ...evenly(list), offset: k * shear }));
    const first = Math.floor(Math.min(...lines.map((l) => l.first + l.offset)));
    const last = Math.ceil(Math.max(...lines.map((l) => l.first + l.values.length - 1 + l.offset)));
    const logs = Float64Array.from({ length: last - first + 1 }, (_, j) => {
      const here = lines.map((l) => interpolateLogs(l.values, first + j - l.offset - l.first));
      return logSumExp(here) + height;
    });
    return { start: origin + first * own, step: own, logs, from, to };
  }
}

/** Where the top of a column should be from those beside it. */
function guess(tops: ReadonlyMap<number, number>, column: number): number {
  const left = tops.get(column - 1);
  const right = tops.get(column + 1);
  if (left !== undefined && right !== undefined) return Math.round((left + right) / 2);
  if (left !== undefined) return 2 * left - (tops.get(column - 2) ?? left);
  if (right !== undefined) return 2 * right - (tops.get(column + 2) ?? right);
  return 0;
}

function compareCoordinates(a: readonly number[], b: readonly number[]): number {
  for (const [i, x] of a.entries()) if (x !== b[i]) return x - entry(b, i);
  return 0;
}

/** Values by whole numbers as an array; NaN between them where there is none. */
function evenly(values: readonly (readonly [number, number])[]): { first: number; values: Float64Array } {
  const ks = values.map(([k]) => k);
  const first = Math.min(...ks);
  const out = new Float64Array(Math.max(...ks) - first + 1).fill(Number.NaN);
  for (const [k, log] of values) out[k - first] = log;
  return { first, values: out };
}

/** The place of quantile space at u = from + (to − from)·Φ(w). */
function quantileInside(from: number, to: number, w: number): number {
  const u = from + (to - from) * normalBelow(w);
  return u < 0.5 ? normalQuantile(u) : -normalQuantile(1 - to + (to - from) * normalBelow(-w));
}
