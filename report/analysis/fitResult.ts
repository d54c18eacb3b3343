/** `dramatis fit --format json` (LANGUAGE section 11): the fit as plain data, logs in the program's unit. */
import { inUnit, toWire } from '../../panel/model/numbers';
import type { Unit } from '../../panel/model/units';
import type { AccountFit, FitResult, ParameterSummary, RunResult } from '../../server/analysis/fit/result';

type Wire = number | 'inf' | '-inf' | null;
type Interval = readonly [Wire, Wire];

interface FitEvaluation {
  readonly condition: string | null;
  readonly label: string | null;
  readonly heldOut: boolean;
  /** From 1; null where nothing was observed. */
  readonly run: number | null;
  readonly observed: Readonly<Record<string, Wire>>;
  readonly mean: Readonly<Record<string, Wire>>;
  readonly interval50: Readonly<Record<string, Interval>> | null;
  readonly interval90: Readonly<Record<string, Interval>> | null;
  readonly logScore: Wire;
  readonly saturated: Wire;
  readonly midP: Wire;
  readonly verdict: string | null;
}

interface FitAccount {
  readonly name: string;
  readonly notComputable?: string;
  readonly logEvidence: Wire;
  readonly approximate: boolean;
  readonly reliable: boolean;
  readonly effectiveSampleSize: Wire;
  readonly parameters: readonly {
    readonly name: string;
    readonly mode: Wire;
    readonly mean: Wire;
    readonly median: Wire;
    readonly interval90: Interval | null;
    readonly bits: Wire;
    readonly atEdge: boolean;
    readonly density: readonly (readonly [Wire, Wire])[];
  }[];
  readonly correlations: readonly (readonly Wire[])[];
  readonly directions: readonly {
    readonly loadings: Readonly<Record<string, number>>;
    readonly ratio: Wire;
    readonly notIdentified?: string;
  }[];
  readonly paretoK: Wire;
  readonly logEvidenceRanges: { readonly halved: Wire; readonly doubled: Wire };
  readonly evaluations: readonly FitEvaluation[];
  readonly coverage: { readonly inside90: number; readonly of: number };
  readonly heldOutScore: Wire;
  readonly difference: { readonly value: Wire; readonly standardError: Wire; readonly units: number };
}

export interface FitObject {
  readonly accounts: readonly FitAccount[];
  readonly leaveOut: readonly FitAccount[] | null;
  readonly preferred: string | null;
  readonly sentence: string;
}

export function fitObject(result: FitResult, unit: Unit): FitObject {
  return {
    accounts: result.accounts.map((a) => accountObject(a, unit)),
    leaveOut: result.leaveOut?.map((a) => accountObject(a, unit)) ?? null,
    preferred: result.preferred,
    sentence: result.sentence,
  };
}

function accountObject(account: AccountFit, unit: Unit): FitAccount {
  const log = (nats: number): Wire => toWire(inUnit(nats, unit));
  const { difference, logEvidenceRanges: ranges } = account;
  return {
    name: account.name,
    ...(account.notComputable === undefined ? {} : { notComputable: account.notComputable }),
    logEvidence: log(account.logEvidence),
    approximate: account.approximate,
    reliable: account.reliable,
    effectiveSampleSize: account.effectiveSampleSize,
    parameters: account.parameters.map(parameterObject),
    correlations: account.correlations.map((row) => row.map(toWire)),
    directions: account.directions.map((d) => ({ ...d, ratio: toWire(d.ratio) })),
    paretoK: account.paretoShape === null ? null : toWire(account.paretoShape),
    logEvidenceRanges: { halved: log(ranges.halved), doubled: log(ranges.doubled) },
    evaluations: account.runs.map((r) => runObject(r, log)),
    coverage: account.coverage,
    heldOutScore: account.units.length > 0 ? log(account.heldOutScore) : null,
    difference: {
      value: log(difference.value),
      standardError: difference.standardError === null ? null : log(difference.standardError),
      units: difference.units,
    },
  };
}

function parameterObject(p: ParameterSummary): FitAccount['parameters'][number] {
  return {
    name: p.name,
    mode: toWire(p.mode),
    mean: toWire(p.mean),
    median: toWire(p.median),
    interval90: p.interval90 && [toWire(p.interval90[0]), toWire(p.interval90[1])],
    bits: toWire(inUnit(p.learned, 'bits')),
    atEdge: p.atEdge,
    density: p.density.map(([x, d]) => [toWire(x), toWire(d)] as const),
  };
}

function runObject(r: RunResult, log: (nats: number) => Wire): FitEvaluation {
  // One response against the rest: that response alone.
  const answers = r.oneAgainstRest ? r.answers.slice(0, 1) : r.answers;
  const byAnswer = <T>(value: (index: number) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(answers.map((name, i) => [name, value(i)]));
  const interval = (list: RunResult['interval90']) =>
    list && byAnswer((i): Interval => [toWire(list[i]?.[0] ?? Number.NaN), toWire(list[i]?.[1] ?? Number.NaN)]);
  return {
    condition: r.condition,
    label: r.label,
    heldOut: r.heldOut,
    run: r.run < 0 ? null : r.run + 1,
    observed: byAnswer((i) => toWire(r.observed[i] ?? Number.NaN)),
    mean: byAnswer((i) => toWire(r.mean[i] ?? Number.NaN)),
    interval50: interval(r.interval50),
    interval90: interval(r.interval90),
    logScore: log(r.logScore),
    saturated: log(r.saturated),
    midP: r.midP,
    verdict: r.verdict,
  };
}
