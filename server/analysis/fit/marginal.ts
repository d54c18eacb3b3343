/**
 * The posterior of one parameter alone, as a function of u = F(z), its prior's distribution function: quantiles, bits
 * learned, mass at the ends. Built from values on an evenly spaced line (quadrature), whose logs are interpolated, or
 * from weighted draws (importance sampling).
 */
import { entry } from '../numbers/entry';
import { normalBelow, normalLogDensity, normalQuantile } from '../numbers/normal';

export interface Marginal {
  /** The v (quantile space) below which that posterior mass lies. */
  readonly quantile: (mass: number) => number;
  /** Posterior mass below a place of quantile space. */
  readonly below: (v: number) => number;
  /** Posterior density relative to the prior's at a place of quantile space. */
  readonly ratio: (v: number) => number;
  /** KL of the posterior from the prior, nats. */
  readonly learned: number;
}

/**
 * Values on w_k = start + k·step of a log density over w, in a part [from, to] of the prior's mass (u = from +
 * (to − from)·Φ(w)); NaN where nothing was computed because nothing is there.
 */
export interface LogLine {
  readonly start: number;
  readonly step: number;
  readonly logs: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Nodes of a local polynomial through the logs. */
const ORDER = 10;
/** Points of the fine rule for each step of the line. */
const FINE = 12;

/** Interpolate the logs at a position in steps; -Infinity where nothing was computed. */
export function interpolateLogs(logs: ArrayLike<number>, position: number): number {
  const nearest = Math.round(position);
  const known = (k: number) => k >= 0 && k < logs.length && Number.isFinite(entry(logs, k));
  // The run of known values around the position.
  const left = Math.floor(position);
  const anchor = known(left) ? left : known(left + 1) ? left + 1 : -1;
  if (anchor < 0) return Number.NEGATIVE_INFINITY;
  if (position < anchor - 1 || position > anchor + 1) return Number.NEGATIVE_INFINITY;
  let first = anchor;
  let last = anchor;
  while (last - first + 1 < ORDER) {
    const before = known(first - 1);
    const after = known(last + 1);
    if (before && (!after || position - first < last - position)) first--;
    else if (after) last++;
    else break;
  }
  if (position < first || position > last) return Number.NEGATIVE_INFINITY;
  if (Math.abs(position - nearest) < 1e-12 && known(nearest)) return entry(logs, nearest);
  let sum = 0;
  for (let i = first; i <= last; i++) {
    let product = entry(logs, i);
    for (let j = first; j <= last; j++) if (j !== i) product *= (position - j) / (i - j);
    sum += product;
  }
  return sum;
}

/** A marginal from one line, or from several that share out the prior's mass in ascending order. */
export function marginalFromLines(lines: readonly LogLine[], logTotal: number): Marginal {
  // A fine grid with the cumulative mass at each of its points.
  const places: number[] = [];
  const cumulative: number[] = [];
  let mass = 0;
  for (const line of lines) {
    const { logs, step, start } = line;
    const fine = step / FINE;
    const density = (position: number) => Math.exp(interpolateLogs(logs, position) - logTotal);
    for (let k = 0; k + 1 < logs.length; k++) {
      if (!Number.isFinite(entry(logs, k)) || !Number.isFinite(entry(logs, k + 1))) continue;
      let left = density(k);
      for (let i = 0; i < FINE; i++) {
        const position = k + i / FINE;
        const right = i + 1 === FINE ? density(k + 1) : density(position + 1 / FINE);
        places.push(toQuantile(line, start + position * step));
        cumulative.push(mass);
        mass += (fine * (left + 4 * density(position + 0.5 / FINE) + right)) / 6;
        left = right;
      }
      // The next stretch begins where this one ends.
      if (k + 2 < logs.length && Number.isFinite(entry(logs, k + 2))) continue;
      places.push(toQuantile(line, start + (k + 1) * step));
      cumulative.push(mass);
    }
  }
  const total = mass;
  const shares = cumulative.map((m) => m / total);
  const learned = lines.reduce((sum, line) => {
    const width = Math.log(line.to - line.from);
    let own = 0;
    line.logs.forEach((log, k) => {
      if (!Number.isFinite(log)) return;
      const w = line.start + k * line.step;
      own += line.step * Math.exp(log - logTotal) * (log - logTotal - normalLogDensity(w) - width);
    });
    return sum + own;
  }, 0);
  return {
    learned: Math.max(0, learned),
    below: (v) => interpolateMonotone(places, shares, v, 0, 1),
    quantile: (q) => interpolateMonotone(shares, places, q, entry(places, 0), entry(places, places.length - 1)),
    ratio: (v) => {
      const u = normalBelow(v);
      for (const line of lines) {
        const share = (u - line.from) / (line.to - line.from);
        if (!(share >= 0 && share <= 1)) continue;
        // Beyond the line's ends the likelihood has come to rest: the ratio of its outermost value.
        const last = line.start + (line.logs.length - 1) * line.step;
        const entire = line.from === 0 && line.to === 1;
        const w = Math.min(last, Math.max(line.start, entire ? v : normalQuantile(share)));
        const log = interpolateLogs(line.logs, (w - line.start) / line.step);
        return Math.exp(log - logTotal - normalLogDensity(w) - Math.log(line.to - line.from));
      }
      return 0;
    },
  };
}

function toQuantile(line: LogLine, w: number): number {
  if (line.from === 0 && line.to === 1) return w;
  const u = line.from + (line.to - line.from) * normalBelow(w);
  return u < 0.5 ? normalQuantile(u) : -normalQuantile(1 - line.to + (line.to - line.from) * normalBelow(-w));
}

/** y at x on an ascending table, by a polynomial through six neighbours that is kept between its two. */
function interpolateMonotone(
  xs: readonly number[],
  ys: readonly number[],
  x: number,
  before: number,
  after: number,
): number {
  const size = xs.length;
  if (size === 0) return Number.NaN;
  if (!(x > entry(xs, 0))) return before;
  if (!(x < entry(xs, size - 1))) return after;
  let low = 0;
  let high = size - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (entry(xs, middle) <= x) low = middle;
    else high = middle;
  }
  const x0 = entry(xs, low);
  const x1 = entry(xs, high);
  const y0 = entry(ys, low);
  const y1 = entry(ys, high);
  if (x1 === x0) return y1;
  let sum = 0;
  const used: number[] = [];
  for (let i = low - 2; i <= high + 2; i++) if (i >= 0 && i < size && !used.some((j) => xs[j] === xs[i])) used.push(i);
  for (const i of used) {
    let product = entry(ys, i);
    for (const j of used) if (j !== i) product *= (x - entry(xs, j)) / (entry(xs, i) - entry(xs, j));
    sum += product;
  }
  return Math.min(Math.max(y0, y1), Math.max(Math.min(y0, y1), sum));
}

/** From draws in quantile space with normalised weights; densities by a kernel over u, reflected at 0 and 1. */
export function marginalFromDraws(v: Float64Array, weights: Float64Array): Marginal {
  const order = Array.from(v, (_, i) => i).sort((a, b) => entry(v, a) - entry(v, b) || a - b);
  const sorted = order.map((i) => entry(v, i));
  let mass = 0;
  // Each draw stands in the middle of its own mass.
  const shares = order.map((i) => {
    const own = entry(weights, i);
    mass += own;
    return mass - own / 2;
  });
  const u = sorted.map((x) => normalBelow(x));
  const own = order.map((i) => entry(weights, i));
  const quantile = (q: number) => linear(shares, sorted, q, entry(sorted, 0), entry(sorted, sorted.length - 1));
  const mean = u.reduce((sum, x, i) => sum + x * entry(own, i), 0);
  const variance = u.reduce((sum, x, i) => sum + (x - mean) ** 2 * entry(own, i), 0);
  const spread = (normalBelow(quantile(0.75)) - normalBelow(quantile(0.25))) / 1.349;
  const effective = 1 / own.reduce((sum, w) => sum + w * w, 0);
  const scale = Math.min(Math.sqrt(variance), spread > 0 ? spread : Number.POSITIVE_INFINITY);
  const bandwidth = Math.max(1e-12, 0.9 * scale * effective ** -0.2);
  const density = (at: number): number => {
    let sum = 0;
    for (const image of [at, -at, 2 - at]) {
      const first = lowerBound(u, image - 6 * bandwidth);
      for (let i = first; i < u.length; i++) {
        const d = (entry(u, i) - image) / bandwidth;
        if (d > 6) break;
        sum += entry(own, i) * Math.exp(-(d * d) / 2);
      }
    }
    return sum / (bandwidth * Math.sqrt(2 * Math.PI));
  };
  return {
    quantile,
    below: (x) => linear(sorted, shares, x, 0, 1),
    ratio: (x) => density(normalBelow(x)),
    learned: Math.max(0, learnedFrom(density, normalBelow(quantile(0)), normalBelow(quantile(1)), bandwidth)),
  };
}

/** ∫ p log p du over where the draws lie. */
function learnedFrom(density: (u: number) => number, low: number, high: number, bandwidth: number): number {
  const from = Math.max(0, low - 4 * bandwidth);
  const to = Math.min(1, high + 4 * bandwidth);
  const steps = 400;
  const h = (to - from) / steps;
  let sum = 0;
  let mass = 0;
  for (let i = 0; i <= steps; i++) {
    const p = density(from + i * h);
    const weight = (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * (h / 3);
    mass += weight * p;
    if (p > 0) sum += weight * p * Math.log(p);
  }
  return sum / mass - Math.log(mass);
}

function lowerBound(values: readonly number[], x: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entry(values, middle) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function linear(xs: readonly number[], ys: readonly number[], x: number, before: number, after: number): number {
  const at = lowerBound(xs, x);
  if (at <= 0) return before;
  if (at >= xs.length) return after;
  const x0 = entry(xs, at - 1);
  const x1 = entry(xs, at);
  const share = x1 > x0 ? (x - x0) / (x1 - x0) : 1;
  return entry(ys, at - 1) * (1 - share) + entry(ys, at) * share;
}
