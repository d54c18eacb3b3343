/**
 * `dramatis fit` for a person at a terminal: which account the measurements prefer, each evaluation observed and
 * predicted, what was learned about each parameter, and what the numbers cannot say.
 */
import {
  formatCount,
  formatInterval,
  formatLog,
  formatPercent,
  formatSource,
  inUnit,
  NOT_DEFINED,
} from '../../panel/model/numbers';
import type { Unit } from '../../panel/model/units';
import type { AccountFit, FitResult, RunResult } from '../../server/analysis/fit/result';
import { type Column, paint, type Style, table, wrap } from '../text/layout';

const NARROWEST = 60;

export interface FitTextOptions {
  readonly width: number;
  readonly colour: boolean;
  readonly title: string;
  readonly unit: Unit;
}

export function fitText(result: FitResult, options: FitTextOptions): string {
  const style: Style = { width: Math.max(NARROWEST, options.width), colour: options.colour };
  const scored = result.leaveOut ?? [];
  const sections = [
    [paint(options.title, 'bold', style), ...wrap(result.sentence, style.width)],
    accountsTable('Account', result.accounts, options.unit, style),
    ...(scored.length > 0
      ? [[paint('Each unit left out in turn', 'bold', style), ...accountsTable('Account', scored, options.unit, style)]]
      : []),
    ...result.accounts.map((a, i) => accountSection(a, scored[i], options.unit, style)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function accountsTable(header: string, accounts: readonly AccountFit[], unit: Unit, style: Style): readonly string[] {
  const columns: Column[] = [
    { header, flexible: true },
    { header: 'held-out score', right: true },
    { header: 'difference', right: true },
    { header: 'inside 90%', right: true },
    { header: 'log evidence', right: true },
  ];
  const rows = accounts.map((a) => {
    if (a.notComputable !== undefined) return [a.name, 'not computable', '', '', ''];
    const { value, standardError, units } = a.difference;
    const error = standardError === null ? '' : ` ± ${inUnit(standardError, unit).toFixed(1)}`;
    return [
      a.name,
      units === 0 ? NOT_DEFINED : formatLog(a.heldOutScore, unit),
      units === 0 || Number.isNaN(value) ? NOT_DEFINED : `${formatLog(value, unit)}${value === 0 ? '' : error}`,
      a.coverage.of === 0 ? NOT_DEFINED : `${a.coverage.inside90} of ${a.coverage.of}`,
      formatLog(a.logEvidence, unit),
    ];
  });
  return table(columns, rows, style);
}

function accountSection(
  account: AccountFit,
  left: AccountFit | undefined,
  unit: Unit,
  style: Style,
): readonly string[] {
  const lines = [paint(account.name, 'bold', style)];
  if (account.notComputable !== undefined) return [...lines, ...wrap(account.notComputable, style.width)];
  if (account.logEvidence === Number.NEGATIVE_INFINITY)
    return [...lines, ...wrap('No values of its parameters can have produced what is fitted.', style.width)];
  if (account.reason !== undefined)
    lines.push(...wrap(account.reason, style.width).map((l) => paint(l, 'warn', style)));
  if (account.approximate && account.reliable && account.effectiveSampleSize !== null)
    lines.push(
      paint(
        `approximate: effective sample size ${formatCount(Math.round(account.effectiveSampleSize))}, Pareto k ${(account.paretoShape ?? Number.NaN).toFixed(2)}`,
        'dim',
        style,
      ),
    );
  if (account.parameters.length > 0) lines.push('', ...parametersTable(account, style));
  for (const d of account.directions)
    if (d.notIdentified !== undefined)
      lines.push(
        paint(
          `not identified: ${d.notIdentified} (posterior ${(100 * d.ratio).toFixed(0)}% as wide as the prior)`,
          'warn',
          style,
        ),
      );
  if (account.runs.length > 0)
    lines.push('', ...runsTable(left ? merged(account.runs, left.runs) : account.runs, unit, style));
  return lines;
}

/** Verdicts of runs that were left out, beside the others. */
function merged(runs: readonly RunResult[], left: readonly RunResult[]): readonly RunResult[] {
  return runs.map((r) => left.find((l) => l.evaluation === r.evaluation && l.run === r.run) ?? r);
}

function parametersTable(account: AccountFit, style: Style): readonly string[] {
  const columns: Column[] = [
    { header: 'Parameter', flexible: true },
    { header: 'mode', right: true },
    { header: 'median', right: true },
    { header: '90% interval', right: true },
    { header: 'bits learned', right: true },
    { header: '' },
  ];
  return table(
    columns,
    account.parameters.map((p) => [
      p.name,
      number(p.mode),
      number(p.median),
      p.interval90 ? `${number(p.interval90[0])} to ${number(p.interval90[1])}` : NOT_DEFINED,
      inUnit(p.learned, 'bits').toFixed(2),
      p.atEdge ? paint('at an end of its range', 'warn', style) : '',
    ]),
    style,
  );
}

const number = (value: number): string => formatSource(Number(value.toPrecision(3)));

function runsTable(runs: readonly RunResult[], _unit: Unit, style: Style): readonly string[] {
  const columns: Column[] = [
    { header: 'Condition', flexible: true },
    { header: 'evaluation', flexible: true },
    { header: 'observed', right: true },
    { header: 'predicted', right: true },
    { header: '90% interval', right: true },
    { header: '' },
  ];
  return table(
    columns,
    runs.map((r) => runRow(r, style)),
    style,
  );
}

function runRow(r: RunResult, style: Style): readonly string[] {
  // Several answers: the one that fits worst in points.
  const displayed = r.oneAgainstRest ? 0 : worst(r);
  const interval = r.interval90?.[displayed];
  const observed = r.observed[displayed] ?? Number.NaN;
  const mean = r.mean[displayed] ?? Number.NaN;
  const tone = r.verdict === 'outside 99' ? 'bad' : r.verdict === 'outside 90' ? 'warn' : 'good';
  const residual = observed - mean;
  const said =
    r.verdict !== null
      ? paint(r.verdict, tone, style)
      : r.run < 0
        ? paint('not measured yet', 'dim', style)
        : paint(
            Number.isNaN(residual)
              ? 'impossible'
              : `fitted, ${residual < 0 ? '−' : '+'}${(100 * Math.abs(residual)).toFixed(1)} points`,
            'dim',
            style,
          );
  const label = `${r.label ?? ''}${r.run > 0 ? ` run ${r.run + 1}` : ''}`.trim();
  return [
    r.condition ?? '(none)',
    [label, r.answers[displayed]].filter(Boolean).join(': '),
    Number.isNaN(observed) ? NOT_DEFINED : formatPercent(observed),
    Number.isNaN(mean) ? NOT_DEFINED : formatPercent(mean),
    interval ? formatInterval(interval[0], interval[1]) : NOT_DEFINED,
    said,
  ];
}

function worst(r: RunResult): number {
  let at = 0;
  r.observed.forEach((share, y) => {
    const gap = Math.abs(share - (r.mean[y] ?? 0));
    if (gap > Math.abs((r.observed[at] ?? 0) - (r.mean[at] ?? 0))) at = y;
  });
  return at;
}
