/** The value of a number as written: `3`, `0.25`, `1e-6`, `30%`, `1/1000`, `6_000`. */

const DECIMAL = String.raw`\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?`;
const NUMBER = new RegExp(`^(${DECIMAL})(?:(%)|/(${DECIMAL}))?$`);
const PLAIN = /^\d{1,15}$/;

/**
 * The nearest double, undefined where the text is no number or its value is none: a division by zero, a number too
 * large for a double, or one so small that only zero would be left of it.
 */
export function numberValue(text: string): number | undefined {
  if (PLAIN.test(text)) return Number(text);
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, first, percent, second] = match;
  const value = percent !== undefined ? hundredth(first!) : Number(plain(first!)) / divisor(second);
  if (!Number.isFinite(value)) return undefined;
  if (value === 0 && /[1-9]/.test(first!.split(/[eE]/)[0]!)) return undefined;
  return value;
}

function divisor(text: string | undefined): number {
  return text === undefined ? 1 : Number(plain(text));
}

/** Through the exponent, so that `99.9%` is the double nearest to 0.999 and not 99.9 / 100. */
function hundredth(text: string): number {
  const [digits, exponent] = plain(text).split(/[eE]/);
  return Number(`${digits}e${Number(exponent ?? 0) - 2}`);
}

function plain(text: string): string {
  return text.includes('_') ? text.replaceAll('_', '') : text;
}
