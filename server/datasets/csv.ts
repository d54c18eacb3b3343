/** Tables of text: records may span lines inside quotes. Every row becomes an object of texts by the header's names. */
import Papa from 'papaparse';
import { encoded, type RowBlock, single } from './blocks';
import type { Limits } from './limits';
import { withTurns } from './text-cells';

const LF = 0x0a;
const QUOTE = 0x22;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** What separates the cells, from the beginning of a file. */
export function delimiterOf(head: string): string {
  return Papa.parse<string[]>(head, { preview: 20 }).meta.delimiter || ',';
}

interface TableRecord {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly line: number;
  readonly over: boolean;
}

export async function* tableBlocks(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  delimiter: string,
): AsyncGenerator<RowBlock> {
  let header: readonly string[] | undefined;
  for await (const record of records(chunks, limits, delimiter.charCodeAt(0))) {
    const place = { offset: record.offset };
    if (record.over) {
      yield single(new Uint8Array(1), 0, record.line, {
        ...place,
        problem: 'dataset-row-long',
        detail: `more than ${limits.rowBytes.toLocaleString('en')} bytes`,
      });
      continue;
    }
    let text: string;
    try {
      text = decoder.decode(record.bytes).replace(/\r$/u, '');
    } catch {
      yield single(new Uint8Array(1), 0, record.line, { ...place, problem: 'dataset-row-encoding' });
      continue;
    }
    if (text.trim() === '') continue;
    const cells = Papa.parse<string[]>(text, { delimiter, newline: '\n' }).data[0] ?? [];
    if (!header) {
      header = columnNames(cells);
      continue;
    }
    if (cells.length !== header.length) {
      yield single(new Uint8Array(1), 0, record.line, {
        ...place,
        problem: 'dataset-row-columns',
        detail: `${cells.length} instead of ${header.length}`,
      });
      continue;
    }
    const row = Object.fromEntries(header.map((name, index) => [name, cells[index]!]));
    yield encoded(withTurns(row), record.line, place);
  }
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

async function* records(
  chunks: AsyncIterable<Uint8Array>,
  limits: Limits,
  delimiter: number,
): AsyncGenerator<TableRecord> {
  let bytes = new Uint8Array(4096);
  let length = 0;
  let over = false;
  let offset = 0;
  let line = 1;
  let startOffset = 0;
  let startLine = 1;
  let fieldStart = true;
  let quoted = false;
  const keep = (part: Uint8Array) => {
    if (over || length + part.length > limits.rowBytes) {
      over = over || part.length > 0;
      return;
    }
    if (length + part.length > bytes.length) {
      const grown = new Uint8Array(Math.max(length + part.length, bytes.length * 2));
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    bytes.set(part, length);
    length += part.length;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (byte === LF) line += 1;
      if (quoted) {
        // A doubled quote closes and opens again: the state is the same after both.
        if (byte === QUOTE) quoted = false;
        continue;
      }
      if (byte === QUOTE && (fieldStart || (i > 0 ? chunk[i - 1] : bytes[length - 1]) === QUOTE)) quoted = true;
      else if (byte === LF) {
        keep(chunk.subarray(from, i));
        yield { bytes: bytes.slice(0, length), offset: startOffset, line: startLine, over };
        from = i + 1;
        length = 0;
        over = false;
        startOffset = offset + i + 1;
        startLine = line;
      }
      fieldStart = byte === delimiter || byte === LF;
    }
    keep(chunk.subarray(from));
    offset += chunk.length;
  }
  if (length > 0 || over) yield { bytes: bytes.slice(0, length), offset: startOffset, line: startLine, over };
}
