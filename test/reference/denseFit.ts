/**
 * Posteriors of one to three numbers by brute force: Gauss-Legendre panels over the whole box of the priors, uniform on
 * plain intervals, with nothing of the product's. For tests of the fit.
 */

/** Nodes and weights of the 10-point Gauss-Legendre rule on [-1, 1] (Abramowitz & Stegun 25.4.30). */
const X = [0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717];
const W = [0.2955242247147529, 0.2692667193099963, 0.219086362515982, 0.1494513491505806, 0.0666713443086881];

export interface Line {
  readonly x: readonly number[];
  readonly w: readonly number[];
}

export function panels(from: number, to: number, count: number): Line {
  const x: number[] = [];
  const w: number[] = [];
  const half = (to - from) / (2 * count);
  for (let k = 0; k < count; k++) {
    const middle = from + (2 * k + 1) * half;
    X.forEach((node, i) => {
      for (const sign of [-1, 1]) {
        x.push(middle + sign * node * half);
        w.push((W[i] ?? 0) * half);
      }
    });
  }
  return { x, w };
}

export interface Dense {
  readonly logEvidence: number;
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  /** Mean of any function. */
  readonly expectation: (f: (place: readonly number[]) => number) => number;
}

/** Uniform priors over the box; `log` is the log likelihood at a place. */
export function dense(
  box: readonly (readonly [number, number])[],
  count: number,
  log: (place: readonly number[]) => number,
): Dense {
  const lines = box.map(([a, b]) => panels(a, b, count));
  const volume = box.reduce((product, [a, b]) => product * (b - a), 1);
  const places: { place: readonly number[]; weight: number; log: number }[] = [];
  const fill = (place: readonly number[], weight: number): void => {
    const line = lines[place.length];
    if (!line) {
      places.push({ place, weight, log: log(place) });
      return;
    }
    line.x.forEach((x, i) => {
      fill([...place, x], weight * (line.w[i] ?? 0));
    });
  };
  fill([], 1 / volume);
  const top = places.reduce((most, p) => Math.max(most, p.log), Number.NEGATIVE_INFINITY);
  const sum = (f: (place: readonly number[]) => number) =>
    places.reduce((total, p) => total + p.weight * Math.exp(p.log - top) * f(p.place), 0);
  const evidence = sum(() => 1);
  const expectation = (f: (place: readonly number[]) => number) => sum(f) / evidence;
  const mean = box.map((_, i) => expectation((p) => p[i] ?? 0));
  return {
    logEvidence: top + Math.log(evidence),
    mean,
    covariance: box.map((_, i) =>
      box.map((_other, j) => expectation((p) => ((p[i] ?? 0) - (mean[i] ?? 0)) * ((p[j] ?? 0) - (mean[j] ?? 0)))),
    ),
    expectation,
  };
}
