/** What a mixture in log space makes of the evidence: P_w(y|x) ∝ Π_h P_h(y|x)^{w_h}, and log L(w). */
import type { Reinforcement } from '../../program/model/program';
import type { Likelihood } from '../likelihood/likelihood';
import { cellForm, type Form } from '../model/forms';
import { logSumExp } from '../numbers/logarithms';

/** The evidence of one situation. */
interface BlendSituation {
  readonly from: number;
  readonly to: number;
  /** N by response. */
  readonly counts: Float64Array;
  readonly pairs: readonly { readonly preferred: number; readonly over: number; readonly count: number }[];
  readonly acting: readonly Reinforcement[];
}

export interface BlendEvidence {
  /** Situations that something was seen of. */
  readonly situations: readonly BlendSituation[];
  /** Σ |N| and what rewards weigh, for judging how far the log can move. */
  readonly extent: number;
}

/** `context`: further counts by cell. */
export function blendEvidence(
  { structure, keys, pairs, reinforcements }: Likelihood,
  counts: Float64Array,
  incentives: boolean,
  context: readonly { readonly cell: number; readonly count: number }[] = [],
): BlendEvidence {
  const all = counts.slice();
  for (const { cell, count } of context) all[cell] = (all[cell] as number) + count;
  let extent = 0;
  const situations = structure.program.situations.flatMap(({ index }): BlendSituation[] => {
    const [from, to] = [structure.offset[index] as number, structure.offset[index + 1] as number];
    const own = all.slice(from, to);
    const compared = [];
    for (let key = structure.cells; key < keys; key++) {
      const pair = pairs[key - structure.cells];
      const count = all[key] as number;
      if (pair?.situation === index && count !== 0)
        compared.push({ preferred: pair.preferred - from, over: pair.over - from, count });
    }
    const acting = incentives ? reinforcements.filter((r) => r.situation === index) : [];
    for (const n of own) extent += Math.abs(n);
    for (const { count } of compared) extent += Math.abs(count);
    for (const r of acting) extent += r.reward.reduce((most, v) => Math.max(most, Math.abs(v / r.beta)), 0);
    const seen = own.some((n) => n !== 0) || compared.length > 0 || acting.length > 0;
    return seen ? [{ from, to, counts: own, pairs: compared, acting }] : [];
  });
  return { situations, extent };
}

/** The forms of the used personas' answers, persona by persona, cell by cell. */
export function blendForms(
  { structure, hypotheses }: Likelihood,
  used: readonly number[],
): readonly (readonly Form[])[] {
  return used.map((h) =>
    Array.from({ length: structure.cells }, (_, cell) => {
      const hypothesis = hypotheses[h];
      if (!hypothesis) throw new RangeError('no such hypothesis');
      return cellForm(structure, hypothesis, cell);
    }),
  );
}

/** log P_w of the responses from..to into `out`; -Infinity where a persona never gives one, all NaN where none is common. */
export function blendRow(
  logs: readonly Float64Array[],
  w: Float64Array,
  from: number,
  to: number,
  out: Float64Array,
): Float64Array {
  for (let y = from; y < to; y++) {
    let sum = 0;
    for (let h = 0; h < logs.length; h++) {
      const log = logs[h]?.[y] as number;
      // A share of 0 of the impossible is impossible still: w lies inside the simplex.
      sum = log === Number.NEGATIVE_INFINITY ? log : sum + (w[h] as number) * log;
    }
    out[y - from] = sum;
  }
  const norm = logSumExp(out, 0, to - from);
  for (let y = 0; y < to - from; y++) out[y] = (out[y] as number) - norm;
  return out;
}

/** log P_w after the reinforcements of its situation, in place; what they add to log L(w). */
export function reinforceBlend(logP: Float64Array, acting: readonly Reinforcement[]): number {
  let sum = 0;
  for (const r of acting) {
    if (r.rigidity === undefined || r.rigidity === Number.POSITIVE_INFINITY) {
      logP.forEach((log, y) => {
        const reward = r.reward[y] as number;
        if (reward !== 0) sum += Math.exp(log) * (reward / r.beta);
      });
      continue;
    }
    const scale = r.rigidity * r.beta;
    for (let y = 0; y < logP.length; y++) logP[y] = (logP[y] as number) + (r.reward[y] as number) / scale;
    const norm = logSumExp(logP);
    for (let y = 0; y < logP.length; y++) logP[y] = (logP[y] as number) - norm;
    sum += r.rigidity * norm;
  }
  return sum;
}

/** log L(w), with the personas' log answers by cell. */
export function blendLog({ situations }: BlendEvidence, logs: readonly Float64Array[], w: Float64Array): number {
  let sum = 0;
  for (const { from, to, counts, pairs, acting } of situations) {
    const logP = blendRow(logs, w, from, to, new Float64Array(to - from));
    if (logP.some(Number.isNaN)) return Number.NEGATIVE_INFINITY;
    for (let y = 0; y < counts.length; y++) if (counts[y] !== 0) sum += (counts[y] as number) * (logP[y] as number);
    for (const { preferred, over, count } of pairs) {
      const both = logSumExp([logP[preferred] as number, logP[over] as number]);
      sum += count * (both === Number.NEGATIVE_INFINITY ? -Math.LN2 : (logP[preferred] as number) - both);
    }
    if (acting.length > 0) sum += reinforceBlend(logP, acting);
  }
  return sum;
}
