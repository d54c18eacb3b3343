/** Which parameters an account's predictions depend on: those that change any of them anywhere they were tried. */
import type { Stepwise } from '../../inference/stepwise';
import { entry } from '../numbers/entry';
import type { FitProblem, FittedAccount, Predictions } from './model';

/** Places of quantile space at which a parameter is moved while the others stand at the same place of theirs. */
const OTHERS = [0, -0.9, 1.1];
const MOVED = [-1.6, 0.4, 1.9];
/** Rounding is not a dependence. */
const SAME = 1e-13;

export function* dependsOn(problem: FitProblem, account: FittedAccount): Stepwise<readonly number[]> {
  const { parameters } = problem;
  const found: number[] = [];
  for (const [i] of parameters.entries()) if (yield* moves(problem, account, i)) found.push(i);
  return found;
}

function* moves(problem: FitProblem, account: FittedAccount, index: number): Stepwise<boolean> {
  for (const base of OTHERS) {
    const values = Float64Array.from(problem.parameters, (p) => p.scale.value(p.prior.place(base)));
    const before = yield* account.predict(values);
    const own = problem.parameters[index];
    for (const place of MOVED) {
      values[index] = own ? own.scale.value(own.prior.place(place)) : Number.NaN;
      if (differ(before, yield* account.predict(Float64Array.from(values)))) return true;
    }
  }
  return false;
}

function differ(a: Predictions, b: Predictions): boolean {
  if (!a || !b) return a !== b;
  return a.some((one, i) => {
    const other = b[i];
    if (!one || !other) return one !== (other ?? null);
    if (one.correlation !== other.correlation) return true;
    return one.p.some((x, y) => Math.abs(x - entry(other.p, y)) > SAME * Math.max(1e-3, Math.abs(x)));
  });
}
