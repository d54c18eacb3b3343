/** Small dense symmetric matrices (a parameter a row), row-major: factors, solutions, eigenvectors. */
import { entry } from './entry';

/** A symmetric matrix or a triangular factor of `size` × `size`. */
export interface Matrix {
  readonly size: number;
  readonly values: Float64Array;
}

export function matrix(size: number, at: (row: number, column: number) => number): Matrix {
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) values[i * size + j] = at(i, j);
  return { size, values };
}

export const cell = (m: Matrix, row: number, column: number): number => entry(m.values, row * m.size + column);

export const identity = (size: number): Matrix => matrix(size, (i, j) => (i === j ? 1 : 0));

/** Lower triangular L with L·Lᵀ = m; undefined where m is not positive definite. */
export function cholesky(m: Matrix): Matrix | undefined {
  const { size } = m;
  const l = { size, values: new Float64Array(size * size) };
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = cell(m, i, j);
      for (let k = 0; k < j; k++) sum -= cell(l, i, k) * cell(l, j, k);
      if (i !== j) l.values[i * size + j] = sum / cell(l, j, j);
      else if (sum > 0) l.values[i * size + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return l;
}

/** L·x for a lower triangular L. */
export function lowerTimes(l: Matrix, x: ArrayLike<number>): Float64Array {
  const out = new Float64Array(l.size);
  for (let i = 0; i < l.size; i++) {
    let sum = 0;
    for (let k = 0; k <= i; k++) sum += cell(l, i, k) * entry(x, k);
    out[i] = sum;
  }
  return out;
}

/** x with L·x = b, by forward substitution. */
export function lowerSolve(l: Matrix, b: ArrayLike<number>): Float64Array {
  const out = new Float64Array(l.size);
  for (let i = 0; i < l.size; i++) {
    let sum = entry(b, i);
    for (let k = 0; k < i; k++) sum -= cell(l, i, k) * entry(out, k);
    out[i] = sum / cell(l, i, i);
  }
  return out;
}

/** The inverse of a positive definite matrix, from its factor. */
export function inverseOf(l: Matrix): Matrix {
  const { size } = l;
  const columns = Array.from({ length: size }, (_, j) =>
    lowerSolve(
      l,
      Float64Array.from({ length: size }, (_unused, i) => (i === j ? 1 : 0)),
    ),
  );
  return matrix(size, (i, j) => {
    const a = columns[i] as Float64Array;
    const b = columns[j] as Float64Array;
    let sum = 0;
    for (let k = 0; k < size; k++) sum += entry(a, k) * entry(b, k);
    return sum;
  });
}

/** log det of L·Lᵀ. */
export function logDeterminant(l: Matrix): number {
  let sum = 0;
  for (let i = 0; i < l.size; i++) sum += 2 * Math.log(cell(l, i, i));
  return sum;
}

export interface Eigen {
  /** Descending. */
  readonly values: readonly number[];
  /** In the order of the values; unit length, the largest entry positive. */
  readonly vectors: readonly (readonly number[])[];
}

const SWEEPS = 60;

/** Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations. */
export function eigen(m: Matrix): Eigen {
  const { size } = m;
  const a = Float64Array.from(m.values);
  const v = Float64Array.from(identity(size).values);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) off += entry(a, i * size + j) ** 2;
    if (off === 0) break;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const apq = entry(a, p * size + q);
        if (apq === 0) continue;
        const tau = (entry(a, q * size + q) - entry(a, p * size + p)) / (2 * apq);
        const t = Math.sign(tau || 1) / (Math.abs(tau) + Math.hypot(1, tau));
        const c = 1 / Math.hypot(1, t);
        const s = t * c;
        rotate(a, size, p, q, c, s);
        for (let k = 0; k < size; k++) {
          const vp = entry(v, k * size + p);
          const vq = entry(v, k * size + q);
          v[k * size + p] = c * vp - s * vq;
          v[k * size + q] = s * vp + c * vq;
        }
      }
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => entry(a, j * size + j) - entry(a, i * size + i) || i - j,
  );
  return {
    values: order.map((i) => entry(a, i * size + i)),
    vectors: order.map((i) => {
      const vector = Array.from({ length: size }, (_, k) => entry(v, k * size + i));
      const largest = vector.reduce((top, x) => (Math.abs(x) > Math.abs(top) + 1e-12 ? x : top), 0);
      return vector.map((x) => (largest < 0 ? -x : x));
    }),
  };
}

/** A ← Jᵀ·A·J for the rotation in the plane (p, q). */
function rotate(a: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < size; k++) {
    const kp = entry(a, k * size + p);
    const kq = entry(a, k * size + q);
    a[k * size + p] = c * kp - s * kq;
    a[k * size + q] = s * kp + c * kq;
  }
  for (let k = 0; k < size; k++) {
    const pk = entry(a, p * size + k);
    const qk = entry(a, q * size + k);
    a[p * size + k] = c * pk - s * qk;
    a[q * size + k] = s * pk + c * qk;
  }
  a[p * size + q] = 0;
  a[q * size + p] = 0;
}
