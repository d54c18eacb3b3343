/**
 * Words for weights of evidence. A word without its scale's name says nothing, so both come together.
 *
 * Kass & Raftery (1995), Bayes Factors, section 3.2: 2 ln B of 0–2 "not worth more than a bare mention", 2–6
 * "positive", 6–10 "strong", above 10 "very strong". Below one deciban Good (1950) puts the smallest change that
 * intuition notices.
 */

const SMALLEST_NOTICED = Math.LN10 / 10;

/** A log Bayes factor (nats, either sign) in words: `strong (Kass–Raftery)`. NaN: empty. */
export function verbal(nats: number): string {
  if (Number.isNaN(nats)) return '';
  const size = Math.abs(nats);
  if (size === Number.POSITIVE_INFINITY) return 'conclusive';
  if (size < SMALLEST_NOTICED) return 'below 1 deciban, not noticeable (Good)';
  const twice = 2 * size;
  const word = twice < 2 ? 'bare mention' : twice < 6 ? 'positive' : twice < 10 ? 'strong' : 'very strong';
  return `${word} (Kass–Raftery)`;
}
