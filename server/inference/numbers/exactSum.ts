/**
 * Sums without rounding: what is added can be taken away again, and neither leaves a trace. A sum is held as doubles
 * that do not overlap (Shewchuk, Discrete & Computational Geometry 18, 1997), and its value is the double nearest to it
 * (as Python's `fsum`): it depends on what was added, never on the order or on what came and went.
 */
export class ExactSum {
  /** From small to large; what lies beyond `size` is of before. */
  private readonly pieces: number[];
  private size: number;
  /** What is too large for a double; only this is a plain sum. */
  private overflow: number;

  constructor(of?: ExactSum) {
    this.pieces = of ? of.pieces.slice() : [];
    this.size = of ? of.size : 0;
    this.overflow = of ? of.overflow : 0;
  }

  add(x: number): void {
    const { pieces } = this;
    let carried = x;
    let retained = 0;
    for (let i = 0; i < this.size; i++) {
      const part = pieces[i];
      const sum = carried + part;
      const error = Math.abs(carried) < Math.abs(part) ? carried - (sum - part) : part - (sum - carried);
      if (error !== 0) pieces[retained++] = error;
      carried = sum;
    }
    if (!Number.isFinite(carried)) {
      this.size = 0;
      this.overflow += carried;
      return;
    }
    if (carried !== 0) {
      if (retained === pieces.length) pieces.push(carried);
      else pieces[retained] = carried;
      retained++;
    }
    this.size = retained;
  }

  /** The nearest double. */
  get value(): number {
    if (this.overflow !== 0) return this.overflow;
    const { pieces } = this;
    let i = this.size - 1;
    if (i < 0) return 0;
    let sum = pieces[i];
    let error = 0;
    while (i > 0 && error === 0) {
      const part = pieces[--i];
      const before = sum;
      sum = before + part;
      error = part - (sum - before);
    }
    // Halfway between two doubles the parts below decide.
    if (i > 0 && ((error < 0 && pieces[i - 1] < 0) || (error > 0 && pieces[i - 1] > 0))) {
      const twice = error * 2;
      const other = sum + twice;
      if (other - sum === twice) return other;
    }
    return sum;
  }

  /** The value that it would have with x added. */
  plus(x: number): number {
    scratch.take(this);
    scratch.add(x);
    return scratch.value;
  }

  /** The difference to another, rounded once. */
  less(other: ExactSum): number {
    const difference = new ExactSum(this);
    for (let i = 0; i < other.size; i++) difference.add(-other.pieces[i]);
    difference.overflow -= other.overflow;
    return difference.value;
  }

  private take({ pieces, size, overflow }: ExactSum): void {
    for (let i = 0; i < size; i++) this.pieces[i] = pieces[i];
    this.size = size;
    this.overflow = overflow;
  }

  /** Whether it is still exact. */
  get finite(): boolean {
    return this.overflow === 0;
  }
}

/** Sums that are asked for once leave nothing to be collected: there are many thousand of them after each edit. */
const scratch = new ExactSum();
