/** What some evidence adds to every hypothesis' likelihood, computed as itself and not as a difference of totals. */
import { type CapabilitySolution, capabilityGain } from '../capabilities/capabilities';
import type { Stepwise } from '../stepwise';
import { dirichletGain } from './dirichlet';
import type { Likelihood } from './likelihood';
import { type LogLikelihoods, situationOfKey, touchedProfiles } from './logLikelihoods';
import { type DirichletPreferences, shareTotal } from './preference';
import { meanRow, profileProblem, readsEntireRow, sharesFallback, solveHypothesis } from './wholeRows';

export interface Gains {
  /** By hypothesis: log L_h(D) − log L_h(D∖e), impossible observations apart. */
  readonly gain: Float64Array;
  /** By hypothesis: impossible keys that remain without e. */
  readonly impossible: Int32Array;
  /** By hypothesis: the capabilities without e. */
  readonly capabilities: readonly (CapabilitySolution | undefined)[];
}

/** By key: whether an integral over capabilities, or a whole row, changes with its count. */
export function integralKeys(likelihood: Likelihood, reinforced: number): Uint8Array {
  const { hypotheses, keys, profiles } = likelihood;
  const asked = new Uint8Array(keys);
  for (const factors of profiles) for (const f of factors) asked[f.key] = 1;
  const situations = likelihood.structure.program.situations.map(({ index }) =>
    hypotheses.some((_, h) => readsEntireRow(likelihood, h, index, reinforced)),
  );
  for (let key = 0; key < keys; key++) if (situations[situationOfKey(likelihood, key)]) asked[key] = 1;
  return asked;
}

/** As `gains`, for one key that asks for no integral, into `gain` and `impossible`: most episodes are of this kind. */
export function plainGain(
  likelihood: Likelihood,
  logLikelihoods: LogLikelihoods,
  key: number,
  rest: Float64Array,
  delta: Float64Array,
  gain: Float64Array,
  impossible: Int32Array,
): void {
  const { keys, scale } = likelihood;
  const { counts } = logLikelihoods;
  const situation = situationOfKey(likelihood, key);
  for (let h = 0; h < gain.length; h++) {
    let sum = 0;
    const s = scale[h * keys + key];
    impossible[h] = logLikelihoods.impossible[h];
    if (s !== Number.NEGATIVE_INFINITY) sum += delta[key] * s;
    else impossible[h] += (rest[key] !== 0 ? 1 : 0) - (counts[key] !== 0 ? 1 : 0);
    const pieces = likelihood.dirichlet[h];
    if (pieces) sum += driftGain(pieces, situation, counts, rest, delta);
    gain[h] = sum;
  }
}

/** What some evidence adds to the Dirichlet of one situation. */
function driftGain(
  pieces: DirichletPreferences,
  situation: number,
  counts: Float64Array,
  rest: Float64Array,
  delta: Float64Array,
): number {
  const plan = pieces.plans[situation];
  if (!plan) return 0;
  const shared = pieces.shares.some((s) => s.situation === situation);
  const own = dirichletGain(plan, rest, delta);
  return shared ? own + (shareTotal(pieces, counts, situation) - shareTotal(pieces, rest, situation)) : own;
}

/**
 * What some evidence adds, computed as itself and not as a difference of totals. `keysTouched` are where `rest` (all
 * counts without it) and `delta` (it alone) matter.
 */
export function* gains(
  likelihood: Likelihood,
  logLikelihoods: LogLikelihoods,
  keysTouched: readonly number[],
  rest: Float64Array,
  delta: Float64Array,
  measured: Float64Array | undefined,
): Stepwise<Gains> {
  const { hypotheses, keys, scale } = likelihood;
  const { counts, reinforced } = logLikelihoods;
  const size = hypotheses.length;
  const gain = new Float64Array(size);
  const impossible = Int32Array.from(logLikelihoods.impossible);
  const capabilities: (CapabilitySolution | undefined)[] = [...logLikelihoods.capabilities];
  const situations = new Set(keysTouched.map((key) => situationOfKey(likelihood, key)));
  const solutions = new Map<string, CapabilitySolution>();
  const touchedProfile = touchedProfiles(likelihood, keysTouched);
  for (let h = 0; h < size; h++) {
    let sum = 0;
    for (const key of keysTouched) {
      const s = scale[h * keys + key];
      if (s !== Number.NEGATIVE_INFINITY) sum += delta[key] * s;
      else impossible[h] += (rest[key] !== 0 ? 1 : 0) - (counts[key] !== 0 ? 1 : 0);
    }
    const pieces = likelihood.dirichlet[h];
    let entireRow = false;
    if (pieces) {
      for (const x of situations) {
        sum += driftGain(pieces, x, counts, rest, delta);
        entireRow ||= readsEntireRow(likelihood, h, x, reinforced);
      }
    }
    if (measured) {
      if (measured[h] === Number.NEGATIVE_INFINITY) impossible[h]--;
      else sum += measured[h];
    }
    if (entireRow || touchedProfile[likelihood.profileOf[h]]) {
      entireRow ||= sharesFallback(likelihood, h);
      const row = entireRow ? meanRow(likelihood, h, rest) : (logLikelihoods.rows[h] ?? hypotheses[h].row);
      const solved = yield* solveHypothesis(likelihood, h, row, rest, reinforced, solutions, false);
      if (entireRow) sum += logLikelihoods.termsByHypothesis[h].constant - solved.constant;
      const full = logLikelihoods.capabilities[h];
      if (solved.solution && full) {
        const exact = entireRow ? undefined : profileProblem(likelihood, likelihood.profileOf[h], delta);
        sum += capabilityGain(full, solved.solution, exact);
        capabilities[h] = solved.solution;
      }
    }
    gain[h] = sum;
  }
  return { gain, impossible, capabilities };
}
