/**
 * Fit and check (LANGUAGE section 8): every account alone, with those parameters that its predictions depend on; its
 * predictions held against what was held out; which of them the measurements prefer. Pure, in steps; nats.
 */
import { runToEnd, type Stepwise } from '../../inference/stepwise';
import { dependsOn } from './dependence';
import type { FitProblem, FittedAccount, FreeParameter, Measured } from './model';
import { type FitPosterior, MOST_PARAMETERS, posteriorOf } from './posterior';
import { type Fitted, logLikelihoodOf, type PosteriorDensity, posteriorDensity } from './posteriorDensity';
import { jointLogScore, runResults } from './predictive';
import { bestAccount, preference, scoreDifference } from './preference';
import { evidenceRanges } from './ranges';
import type { AccountFit, FitResult, RunResult, UnitScore } from './result';
import { moments, parameterSummaries } from './summary';
import type { ShownUnit } from './units';

export interface FitOptions {
  readonly unit: ShownUnit;
  /** Leave every unit out in turn; without it that is done where nothing is held out. */
  readonly leaveOut?: boolean;
  /** Called when an account's fit begins, with how many there are. */
  readonly progress?: (account: string, index: number, of: number) => void;
}

const observed = (m: Measured): boolean => m.runs.length > 0;

export function fitAccounts(problem: FitProblem, options: FitOptions): FitResult {
  return runToEnd(fitInSteps(problem, options));
}

export function* fitInSteps(problem: FitProblem, options: FitOptions): Stepwise<FitResult> {
  const held = problem.measured.some((m) => m.heldOut && observed(m));
  const leaving = options.leaveOut ?? !held;
  const units = [...new Set(problem.measured.filter(observed).map((m) => m.unit))];
  const fits: AccountFit[] = [];
  const left: AccountFit[] = [];
  for (const [index, account] of problem.accounts.entries()) {
    options.progress?.(account.name, index, problem.accounts.length);
    yield;
    const done = yield* fitAccount(problem, account, leaving ? units : []);
    fits.push(done.fit);
    left.push(done.left);
  }
  const accounts = compared(fits);
  const leaveOut = leaving && units.length > 1 ? compared(left) : null;
  return { accounts, leaveOut, ...preference(held || !leaveOut ? accounts : leaveOut, options.unit) };
}

interface Done {
  readonly fit: AccountFit;
  /** The same account, scored on units that were left out in turn. */
  readonly left: AccountFit;
}

function* fitAccount(problem: FitProblem, account: FittedAccount, units: readonly string[]): Stepwise<Done> {
  if (account.notComputable !== undefined) return twice(empty(account.name, account.notComputable));
  const free = yield* dependsOn(problem, account);
  if (free.length > MOST_PARAMETERS)
    return twice(
      empty(account.name, `a fit frees at most ${MOST_PARAMETERS} parameters, and this frees ${free.length}`),
    );
  const chosen = free.flatMap((i) => problem.parameters[i] ?? []);
  const fixed = Float64Array.from(problem.parameters, (p) => p.scale.value(p.prior.place(0)));
  const densityOf = (fitted: Fitted, parameters: readonly FreeParameter[] = chosen): PosteriorDensity =>
    posteriorDensity(problem, account, free, parameters, fixed, fitted);
  const inFit: Fitted = (m) => !m.heldOut && observed(m);
  const posterior = yield* posteriorOf(densityOf(inFit));
  yield;
  const ranges = yield* evidenceRanges(posterior, (parameters) => densityOf(inFit, parameters));
  const parameters = yield* parameterSummaries(posterior);
  const heldOut: Fitted = (m) => m.heldOut && observed(m);
  const runs = yield* runResults(posterior, problem.measured, heldOut);
  const entire: AccountFit = {
    name: account.name,
    logEvidence: posterior.logEvidence,
    logEvidenceRanges: ranges,
    approximate: posterior.approximate,
    reliable: posterior.reliable,
    ...(posterior.reason === undefined ? {} : { reason: posterior.reason }),
    effectiveSampleSize: posterior.effectiveSampleSize,
    paretoShape: posterior.paretoShape,
    parameters,
    ...moments(posterior),
    runs,
    ...scores(runs, unitScores(posterior, problem.measured, heldOut)),
    evaluations: posterior.density.evaluations(),
  };
  if (units.length < 2) return twice(entire);
  const leftRuns: RunResult[] = [];
  const leftScores: UnitScore[] = [];
  for (const unit of units) {
    yield;
    const without: Fitted = (m) => inFit(m) && m.unit !== unit;
    const scored: Fitted = (m) => observed(m) && m.unit === unit;
    const rest = yield* posteriorWithout(posterior, densityOf(without), problem, without);
    const own = yield* runResults(
      rest,
      problem.measured.map((m) => ({ ...m, heldOut: scored(m) })),
      scored,
    );
    leftRuns.push(...own.filter((r) => problem.measured[r.evaluation]?.unit === unit && r.run >= 0));
    leftScores.push({ unit, score: jointLogScore(rest, problem.measured, scored) });
  }
  leftRuns.sort((a, b) => a.evaluation - b.evaluation || a.run - b.run);
  return { fit: entire, left: { ...entire, runs: leftRuns, ...scores(leftRuns, leftScores) } };
}

/** The posterior with fewer evaluations fitted: the same draws weighed anew, or a quadrature that begins at its maxima. */
function* posteriorWithout(
  entire: FitPosterior,
  density: PosteriorDensity,
  problem: FitProblem,
  fitted: Fitted,
): Stepwise<FitPosterior> {
  if (!entire.pool) return yield* posteriorOf(density, { maxima: entire.maxima });
  const draws = entire.pool.draws.map(({ point, under }) => ({
    under,
    point: { ...point, logLikelihood: logLikelihoodOf(point.predictions, problem.measured, fitted) },
  }));
  return yield* posteriorOf(density, { maxima: entire.maxima, pool: { ...entire.pool, draws } });
}

function unitScores(posterior: FitPosterior, measured: readonly Measured[], scored: Fitted): readonly UnitScore[] {
  const units = [...new Set(measured.filter(scored).map((m) => m.unit))];
  return units.map((unit) => ({
    unit,
    score: jointLogScore(posterior, measured, (m) => scored(m) && m.unit === unit),
  }));
}

function scores(runs: readonly RunResult[], units: readonly UnitScore[]) {
  const verdicts = runs.filter((r) => r.verdict !== null);
  return {
    coverage: { inside90: verdicts.filter((r) => r.verdict?.startsWith('inside')).length, of: verdicts.length },
    units,
    heldOutScore: units.reduce((sum, u) => sum + u.score, 0),
    difference: NO_DIFFERENCE,
  };
}

const NO_DIFFERENCE = { value: Number.NaN, standardError: null, units: 0 };

/** Each account's difference from the best. */
function compared(accounts: readonly AccountFit[]): readonly AccountFit[] {
  const best = accounts[bestAccount(accounts)];
  return accounts.map((a) =>
    best === undefined || a.notComputable !== undefined || best.units.length === 0
      ? a
      : {
          ...a,
          difference: scoreDifference(
            a.units.map((u) => u.score),
            best.units.map((u) => u.score),
          ),
        },
  );
}

const twice = (one: AccountFit): Done => ({ fit: one, left: one });

function empty(name: string, notComputable: string): AccountFit {
  return {
    name,
    notComputable,
    logEvidence: Number.NaN,
    logEvidenceRanges: { halved: Number.NaN, doubled: Number.NaN },
    approximate: false,
    reliable: false,
    effectiveSampleSize: null,
    paretoShape: null,
    parameters: [],
    correlations: [],
    directions: [],
    runs: [],
    coverage: { inside90: 0, of: 0 },
    units: [],
    heldOutScore: Number.NaN,
    difference: NO_DIFFERENCE,
    evaluations: 0,
  };
}
