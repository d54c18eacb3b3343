/** The first rows of a file with what each became, for people who are writing a mapping. */
import type { Host } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import type { MethodName } from '../../syntax/tree';
import { numberOf } from '../aggregate/records';
import { openRows } from '../containers/container';
import { FORMATS } from '../formats/list';
import { lastTurn, type Row, type TurnRole } from '../formats/row';
import { defaultLimits } from '../limits';
import { compileMapping } from '../mapping/mapping';
import { problemText, ROW_PROBLEMS } from '../problems';
import { attachLabels } from '../reading/attachLabels';
import { createMarks } from '../reading/cache';
import { sizeOf } from '../reading/fileSize';
import { bytesOf } from '../reading/read';
import { createRowReader, type RowReader, takeRow } from '../reading/rowReader';
import { failureOf, matchElsewhere, type ReadOptions } from '../reading/takeRows';

export interface PreviewRow {
  readonly line: number;
  readonly format: string;
  /** The last turns, cut to `maxExcerpt` characters. */
  readonly system?: string;
  readonly user?: string;
  readonly assistant?: string;
  readonly situation?: string;
  readonly response?: string;
  readonly over?: string;
  readonly weight: number;
  readonly tokens?: number;
  readonly reward?: number;
  readonly epochs: number;
  readonly problem?: { readonly code: string; readonly message: string };
}

export interface Preview {
  readonly rows: readonly PreviewRow[];
  readonly failure?: { readonly code: string; readonly message: string };
}

const maxExcerpt = 240;

/** Reads `count` rows (fewer where the file ends) and no more of the file than that takes. Never rejects. */
export async function previewRows(
  source: DatasetSource,
  method: MethodName | undefined,
  host: Host,
  count: number,
  options: ReadOptions = {},
): Promise<Preview> {
  const { mapping, faults } = compileMapping(source);
  if (faults.length > 0) return { rows: [], failure: { code: faults[0]!.code, message: faults[0]!.message } };
  const { uri } = source;
  if (uri === undefined) return { rows: [], failure: { code: 'dataset-missing', message: 'The file is not there.' } };
  const rows: PreviewRow[] = [];
  try {
    const reader = createRowReader(mapping, method, { ...defaultLimits, ...options.limits });
    const fault = await attachLabels(reader, source, host);
    if (fault) return { rows, failure: fault };
    for (const file of source.uris ?? [uri]) {
      const failure = await previewFile(
        reader,
        file,
        host,
        count,
        source.uris ? { ...options, openText: undefined } : options,
        rows,
      );
      if (failure) return { rows, failure };
      if (rows.length >= count) break;
    }
    return { rows };
  } catch (error) {
    return { rows, failure: failureOf(error) };
  }
}

async function previewFile(
  reader: RowReader,
  uri: string,
  host: Host,
  count: number,
  options: ReadOptions,
  rows: PreviewRow[],
): Promise<Preview['failure']> {
  const size = options.openText === undefined ? await sizeOf(host, uri) : options.openText.length;
  const opened = await openRows(
    { uri, size, chunks: bytesOf(uri, host, options, size, createMarks()) },
    host,
    reader.limits,
  );
  if (reader.measuring) reader.measuring.textual = opened.textual;
  for await (const block of opened.blocks) {
    const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
    const failure = await matchElsewhere(reader, block, view, options.matcher);
    if (failure) return failure;
    for (let index = 0; index < block.count && rows.length < count; index++)
      takeRow(reader, block, view, index, (row, record) => rows.push(previewed(reader, row, record)));
    if (rows.length >= count) break;
  }
  return undefined;
}

/** An episode that the reader takes: its row is on the tape, or undefined where it was not looked at. */
function previewed(reader: RowReader, read: Row | undefined, record: number): PreviewRow {
  const { records, tape, mapped } = reader;
  const code = records.problem[record] === 0 ? undefined : ROW_PROBLEMS[records.problem[record]! - 1]!;
  const problem = code ? { code, message: problemText(code, reader.details.get(record)) } : undefined;
  const base = {
    line: records.line[record]!,
    weight: numberOf(records, 'weight', record),
    epochs: numberOf(records, 'epochs', record),
  };
  if (!read) return { ...base, format: code === 'dataset-row-left-out' ? 'not read' : 'unreadable', problem };
  const turn = (role: TurnRole) => cut(lastTurn(tape, read, role));
  const number = (value: number) => (Number.isNaN(value) ? undefined : value);
  const unmapped = code === 'dataset-row-left-out' || (code !== undefined && read.problem !== undefined);
  return {
    ...base,
    format: FORMATS[records.format[record]!]!.title,
    system: turn('system'),
    user: turn('user'),
    assistant: turn('assistant'),
    ...(unmapped ? {} : { situation: mapped.situation, response: mapped.response, over: mapped.over }),
    tokens: number(numberOf(records, 'tokens', record)),
    reward: number(numberOf(records, 'reward', record)),
    problem,
  };
}

function cut(text: string | undefined): string | undefined {
  return text !== undefined && text.length > maxExcerpt ? `${text.slice(0, maxExcerpt - 1)}…` : text;
}
