/**
 * Sums without rounding: what is added can be taken away again, and neither leaves a trace. A sum is held as doubles
 * that do not overlap (Shewchuk, Discrete & Computational Geometry 18, 1997), and its value is the double nearest to it
 * (as Python's `fsum`): it depends on what was added, never on the order or on what came and went.
 */
export class ExactSum {
  /** From small to large. */
  private parts: number[] = [];
  /** What is too large for a double; only this is a plain sum. */
  private overflow = 0;

  add(x: number): void {
    this.overflow += grow(this.parts, x);
  }

  /** The nearest double. */
  get value(): number {
    return this.overflow === 0 ? nearest(this.parts) : this.overflow;
  }

  /** The value that it would have with x added. */
  plus(x: number): number {
    scratch.length = 0;
    for (const part of this.parts) scratch.push(part);
    const overflow = this.overflow + grow(scratch, x);
    return overflow === 0 ? nearest(scratch) : overflow;
  }

  /** Whether it is still exact. */
  get finite(): boolean {
    return this.overflow === 0;
  }

  copy(): ExactSum {
    const other = new ExactSum();
    other.parts = this.parts.slice();
    other.overflow = this.overflow;
    return other;
  }
}

const scratch: number[] = [];

/** Add into the parts; what does not fit a double comes back. */
function grow(parts: number[], x: number): number {
  let carried = x;
  let kept = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    const sum = carried + part;
    const error = Math.abs(carried) < Math.abs(part) ? carried - (sum - part) : part - (sum - carried);
    if (error !== 0) parts[kept++] = error;
    carried = sum;
  }
  if (!Number.isFinite(carried)) {
    parts.length = 0;
    return carried;
  }
  parts.length = kept;
  if (carried !== 0) parts.push(carried);
  return 0;
}

function nearest(parts: readonly number[]): number {
  let i = parts.length - 1;
  if (i < 0) return 0;
  let sum = parts[i];
  let error = 0;
  while (i > 0 && error === 0) {
    const part = parts[--i];
    const before = sum;
    sum = before + part;
    error = part - (sum - before);
  }
  // Halfway between two doubles the parts below decide.
  if (i > 0 && ((error < 0 && parts[i - 1] < 0) || (error > 0 && parts[i - 1] > 0))) {
    const twice = error * 2;
    const other = sum + twice;
    if (other - sum === twice) return other;
  }
  return sum;
}
