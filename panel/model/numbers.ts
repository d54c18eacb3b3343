/**
 * Numbers as people read them: the one formatter for hovers, hints, the panel, the report and the command line.
 *
 * Two promises: what is not zero never reads as zero, and what is not certain never reads as certain. Not defined
 * (NaN, null) is an en dash. The text is the same on every machine: no locale takes part. This file is also loaded into
 * the page, so it imports types only.
 */
import type { Unit } from './units';

/** What a number is when there is none. */
export const NOT_DEFINED = '–';
const MINUS = '−';
const INFINITY = '∞';
const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number as the protocol carries it: JSON has no infinities. */
type Wire = number | '-inf' | 'inf' | null | undefined;

/** The number that a wire number stands for; NaN for null and undefined. */
export function fromWire(value: Wire): number {
  if (typeof value === 'number') return value;
  if (value === 'inf') return Number.POSITIVE_INFINITY;
  if (value === '-inf') return Number.NEGATIVE_INFINITY;
  return Number.NaN;
}

/** The form in which a number travels as JSON. */
export function toWire(value: number): number | 'inf' | '-inf' | null {
  if (Number.isNaN(value)) return null;
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return value;
}

/** How many nats one of the unit is: 1 bit = ln 2, 1 deciban = ln 10 / 10 (LANGUAGE section 4). */
export const NATS_PER: Readonly<Record<Unit, number>> = {
  nats: 1,
  bits: Math.LN2,
  decibans: Math.LN10 / 10,
};

export function inUnit(nats: number, unit: Unit): number {
  return nats / NATS_PER[unit];
}

/**
 * A probability: `43.2%`, `0.031%`, `1 in 12,000` below 0.01%, `1 in 10¹²` far below, `>99.99%` above 99.99%.
 * `0%` and `100%` are said of exactly 0 and 1 only; with `logOdds` (nats), where they are known, not even of a 0 or 1 that
 * only rounding made: `1 in 10⁴⁰⁰`. Outside [0, 1] and NaN: an en dash.
 */
export function formatProbability(p: number, logOdds = Number.NaN): string {
  if (!(p >= 0 && p <= 1)) return NOT_DEFINED;
  if (Number.isFinite(logOdds) && p === 1) return '>99.99%';
  if (Number.isFinite(logOdds) && p === 0) return `1 in ${tenTo(Math.floor(-logOdds / Math.LN10 + 1e-12))}`;
  if (p === 0) return '0%';
  if (p === 1) return '100%';
  if (p > 0.9999) return '>99.99%';
  if (p < 1e-4) return formatOneIn(p);
  const percent = p * 100;
  if (percent >= 90) return `${trim(percent.toFixed(2))}%`;
  if (percent >= 10) return `${trim(percent.toFixed(1))}%`;
  if (percent >= 1) return `${trim(percent.toFixed(2))}%`;
  return `${trim(significant(percent, 2))}%`;
}

/**
 * The same as a percentage that is never `1 in n`, for axes, narrow columns and table cells: `<0.01%` at the bottom.
 */
export function formatPercent(p: number): string {
  if (p > 0 && p < 1e-4) return '<0.01%';
  return formatProbability(p);
}

/** A small probability as `1 in 3,000`: two significant digits, a power of ten from a thousand million on. */
export function formatOneIn(p: number): string {
  if (!(p > 0 && p <= 1)) return p === 0 ? 'never' : NOT_DEFINED;
  const n = 1 / p;
  if (!(n < 1e9)) {
    const exponent = Math.floor(-Math.log10(p) + 1e-12);
    return `1 in ${tenTo(exponent)}`;
  }
  return `1 in ${group(
    roundTo(n, 2)
      .toFixed(n < 10 ? 1 : 0)
      .replace(/\.0$/, ''),
  )}`;
}

export interface LogStyle {
  /** `+` before a positive number: for evidence, where the sign is the message. */
  readonly sign?: boolean;
  /** Without the unit, for columns that name it in their head. */
  readonly bare?: boolean;
}

/**
 * A log quantity, given in nats, in the unit to show: `12.4 bits`, `−3.01 decibans`, `−∞ bits`. Three significant digits,
 * whole numbers from a thousand on. NaN: an en dash.
 */
export function formatLog(nats: number, unit: Unit, style: LogStyle = {}): string {
  if (Number.isNaN(nats)) return NOT_DEFINED;
  const value = inUnit(nats, unit);
  const sign = value < 0 ? MINUS : style.sign && value > 0 ? '+' : '';
  const text = `${sign}${magnitude(Math.abs(value))}`;
  return style.bare ? text : `${text} ${unit}`;
}

/** Odds out of log odds in nats: `3.2 : 1`, `1 : 40`, `certain`, `impossible`. */
export function formatOdds(logOdds: number): string {
  if (Number.isNaN(logOdds)) return NOT_DEFINED;
  if (logOdds === Number.POSITIVE_INFINITY) return 'certain';
  if (logOdds === Number.NEGATIVE_INFINITY) return 'impossible';
  const side = ratio(Math.abs(logOdds));
  return logOdds >= 0 ? `${side} : 1` : `1 : ${side}`;
}

/** The factor that a log ratio in nats multiplies by: `×3.2`, `÷40`, `×1` for no change, `×0` and `×∞` at the ends. */
export function formatFactor(logRatio: number): string {
  if (Number.isNaN(logRatio)) return NOT_DEFINED;
  if (logRatio === Number.NEGATIVE_INFINITY) return '×0';
  if (logRatio === Number.POSITIVE_INFINITY) return `×${INFINITY}`;
  const text = ratio(Math.abs(logRatio));
  return logRatio >= 0 || text === '1' ? `×${text}` : `÷${text}`;
}

/** A count or another plain quantity: `6,000`, `1,234.5`, `0.02`, at most four significant digits after a point. */
export function formatCount(value: number): string {
  if (Number.isNaN(value)) return NOT_DEFINED;
  if (!Number.isFinite(value)) return value > 0 ? INFINITY : `${MINUS}${INFINITY}`;
  const sign = value < 0 ? MINUS : '';
  const size = Math.abs(value);
  if (Number.isInteger(size) && size < 1e15) return `${sign}${group(String(size))}`;
  if (size >= 1e15) return `${sign}${scientific(size, 3)}`;
  if (size >= 1000) return `${sign}${group(trim(size.toFixed(1)))}`;
  if (size < 1e-4) return `${sign}${scientific(size, 2)}`;
  return `${sign}${trim(significant(size, 4))}`;
}

/** The difference of two probabilities in percentage points, signed: `+2.3 points`, `−0.04 points`. */
export function formatPoints(difference: number): string {
  if (Number.isNaN(difference)) return NOT_DEFINED;
  const points = Math.abs(difference) * 100;
  if (points === 0) return '0 points';
  const sign = difference < 0 ? MINUS : '+';
  const text = points < 0.001 ? '<0.001' : points < 10 ? trim(significant(points, 2)) : trim(points.toFixed(1));
  return `${sign}${text} points`;
}

/** An interval of probabilities: `2.1% to 8.4%`. */
export function formatInterval(low: number, high: number): string {
  return `${formatProbability(low)} to ${formatProbability(high)}`;
}

/** A number as the language writes it, for edits of the text: `0.25`, `30%` where `percent`, `1e-7` where tiny. */
export function formatSource(value: number, percent = false): string {
  if (!Number.isFinite(value)) return '0';
  const displayed = roundTo(percent ? value * 100 : value, 4);
  const text =
    Math.abs(displayed) >= 1e-6 || displayed === 0 ? trim(plain(displayed)) : String(displayed).replace('e+', 'e');
  return percent ? `${text}%` : text;
}

/** exp of a size of log ratio, as the larger side of odds: two significant digits, three from 10 on, powers of ten at the end. */
function ratio(logSize: number): string {
  if (logSize > Math.log(1e6)) return tenTo(Math.floor(logSize / Math.LN10 + 1e-9));
  const value = Math.exp(logSize);
  if (value >= 99.5) return group(roundTo(value, 3).toFixed(0));
  return trim(value >= 9.95 ? value.toFixed(0) : value.toFixed(value < 1.1 ? 3 : 1));
}

/** A power of ten as it is printed: 10¹². */
function tenTo(exponent: number): string {
  return `10${[...String(exponent)].map((digit) => SUPERSCRIPT[Number(digit)]).join('')}`;
}

function magnitude(size: number): string {
  if (!Number.isFinite(size)) return INFINITY;
  if (size === 0) return '0';
  if (size >= 1e7) return scientific(size, 3);
  if (size >= 999.5) return group(size.toFixed(0));
  if (size < 1e-4) return scientific(size, 2);
  return size < 0.1 ? significant(size, 2) : significant(size, 3);
}

function scientific(size: number, digits: number): string {
  return trimExponent(size.toExponential(digits - 1));
}

function trimExponent(text: string): string {
  const [mantissa, exponent] = text.split('e');
  return `${trim(mantissa!)}e${exponent!.replace('+', '')}`;
}

/** So many significant digits, never with an exponent. */
function significant(value: number, digits: number): string {
  return plain(roundTo(value, digits));
}

function roundTo(value: number, digits: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(digits));
}

/** Decimal notation of a rounded number without an exponent. */
function plain(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return trim(value.toFixed(Math.min(100, Math.max(0, 4 - Math.floor(Math.log10(Math.abs(value)))))));
}

/** Without the zeros after the point that say nothing. */
function trim(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Commas between thousands; the part behind the point stays. */
function group(text: string): string {
  const [entire, rest] = text.split('.');
  const grouped = entire!.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}
