/**
 * The machine-readable result (LANGUAGE section 6): the same object for the command line, the editor and the browser.
 * Keys stand in the order of that page; logs are in the program's unit with full precision; an infinite log is the
 * string "-inf" (or "inf"), and what is not defined is null.
 */

import { inUnit, toWire } from '../panel/model/numbers';
import { datasetTally } from '../server/features/datasetTally';
import { allDiagnostics } from '../server/features/diagnostics';
import type { Influence } from '../server/inference/evaluation';
import type { Origin } from '../server/program/model/origin';
import type { Program } from '../server/program/model/program';
import { relativePath } from '../server/program/paths';
import { ofCondition, type PosteriorSnapshot } from '../server/snapshot';
import { positionAt } from '../server/syntax/lines';

type Wire = number | 'inf' | '-inf' | null;
type ByPersona = Readonly<Record<string, Wire>>;

interface EvaluationEntry {
  readonly label: string | null;
  readonly situation: string;
  readonly given?: string;
  readonly among?: readonly string[];
  readonly heldOut: boolean;
  /** From 1; null where nothing was measured yet. */
  readonly run: number | null;
  readonly n: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly predicted: Readonly<Record<string, Wire>>;
  readonly logScore: Wire;
  readonly saturated: Wire;
}

export interface Result {
  readonly scenario: string | null;
  readonly units: string;
  readonly defined: boolean;
  readonly logMarginal: Wire;
  readonly personas: readonly {
    readonly name: string;
    readonly prior: Wire;
    readonly posterior: Wire;
    readonly logLikelihood: Wire;
  }[];
  readonly capabilities: readonly { readonly name: string; readonly before: Wire; readonly after: Wire }[];
  readonly evidence: readonly {
    readonly file: string;
    readonly line: number;
    readonly label: string | null;
    readonly method: string;
    readonly situation: string;
    readonly response: string;
    readonly over?: string;
    readonly count: number;
    readonly weight: ByPersona;
    readonly shift: Wire;
    readonly capability: Wire;
  }[];
  readonly datasets: readonly {
    readonly name: string;
    readonly rows: number;
    readonly classified: number;
    readonly unclassified: number;
    readonly duplicates: number;
    readonly weight: ByPersona;
    readonly shift: Wire;
  }[];
  readonly reinforcements: readonly {
    readonly situation: string;
    readonly selection: Wire;
    readonly propensityShift: Wire;
  }[];
  readonly probes: readonly {
    readonly situation: string;
    readonly response: string;
    readonly given?: string;
    readonly before: Wire;
    readonly after: Wire;
    readonly byPersona: ByPersona;
  }[];
  readonly expectations: readonly { readonly text: string; readonly value: Wire; readonly holds: boolean | null }[];
  readonly accounts: readonly {
    readonly name: string;
    readonly logMarginal: Wire;
    readonly bound: boolean;
    readonly probability: Wire;
    readonly probes: readonly Wire[];
    readonly logScore: Wire;
  }[];
  readonly diagnostics: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly severity: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** One entry for each run; with one response against the rest `counts` and `predicted` hold that response alone. */
  readonly evaluations?: readonly EvaluationEntry[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly value: number;
    readonly from: number | null;
    readonly to: number | null;
    readonly scale: string;
  }[];
  readonly conditions?: readonly (Omit<Result, 'parameters' | 'conditions'> & {
    readonly name: string;
    readonly title: string | null;
    readonly extends?: string;
    readonly after?: string;
    readonly retaining: number;
    readonly unit: string | null;
  })[];
  /** False while an error drops or changes evidence, a prior, a row or a setting: then there are no numbers (section 11). */
  readonly complete: boolean;
}

/** The result of the snapshot's program. Files are named relative to the folder of the root. */
export function result(snapshot: PosteriorSnapshot): Result {
  const { program } = snapshot;
  const own = numbersOf(snapshot);
  const conditions = program.conditions.flatMap((condition, index) => {
    const numbers = ofCondition(snapshot, index);
    if (!numbers) return [];
    const { name, title, base, retaining, unit } = condition;
    const other = base && program.conditions[base.condition]?.name;
    const relation = base ? { [base.kind]: other ?? '' } : {};
    return [{ name, title: title ?? null, ...relation, retaining, unit: unit ?? null, ...numbersOf(numbers) }];
  });
  return {
    ...own,
    ...(program.parameters.length === 0
      ? {}
      : {
          parameters: program.parameters.map(({ name, value, from, to, scale }) => ({
            name,
            value,
            from: from ?? null,
            to: to ?? null,
            scale,
          })),
        }),
    ...(program.conditions.length === 0 ? {} : { conditions }),
  };
}

/** Everything but parameters and conditions: what a condition has too. */
function numbersOf(snapshot: PosteriorSnapshot): Result {
  const { program, evaluation, counts, fileLines } = snapshot;
  const complete = snapshot.incomplete === undefined && snapshot.outOfDate === undefined;
  const { hypotheses } = evaluation;
  const log = (nats: number): Wire => toWire(inUnit(nats, program.units));
  const byPersona = (value: (h: number) => Wire): ByPersona =>
    Object.fromEntries(hypotheses.map((name, h) => [name, value(h)]));
  const weights = (influence: Influence, index: number): ByPersona =>
    byPersona((h) => log(influence.weight[index * hypotheses.length + h]!));
  const root = program.files[0]!.uri;
  const place = ({ file, start }: Origin) => {
    const { line, character } = positionAt(fileLines[file]!, start);
    const uri = program.files[file]!.uri;
    return { file: relativePath(root, uri) ?? uri, line: line + 1, column: character + 1 };
  };

  return {
    scenario: program.scenario?.title ?? null,
    units: program.units,
    defined: evaluation.defined,
    logMarginal: log(evaluation.logMarginal),
    personas: evaluation.personas.map(({ name, prior, posterior, logLikelihood }) => ({
      name,
      prior: toWire(prior),
      posterior: toWire(posterior),
      logLikelihood: log(logLikelihood),
    })),
    capabilities: evaluation.capabilities.map(({ name, before, after }) => ({
      name,
      before: toWire(before),
      after: toWire(after),
    })),
    evidence: program.episodes.map((episode, index) => {
      const { file, line } = place(episode.origin);
      return {
        file,
        line,
        label: episode.label ?? null,
        method: episode.method,
        ...kindOf(program, episode),
        count: episode.times,
        weight: weights(evaluation.episodes, index),
        shift: log(evaluation.episodes.shift[index]!),
        capability: log(evaluation.episodes.capability[index]!),
      };
    }),
    datasets: program.datasets.map((dataset, index) => {
      const read = counts.get(dataset.index);
      const tally = read && datasetTally(program, read);
      return {
        name: dataset.name,
        rows: tally?.rows ?? 0,
        classified: tally?.classified ?? 0,
        unclassified: tally?.unclassified ?? 0,
        duplicates: tally?.duplicates ?? 0,
        weight: weights(evaluation.datasets, index),
        shift: log(evaluation.datasets.shift[index]!),
      };
    }),
    reinforcements: evaluation.reinforcements.map(({ selection, propensityShift }, index) => ({
      situation: program.situations[program.reinforcements[index]!.situation]!.name,
      selection: log(selection),
      propensityShift: log(propensityShift),
    })),
    probes: evaluation.probes.map((probe, index) => {
      const { situation, response, givenText } = program.probes[index]!.target;
      return {
        ...kindOf(program, { situation, response }),
        ...(givenText === undefined ? {} : { given: givenText }),
        before: toWire(probe.before),
        after: toWire(probe.after),
        byPersona: byPersona((h) => toWire(probe.byPersona[h]!)),
      };
    }),
    expectations: evaluation.expectations.map(({ value, holds }, index) => ({
      text: program.expectations[index]!.text,
      value: toWire(value),
      holds: complete ? holds : null,
    })),
    accounts: evaluation.accounts.map((account) => ({
      name: account.name,
      logMarginal: log(account.logMarginal),
      bound: account.bound,
      probability: toWire(account.probability),
      probes: program.probes.map((_, index) => toWire(account.probes[index] ?? Number.NaN)),
      logScore: log(account.logScore),
    })),
    diagnostics: allDiagnostics(snapshot).map(({ origin, severity, code, message }) => ({
      ...place(origin),
      severity,
      code,
      message,
    })),
    complete,
    ...(program.observed.length === 0 ? {} : { evaluations: evaluationsOf(snapshot, complete) }),
  };
}

function evaluationsOf({ program, evaluation }: PosteriorSnapshot, complete: boolean): Result['evaluations'] {
  const log = (nats: number): Wire => (complete ? toWire(inUnit(nats, program.units)) : null);
  return program.observed.flatMap((observation, index): EvaluationEntry[] => {
    const { label, situation, givenText, among, heldOut, outcomes, focal, runs, planned } = observation;
    const found = evaluation.observed[index];
    const { name, responses } = program.situations[situation]!;
    const nameOf = (response: number) => responses[response]!.name;
    const displayed = focal === undefined ? outcomes : outcomes.slice(0, 1);
    const byResponse = <T>(value: (outcome: number) => T): Readonly<Record<string, T>> =>
      Object.fromEntries(displayed.map((set, outcome) => [nameOf(set[0]!), value(outcome)]));
    const header = {
      label: label ?? null,
      situation: name,
      ...(givenText === undefined ? {} : { given: givenText }),
      ...(among === undefined ? {} : { among: among.map(nameOf) }),
      heldOut,
    };
    const predicted = byResponse((outcome) => toWire(found?.predicted[outcome] ?? Number.NaN));
    if (runs.length === 0) {
      return [{ ...header, run: null, n: planned ?? 0, counts: {}, predicted, logScore: null, saturated: null }];
    }
    return runs.map(({ counts, total }, run) => ({
      ...header,
      run: run + 1,
      n: total,
      counts: byResponse((outcome) => counts[outcome]!),
      predicted,
      logScore: log(found?.logScore[run] ?? Number.NaN),
      saturated: toWire(inUnit(found?.saturated[run] ?? Number.NaN, program.units)),
    }));
  });
}

/** The text of the result: one way to write it, so that the same program gives the same bytes everywhere. */
export function resultText(snapshot: PosteriorSnapshot): string {
  return `${JSON.stringify(result(snapshot), undefined, 2)}\n`;
}

/** Whether the program stands without an error and every expectation holds. */
export function succeeded({ diagnostics, expectations, conditions = [] }: Result): boolean {
  return (
    [{ expectations }, ...conditions].every((one) => one.expectations.every(({ holds }) => holds === true)) &&
    diagnostics.every(({ severity }) => severity !== 'error')
  );
}

interface Kind {
  readonly situation: number;
  readonly response: number;
  readonly over?: number;
}

function kindOf(program: Program, { situation, response, over }: Kind) {
  const { name, responses } = program.situations[situation]!;
  return {
    situation: name,
    response: responses[response]!.name,
    ...(over === undefined ? {} : { over: responses[over]!.name }),
  };
}
