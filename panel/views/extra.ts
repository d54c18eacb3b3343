/**
 * What a view needs beyond the evaluation: the posterior by step, and what leaving out a reinforcement or an item of
 * evidence changes. Stepwise, computed once for each evaluation and kept beside it.
 */
import type { DatasetCounts } from '../../server/datasets/counts';
import type { Evaluation, Trajectory } from '../../server/inference/evaluation';
import { trajectory } from '../../server/inference/influence/trajectory';
import { answerIntervals } from '../../server/inference/posterior/answerIntervals';
import type { Stepwise } from '../../server/inference/stepwise';
import type { Program } from '../../server/program/model/program';
import type { PanelRequest } from '../model/messages';
import type { Unit } from '../model/units';
import { probeEffects, type ReinforcementEffects, reinforcementEffects } from './effects';

export interface ViewExtra {
  /** For the Trajectory view; without it the view says that it is being computed. */
  readonly trajectory?: Trajectory;
  readonly reinforcements?: ReinforcementEffects;
  /** For the Posterior view: H × cells × 2, the 90% interval of each answer; NaN where there is none. */
  readonly answerIntervals?: Float64Array;
  /** For the Evidence view where the measure is a probe: the effect of each item. */
  readonly probeEffects?: readonly number[];
  /** For logs in sentences; the program's where not given. */
  readonly unit?: Unit;
}

interface Evaluated {
  readonly program: Program;
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  readonly evaluation: Evaluation;
}

/** What was computed for one evaluation, by name. */
export type ExtraCache = Map<string, unknown>;

/** So many steps are evaluated one by one; beyond, a point is the last of several. */
const MOST_STEPS = 20_000;
/** Straight lines between points are nowhere off by more than this share of the picture. */
const WITHIN = 0.005;

/** All that the requested view needs. What `cache` has is not computed again. */
export function* viewExtra(evaluated: Evaluated, request: PanelRequest, cache: ExtraCache): Stepwise<ViewExtra> {
  const { program, counts, evaluation } = evaluated;
  function* cached<T>(name: string, compute: () => Stepwise<T>): Stepwise<T> {
    if (!cache.has(name)) cache.set(name, yield* compute());
    return cache.get(name) as T;
  }
  // Of a single reinforcement the evaluation itself says how far it moves the posterior.
  const needed = request.view === 'trajectory' || request.view === 'evidence' ? 1 : 2;
  const reinforcements =
    program.reinforcements.length < needed || request.view === 'predictions' || request.view === 'accounts'
      ? undefined
      : yield* cached('reinforcements', () => reinforcementEffects(evaluated, evaluation));
  if (request.view === 'trajectory') {
    const points = Math.min(program.evidence.length, MOST_STEPS);
    const way = yield* cached('trajectory', () => trajectory(program, counts, { points, within: WITHIN }));
    return { trajectory: way, reinforcements };
  }
  if (request.view === 'posterior' && hasLearnedRows(program)) {
    const intervals = yield* cached('intervals', () => answerIntervals(program, counts));
    return { reinforcements, answerIntervals: intervals };
  }
  const probe = request.view === 'evidence' ? probeOf(request) : undefined;
  if (probe === undefined || !evaluation.probes[probe]) return { reinforcements };
  const single = request.query['single'] === true;
  const effects = yield* cached(`probe ${probe} ${single}`, () => probeEffects(evaluated, evaluation, probe, single));
  return { reinforcements, probeEffects: effects };
}

const hasLearnedRows = ({ personas, novel }: Program): boolean =>
  novel !== undefined || personas.some((persona) => persona.concentration !== undefined);

function probeOf({ query }: PanelRequest): number | undefined {
  const measure = query['measure'];
  if (typeof measure !== 'object' || measure === null || !('kind' in measure) || measure.kind !== 'probe')
    return undefined;
  const probe = 'probe' in measure ? measure.probe : undefined;
  return typeof probe === 'number' && Number.isInteger(probe) ? probe : undefined;
}
