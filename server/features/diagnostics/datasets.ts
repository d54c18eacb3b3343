/** What was wrong with the rows of a dataset, said once per kind of problem on the declaration. */

import { formatCount } from '../../../panel/model/numbers';
import type { DatasetCounts } from '../../datasets/counts';
import type { Severity } from '../../program/codes';
import { CODES, type DiagnosticCode } from '../../program/codes';
import type { Diagnostic } from '../../program/diagnostic';
import type { DatasetSource, Program } from '../../program/model/program';
import { datasetTally } from '../datasetTally';

export function datasetDiagnostics(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
): readonly Diagnostic[] {
  return program.datasets.flatMap((source) => {
    const read = counts.get(source.index);
    return read ? problemsOf(program, source, read) : [];
  });
}

function problemsOf(program: Program, source: DatasetSource, counts: DatasetCounts): readonly Diagnostic[] {
  if (counts.failure) return [problem(counts.failure.code, 'error', source.pathOrigin, counts.failure.message)];
  const found: Diagnostic[] = [];
  const { rows, duplicates, unknown } = datasetTally(program, counts);
  for (const [code, count] of Object.entries(counts.problemCounts)) {
    const first = counts.problems.find((row) => row.code === code);
    const where = first ? ` (first on line ${formatCount(first.line)}: ${first.message})` : '';
    const fate = code === 'dataset-unclassified' ? 'got no situation or response and are' : 'cannot be used and are';
    found.push(
      problem(code, 'warning', source.nameOrigin, `${ofRows(count, rows)} ${fate} not evidence${where}.`, {
        dataset: source.name,
        line: first?.line,
      }),
    );
  }
  for (const [name, count] of unknown)
    found.push(
      problem(
        'dataset-unclassified',
        'warning',
        source.nameOrigin,
        `${ofRows(count, rows)} name ${name}, which the program does not have, and are not evidence.`,
        { dataset: source.name },
      ),
    );
  found.push(...labelProblems(source, counts));
  if (duplicates > 0)
    found.push(
      problem(
        'dataset-duplicates',
        'information',
        source.nameOrigin,
        `${ofRows(duplicates, rows)} repeat a text: each text counts as one episode, shown several times (\`repeats\` says what that is worth).`,
      ),
    );
  return found;
}

/** What is wrong with the labels, said on the line that names their file. */
function labelProblems({ labels: declared }: DatasetSource, { labels }: DatasetCounts): readonly Diagnostic[] {
  if (!declared || !labels) return [];
  const some = ({ count, first }: { readonly count: number; readonly first: readonly string[] }) =>
    `${first.slice(0, MOST_IDS).join(', ')}${count > MOST_IDS ? ` and ${formatCount(count - MOST_IDS)} more` : ''}`;
  const report = (code: string, count: number, message: string) =>
    count > 0 ? [problem(code, 'warning', declared.origin, message)] : [];
  const { unmatched, twice, several, unusable, firstUnusable } = labels;
  return [
    ...report(
      'dataset-labels-unmatched',
      unmatched.count,
      `${formatCount(unmatched.count)} labelled ids belong to no row: ${some(unmatched)}.`,
    ),
    ...report(
      'dataset-labels-twice',
      twice.count,
      `One person has given two labels to ${some(twice)}: the first counts.`,
    ),
    ...report('dataset-labels-several', several.count, `Several rows have the id ${some(several)}, and so its label.`),
    ...report('dataset-labels-unusable', unusable, `${formatCount(unusable)} lines are no labels: ${firstUnusable}.`),
  ];
}

const MOST_IDS = 5;

function ofRows(count: number, rows: number): string {
  return `${formatCount(count)} of ${rows === 1 ? '1 row' : `${formatCount(rows)} rows`}`;
}

function problem(
  code: string,
  severity: Severity,
  origin: Diagnostic['origin'],
  message: string,
  data?: Diagnostic['data'],
): Diagnostic {
  const known = (CODES as Readonly<Record<string, { readonly severity: Severity } | undefined>>)[code];
  return {
    code: code as DiagnosticCode,
    severity: known?.severity ?? severity,
    origin,
    message,
    ...(data ? { data } : {}),
  };
}
