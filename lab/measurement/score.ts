/**
 * Every account's scores on what was held out. Must not know how predictions are made or networks are trained.
 */
import type { Prediction } from '../prediction/predict';
import { cellsOf, type World } from '../world/world';
import { divergence, part } from './divergence';
import { midP } from './skill';

/** What was seen of one checkpoint: exact distributions and counts by flat cell; answers in pairs by first answer. */
export interface Seen {
  readonly exact: Float64Array;
  readonly plain: Float64Array;
  readonly context: Float64Array;
  readonly paired: Float64Array;
}

export interface Score {
  /** ΣKL(account ‖ network) over the held-out situations without context, nats. */
  readonly divergence: number;
  /** Mean log score of a held-out answer below the saturated model's, nats: without context, after it, in pairs. */
  readonly regret: number;
  readonly context: number;
  readonly paired: number;
  /** The same as a sum over all of these answers, nats. */
  readonly loss: number;
  /** Held-out situations without context whose counts are inside the account's 90% interval. */
  readonly inside90: number;
  readonly of: number;
}

/** One account's score. `heldOut`: the situations that count; `paired`: the situation that is asked second. */
export function scoreOf(
  world: World,
  prediction: Prediction,
  seen: Seen,
  heldOut: readonly number[],
  paired: number,
  overdispersion: number,
): Score {
  let [divergences, inside90] = [0, 0];
  const plain = new Regret();
  const context = new Regret();
  const pairs = new Regret();
  for (const x of heldOut) {
    const cells = cellsOf(world, x);
    const predicted = part(prediction.cells, cells);
    divergences += divergence(predicted, part(seen.exact, cells));
    plain.add(part(seen.plain, cells), predicted);
    context.add(part(seen.context, cells), prediction.given[x] ?? []);
    if (midP(part(seen.plain, cells), predicted, overdispersion) >= 0.1) inside90++;
  }
  const [from, to] = cellsOf(world, paired);
  prediction.given.slice(world.situations.length).forEach((predicted, first) => {
    pairs.add(seen.paired.subarray(first * (to - from), (first + 1) * (to - from)), predicted);
  });
  return {
    divergence: divergences,
    regret: plain.mean(),
    context: context.mean(),
    paired: pairs.mean(),
    loss: plain.sum + context.sum + pairs.sum,
    inside90,
    of: heldOut.length,
  };
}

/** Σ n·log(observed share / predicted) over answers. */
class Regret {
  sum = 0;
  private answers = 0;

  add(counts: ArrayLike<number>, predicted: ArrayLike<number>): void {
    const n = Array.from(counts).reduce((total, c) => total + c, 0);
    for (let y = 0; y < counts.length; y++) {
      const c = counts[y] ?? 0;
      if (c > 0) this.sum += c * Math.log(c / n / (predicted[y] ?? Number.NaN));
    }
    this.answers += n;
  }

  mean(): number {
    return this.sum / this.answers;
  }
}
