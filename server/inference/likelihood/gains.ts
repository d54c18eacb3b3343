/** What some evidence adds to every hypothesis' likelihood, computed as itself and not as a difference of totals. */
import { type AbilitySolution, abilityGain } from '../capabilities/capabilities';
import type { Stepwise } from '../stepwise';
import { dirichletGain } from './dirichlet';
import type { Likelihood } from './likelihood';
import { situationOfKey, touchedProfiles, type Weighing } from './logLikelihoods';
import { type DirichletPreferences, shareTotal } from './preference';
import { looksAtWholeRow, meanRow, profileProblem, sharesFallback, solveHypothesis } from './wholeRows';

export interface Gains {
  /** By hypothesis: log L_h(D) − log L_h(D∖e), impossible observations apart. */
  readonly gain: Float64Array;
  /** By hypothesis: impossible keys that remain without e. */
  readonly impossible: Int32Array;
  /** By hypothesis: the abilities without e. */
  readonly abilities: readonly (AbilitySolution | undefined)[];
}

/** By key: whether an integral over abilities, or a whole row, changes with its count. */
export function integralKeys(likelihood: Likelihood, reinforced: number): Uint8Array {
  const { hypotheses, keys, profiles } = likelihood;
  const asked = new Uint8Array(keys);
  for (const factors of profiles) for (const f of factors) asked[f.key] = 1;
  const situations = likelihood.structure.program.situations.map(({ index }) =>
    hypotheses.some((_, h) => looksAtWholeRow(likelihood, h, index, reinforced)),
  );
  for (let key = 0; key < keys; key++) if (situations[situationOfKey(likelihood, key)]) asked[key] = 1;
  return asked;
}

/** As `gains`, for one key that asks for no integral, into `gain` and `impossible`: most episodes are of this kind. */
export function plainGain(
  likelihood: Likelihood,
  weighing: Weighing,
  key: number,
  rest: Float64Array,
  delta: Float64Array,
  gain: Float64Array,
  impossible: Int32Array,
): void {
  const { keys, scale } = likelihood;
  const { counts } = weighing;
  const situation = situationOfKey(likelihood, key);
  for (let h = 0; h < gain.length; h++) {
    let sum = 0;
    const s = scale[h * keys + key];
    impossible[h] = weighing.impossible[h];
    if (s !== Number.NEGATIVE_INFINITY) sum += delta[key] * s;
    else impossible[h] += (rest[key] !== 0 ? 1 : 0) - (counts[key] !== 0 ? 1 : 0);
    const parts = likelihood.dirichlet[h];
    if (parts) sum += driftGain(parts, situation, counts, rest, delta);
    gain[h] = sum;
  }
}

/** What some evidence adds to the Dirichlet of one situation. */
function driftGain(
  parts: DirichletPreferences,
  situation: number,
  counts: Float64Array,
  rest: Float64Array,
  delta: Float64Array,
): number {
  const plan = parts.plans[situation];
  if (!plan) return 0;
  const shared = parts.shares.some((s) => s.situation === situation);
  const own = dirichletGain(plan, rest, delta);
  return shared ? own + (shareTotal(parts, counts, situation) - shareTotal(parts, rest, situation)) : own;
}

/**
 * What some evidence adds, computed as itself and not as a difference of totals. `keysTouched` are where `rest` (all
 * counts without it) and `delta` (it alone) matter.
 */
export function* gains(
  likelihood: Likelihood,
  weighing: Weighing,
  keysTouched: readonly number[],
  rest: Float64Array,
  delta: Float64Array,
  measured: Float64Array | undefined,
): Stepwise<Gains> {
  const { hypotheses, keys, scale } = likelihood;
  const { counts, reinforced } = weighing;
  const size = hypotheses.length;
  const gain = new Float64Array(size);
  const impossible = Int32Array.from(weighing.impossible);
  const abilities: (AbilitySolution | undefined)[] = [...weighing.abilities];
  const situations = new Set(keysTouched.map((key) => situationOfKey(likelihood, key)));
  const solutions = new Map<string, AbilitySolution>();
  const touchedProfile = touchedProfiles(likelihood, keysTouched);
  for (let h = 0; h < size; h++) {
    let sum = 0;
    for (const key of keysTouched) {
      const s = scale[h * keys + key];
      if (s !== Number.NEGATIVE_INFINITY) sum += delta[key] * s;
      else impossible[h] += (rest[key] !== 0 ? 1 : 0) - (counts[key] !== 0 ? 1 : 0);
    }
    const parts = likelihood.dirichlet[h];
    let wholeRow = false;
    if (parts) {
      for (const x of situations) {
        sum += driftGain(parts, x, counts, rest, delta);
        wholeRow ||= looksAtWholeRow(likelihood, h, x, reinforced);
      }
    }
    if (measured) {
      if (measured[h] === Number.NEGATIVE_INFINITY) impossible[h]--;
      else sum += measured[h];
    }
    if (wholeRow || touchedProfile[likelihood.profileOf[h]]) {
      wholeRow ||= sharesFallback(likelihood, h);
      const row = wholeRow ? meanRow(likelihood, h, rest) : (weighing.rows[h] ?? hypotheses[h].row);
      const solved = yield* solveHypothesis(likelihood, h, row, rest, reinforced, solutions, false);
      if (wholeRow) sum += weighing.ledgers[h].constant - solved.constant;
      const full = weighing.abilities[h];
      if (solved.solution && full) {
        const exact = wholeRow ? undefined : profileProblem(likelihood, likelihood.profileOf[h], delta);
        sum += abilityGain(full, solved.solution, exact);
        abilities[h] = solved.solution;
      }
    }
    gain[h] = sum;
  }
  return { gain, impossible, abilities };
}
