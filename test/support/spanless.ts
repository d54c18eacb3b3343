/** Trees without places, to compare what two texts say. */

const PLACES = new Set(['start', 'end']);

/** A copy without `start` and `end`; a part that was only a place is left as `true`. */
export function spanless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spanless);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, part]) => !PLACES.has(key) && part !== undefined);
  if (entries.length === 0) return true;
  return Object.fromEntries(entries.map(([key, part]) => [key, spanless(part)]));
}
