/**
 * The command line's view of a result, for a person at a terminal: the posterior with bars, what moved it, what it
 * predicts, what was expected, and what is wrong, each as wide as the terminal allows.
 */

import { formatCount, formatLog, formatPercent, formatProbability, NOT_DEFINED } from '../../panel/model/numbers';
import { accountsView } from '../../panel/views/accounts';
import { datasetTally } from '../../server/features/datasetTally';
import { allDiagnostics } from '../../server/features/diagnostics';
import type { Severity } from '../../server/program/codes';
import { declaredNumbers } from '../../server/program/declaredNumbers';
import type { Program } from '../../server/program/model/program';
import { relativePath } from '../../server/program/paths';
import { ofCondition, type PosteriorSnapshot } from '../../server/snapshot';
import { positionAt } from '../../server/syntax/lines';
import { type Column, paint, type Style, table, wrap } from './layout';

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

/** So much evidence is shown, the strongest first. */
const MOST_EVIDENCE = 12;
const NARROWEST = 48;

export function textReport(snapshot: PosteriorSnapshot, options: TextOptions): string {
  const style: Style = { width: Math.max(NARROWEST, options.width), colour: options.colour };
  const sections = [
    heading(snapshot, style),
    personas(snapshot, style),
    capabilities(snapshot, style),
    evidence(snapshot, style),
    datasets(snapshot, style),
    reinforcements(snapshot, style),
    probes(snapshot, style),
    expectations(snapshot, style),
    accounts(snapshot, style),
    conditions(snapshot, style),
    problems(snapshot, style),
    sources(snapshot, style),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function heading({ program, evaluation, incomplete }: PosteriorSnapshot, style: Style): readonly string[] {
  const root = program.files[0]!.uri;
  const title = clean(program.scenario?.title ?? relativePath(root, root) ?? root);
  const lines = wrap(title, style.width).map((line) => paint(line, 'bold', style));
  const marginal = formatLog(evaluation.logMarginal, program.units);
  lines.push(
    incomplete !== undefined
      ? paint(`No numbers: ${incomplete}`, 'bad', style)
      : evaluation.hypotheses.length === 0
        ? paint('No personas yet: declare a situation and personas to begin.', 'dim', style)
        : evaluation.defined
          ? paint(`log marginal likelihood ${marginal}`, 'dim', style)
          : paint('The posterior is undefined: no persona that has a prior can produce this evidence.', 'bad', style),
  );
  return lines;
}

/** Where numbers come from, at the end; how many have no source. */
function sources({ program }: PosteriorSnapshot, style: Style): readonly string[] {
  if (program.sources.length === 0) return [];
  const numbers = declaredNumbers(program.text).filter(({ implicit }) => !implicit);
  const assumed = numbers.filter(({ source }) => source === undefined).length;
  return [
    paint('Sources', 'bold', style),
    ...program.sources.flatMap(({ name, title, address }) =>
      wrap(`  @${name}  ${clean(title ?? name)}${address ? `, ${clean(address)}` : ''}`, style.width),
    ),
    ...wrap(
      `  ${formatCount(assumed)} of ${formatCount(numbers.length)} numbers have no source: they are assumptions.`,
      style.width,
    ),
  ];
}

/** Every condition: who leads, and what each probe and evaluation comes to. */
function conditions(snapshot: PosteriorSnapshot, style: Style): readonly string[] {
  const { program } = snapshot;
  if (program.conditions.length === 0) return [];
  const lines: string[] = [];
  for (const { index, name, title } of program.conditions) {
    const own = ofCondition(snapshot, index);
    const numbers = own?.evaluation;
    const leader = numbers && [...numbers.personas].sort((a, b) => (b.posterior || 0) - (a.posterior || 0))[0];
    const state =
      own?.incomplete !== undefined
        ? `no numbers: ${own.incomplete}`
        : leader && numbers.defined
          ? `${leader.name} ${formatProbability(leader.prior)} → ${formatProbability(leader.posterior)}`
          : 'undefined';
    lines.push(...wrap(`${paint(name, 'bold', style)}${title ? `  ${clean(title)}` : ''}: ${state}`, style.width));
    if (!own || !numbers) continue;
    const rows = [
      ...own.program.probes.map(({ target }, at) => [
        `  ${target.text}`,
        formatProbability(numbers.probes[at]?.after ?? Number.NaN),
        '',
      ]),
      ...own.program.observed.flatMap((observation, at) => observationRows(own, observation, at)),
    ];
    if (rows.length > 0) {
      lines.push(
        ...table(
          [{ header: '' }, { header: 'predicted', right: true }, { header: 'observed', right: true }],
          rows,
          style,
        ),
      );
    }
  }
  return [paint('Conditions', 'bold', style), ...lines];
}

function observationRows(
  { program, evaluation }: PosteriorSnapshot,
  { situation, outcomes, focal, runs, label, heldOut, planned }: Program['observed'][number],
  at: number,
): readonly (readonly string[])[] {
  const predicted = evaluation.observed[at]?.predicted;
  const { name, responses } = program.situations[situation]!;
  return outcomes
    .slice(0, focal === undefined ? undefined : 1)
    .map((set, outcome) => [
      `  ${label === undefined ? name : clean(label)}: ${responses[set[0]!]!.name}${heldOut ? ' (held out)' : ''}`,
      formatProbability(predicted?.[outcome] ?? Number.NaN),
      runs.length === 0
        ? `not measured (${formatCount(planned ?? 0)})`
        : runs
            .map((run) => `${formatPercent(run.counts[outcome]! / run.total)} of ${formatCount(run.total)}`)
            .join(', '),
    ]);
}

function personas({ evaluation, program }: PosteriorSnapshot, style: Style): readonly string[] {
  if (evaluation.personas.length === 0) return [];
  const columns: Column[] = [
    { header: 'Persona' },
    { header: 'prior', right: true },
    { header: 'posterior', right: true },
    { header: '', bar: true },
    { header: 'log likelihood', right: true },
  ];
  const rows = [...evaluation.personas]
    .map((standing, index) => ({ ...standing, index }))
    .sort((a, b) => (b.posterior || 0) - (a.posterior || 0) || a.index - b.index)
    .map(({ name, prior, posterior, logLikelihood }) => [
      name,
      formatProbability(prior),
      formatProbability(posterior),
      posterior,
      formatLog(logLikelihood, program.units),
    ]);
  return table(columns, rows, style);
}

function capabilities({ evaluation }: PosteriorSnapshot, style: Style): readonly string[] {
  if (evaluation.capabilities.length === 0) return [];
  const columns: Column[] = [
    { header: 'Capability' },
    { header: 'before', right: true },
    { header: 'after', right: true },
    { header: '', bar: true },
  ];
  const rows = evaluation.capabilities.map(({ name, before, after, learnable }) => [
    learnable ? name : `${name} (fixed)`,
    formatProbability(before),
    formatProbability(after),
    after,
  ]);
  return table(columns, rows, style);
}

function evidence(snapshot: PosteriorSnapshot, style: Style): readonly string[] {
  const { program, evaluation } = snapshot;
  const { shift, capability, weight, count } = evaluation.episodes;
  if (count === 0) return [];
  const hypotheses = evaluation.hypotheses.length;
  const strongest = program.episodes.map((_, index) =>
    Math.max(0, ...weight.subarray(index * hypotheses, (index + 1) * hypotheses).map((value) => Math.abs(value) || 0)),
  );
  // Where the posterior is all but certain no single shift shows: then the weights say what is strong.
  const order = [...program.episodes.keys()].sort(
    (a, b) =>
      sortable(shift[b]!) - sortable(shift[a]!) ||
      strongest[b]! - strongest[a]! ||
      sortable(capability[b]!) - sortable(capability[a]!) ||
      a - b,
  );
  const rows = order.slice(0, MOST_EVIDENCE).map((index) => {
    const episode = program.episodes[index]!;
    const { line } = positionAt(snapshot.fileLines[episode.origin.file]!, episode.origin.start);
    const kind = `${episode.method} ${cellName(program, episode.situation, episode.response)}`;
    const over = episode.over === undefined ? '' : ` over ${responseName(program, episode.situation, episode.over)}`;
    return [
      String(line + 1),
      `${kind}${over}`,
      formatCount(episode.times),
      formatLog(shift[index]!, program.units),
      contributors(snapshot, weight.subarray(index * evaluation.hypotheses.length), 2),
    ];
  });
  const columns: Column[] = [
    { header: 'Line', right: true },
    { header: 'Evidence' },
    { header: 'times', right: true },
    { header: 'shift', right: true },
    { header: 'weight of evidence', flexible: true },
  ];
  const lines = table(columns, rows, style);
  const rest = count - rows.length;
  if (rest > 0) lines.push(paint(`  … and ${formatCount(rest)} more that move the posterior less`, 'dim', style));
  return lines;
}

function datasets(snapshot: PosteriorSnapshot, style: Style): readonly string[] {
  const { program, evaluation, counts } = snapshot;
  if (program.datasets.length === 0) return [];
  const columns: Column[] = [
    { header: 'Dataset' },
    { header: 'rows', right: true },
    { header: 'used', right: true },
    { header: 'repeats', right: true },
    { header: 'shift', right: true },
    { header: 'weight of evidence', flexible: true },
  ];
  const rows = program.datasets.map((dataset, index) => {
    const read = counts.get(dataset.index);
    const tally = read && !read.failure ? datasetTally(program, read) : undefined;
    const number = (value: number | undefined): string => (value === undefined ? NOT_DEFINED : formatCount(value));
    return [
      dataset.name,
      number(tally?.rows),
      number(tally?.classified),
      number(tally?.duplicates),
      formatLog(evaluation.datasets.shift[index]!, program.units),
      contributors(snapshot, evaluation.datasets.weight.subarray(index * evaluation.hypotheses.length), 2),
    ];
  });
  return table(columns, rows, style);
}

function reinforcements({ program, evaluation }: PosteriorSnapshot, style: Style): readonly string[] {
  if (evaluation.reinforcements.length === 0) return [];
  const columns: Column[] = [
    { header: 'Reinforced' },
    { header: 'selection', right: true },
    { header: 'propensity shift', right: true },
  ];
  const rows = evaluation.reinforcements.map(({ selection, propensityShift }, index) => [
    program.situations[program.reinforcements[index]!.situation]!.name,
    formatLog(selection, program.units),
    formatLog(propensityShift, program.units),
  ]);
  return table(columns, rows, style);
}

function probes({ program, evaluation }: PosteriorSnapshot, style: Style): readonly string[] {
  if (evaluation.probes.length === 0) return [];
  const columns: Column[] = [
    { header: 'Probe', flexible: true },
    { header: 'before', right: true },
    { header: 'after', right: true },
    { header: '', bar: true },
  ];
  const rows = evaluation.probes.map(({ before, after }, index) => [
    program.probes[index]!.target.text,
    formatProbability(before),
    formatProbability(after),
    after,
  ]);
  return table(columns, rows, style);
}

function expectations({ program, evaluation }: PosteriorSnapshot, style: Style): readonly string[] {
  if (evaluation.expectations.length === 0) return [];
  const columns: Column[] = [{ header: '' }, { header: 'Expectation', flexible: true }, { header: 'is', right: true }];
  const rows = evaluation.expectations.map(({ value, holds }, index) => [
    holds ? paint('holds', 'good', style) : paint('FAILS', 'bad', style),
    program.expectations[index]!.text,
    formatProbability(value),
  ]);
  return table(columns, rows, style);
}

function accounts(snapshot: PosteriorSnapshot, style: Style): readonly string[] {
  const { program, evaluation } = snapshot;
  if (evaluation.accounts.length === 0) return [];
  const columns: Column[] = [
    { header: 'Account' },
    { header: 'log marginal', right: true },
    { header: 'probability', right: true },
    { header: '', bar: true },
    { header: 'log score', right: true },
  ];
  const rows = evaluation.accounts.map(({ name, logMarginal, bound, probability, logScore, notComputable }) =>
    notComputable === undefined
      ? [
          name,
          `${bound ? '≥ ' : ''}${formatLog(logMarginal, program.units)}`,
          formatPercent(probability),
          probability,
          formatLog(logScore, program.units),
        ]
      : [name, 'not computable', '', Number.NaN, ''],
  );
  const lines = table(columns, rows, style);
  const { headline } = accountsView(snapshot, {});
  lines.push(...wrap(headline, style.width - 2).map((line) => `  ${line}`));
  return lines;
}

const TONE: Readonly<Record<Severity, 'bad' | 'warn' | 'dim'>> = {
  error: 'bad',
  warning: 'warn',
  information: 'dim',
  hint: 'dim',
};

/** Hints are for the editor: at a terminal they would drown the rest. */
function problems(snapshot: PosteriorSnapshot, style: Style): readonly string[] {
  const { program, fileLines } = snapshot;
  const root = program.files[0]!.uri;
  const displayed = allDiagnostics(snapshot).filter(({ severity }) => severity !== 'hint');
  return displayed.flatMap(({ origin, severity, code, message }) => {
    const { line, character } = positionAt(fileLines[origin.file]!, origin.start);
    const uri = program.files[origin.file]!.uri;
    const place = `${relativePath(root, uri) ?? uri}:${line + 1}:${character + 1}`;
    const [first = '', ...rest] = wrap(clean(message), style.width - 2).map((text) => `  ${text}`);
    return [`${place} ${paint(severity, TONE[severity], style)} ${paint(code, 'dim', style)}`, first, ...rest];
  });
}

/** The personas that this evidence moves most, for and against. */
function contributors({ evaluation, program }: PosteriorSnapshot, weight: Float64Array, most: number): string {
  return evaluation.hypotheses
    .map((name, h) => ({ name, weight: weight[h]! }))
    .filter((calculator) => calculator.weight !== 0 && !Number.isNaN(calculator.weight))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map((calculator) => `${calculator.name} ${formatLog(calculator.weight, program.units, { sign: true })}`)
    .join(', ');
}

function sortable(value: number): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

function responseName(program: Program, situation: number, response: number): string {
  return program.situations[situation]!.responses[response]!.name;
}

function cellName(program: Program, situation: number, response: number): string {
  return `${program.situations[situation]!.name} -> ${responseName(program, situation, response)}`;
}

/** A terminal obeys control characters; text from files must not reach it as commands. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
