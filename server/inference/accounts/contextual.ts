/**
 * `contextual`: a persona is drawn anew for every situation, log marginal = Σ_x log Σ_h π_h·L_h(D_x), with the
 * capabilities, which belong to the network, shared by all of it and integrated outermost. A dataset of measured rows
 * without situations is a situation of its own.
 */
import { addPower, noTerms, solveCapabilities } from '../capabilities/capabilities';
import { type PowerTerm, type RatioTerm, termKey } from '../capabilities/terms';
import type { Standing } from '../evaluation';
import type { Likelihood } from '../likelihood/likelihood';
import { tilt } from '../likelihood/reinforcement';
import { type CapabilityPoint, pointAt } from '../model/capabilityPoint';
import { cellForm, type Form, formAt, formKey } from '../model/forms';
import { betaLogRatio } from '../numbers/gamma';
import { logOf, logSumExp, normaliseLogs } from '../numbers/logarithms';
import { FINEST, type Fineness, ROUGH } from '../numbers/logitLine';
import { givenWeights, mixture } from '../posterior/predictions';
import type { Stepwise } from '../stepwise';
import { type AccountNumbers, COUPLED, contextOf, type Reading } from './account';
import { type CapabilityGrid, capabilityGrid, powersKey, roughCapabilityGrid } from './capabilityGrid';
import { type Part, type Place, partAt, placesOf } from './places';
import { targetsOf } from './targets';
import { MOST_WORK, type Work } from './work';

function partKey(part: Part): string {
  return `${powersKey(part.powers, formKey)}#${part.ratios.map(termKey).join(';')}`;
}

interface Solved {
  readonly logMarginal: number;
  /** By place: weights over hypotheses. */
  readonly weights: readonly Float64Array[];
  readonly logWeights: readonly Float64Array[];
  /** By place and hypothesis: mean capabilities given that it is drawn there. */
  readonly capabilities: readonly (readonly Float64Array[])[];
  /** Whether it is to about 0.1%, and not to all digits. */
  readonly rough: boolean;
}

/** How to integrate over capabilities, each where the one before runs out of work. */
const WAYS: readonly { readonly fineness?: Fineness; readonly most: number }[] = [
  { most: MOST_WORK.digits },
  { fineness: FINEST, most: MOST_WORK.fine },
  { fineness: ROUGH, most: MOST_WORK.rough },
];

function* solve(likelihood: Likelihood, places: readonly Place[]): Stepwise<Solved | undefined> {
  const { structure, hypotheses } = likelihood;
  const logPrior = hypotheses.map((h) => h.logPrior);
  const alive = (place: Place) =>
    hypotheses.flatMap((h, i) => (h.logPrior > Number.NEGATIVE_INFINITY && !place[i].impossible ? [i] : []));
  const shared = places.map((place) => new Set(alive(place).map((h) => partKey(place[h]))).size <= 1);
  const empty = noTerms(structure);
  const problem = { ...empty, powers: [] as PowerTerm[], ratios: [] as RatioTerm[] };
  const mixed = new Set<number>();
  const forms: Form[] = [];
  let size = 0;
  places.forEach((place, x) => {
    const list = alive(place);
    if (shared[x]) {
      if (list.length === 0) return;
      for (const p of place[list[0]].powers) addPower(problem, p);
      problem.ratios.push(...place[list[0]].ratios);
      return;
    }
    for (const h of list) {
      for (const p of place[h].powers) {
        forms.push(p.form);
        size += Math.abs(p.exponent);
      }
      for (const r of place[h].ratios) forms.push(...(r.denominator ? [r.numerator, r.denominator] : [r.numerator]));
    }
  });
  for (const f of forms) for (const c of f.capabilities) mixed.add(c);
  const logsAt = (x: number, point: CapabilityPoint | undefined): Float64Array => {
    const place = places[x];
    return Float64Array.from(hypotheses, (_, h) => {
      if (place[h].impossible) return Number.NEGATIVE_INFINITY;
      return logPrior[h] + (point && !shared[x] ? partAt(place[h], point) : place[h].constant);
    });
  };
  let logMarginal = 0;
  places.forEach((_, x) => {
    if (shared[x]) logMarginal += logSumExp(logsAt(x, undefined));
  });
  // Shared factors on the mixed capabilities go into the grid, the others have their own integrals.
  const touchesMixed = (f: Form) => f.capabilities.some((c) => mixed.has(c));
  const apart = {
    hit: problem.hit.map((v, c) => (mixed.has(c) ? 0 : v)),
    miss: problem.miss.map((v, c) => (mixed.has(c) ? 0 : v)),
    powers: problem.powers.filter((p) => !touchesMixed(p.form)),
    ratios: problem.ratios.filter((r) => !touchesMixed(r.numerator)),
    shared: [],
  };
  const within = problem.powers.filter((p) => touchesMixed(p.form));
  const withinRatios = problem.ratios.filter((r) => touchesMixed(r.numerator));
  for (const p of within) for (const c of p.form.capabilities) mixed.add(c);
  const list = [...mixed].sort((a, b) => a - b);
  const common = yield* solveCapabilities(structure, apart, true);
  if (common.failed) return undefined;
  logMarginal += common.log;
  const commonPart: Part = { constant: 0, impossible: false, powers: within, ratios: withinRatios };
  const hit = structure.priorHit.map((v, c) => v + problem.hit[c]);
  const miss = structure.priorMiss.map((v, c) => v + problem.miss[c]);
  const cost = places.reduce(
    (sum, place, x) => sum + (shared[x] ? 0 : place.reduce((n, p) => n + 2 + p.powers.length + p.ratios.length, 0)),
    2,
  );
  let grid: CapabilityGrid | undefined;
  let rough = false;
  for (const { fineness, most } of WAYS) {
    const work: Work = { left: most };
    // biome-ignore lint/correctness/useYield: it takes no time
    const extra = function* (point: CapabilityPoint) {
      work.left -= cost;
      if (work.left < 0) return Number.NEGATIVE_INFINITY;
      let sum = partAt(commonPart, point);
      for (let x = 0; x < places.length; x++) if (!shared[x]) sum += logSumExp(logsAt(x, point));
      return sum;
    };
    const shapes = [...forms, ...within.map((p) => p.form)];
    grid = fineness
      ? yield* roughCapabilityGrid(structure, list, hit, miss, shapes, size, extra, fineness)
      : yield* capabilityGrid(structure, list, hit, miss, shapes, size, extra, () => work.left < 0);
    rough = fineness !== undefined;
    if (grid && work.left >= 0) break;
    grid = undefined;
  }
  if (!grid) return undefined;
  logMarginal += grid.log;
  for (const c of list)
    logMarginal += betaLogRatio(structure.priorHit[c], structure.priorMiss[c], problem.hit[c], problem.miss[c]);

  const apartMeans = Float64Array.from(structure.value, (value, c) => common.marginals[c]?.mean ?? value);
  const weights: Float64Array[] = [];
  const logWeights: Float64Array[] = [];
  const capabilities: Float64Array[][] = [];
  places.forEach((_, x) => {
    const total = new Float64Array(hypotheses.length);
    const means = hypotheses.map(() => apartMeans.slice());
    const sums = hypotheses.map(() => new Float64Array(structure.value.length));
    const own = new Float64Array(hypotheses.length);
    const fixed = shared[x] ? logsAt(x, undefined) : undefined;
    for (const node of grid.nodes) {
      normaliseLogs(fixed ?? logsAt(x, node.point), own);
      for (let h = 0; h < own.length; h++) {
        total[h] += node.weight * own[h];
        for (const c of list) sums[h][c] += node.weight * own[h] * node.point.hit[c];
      }
    }
    for (let h = 0; h < own.length; h++) for (const c of list) if (total[h] > 0) means[h][c] = sums[h][c] / total[h];
    /** Of a weight that is too small for a double. */
    const logWeight = (h: number) =>
      logSumExp(
        grid.nodes.map((node) => {
          const logs = fixed ?? logsAt(x, node.point);
          return Math.log(node.weight) + logs[h] - logSumExp(logs);
        }),
      );
    if (!Number.isFinite(logMarginal)) total.fill(Number.NaN);
    weights.push(total);
    logWeights.push(total.map((w, h) => (Number.isNaN(w) ? w : logOf(w, () => logWeight(h)))));
    capabilities.push(means);
  });
  return { logMarginal, weights, logWeights, capabilities, rough };
}

/** Evaluate. The standings' weights are means over the situations that have evidence (the prior where none has). */
export function* contextualAccount({
  likelihood,
  evidence,
  observed,
  all,
}: Reading): Stepwise<AccountNumbers | string> {
  const { structure, hypotheses, reinforcements } = likelihood;
  const { cells, offset, program } = structure;
  const marginal = yield* solve(likelihood, placesOf(likelihood, evidence, observed, false));
  yield;
  const places = placesOf(likelihood, evidence, all, true);
  const after = yield* solve(likelihood, places);
  yield;
  if (!marginal || !after) return COUPLED;
  const prior = pointAt(structure).hit;
  const size = hypotheses.length;
  const rows = new Float64Array(size * cells);
  const predictive = new Float64Array(cells);
  let logs: Float64Array | undefined;
  for (const situation of program.situations) {
    const x = situation.index;
    const acting = reinforcements.filter((r) => r.situation === x);
    for (let h = 0; h < size; h++) {
      const capability = after.capabilities[x]?.[h] ?? prior;
      const row = rows.subarray(h * cells, (h + 1) * cells);
      for (let cell = offset[x]; cell < offset[x + 1]; cell++)
        row[cell] = Math.min(1, formAt(cellForm(structure, hypotheses[h], cell), capability));
      const tilted = tilt(row, offset[x], offset[x + 1], acting);
      if (!tilted.logs) continue;
      logs ??= new Float64Array(size * cells).fill(Number.NaN);
      logs.set(tilted.logs, h * cells + offset[x]);
    }
    for (let cell = offset[x]; cell < offset[x + 1]; cell++)
      predictive[cell] = mixture(after.weights[x], rows, cells, cell);
  }
  const answers = Float64Array.from(targetsOf(program), (target) => {
    // A persona drawn for another situation says nothing about this one.
    const given = contextOf(structure, target).filter((g) => g.situation === target.situation);
    const drawn = { weights: after.weights[target.situation], logWeights: after.logWeights[target.situation] };
    const weights = givenWeights(drawn, given, { predictive: rows, logs }, cells);
    return mixture(weights, rows, cells, offset[target.situation] + target.response);
  });
  const touched = places.flatMap((place, x) =>
    place.some((p) => p.impossible || p.constant !== 0 || p.powers.length > 0) ? [x] : [],
  );
  const standings = hypotheses.map((h, i): Standing => {
    let posterior = 0;
    let logLikelihood = 0;
    for (const x of touched) posterior += after.weights[x][i] / touched.length;
    for (const place of places)
      logLikelihood += place[i].impossible ? Number.NEGATIVE_INFINITY : partAt(place[i], pointAt(structure));
    return { name: h.name, prior: h.prior, posterior: touched.length > 0 ? posterior : h.prior, logLikelihood };
  });
  const approximate = marginal.rough || after.rough;
  return { logMarginal: marginal.logMarginal, bound: false, approximate, predictive, answers, standings };
}
