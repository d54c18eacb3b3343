/**
 * The likelihood of counted answers (LANGUAGE section 8): Dirichlet-multinomial(n | φ·p) with φ = (1−ρ)/ρ, ρ the intraclass
 * correlation of answers in one run; ρ = 0 is the multinomial. No multinomial coefficient, nats, real counts.
 */
import { dirichletLogRatio } from '../numbers/gamma';

/** log likelihood of counts under probabilities; -Infinity where an answer was seen that cannot be. */
export function answersLog(counts: ArrayLike<number>, p: ArrayLike<number>, correlation: number): number {
  let sum = 0;
  for (let y = 0; y < counts.length; y++) {
    const n = counts[y] ?? 0;
    if (n === 0) continue;
    const probability = p[y] ?? 0;
    if (!(probability > 0)) return Number.NEGATIVE_INFINITY;
    if (correlation === 0) sum += n * Math.log(probability);
  }
  if (correlation === 0) return sum;
  const concentration = (1 - correlation) / correlation;
  return dirichletLogRatio(
    Float64Array.from(p, (x) => concentration * x),
    counts,
  );
}

/** The same for the observed shares: the best that any prediction could do. 0 where nothing was counted. */
export function saturatedLog(counts: ArrayLike<number>, correlation: number): number {
  let total = 0;
  for (let y = 0; y < counts.length; y++) total += counts[y] ?? 0;
  if (total === 0) return 0;
  return answersLog(
    counts,
    Float64Array.from(counts, (n) => n / total),
    correlation,
  );
}
