/**
 * How far people and judges agree who labelled the same things. Nominal labels: they agree or they do not. Pure functions;
 * nothing here knows where labels come from.
 */
import { seeded } from './random';

/** The labels that one thing was given, by rater. */
export type Unit = ReadonlyMap<string, string>;

export interface Kappa {
  readonly raters: readonly [string, string];
  /** Things that both labelled. */
  readonly units: number;
  /** NaN where chance alone would agree always, so that nothing can be said. */
  readonly kappa: number;
}

export interface Agreement {
  /** Things with at least two labels. */
  readonly units: number;
  readonly alpha: number;
  /** 95%, by bootstrap over the things. */
  readonly interval: readonly [number, number];
  readonly kappas: readonly Kappa[];
}

/**
 * Krippendorff's alpha for nominal data (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"):
 * 1 - (n - 1) Σ_{c≠k} o_ck / Σ_{c≠k} n_c n_k over the coincidences of units with two labels or more. NaN where all labels
 * are one value, or no unit has two.
 */
export function krippendorffAlpha(units: readonly Unit[]): number {
  const totals = new Map<string, number>();
  let disagreement = 0;
  let n = 0;
  for (const unit of units) {
    const labels = [...unit.values()];
    const m = labels.length;
    if (m < 2) continue;
    const counts = new Map<string, number>();
    for (const label of labels) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      totals.set(label, (totals.get(label) ?? 0) + 1);
    }
    n += m;
    for (const count of counts.values()) disagreement += (count * (m - count)) / (m - 1);
  }
  let expected = n * n;
  for (const total of totals.values()) expected -= total * total;
  return expected === 0 ? Number.NaN : 1 - ((n - 1) * disagreement) / expected;
}

/** Cohen's kappa of two raters over the units that both labelled. */
export function cohenKappa(units: readonly Unit[], first: string, second: string): Kappa {
  const both = units.filter((unit) => unit.has(first) && unit.has(second));
  const shares = new Map<string, [number, number]>();
  let agreed = 0;
  for (const unit of both) {
    const a = unit.get(first)!;
    const b = unit.get(second)!;
    if (a === b) agreed += 1;
    for (const [label, side] of [
      [a, 0],
      [b, 1],
    ] as const) {
      const share = shares.get(label) ?? [0, 0];
      share[side] += 1;
      shares.set(label, share);
    }
  }
  const n = both.length;
  let chance = 0;
  for (const [a, b] of shares.values()) chance += (a * b) / (n * n);
  return { raters: [first, second], units: n, kappa: chance === 1 ? Number.NaN : (agreed / n - chance) / (1 - chance) };
}

const DRAWS = 1000;
const SEED = 20110125;
/** Kappa is given for the pairs of so many raters, those with the most labels. */
const MOST_RATERS = 12;

/** Undefined where nothing was labelled twice. */
export function agreementOf(units: readonly Unit[]): Agreement | undefined {
  const shared = units.filter((unit) => unit.size > 1);
  if (shared.length === 0) return undefined;
  const random = seeded(SEED);
  const draws: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const alpha = krippendorffAlpha(shared.map(() => shared[Math.floor(random() * shared.length)]!));
    if (!Number.isNaN(alpha)) draws.push(alpha);
  }
  draws.sort((a, b) => a - b);
  const at = (share: number) => draws[Math.round(share * (draws.length - 1))] ?? Number.NaN;
  const labelled = new Map<string, number>();
  for (const unit of shared) for (const rater of unit.keys()) labelled.set(rater, (labelled.get(rater) ?? 0) + 1);
  const raters = [...labelled]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MOST_RATERS)
    .map(([rater]) => rater);
  const kappas = raters.flatMap((first, i) => raters.slice(i + 1).map((second) => cohenKappa(shared, first, second)));
  return {
    units: shared.length,
    alpha: krippendorffAlpha(shared),
    interval: [at(0.025), at(0.975)],
    kappas: kappas.filter((pair) => pair.units > 0),
  };
}
