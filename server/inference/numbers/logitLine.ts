/**
 * Integrals along the logit t of one probability, to about 0.1% with as few evaluations as that takes: for integrands that cost
 * much, such as other integrals. `quadrature` gives 13 digits of one that costs little.
 *
 * The trapezoid rule starts at the top with a step of about its width and walks outwards. The integrand is analytic in the strip
 * |Im t| < π, so that a step of 2 leaves an error of 10^-4 (Trefethen & Weideman, SIAM Review 56, 2014). Beyond `low` and
 * `high` it falls as an exponential, and the rest of the rule is a geometric series in closed form: a tail of Beta(10^-20, ·) costs one node.
 */

import type { Stepwise } from '../stepwise';

/** How fine the rule is. */
export interface Fineness {
  /** The largest fall, in nats, from the top to both its neighbours together: 2 is a step of 1.4 standard deviations. */
  readonly bend: number;
  /** Nats below the top at which nodes end. */
  readonly cut: number;
  /** The longest step. */
  readonly step: number;
}

/** Errors of about 10^-6, 10^-5 and 10^-3 of the whole. */
export const FINEST: Fineness = { bend: 1.2, cut: 17, step: 1.2 };
export const FINE: Fineness = { bend: 1.6, cut: 12, step: 1.6 };
export const ROUGH: Fineness = { bend: 2.5, cut: 9, step: 2.2 };

/** Where an integrand bends, and how it falls beyond. */
export interface LineShape {
  readonly low: number;
  readonly high: number;
  /** Exponents of the tails, at least: f ∝ e^{left·t} on the left, e^{−right·t} on the right; positive. */
  readonly left: number;
  readonly right: number;
  /** A second place where it may have a top: that of the prior. */
  readonly mode: number;
}

/** Evaluations of one integral at most; more are a sign of an integrand without a shape. */
const MOST_EVALUATIONS = 1200;
const MOST_STEPS_OUT = 200;
const SCAN_STEPS = 24;
/** The exponent of a tail: a fall that is the same over two steps, and more than the given one, is a power of its own. */
function steady(before: number, now: number, exponent: number): number {
  return now > 1e-3 + 1.5 * exponent && Math.abs(now - before) < 0.05 * now ? now : exponent;
}

/** One line, used for many integrands of nearly the same shape: each starts from the top of the one before. */
export class LogitLine {
  /** By evaluation: its place, the log of the integrand, and the log of its weight in the rule (-Infinity: none). */
  readonly t = new Float64Array(MOST_EVALUATIONS);
  readonly log = new Float64Array(MOST_EVALUATIONS);
  readonly logWeight = new Float64Array(MOST_EVALUATIONS);
  evaluations = 0;
  private top = Number.NaN;
  private step = Number.NaN;
  private integrand: (t: number, evaluation: number) => number = () => Number.NaN;

  /** Start the next integral without what the last one showed. */
  forget(): void {
    this.top = Number.NaN;
  }

  /**
   * log ∫ e^f dt. `f` is told how many evaluations there were before, to keep what it finds beside its value; NaN from it gives
   * no number, soon.
   */
  integrate(f: (t: number, evaluation: number) => number, shape: LineShape, fineness: Fineness): number {
    this.integrand = f;
    this.evaluations = 0;
    if (Number.isNaN(this.top)) this.scan(shape, fineness);
    this.top = Math.min(shape.high, Math.max(shape.low, this.top));
    const [from, to, height] = this.hill(shape, fineness);
    if (height === Number.NEGATIVE_INFINITY) return height;
    // Likelihood and prior may each have a top of its own, with a valley between.
    const place = Math.min(shape.high, Math.max(shape.low, shape.mode));
    const tail = Math.log1p(1 / Math.min(shape.left, shape.right));
    if ((place < from || place > to) && this.value(place) > height - fineness.cut - tail) {
      const [top, step] = [this.top, this.step];
      this.top = place;
      this.step = fineness.step;
      this.hill(shape, fineness, from, to);
      [this.top, this.step] = [top, step];
    }
    return this.total();
  }

  /** The same of an integrand that is itself computed in steps: the rule is run anew with every value that becomes known. */
  *integrateInSteps(
    f: (t: number, evaluation: number) => Stepwise<number>,
    shape: LineShape,
    fineness: Fineness,
  ): Stepwise<number> {
    const known: number[] = [];
    const { top, step } = this;
    for (;;) {
      let next = Number.NaN;
      [this.top, this.step] = [top, step];
      const log = this.integrate(
        (t, evaluation) => {
          if (evaluation < known.length) return known[evaluation] as number;
          if (Number.isNaN(next)) next = t;
          return Number.NaN;
        },
        shape,
        fineness,
      );
      if (Number.isNaN(next)) return log;
      known.push(yield* f(next, known.length));
    }
  }

  private value(t: number): number {
    if (this.evaluations >= MOST_EVALUATIONS) return Number.NEGATIVE_INFINITY;
    const i = this.evaluations++;
    this.t[i] = t;
    this.logWeight[i] = Number.NEGATIVE_INFINITY;
    const log = this.integrand(t, i);
    this.log[i] = log;
    return log;
  }

  private computeLogLikelihoods(log: number): void {
    this.logWeight[this.evaluations - 1] = log;
  }

  private scan({ low, high }: LineShape, { step }: Fineness): void {
    const stepSize = Math.max(step, (high - low) / SCAN_STEPS);
    let best = Number.NEGATIVE_INFINITY;
    this.top = 0;
    for (let t = low; t <= high; t += stepSize) {
      const log = this.value(t);
      if (log > best) [best, this.top] = [log, t];
    }
    this.step = step;
  }

  /** Climb to a top, and lay nodes around it; those that another hill has (from `taken[0]` to `taken[1]`) are left out. */
  private hill(
    shape: LineShape,
    fineness: Fineness,
    takenFrom = Number.POSITIVE_INFINITY,
    takenTo = Number.NEGATIVE_INFINITY,
  ): [number, number, number] {
    const { low, high } = shape;
    let at = this.top;
    let step = this.step;
    let middle = this.value(at);
    let left = this.value(at - step);
    let right = this.value(at + step);
    let moves = 0;
    let widened = false;
    for (let round = 0; round < 80; round++) {
      if (left > middle || right > middle) {
        const there = left > right ? at - step : at + step;
        if (there < low || there > high) break;
        at = there;
        if (++moves % 3 === 0) {
          step = Math.min(4 * fineness.step, step * 2);
          middle = this.value(at);
          left = this.value(at - step);
          right = this.value(at + step);
        } else if (left > right) [right, middle, left] = [middle, left, this.value(at - step)];
        else [left, middle, right] = [middle, right, this.value(at + step)];
        continue;
      }
      const bend = 2 * middle - left - right;
      if (bend > fineness.bend && step > 1e-12) {
        step *= bend < 1e6 ? Math.max(0.1, Math.sqrt((0.6 * fineness.bend) / bend)) : 0.1;
      } else if (bend < 0.15 * fineness.bend && step < fineness.step && !widened) {
        widened = true;
        step = Math.min(fineness.step, step * Math.min(4, Math.sqrt((0.6 * fineness.bend) / Math.max(bend, 1e-3))));
      } else break;
      left = this.value(at - step);
      right = this.value(at + step);
    }
    step = Math.min(step, fineness.step);
    this.top = at;
    this.step = step;
    if (at >= takenFrom && at <= takenTo) return [at, at, middle];
    middle = this.value(at);
    this.computeLogLikelihoods(Math.log(step));
    const to = this.walk(1, at, step, middle, shape, fineness, takenFrom);
    const from = this.walk(-1, at, step, middle, shape, fineness, takenTo);
    return [from, to, middle];
  }

  /** Nodes from the top outwards, to where the integrand is negligible or an exponential; returns the last place. */
  private walk(
    side: 1 | -1,
    at: number,
    step: number,
    height: number,
    { low, high, left, right }: LineShape,
    { cut }: Fineness,
    boundary: number,
  ): number {
    const limit = side > 0 ? high : low;
    const exponent = side > 0 ? right : left;
    // A tail that hardly falls is as much as 1/exponent nodes.
    const floor = height - cut - Math.log1p(1 / exponent);
    // A narrow top is left in growing strides.
    const scale = step < 1 ? 6 * step : Number.POSITIVE_INFINITY;
    let before = height;
    let fall = 0;
    let last = at;
    for (let k = 1; k <= MOST_STEPS_OUT; k++) {
      const u = k * step;
      const t = at + side * (scale < Number.POSITIVE_INFINITY ? scale * Math.sinh(u / scale) : u);
      const stepSize = scale < Number.POSITIVE_INFINITY ? step * Math.cosh(u / scale) : step;
      if (side * (t - boundary) >= 0 && side * (boundary - at) > 0) return last;
      const log = this.value(t);
      const outside = side * (t - limit) >= 0 || k === MOST_STEPS_OUT;
      if (!outside) {
        this.computeLogLikelihoods(Math.log(stepSize));
        if (log < floor) return t;
        fall = (before - log) / Math.abs(t - last);
        before = log;
        last = t;
        continue;
      }
      const slope = steady(fall, (before - log) / Math.abs(t - last), exponent);
      this.computeLogLikelihoods(
        scale < Number.POSITIVE_INFINITY
          ? Math.log(stepSize / 2 + 1 / slope)
          : Math.log(step / -Math.expm1(-slope * step)),
      );
      return t;
    }
    return last;
  }

  private total(): number {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.evaluations; i++)
      top = Math.max(top, (this.log[i] as number) + (this.logWeight[i] as number));
    if (!Number.isFinite(top)) return top;
    let sum = 0;
    for (let i = 0; i < this.evaluations; i++)
      sum += Math.exp((this.log[i] as number) + (this.logWeight[i] as number) - top);
    return top + Math.log(sum);
  }
}
