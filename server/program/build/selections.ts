/** The part of a dataset's mapping that says which rows are read: checked, with diagnostics, into a `RowSelection`. */
import type {
  DatasetDeclaration,
  LabelsMapping,
  Mapping,
  NumberLiteral,
  RowsMapping,
  WhereMapping,
} from '../../syntax/tree';
import { originOf } from '../files';
import type { LabelsSource, RowCondition, RowSelection } from '../model/selection';
import { type BuildContext, report } from './buildContext';
import type { Situations } from './situations';

export interface BuiltSelection {
  /** Absent where nothing of it is declared. */
  readonly selection?: RowSelection;
  readonly labels?: LabelsSource;
  /** False where a mistake was reported: the dataset is then not read. */
  readonly sound: boolean;
}

export function buildSelection(
  ctx: BuildContext,
  file: number,
  node: DatasetDeclaration,
  labelsUri: string | undefined,
  situations: Situations,
): BuiltSelection {
  const once = onceEach(ctx, file, node);
  const rows = once('rows');
  const sample = once('sample');
  const turn = once('turn');
  const labels = once('labels');
  const written = node.mappings.filter((mapping) => mapping.kind === 'where');
  const where = written.map((mapping) => readCondition(ctx, file, mapping));
  const range = rows && readRange(ctx, file, rows);
  const count = sample?.count && (isCount(sample.count) ? sample.count.value : reportCount(ctx, file, sample.count));
  const sound =
    where.every((condition) => condition !== undefined) &&
    (rows === undefined || range !== undefined) &&
    (sample === undefined || count !== undefined);
  const selection: RowSelection = {
    where: where.filter((condition) => condition !== undefined),
    ...(rows && range ? { rows: { ...range, origin: originOf(file, rows) } } : {}),
    ...(sample && count !== undefined ? { sample: { count, origin: originOf(file, sample) } } : {}),
    eachTurn: turn?.which === 'each',
  };
  const declared = written.length > 0 || rows || sample || turn;
  return {
    ...(declared ? { selection } : {}),
    ...(labels ? { labels: labelsOf(file, labels, labelsUri, situations) } : {}),
    sound,
  };
}

function labelsOf(
  file: number,
  { path, by, corrected, ...span }: LabelsMapping,
  uri: string | undefined,
  situations: Situations,
): LabelsSource {
  return {
    path: path?.value ?? '',
    ...(uri === undefined ? {} : { uri }),
    ...(by ? { by: by.value } : {}),
    corrected: corrected !== undefined,
    responses: corrected
      ? situations.list.map(({ name, responses }) => ({ situation: name, names: responses.map((one) => one.name) }))
      : [],
    origin: originOf(file, path ?? span),
  };
}

/** Gives the first mapping of a kind; later ones are reported. */
function onceEach(ctx: BuildContext, file: number, { mappings }: DatasetDeclaration) {
  return <K extends Mapping['kind']>(kind: K): Extract<Mapping, { readonly kind: K }> | undefined => {
    const [first, ...rest] = mappings.filter((mapping) => mapping.kind === kind);
    for (const other of rest)
      report(ctx, file, other, 'duplicate-setting', `This dataset already has '${kind}'; this one is not used.`);
    return first as Extract<Mapping, { readonly kind: K }> | undefined;
  };
}

function isCount({ value }: NumberLiteral): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function reportCount(ctx: BuildContext, file: number, literal: NumberLiteral): undefined {
  const nearest = Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, Math.round(literal.value)));
  const message = `Rows are counted in whole numbers from 1, not ${literal.text}.`;
  report(ctx, file, literal, 'row-number', message, { data: { replacement: String(nearest) } });
}

function readRange(
  ctx: BuildContext,
  file: number,
  rows: RowsMapping,
): { readonly first: number; readonly last: number } | undefined {
  const { first, last } = rows;
  if (!last) return undefined;
  for (const literal of [first, last]) if (literal && !isCount(literal)) return reportCount(ctx, file, literal);
  if (first && first.value > last.value) {
    const message = `No row is between ${first.text} and ${last.text}: write 'rows ${last.text} to ${first.text}'.`;
    report(ctx, file, rows, 'row-range', message, { data: { replacement: `rows ${last.text} to ${first.text}` } });
    return undefined;
  }
  return { first: first?.value ?? 1, last: last.value };
}

/** After `is`, true, false and null are JSON's. */
const JSON_WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function readCondition(ctx: BuildContext, file: number, where: WhereMapping): RowCondition | undefined {
  const { path, negated, test } = where;
  if (!path || !test) return undefined;
  const base = { path: path.value, negated, origin: originOf(file, where) };
  if (test.kind === 'exists') return { ...base, test };
  if (test.kind === 'is') {
    const { value } = test;
    if (!value) return undefined;
    const known = value.kind === 'name' ? JSON_WORDS.get(value.text) : undefined;
    const constant = value.kind === 'name' ? (known === undefined ? value.text : known) : value.value;
    return { ...base, test: { kind: 'is', value: constant } };
  }
  const { pattern } = test;
  if (!pattern) return undefined;
  try {
    new RegExp(pattern.value, 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /, '') : 'unknown reason';
    const message = `This is not a regular expression of JavaScript with flag u: ${reason}.`;
    report(ctx, file, pattern, 'invalid-pattern', message);
    return undefined;
  }
  return { ...base, test: { kind: 'matches', pattern: pattern.value } };
}
