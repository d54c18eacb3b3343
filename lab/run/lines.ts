/**
 * The lines of a results file (JSON Lines), in the order in which things became known: a network, then for each cell what
 * was sealed and, after it, what was measured. Scores are not in it: they follow from these lines. Types, names and the
 * packing of numbers; must not know how they come about.
 */
import { stepOf, strengthAt } from '../prediction/fit';

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
  /** By subject, packed: each account's strength in the order of the accounts. */
  readonly strengths: Readonly<Record<string, string>>;
}

/** A stage before: each account's strength for it, by subject. */
export interface SealedLine {
  readonly kind: 'sealed';
  readonly cell: string;
  /** The first 16 digits of the hash of the code that predicts. */
  readonly code: string;
  readonly seal: string;
  readonly before?: Readonly<Record<string, string>>;
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
  /** Before training: packed shares by flat cell, of the Assistant and of the other character. */
  readonly start: string;
  readonly startOther: string;
  readonly doses: readonly MeasuredDose[];
  /** Between doses (reinforcement): episodes, probability of the rewarded response, ΣKL to the nearest mixture. */
  readonly curve?: readonly (readonly [number, number, number])[];
  /** Seconds of one core. */
  readonly seconds: number;
}

/** Of the code's hash in a sealed line. */
export const CODE_DIGITS = 16;

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

/** Counts of up to 255 answers, a byte each, to the base 64. */
export function packCounts(counts: ArrayLike<number>): string {
  const beyond = Array.from(counts).find((n) => !Number.isInteger(n) || n < 0 || n > 255);
  if (beyond !== undefined) throw new RangeError(`${beyond} is no count of up to 255 answers`);
  return Buffer.from(Uint8Array.from(counts)).toString('base64');
}

export const unpackCounts = (packed: string): Float64Array => Float64Array.from(Buffer.from(packed, 'base64'));

/** Shares in units of 1/65,535, two bytes each (the lower first), to the base 64; a share above 0 stays above 0. */
export function packShares(shares: ArrayLike<number>): string {
  const bytes = Buffer.alloc(2 * shares.length);
  for (let i = 0; i < shares.length; i++) {
    const p = shares[i] ?? 0;
    bytes.writeUInt16LE(Math.max(p > 0 ? 1 : 0, Math.round(p * UNITS)), 2 * i);
  }
  return bytes.toString('base64');
}

export function unpackShares(packed: string): Float64Array {
  const bytes = Buffer.from(packed, 'base64');
  return Float64Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(2 * i) / UNITS);
}

const UNITS = 65_535;

/** Strengths as steps of their scale, two digits to the base 36 each: `00` is none at all, `zz` no prediction. */
export function packStrengths(strengths: readonly (number | null)[]): string {
  return strengths
    .map((strength) => {
      if (strength === null) return NO_STRENGTH;
      if (strength === 0) return '00';
      return (stepOf(strength) + MIDDLE).toString(36).padStart(2, '0');
    })
    .join('');
}

export function unpackStrengths(packed: string): (number | null)[] {
  return Array.from({ length: packed.length / 2 }, (_, i) => {
    const digits = packed.slice(2 * i, 2 * i + 2);
    if (digits === NO_STRENGTH) return null;
    return digits === '00' ? 0 : strengthAt(Number.parseInt(digits, 36) - MIDDLE);
  });
}

const NO_STRENGTH = 'zz';
/** The step that stands for strength 1. */
const MIDDLE = 400;
