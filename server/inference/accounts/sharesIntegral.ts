/**
 * Integrals over the shares w ~ Dirichlet(α) of a few components, of any positive function that is smooth in w: one `LogitLine`
 * inside the other, as in `simplex`, which knows more of its function and asks it less often.
 */
import betaln from '@stdlib/math-base-special-betaln';
import { type Fineness, LogitLine } from '../numbers/logitLine';
import { logistic, logLogistic } from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';
import type { Work } from './work';

export interface SharesIntegrand {
  readonly alpha: Float64Array;
  /** log of the function at w. */
  readonly log: (w: Float64Array) => number;
  /** What is averaged under function and Dirichlet together, written into `out`. */
  readonly values: (w: Float64Array, out: Float64Array) => void;
  readonly size: number;
  /** How far the log can move when all of w does, nats. */
  readonly scale: number;
  /** What one evaluation takes. */
  readonly cost: number;
}

export interface SharesIntegral {
  readonly log: number;
  readonly means: Float64Array;
}

const MARGIN = 9;
/** What is left may move the log by this many nats before it counts. */
const NOTHING = 2e-5;
/** Components whose shares are integrated over between two stops. */
const COMPONENTS_A_STEP = 2;

export function* integrateShares(integrand: SharesIntegrand, fineness: Fineness, work: Work): Stepwise<SharesIntegral> {
  const nested = new NestedShares(integrand, fineness, work);
  const log = yield* nested.levelInSteps(0, 1);
  return { log, means: nested.means(0) };
}

class NestedShares {
  private readonly last: number;
  private readonly rest: Float64Array;
  private readonly norm: Float64Array;
  private readonly w: Float64Array;
  private readonly lines: readonly LogitLine[];
  /** By level: means given the shares of the components before. */
  private readonly found: readonly Float64Array[];
  /** By level and evaluation: those of the level below. */
  private readonly below: readonly Float64Array[][];

  constructor(
    private readonly integrand: SharesIntegrand,
    private readonly fineness: Fineness,
    private readonly work: Work,
  ) {
    const { alpha, size } = integrand;
    this.last = alpha.length - 1;
    this.rest = new Float64Array(alpha.length + 1);
    for (let i = this.last; i >= 0; i--) this.rest[i] = (this.rest[i + 1] as number) + (alpha[i] as number);
    this.norm = alpha.map((a, i) => (i < this.last ? betaln(a, this.rest[i + 1] as number) : 0));
    this.w = new Float64Array(alpha.length);
    this.lines = Array.from({ length: this.last }, () => new LogitLine());
    this.found = Array.from(alpha, () => new Float64Array(size));
    this.below = this.lines.map(() => []);
  }

  means(i: number): Float64Array {
    return this.found[i] as Float64Array;
  }

  *levelInSteps(i: number, left: number): Stepwise<number> {
    if (this.last - i < COMPONENTS_A_STEP) {
      yield;
      return this.level(i, left);
    }
    if (this.flat(i, left)) return this.leaf(i, left);
    const line = this.lines[i] as LogitLine;
    const nested = this;
    const log = yield* line.integrateInSteps(
      function* (t, evaluation) {
        nested.w[i] = left * logistic(t);
        const below = yield* nested.levelInSteps(i + 1, left * logistic(-t));
        return nested.keep(i, t, evaluation, below);
      },
      this.shape(i),
      this.fineness,
    );
    this.average(i, log);
    return log;
  }

  private level(i: number, left: number): number {
    if (i === this.last || this.flat(i, left)) return this.leaf(i, left);
    if (this.work.left < 0) return Number.NEGATIVE_INFINITY;
    const line = this.lines[i] as LogitLine;
    const log = line.integrate(
      (t, evaluation) => {
        this.w[i] = left * logistic(t);
        return this.keep(i, t, evaluation, this.level(i + 1, left * logistic(-t)));
      },
      this.shape(i),
      this.fineness,
    );
    this.average(i, log);
    return log;
  }

  private flat(i: number, left: number): boolean {
    return i < this.last && left * this.integrand.scale < NOTHING;
  }

  /** The function with what is left shared as the prior would. */
  private leaf(i: number, left: number): number {
    const { alpha, log, values, cost } = this.integrand;
    for (let j = i; j <= this.last; j++) this.w[j] = left * ((alpha[j] as number) / (this.rest[i] as number));
    this.work.left -= cost;
    values(this.w, this.means(i));
    return log(this.w);
  }

  private shape(i: number) {
    const [left, right] = [this.integrand.alpha[i] as number, this.rest[i + 1] as number];
    const high = MARGIN + Math.log1p(this.integrand.scale);
    return { low: -high, high, left, right, mode: Math.log(left / right) };
  }

  private keep(i: number, t: number, evaluation: number, below: number): number {
    const retained = this.below[i] as Float64Array[];
    const means = this.means(i + 1);
    const known = retained[evaluation];
    if (known) known.set(means);
    else retained[evaluation] = means.slice();
    const [a, b] = [this.integrand.alpha[i] as number, this.rest[i + 1] as number];
    return a * logLogistic(t) + b * logLogistic(-t) - (this.norm[i] as number) + below;
  }

  private average(i: number, log: number): void {
    const line = this.lines[i] as LogitLine;
    const means = this.means(i).fill(0);
    let sum = 0;
    for (let k = 0; k < line.evaluations; k++) {
      const weight = Math.exp((line.log[k] as number) + (line.logWeight[k] as number) - log);
      if (!(weight > 0)) continue;
      sum += weight;
      this.below[i]?.[k]?.forEach((value, j) => {
        means[j] = (means[j] as number) + weight * value;
      });
    }
    for (let j = 0; j < means.length; j++) means[j] = (means[j] as number) / sum;
  }
}
