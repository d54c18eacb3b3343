/**
 * `population A`: a persona is drawn anew for every episode, with weights w ~ Dirichlet(A·π):
 * L(w) = Π (Σ_h w_h P_h(y|x))^N, preferences as Σ_h w_h P_h(y ≻ y'), a measured row as a cell of its own. Capabilities are
 * outermost. The finest way whose work is bounded is taken (`waysFor`).
 */
import { addPower, type CapabilitySolution, noTerms, solveCapabilities } from '../capabilities/capabilities';
import { type PowerTerm, type RatioTerm, termLog } from '../capabilities/terms';
import type { Standing } from '../evaluation';
import type { Likelihood } from '../likelihood/likelihood';
import { tilt } from '../likelihood/reinforcement';
import { type CapabilityPoint, pointAt } from '../model/capabilityPoint';
import { cellForm, type Form, formLog, formValue } from '../model/forms';
import { givenWeights, mixture, withLogs } from '../posterior/predictions';
import type { Stepwise } from '../stepwise';
import { type AccountNumbers, COUPLED, contextOf, type Reading } from './account';
import { type CapabilityGrid, capabilityGrid, roughCapabilityGrid } from './capabilityGrid';
import { intervalsOf, type MixtureSolution, solver, type Way, waysFor } from './mixtureWeights';
import { type Assembly, assemble } from './populationFactors';
import { distinctComponents } from './simplex';
import { targetsOf } from './targets';
import type { MixtureProblem } from './variational';
import type { Work } from './work';

interface Solved {
  readonly logMarginal: number;
  readonly weights: Float64Array;
  readonly intervals: readonly (readonly [number, number] | undefined)[];
  /** H × cells: E[w_h·P_h] / E[w_h]. */
  readonly rows: Float64Array;
  readonly kind: Way['kind'];
}

interface Integral {
  readonly way: Way;
  readonly grid: CapabilityGrid;
  readonly at: (point: CapabilityPoint) => Stepwise<MixtureSolution>;
}

function* solve(
  likelihood: Likelihood,
  used: readonly number[],
  alpha: Float64Array,
  assembly: Assembly,
): Stepwise<Solved | undefined> {
  const { structure, hypotheses } = likelihood;
  const size = used.length;
  const rows = new Float64Array(size * structure.cells);
  const nothing = new Float64Array(size).fill(Number.NaN);
  if (assembly.impossible)
    return { logMarginal: Number.NEGATIVE_INFINITY, weights: nothing, intervals: [], rows, kind: 'digits' };
  const mixed = new Set<number>();
  const forms: Form[] = [];
  let extent = 0;
  for (const f of assembly.factors) {
    for (const powers of f.powers ?? []) for (const p of powers) forms.push(p.form);
    if (f.powers) extent += Math.abs(f.count);
  }
  for (const i of assembly.incentives) forms.push(...i.forms, ...(i.denominators ?? []));
  for (const f of forms) for (const c of f.capabilities) mixed.add(c);
  const empty = noTerms(structure);
  const problem = { ...empty, powers: [] as PowerTerm[], ratios: [] as RatioTerm[] };
  const within: PowerTerm[] = [];
  for (const p of assembly.shared) {
    const apart = { hit: noTerms(structure).hit, miss: noTerms(structure).miss, powers: [] as PowerTerm[] };
    addPower(apart, p);
    if (apart.powers.length > 0 && p.form.capabilities.some((c) => mixed.has(c))) {
      within.push(p);
      for (const c of p.form.capabilities) mixed.add(c);
    } else addPower(problem, p);
  }
  const ratiosWithin: RatioTerm[] = [];
  for (const r of assembly.sharedRatios) {
    const involved = [...r.numerator.capabilities, ...(r.denominator?.capabilities ?? [])];
    if (involved.some((c) => mixed.has(c))) {
      ratiosWithin.push(r);
      for (const c of involved) mixed.add(c);
    } else problem.ratios.push(r);
  }
  const list = [...mixed].sort((a, b) => a - b);
  const common = yield* solveCapabilities(structure, problem, true);
  const split = [
    ...problem.powers.map((p) => p.form),
    ...problem.ratios.flatMap((r) => [r.numerator, r.denominator ?? r.numerator]),
  ];
  if (common.failed || split.some((f) => f.capabilities.some((c) => mixed.has(c)))) return undefined;
  const hit = structure.priorHit.map((v, c) => v + problem.hit[c]);
  const miss = structure.priorMiss.map((v, c) => v + problem.miss[c]);
  const shapes = [...forms, ...within.map((p) => p.form)];
  const extra = (solution: MixtureSolution, point: CapabilityPoint) => {
    let sum = solution.log;
    for (const term of [...within, ...ratiosWithin]) sum += termLog(term, point);
    return sum;
  };
  const problemFor = (point: CapabilityPoint) => problemAt(assembly, alpha, point);
  const unique = distinctComponents(problemFor(pointAt(structure)));
  let found: Integral | undefined;
  for (const way of waysFor(size, unique, list.length, assembly.factors.length)) {
    const work: Work = { left: way.work };
    const at = solver(way, problemFor, work);
    const integrand = function* (point: CapabilityPoint) {
      // A way that has run out of work comes to its end at once.
      if (work.left < 0 && way.kind !== 'bound') return Number.NEGATIVE_INFINITY;
      return extra(yield* at(point), point);
    };
    const grid = way.fineness
      ? yield* roughCapabilityGrid(structure, list, hit, miss, shapes, extent, integrand, way.fineness)
      : yield* capabilityGrid(structure, list, hit, miss, shapes, extent, integrand, () => work.left < 0);
    if (!grid) return undefined;
    if (work.left < 0 && way.kind !== 'bound') continue;
    // What was weighed is asked again for its means.
    work.left = Math.max(work.left, way.work);
    found = { way, grid, at };
    break;
  }
  if (!found) return undefined;
  const { way, grid, at } = found;
  const alone = list.length > 0 ? undefined : yield* at(pointAt(structure));
  const weights = new Float64Array(size);
  const intervals = alone ? yield* intervalsOf(alone, problemFor(pointAt(structure)), way) : [];
  const cellForms = used.map((h) =>
    Array.from({ length: structure.cells }, (_, cell) => cellForm(structure, hypotheses[h], cell)),
  );
  for (const [i, node] of grid.nodes.entries()) {
    if (i % 16 === 15) yield;
    const solution = yield* at(node.point);
    const point = withMeans(node.point, common, list);
    for (let h = 0; h < size; h++) {
      const w = node.weight * solution.mean[h];
      weights[h] += w;
      for (let cell = 0; cell < structure.cells; cell++)
        rows[h * structure.cells + cell] += w * formValue(cellForms[h][cell], point);
    }
  }
  for (let h = 0; h < size; h++) {
    for (let cell = 0; cell < structure.cells; cell++) {
      const i = h * structure.cells + cell;
      rows[i] = weights[h] > 0 ? rows[i] / weights[h] : formValue(cellForms[h][cell], pointAt(structure));
    }
  }
  // Shares that are computed each by itself may sum to a rounding more than 1.
  for (let h = 0; h < size; h++) weights[h] = Math.min(1, weights[h]);
  const logMarginal = assembly.constant + common.log + grid.log;
  return { logMarginal, weights, intervals, rows, kind: way.kind };
}

/** The grid's own capabilities, and the posterior means of the others. */
function withMeans(point: CapabilityPoint, common: CapabilitySolution, list: readonly number[]): CapabilityPoint {
  const hit = point.hit.slice();
  const miss = point.miss.slice();
  common.marginals.forEach((marginal, c) => {
    if (!marginal || list.includes(c)) return;
    hit[c] = marginal.mean;
    miss[c] = marginal.meanMiss;
  });
  return { ...point, hit, miss };
}

/** The mixture's problem with the capabilities at a point. */
function problemAt(assembly: Assembly, alpha: Float64Array, point: CapabilityPoint): MixtureProblem {
  const cells = assembly.factors.map(({ count, logs, powers }) => {
    if (!powers) return { count, logs };
    const own = logs.map((log, h) => {
      let sum = log;
      if (log > Number.NEGATIVE_INFINITY) for (const p of powers[h]) sum += p.exponent * formLog(p.form, point);
      return sum;
    });
    return { count, logs: own };
  });
  const ratios: { numerator: Float64Array; denominator: Float64Array }[] = [];
  for (const i of assembly.incentives) {
    const values = Float64Array.from(i.forms, (f) => i.offset + formValue(f, point));
    if (i.denominators)
      ratios.push({ numerator: values, denominator: Float64Array.from(i.denominators, (f) => formValue(f, point)) });
    else cells.push({ count: i.exponent, logs: values.map(Math.log) });
  }
  return { alpha, cells, ratios };
}

/** Evaluate; personas without a prior stay without weight. */
export function* populationAccount(
  { likelihood, evidence, observed, all }: Reading,
  total: number,
): Stepwise<AccountNumbers | string> {
  const { structure, hypotheses, reinforcements } = likelihood;
  const { cells, offset, program } = structure;
  if (!(total > 0)) return 'the population needs a positive number';
  const used = hypotheses.flatMap((h, i) => (h.prior > 0 ? [i] : []));
  if (used.length === 0) return 'no persona has a prior';
  const alpha = Float64Array.from(used, (h) => total * hypotheses[h].prior);
  const marginal = yield* solve(likelihood, used, alpha, assemble(likelihood, evidence, used, observed, false));
  yield;
  const incentives =
    reinforcements.length > 0 ||
    evidence.slotsOfKey.some((list) => list.some((s) => evidence.slots[s].method.name === 'rl')) ||
    evidence.measured.some((m) => m.rl);
  const after = incentives
    ? yield* solve(likelihood, used, alpha, assemble(likelihood, evidence, used, all, true))
    : marginal;
  yield;
  if (!marginal || !after) return COUPLED;
  /** The mixture's own answers in a situation, tilted as a whole. */
  const mixtureRow = (weights: Float64Array, x: number): Float64Array => {
    const row = new Float64Array(cells);
    for (let cell = offset[x]; cell < offset[x + 1]; cell++) row[cell] = mixture(weights, after.rows, cells, cell);
    tilt(
      row,
      offset[x],
      offset[x + 1],
      reinforcements.filter((r) => r.situation === x),
    );
    return row;
  };
  const predictive = new Float64Array(cells);
  for (const { index: x } of program.situations)
    predictive.set(mixtureRow(after.weights, x).subarray(offset[x], offset[x + 1]), offset[x]);
  const answers = Float64Array.from(targetsOf(program), (target) => {
    const mixed = withLogs(after.weights);
    const weights = givenWeights(mixed, contextOf(structure, target), { predictive: after.rows }, cells);
    return mixtureRow(weights, target.situation)[offset[target.situation] + target.response];
  });
  const standings = hypotheses.map((h, index): Standing => {
    const i = used.indexOf(index);
    const posterior = i < 0 ? 0 : after.weights[i];
    return {
      name: h.name,
      prior: h.prior,
      posterior,
      logLikelihood: Number.NaN,
      interval: i < 0 ? undefined : after.intervals[i],
    };
  });
  return {
    logMarginal: marginal.logMarginal,
    bound: marginal.kind === 'bound',
    approximate: marginal.kind !== 'digits' || after.kind !== 'digits',
    predictive,
    answers,
    standings,
  };
}
