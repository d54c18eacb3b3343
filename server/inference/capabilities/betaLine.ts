/** A Beta times further factors, along the logit of its probability. */
import betaln from '@stdlib/math-base-special-betaln';
import { betaHeight } from '../numbers/gamma';
import { entropyGap } from '../numbers/logarithms';
import { type LineDensity, logLogistic } from '../numbers/quadrature';

/** What a factor adds to the log along one line. */
export interface Curve {
  /** At t, with κ and 1−κ there. */
  readonly at: (t: number, kappa: number, other: number) => number;
  /** Where on the line it bends. */
  readonly bend: readonly number[];
  /** How much it can vary, for judging rounding. */
  readonly size: number;
}

/** exponent · log(u·(1−κ) + v·κ) for u, v ≥ 0, not both 0; the form that most things take on a line. */
export function affineCurve(u: number, v: number, exponent: number): Curve {
  const size = Math.abs(exponent);
  if (u === 0) return { at: (t) => exponent * (Math.log(v) + logLogistic(t)), bend: [], size };
  if (v === 0) return { at: (t) => exponent * (Math.log(u) + logLogistic(-t)), bend: [], size };
  return { at: (_, k, o) => exponent * Math.log(u * o + v * k), bend: [Math.log(u) - Math.log(v)], size };
}

/** What is not a curve: a function of t, the places where it bends, and how much it can vary. */
export interface Further {
  readonly log?: (t: number) => number;
  readonly marks?: readonly number[];
  readonly size?: number;
}

/** Beta(a, b) times the given curves, seen along one capability. */
export function lineOf(a: number, b: number, curves: readonly Curve[], further: Further = {}): LineDensity {
  const landmarks = new Set<number>([0, ...(further.marks ?? [])]);
  const mode = Math.log(a / b);
  if (Math.abs(mode) < 700) landmarks.add(mode);
  let size = a + b + (further.size ?? 0);
  for (const c of curves) {
    for (const t of c.bend) landmarks.add(t);
    size += c.size;
  }
  const own = a + b > LARGE && Math.min(a, b) > LEAST ? largeBeta(a, b, mode) : smallBeta(a, b);
  const extra = further.log;
  const log = (t: number) => {
    // κ, 1−κ and their logs from one exponential and one logarithm.
    const e = Math.exp(-Math.abs(t));
    const similar = 1 / (1 + e);
    const k = t >= 0 ? similar : e * similar;
    const o = t >= 0 ? e * similar : similar;
    let sum = own.at(t, Math.log1p(e), k, o);
    for (const c of curves) sum += c.at(t, k, o);
    return extra ? sum + extra(t) : sum;
  };
  const sorted = [...landmarks].sort((x, y) => x - y);
  return { log, landmarks: sorted, extent: 42 + Math.log1p(size), magnitude: size - a - b + own.magnitude };
}

interface BetaLog {
  /** With log(1 + e^−|t|), κ and 1−κ at t. */
  readonly at: (t: number, l: number, k: number, o: number) => number;
  readonly magnitude: number;
}

function smallBeta(a: number, b: number): BetaLog {
  const norm = betaln(a, b);
  const at = (t: number, l: number) => (t >= 0 ? -b * t : a * t) - (a + b) * l - norm;
  return { at, magnitude: a + b + Math.abs(norm) };
}

/** From here on the exponents are so large that the logs of a Beta's parts would cancel to their rounding. */
const LARGE = 1e4;
const LEAST = 12;

/** −(a+b)·KL(a/(a+b) ‖ κ), and its height: nothing cancels near the top. */
function largeBeta(a: number, b: number, mode: number): BetaLog {
  const p = a / (a + b);
  const q = b / (a + b);
  const height = betaHeight(a, b);
  const far = -(a * Math.log(p) + b * Math.log(q)) - height;
  const at = (t: number, l: number, k: number, o: number) =>
    Math.abs(t - mode) < 1
      ? -(a + b) * (k * entropyGap((p - k) / k) + o * entropyGap((q - o) / o)) - height
      : (t >= 0 ? -b * t : a * t) - (a + b) * l + far;
  return { at, magnitude: 30 * Math.sqrt(a + b) };
}
