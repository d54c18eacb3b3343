/**
 * A smooth function on the whole line, each value of which costs an integral, as a table: Chebyshev polynomials on cells
 * that are made on request, narrow around 0 and twice as wide with every step outwards, where functions of a
 * logit run straight; a cell whose last coefficients are not yet rounding is halved.
 */
import type { Stepwise } from '../stepwise';

const DEGREE = 16;
/** Half-width of the part with cells of equal width, and that width. */
const CORE = 8;
const WIDTH = 2;
/** Nothing moves any more beyond: a logit of this size is 0 or 1. */
const END = 2 ** 20;
/** Halvings in a cell: one sharp bend takes a dozen. */
const MOST_PARTS = 40;
/** What the tabulated integrals are good for. */
const TOLERANCE = 4e-13;

const NODES = Float64Array.from({ length: DEGREE }, (_, j) => Math.cos((Math.PI * (j + 0.5)) / DEGREE));
const COSINES = Array.from({ length: DEGREE }, (_, k) =>
  Float64Array.from(NODES, (_node, j) => ((k === 0 ? 1 : 2) / DEGREE) * Math.cos((Math.PI * k * (j + 0.5)) / DEGREE)),
);

interface Cell {
  readonly from: number;
  readonly to: number;
  /** Coefficients by function, or the two halves. */
  readonly rows?: readonly Float64Array[];
  readonly pieces?: readonly [Cell, Cell];
}

/** The functions are given together, as one list of values for a place. */
export class SmoothLine {
  private readonly cells = new Map<number, Cell>();
  private last: Cell | undefined;
  /** Halvings in the cell that is being made. */
  private pieces = 0;

  /** `noise`: how much rounding is in the values. */
  constructor(
    private readonly values: (t: number) => readonly number[],
    private readonly noise: number,
  ) {}

  /** Value of the function with that index at t. */
  at(t: number, index = 0): number {
    const place = Math.max(-END, Math.min(END, t));
    let cell = this.last;
    // Which cell answers must not depend on what was asked before: the left end belongs to it, the right end does not.
    if (!cell || place < cell.from || place >= cell.to) {
      cell = this.cell(cellIndex(place));
      while (cell.pieces) cell = cell.pieces[place < cell.pieces[1].from ? 0 : 1];
      this.last = cell;
    }
    const row = (cell.rows as readonly Float64Array[])[index];
    const x = (2 * place - cell.from - cell.to) / (cell.to - cell.from);
    let b = 0;
    let c = 0;
    for (let k = DEGREE - 1; k > 0; k--) {
      const next = 2 * x * b - c + row[k];
      c = b;
      b = next;
    }
    return x * b - c + row[0];
  }

  /** Make the cells up to a distance from 0, with a stop after each: those further out are few. */
  *fill(distance = 64): Stepwise<void> {
    for (let index = cellIndex(-distance); index <= cellIndex(distance); index++) {
      if (this.cells.has(index)) continue;
      this.cell(index);
      yield;
    }
  }

  private cell(index: number): Cell {
    let cell = this.cells.get(index);
    if (!cell) {
      const [from, to] = cellBounds(index);
      this.pieces = 0;
      cell = this.make(from, to);
      this.cells.set(index, cell);
    }
    return cell;
  }

  private make(from: number, to: number): Cell {
    const middle = (from + to) / 2;
    const half = (to - from) / 2;
    const samples = Array.from(NODES, (x) => this.values(middle + half * x));
    const rows = samples[0].map((_, i) =>
      Float64Array.from(COSINES, (weights) => weights.reduce((sum, w, j) => sum + w * samples[j][i], 0)),
    );
    const rough = rows.some((row, i) => {
      const size = samples.reduce((most, s) => Math.max(most, Math.abs(s[i])), 0);
      const rest = Math.max(Math.abs(row[DEGREE - 1]), Math.abs(row[DEGREE - 2]), Math.abs(row[DEGREE - 3]));
      return rest > TOLERANCE + this.noise + 2e-15 * size;
    });
    if (!rough || this.pieces >= MOST_PARTS) return { from, to, rows };
    this.pieces++;
    return { from, to, pieces: [this.make(from, middle), this.make(middle, to)] };
  }
}

const CORE_CELLS = CORE / WIDTH;

/** Cells are numbered from left to right: −4…3 in the core, then 4, 5, … and −5, −6, … outwards. */
function cellIndex(t: number): number {
  if (t >= -CORE && t < CORE) return Math.floor(t / WIDTH);
  const out = Math.min(17, Math.floor(Math.log2(Math.abs(t) / CORE)));
  return t > 0 ? CORE_CELLS + out : -CORE_CELLS - 1 - out;
}

function cellBounds(index: number): readonly [number, number] {
  if (index >= -CORE_CELLS && index < CORE_CELLS) return [index * WIDTH, (index + 1) * WIDTH];
  const out = index > 0 ? index - CORE_CELLS : -CORE_CELLS - 1 - index;
  const [similar, far] = [CORE * 2 ** out, CORE * 2 ** (out + 1)];
  return index > 0 ? [similar, far] : [-far, -similar];
}
