/**
 * The last valid numbers seen from a text that has none of its own: every value is one of that evaluation, found again by
 * the name or the wording of what it belongs to. What the text declares otherwise, or anew, has no number (NaN).
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Evaluation, Influence } from '../inference/evaluation';
import type { Program } from '../program/model/program';
import type { Evaluated } from './outcome';

/** The valid evaluation in the order of `program`. Findings stay behind: they are about the other text. */
export function carryOver({ program: old, evaluation }: Evaluated, program: Program): Evaluation {
  const hypotheses = namesOf(program);
  const hypothesis = places(evaluation.hypotheses, hypotheses);
  const cell = places(cellNames(old), cellNames(program));
  const probe = places(old.probes.map(probeKey), program.probes.map(probeKey));
  const expectation = places(old.expectations.map(textKey), program.expectations.map(textKey));
  const account = places(old.accounts.map(nameKey), program.accounts.map(nameKey));
  const compared = evaluation.accounts.length > 0;
  const matrix = (values: Float64Array): Float64Array => {
    const [from, to] = [old.cellOffset.at(-1) ?? 0, cell.length];
    return Float64Array.from({ length: hypotheses.length * to }, (_, at) => {
      const [h, c] = [hypothesis[Math.floor(at / to)] ?? -1, cell[at % to] ?? -1];
      return h < 0 || c < 0 ? Number.NaN : (values[h * from + c] ?? Number.NaN);
    });
  };
  const picked = (values: Float64Array, from: readonly number[]): Float64Array =>
    Float64Array.from(from, (at) => values[at] ?? Number.NaN);
  const influence = (of: Influence, from: readonly number[]): Influence => {
    const weights = (values: Float64Array): Float64Array =>
      values.length === 0
        ? values
        : Float64Array.from({ length: from.length * hypotheses.length }, (_, at) => {
            const entry = from[Math.floor(at / hypotheses.length)] ?? -1;
            const h = hypothesis[at % hypotheses.length] ?? -1;
            return entry < 0 || h < 0 ? Number.NaN : (values[entry * evaluation.hypotheses.length + h] ?? Number.NaN);
          });
    return {
      count: from.length,
      weight: weights(of.weight),
      single: weights(of.single),
      shift: picked(of.shift, from),
      capability: picked(of.capability, from),
    };
  };
  return {
    ...evaluation,
    hypotheses,
    personas: hypotheses.map(
      (name, at) =>
        evaluation.personas[hypothesis[at] ?? -1] ?? {
          name,
          prior: Number.NaN,
          posterior: Number.NaN,
          logLikelihood: Number.NaN,
        },
    ),
    capabilities: places(old.capabilities.map(nameKey), program.capabilities.map(nameKey)).map(
      (from, at) => evaluation.capabilities[from] ?? unknownCapability(program.capabilities[at]?.name ?? ''),
    ),
    episodes: influence(evaluation.episodes, places(episodeKeys(old), episodeKeys(program))),
    datasets: influence(evaluation.datasets, places(old.datasets.map(nameKey), program.datasets.map(nameKey))),
    reinforcements: places(reinforcementKeys(old), reinforcementKeys(program)).map(
      (from) => evaluation.reinforcements[from] ?? { selection: Number.NaN, propensityShift: Number.NaN },
    ),
    probes: probe.map((from) => {
      const found = evaluation.probes[from];
      return {
        ...found,
        before: found?.before ?? Number.NaN,
        after: found?.after ?? Number.NaN,
        byPersona: picked(found?.byPersona ?? new Float64Array(), hypothesis),
        byPersonaBefore: picked(found?.byPersonaBefore ?? new Float64Array(), hypothesis),
        weightGiven: picked(found?.weightGiven ?? new Float64Array(), hypothesis),
      };
    }),
    expectations: expectation.map((from) => evaluation.expectations[from] ?? { value: Number.NaN, holds: false }),
    accounts: compared && account.every((from) => from >= 0) ? account.flatMap((from) => accountAt(from)) : [],
    predictiveBefore: matrix(evaluation.predictiveBefore),
    predictiveAfter: matrix(evaluation.predictiveAfter),
    rowsBefore: matrix(evaluation.rowsBefore),
    rowsAfter: matrix(evaluation.rowsAfter),
    counts: picked(evaluation.counts, cell),
    nearest: undefined,
    findings: [],
  };

  function accountAt(from: number): Evaluation['accounts'] {
    const found = evaluation.accounts[from];
    return found ? [{ ...found, probes: picked(found.probes, probe), predictive: picked(found.predictive, cell) }] : [];
  }
}

/** Counts of datasets by the indices of another program, by name. */
export function carryCounts({ program: old, counts }: Evaluated, program: Program): ReadonlyMap<number, DatasetCounts> {
  const from = places(old.datasets.map(nameKey), program.datasets.map(nameKey));
  return new Map(
    from.flatMap((index, at) => {
      const found = counts.get(index);
      return found ? [[at, found] as const] : [];
    }),
  );
}

/** For each new key where it stood among the old ones, -1 where it did not; equal keys are matched in order. */
function places(old: readonly string[], now: readonly string[]): number[] {
  const waiting = new Map<string, number[]>();
  for (const [at, key] of old.entries()) {
    const same = waiting.get(key);
    if (same) same.push(at);
    else waiting.set(key, [at]);
  }
  return now.map((key) => waiting.get(key)?.shift() ?? -1);
}

const nameKey = ({ name }: { readonly name: string }): string => name;
const textKey = ({ text }: { readonly text: string }): string => text;
const probeKey = ({ target }: Program['probes'][number]): string => target.text;

function namesOf({ personas, novel }: Program): readonly string[] {
  return [...personas.map(nameKey), ...(novel ? ['novel'] : [])];
}

function cellNames({ situations }: Program): readonly string[] {
  return situations.flatMap(({ name, responses }) => responses.map((response) => `${name} ${response.name}`));
}

/** An episode as it is written: what says something else is another one. */
function episodeKeys({ files, episodes }: Program): readonly string[] {
  return episodes.map(({ origin }) => files[origin.file]?.text.slice(origin.start, origin.end) ?? '');
}

function reinforcementKeys({ situations, reinforcements }: Program): readonly string[] {
  return reinforcements.map(({ situation }) => situations[situation]?.name ?? '');
}

function unknownCapability(name: string): Evaluation['capabilities'][number] {
  const [before, after] = [Number.NaN, Number.NaN];
  return { name, learnable: false, before, after, intervalBefore: [before, before], intervalAfter: [after, after] };
}
