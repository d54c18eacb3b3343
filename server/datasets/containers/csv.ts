/** Tables of text (CSV, TSV): records may span lines inside quotes. Every row becomes an object of texts by the header's names. */
import Papa from 'papaparse';
import { DatasetFailure } from '../failure';
import type { Limits } from '../limits';
import type { RowProblemCode } from '../problems';
import { encodedJson, type RowBlock, single } from './blocks';
import { createRecordScanner, type Dialect, type TableRecord } from './csvRecords';
import { rowJson } from './textCells';

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** What may separate cells, the likelier first. */
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** So many records at the beginning decide. */
const LOOKED_AT = 50;

/**
 * How a table is written, from the beginning of its text. Of the delimiters that give the header more than one column
 * the one with which most records have the header's number of columns; of equals, the one with more columns.
 */
export function dialectOf(header: string, tabs: boolean): Dialect {
  const carriageReturns = !outsideQuotes(header, '\n') && outsideQuotes(header, '\r');
  if (tabs) return { delimiter: 0x09, carriageReturns };
  const bytes = encoder.encode(header);
  let best = { delimiter: ',', share: 0, columns: 1 };
  for (const delimiter of DELIMITERS) {
    const scanner = createRecordScanner({ delimiter: delimiter.charCodeAt(0), carriageReturns }, bytes.length);
    const entire = scanner.push(bytes);
    // The last record of the head may be cut off: it speaks only where there are no others behind the header.
    const records = (entire.length > 1 ? entire : [...entire, ...scanner.end()])
      .filter(({ bytes: record }) => record.length > 0)
      .slice(0, LOOKED_AT);
    const columns = records[0] ? cellsOf(records[0], delimiter).length : 0;
    if (columns < 2) continue;
    const fitting = records.filter(
      (record) => !record.malformed && cellsOf(record, delimiter).length === columns,
    ).length;
    const share = fitting / records.length;
    if (share > best.share || (share === best.share && columns > best.columns)) best = { delimiter, share, columns };
  }
  return { delimiter: best.delimiter.charCodeAt(0), carriageReturns };
}

/** Whether the character stands outside of cells in quotes. */
function outsideQuotes(header: string, character: string): boolean {
  let quoted = false;
  for (const letter of header) {
    if (letter === '"') quoted = !quoted;
    else if (letter === character && !quoted) return true;
  }
  return false;
}

const lenient = new TextDecoder('utf-8');

function cellsOf(record: TableRecord, delimiter: string): readonly string[] {
  return parseCells(lenient.decode(record.bytes), delimiter);
}

/** The cells of one well-formed record. */
export function parseCells(text: string, delimiter: string): readonly string[] {
  // With its line end: at the end of a text Papa takes a space behind a closing quote for a fault.
  return Papa.parse<string[]>(`${text}\n`, { delimiter, newline: '\n' }).data[0] ?? [''];
}

export async function* tableBlocks(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  dialect: Dialect,
): AsyncGenerator<RowBlock> {
  const delimiter = String.fromCharCode(dialect.delimiter);
  const scanner = createRecordScanner(dialect, limits.rowBytes);
  let header: readonly string[] | undefined;
  const take = (record: TableRecord): RowBlock | undefined => {
    const read = readRecord(record, delimiter, limits);
    if (read === undefined) return undefined;
    if (!header) {
      if ('problem' in read)
        throw new DatasetFailure('dataset-unreadable', `The header of the table cannot be read: ${read.detail}.`);
      header = columnNames(read.cells);
      return undefined;
    }
    const place = { offset: record.offset };
    if ('problem' in read) return single(new Uint8Array(1), 0, record.line, { ...place, ...read });
    const { cells } = read;
    if (cells.length !== header.length) {
      return single(new Uint8Array(1), 0, record.line, {
        ...place,
        problem: 'dataset-row-columns',
        detail: `${cells.length} instead of ${header.length}`,
      });
    }
    return encodedJson(rowJson(header.map((name, index) => [name, cells[index]])), record.line, place);
  };
  for await (const chunk of chunks) {
    for (const record of scanner.push(chunk)) {
      const block = take(record);
      if (block) yield block;
    }
  }
  for (const record of scanner.end()) {
    const block = take(record);
    if (block) yield block;
  }
}

type Read =
  | { readonly cells: readonly string[] }
  | { readonly problem: RowProblemCode; readonly detail: string }
  | undefined;

/** The cells of a record; undefined where it is a blank line. */
function readRecord(record: TableRecord, delimiter: string, limits: Limits): Read {
  if (record.over)
    return { problem: 'dataset-row-long', detail: `more than ${limits.rowBytes.toLocaleString('en')} bytes` };
  if (record.malformed) return { problem: 'dataset-row-quotes', detail: quoteFault(record) };
  let text: string;
  try {
    text = decoder.decode(record.bytes);
  } catch {
    return { problem: 'dataset-row-encoding', detail: 'its bytes are not UTF-8' };
  }
  if (/^[ \r]*$/u.test(text) || (delimiter !== '\t' && text.trim() === '')) return undefined;
  return { cells: parseCells(text, delimiter) };
}

function quoteFault({ malformed, quoteLine }: TableRecord): string {
  return malformed === 'open'
    ? `the quote that opens on line ${quoteLine} is not closed, so that the rest of the file stands inside it`
    : `text follows the quote that closes the cell from line ${quoteLine}: inside quotes a quote is written twice`;
}

/** A column without a name is called by its number; a second one of the same name gets its number behind. */
function columnNames(cells: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell.trim() === '' ? `column_${index + 1}` : cell.trim();
    const free = used.has(name) ? `${name}_${index + 1}` : name;
    used.add(free);
    return free;
  });
}
