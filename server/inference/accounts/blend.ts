/**
 * The `blend` account (LANGUAGE section 7): one character mixed in log space, P_w(y|x) ∝ Π_h P_h(y|x)^{w_h}, L(w) = Π P_w(y|x)^N, with
 * w ~ Dirichlet(A·π) and capabilities outermost. A context counts as further evidence about w: the character is the network's.
 * Where no response is common to all personas L(w) = 0, and there is no prediction.
 */

import type { Standing } from '../evaluation';
import type { CapabilityPoint } from '../model/capabilityPoint';
import { type Form, formLog } from '../model/forms';
import { FINE, FINEST, type Fineness, ROUGH } from '../numbers/logitLine';
import type { Stepwise } from '../stepwise';
import { type AccountNumbers, contextOf, type Reading } from './account';
import { type BlendEvidence, blendEvidence, blendForms, blendLog, blendRow, reinforceBlend } from './blendTerms';
import { roughCapabilityGrid } from './capabilityGrid';
import { integrateShares } from './sharesIntegral';
import { targetsOf } from './targets';
import { MOST_WORK, type Work } from './work';

/** Personas that differ in some answer; more have too many integrals inside each other. */
const MOST_BLENDED = 5;
const MOST_CAPABILITIES = 3;

interface Blend {
  readonly log: number;
  /** E[w_h], then E[P_w] by cell, tilted. */
  readonly means: Float64Array;
  readonly fineness: Fineness;
}

export function* blendAccount(reading: Reading, total: number): Stepwise<AccountNumbers | string> {
  const { likelihood, observed, all } = reading;
  const { structure, hypotheses } = likelihood;
  const { program, offset, cells } = structure;
  if (!(total > 0)) return 'the blend needs a positive number';
  const used = hypotheses.flatMap((h, i) => (h.prior > 0 ? [i] : []));
  if (used.length === 0) return 'no persona has a prior';
  const forms = blendForms(likelihood, used);
  const merged = mergeAlike(forms);
  if (merged.first.length > MOST_BLENDED)
    return `${merged.first.length} personas differ, and at most ${MOST_BLENDED} can be blended`;
  const alpha = new Float64Array(merged.first.length);
  merged.of.forEach((g, i) => {
    alpha[g] = (alpha[g] as number) + total * (hypotheses[used[i] as number]?.prior ?? 0);
  });
  const unlike = merged.first.map((i) => forms[i] as readonly Form[]);
  const solve = (evidence: BlendEvidence) => blendOf(reading, unlike, alpha, evidence);

  const marginal = yield* solve(blendEvidence(likelihood, observed, false));
  if (typeof marginal === 'string') return marginal;
  yield;
  const after = yield* solve(blendEvidence(likelihood, all, true));
  if (typeof after === 'string') return after;
  const predictive = after.means.slice(alpha.length);
  const answers = new Float64Array(targetsOf(program).length);
  const contexts = new Map<string, Blend>();
  for (const [at, target] of targetsOf(program).entries()) {
    const given = contextOf(structure, target).filter((g) => g.count !== 0);
    const key = given.map((g) => `${g.cell}*${g.count}`).join();
    let found = given.length === 0 ? after : contexts.get(key);
    if (!found) {
      yield;
      const solved = yield* solve(blendEvidence(likelihood, all, true, given));
      if (typeof solved === 'string') return solved;
      contexts.set(key, solved);
      found = solved;
    }
    answers[at] = found.means[alpha.length + (offset[target.situation] as number) + target.response] as number;
  }
  const standings = hypotheses.map(({ name, prior }, index): Standing => {
    const i = used.indexOf(index);
    const group = merged.of[i];
    const share = group === undefined ? 0 : (total * prior) / (alpha[group] as number);
    const posterior = group === undefined ? 0 : Math.min(1, (after.means[group] as number) * share);
    return { name, prior, posterior, logLikelihood: Number.NaN };
  });
  const approximate = alpha.length > 2 || marginal.fineness !== FINEST || after.fineness !== FINEST;
  if (predictive.length !== cells) return 'the blend has lost an answer';
  return { logMarginal: marginal.log, bound: false, approximate, predictive, answers, standings };
}

/** Personas that answer alike everywhere are one: their weights add. */
function mergeAlike(forms: readonly (readonly Form[])[]): {
  readonly of: readonly number[];
  readonly first: readonly number[];
} {
  const known = new Map<string, number>();
  const first: number[] = [];
  const of = forms.map((list, i) => {
    const key = JSON.stringify(list);
    const found = known.get(key) ?? first.push(i) - 1;
    known.set(key, found);
    return found;
  });
  return { of, first };
}

/** The integral over capabilities and w, as fine as its work allows. */
function* blendOf(
  { likelihood: { structure } }: Reading,
  forms: readonly (readonly Form[])[],
  alpha: Float64Array,
  evidence: BlendEvidence,
): Stepwise<Blend | string> {
  const touched = new Set<number>();
  for (const { from, to } of evidence.situations)
    for (const list of forms) for (const f of list.slice(from, to)) for (const c of f.capabilities) touched.add(c);
  // One that nothing was seen of keeps its prior mean.
  const capabilities = [...touched].sort((a, b) => a - b);
  if (capabilities.length > MOST_CAPABILITIES)
    return 'more than three learnable capabilities cannot be integrated here';
  const shapes = evidence.situations.flatMap(({ from, to }) => forms.flatMap((list) => list.slice(from, to)));
  for (const fineness of [FINEST, FINE, ROUGH]) {
    const work: Work = { left: fineness === ROUGH ? MOST_WORK.rough : MOST_WORK.fine };
    const solved = new Map<string, { log: number; means: Float64Array }>();
    const grid = yield* roughCapabilityGrid(
      structure,
      capabilities,
      structure.priorHit,
      structure.priorMiss,
      shapes,
      evidence.extent,
      function* (point) {
        const found = yield* sharesAt(structure.offset, forms, alpha, evidence, point, fineness, work);
        solved.set(point.logHit.join(), found);
        return found.log;
      },
      fineness,
    );
    if (!grid || work.left < 0) continue;
    const means = new Float64Array(alpha.length + structure.cells);
    for (const { weight, point } of grid.nodes)
      solved.get(point.logHit.join())?.means.forEach((value, i) => {
        means[i] = (means[i] as number) + weight * value;
      });
    if (grid.log === Number.NEGATIVE_INFINITY) means.fill(Number.NaN);
    return { log: grid.log, means, fineness };
  }
  return 'the blend takes more integrals than can be done';
}

function sharesAt(
  offset: Int32Array,
  forms: readonly (readonly Form[])[],
  alpha: Float64Array,
  evidence: BlendEvidence,
  point: CapabilityPoint,
  fineness: Fineness,
  work: Work,
) {
  const logs = forms.map((list) => Float64Array.from(list, (f) => formLog(f, point)));
  let spread = 0;
  const cells = logs[0]?.length ?? 0;
  for (let cell = 0; cell < cells; cell++) {
    const own = logs.map((list) => list[cell] as number).filter(Number.isFinite);
    if (own.length > 1) spread = Math.max(spread, Math.max(...own) - Math.min(...own));
  }
  const values = (w: Float64Array, out: Float64Array) => {
    out.set(w);
    for (let x = 0; x + 1 < offset.length; x++) {
      const [from, to] = [offset[x] as number, offset[x + 1] as number];
      const logP = blendRow(logs, w, from, to, new Float64Array(to - from));
      const acting = evidence.situations.find((s) => s.from === from && s.to === to)?.acting ?? [];
      if (acting.length > 0) reinforceBlend(logP, acting);
      for (let y = from; y < to; y++) out[alpha.length + y] = Math.exp(logP[y - from] as number);
    }
  };
  return integrateShares(
    {
      alpha,
      log: (w) => blendLog(evidence, logs, w),
      values,
      size: alpha.length + cells,
      // The predictions move too, by the spread of the logs.
      scale: spread * (1 + evidence.extent),
      cost: 2 * cells * alpha.length,
    },
    fineness,
    work,
  );
}
