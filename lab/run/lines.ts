/**
 * The lines of a results file (JSON Lines), in the order in which things became known: a network, then for each cell what
 * was sealed and, after it, what was measured. Scores are not in it: they follow from these lines. Types, names and the
 * packing of numbers; must not know how they come about.
 */

export interface NetworkLine {
  readonly kind: 'network';
  readonly network: string;
  /** KL(exact ‖ network) by context length, nats. */
  readonly gate: readonly number[];
  readonly passed: boolean;
  /** The world as the network has it: prior (H) and rows (H × C), packed shares; null where documents had no personas. */
  readonly own: { readonly prior: string; readonly rows: string } | null;
  /** ΣKL(answers without context ‖ nearest mixture of its own rows), nats; total variation of in-context posteriors. */
  readonly residual: number | null;
  readonly posteriorDistance: number | null;
  readonly seconds: number;
}

export interface SealedDose {
  readonly steps: number;
  readonly episodes: number;
  readonly progress: number;
  readonly reached: boolean;
  /** Packed counts of the trained situations, in their order. */
  readonly trained: string;
  /** By subject, each account's strength in the order of the accounts. */
  readonly strengths: Readonly<Record<string, readonly (number | null)[]>>;
}

/** A stage before: each account's strength for it, by subject. */
export interface SealedLine {
  readonly kind: 'sealed';
  readonly cell: string;
  /** Hash of the code that predicts. */
  readonly code: string;
  readonly seal: string;
  readonly before?: Readonly<Record<string, readonly (number | null)[]>>;
  readonly doses: readonly SealedDose[];
}

export interface MeasuredDose {
  /** Packed counts by flat cell: without context, after the context, of the other character, in paired answers. */
  readonly plain: string;
  readonly context: string;
  readonly other: string;
  readonly paired: string;
  readonly prefixed?: string;
  readonly otherPrefix?: string;
  /** Packed shares by flat cell: the exact distribution without context. */
  readonly exact: string;
}

export interface MeasuredLine {
  readonly kind: 'measured';
  readonly cell: string;
  readonly seal: string;
  /** Before training: packed shares by flat cell. */
  readonly start: string;
  readonly doses: readonly MeasuredDose[];
  /** Between doses (reinforcement): episodes, probability of the rewarded response, ΣKL to the nearest mixture. */
  readonly curve?: readonly (readonly [number, number, number])[];
  readonly seconds: number;
}

export type Line = NetworkLine | SealedLine | MeasuredLine;

/** So many significant digits; what is not finite becomes null. */
export function short(value: number, digits = 3): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}

/** What a cell is called: arm, world, pre-training, fine-tuning, width. */
export interface CellId {
  readonly arm: string;
  readonly world: number;
  readonly pretraining: number;
  readonly fineTuning: number;
  readonly width: number;
}

export const cellName = ({ arm, world, pretraining, fineTuning, width }: CellId): string =>
  `${arm} w${world} p${pretraining} f${fineTuning} d${width}`;

/** The cell of a name; undefined where it is none. */
export function cellId(name: string): CellId | undefined {
  const match = /^(\S+) w(\d+) p(\d+) f(\d+) d(\d+)$/.exec(name);
  if (!match) return undefined;
  const [, arm = '', world, pretraining, fineTuning, width] = match;
  return {
    arm,
    world: Number(world),
    pretraining: Number(pretraining),
    fineTuning: Number(fineTuning),
    width: Number(width),
  };
}

export const networkName = (documents: string, world: number, pretraining: number, width: number): string =>
  `${documents} w${world} p${pretraining} d${width}`;

/** Counts of up to 1,295 answers, two digits to the base 36 each. */
export function packCounts(counts: ArrayLike<number>): string {
  return Array.from(counts, (n) => n.toString(36).padStart(2, '0')).join('');
}

export const unpackCounts = (packed: string): Float64Array => unpacked(packed, 2).map((n) => n);

/** Shares in units of 1/46,655, three digits to the base 36 each; a share above 0 stays above 0. */
export function packShares(shares: ArrayLike<number>): string {
  return Array.from(shares, (p) =>
    Math.max(p > 0 ? 1 : 0, Math.round(p * UNITS))
      .toString(36)
      .padStart(3, '0'),
  ).join('');
}

export const unpackShares = (packed: string): Float64Array => unpacked(packed, 3).map((n) => n / UNITS);

const UNITS = 36 ** 3 - 1;

function unpacked(packed: string, digits: number): Float64Array {
  return Float64Array.from({ length: packed.length / digits }, (_, i) =>
    Number.parseInt(packed.slice(i * digits, (i + 1) * digits), 36),
  );
}
