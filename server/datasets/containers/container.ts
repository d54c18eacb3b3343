/**
 * What a file is, by its first bytes (names lie): lines, a JSON text, a table, something packed, or something that only
 * looks like data. Gives its rows as blocks, or says why there are none.
 */
import type { Host } from '../../host/host';
import { DatasetFailure } from '../failure';
import type { Limits } from '../limits';
import { sampleBlocks } from './archive';
import { lineBlocks, type RowBlock } from './blocks';
import { dialectOf, tableBlocks } from './csv';
import { type ElementsIn, elementBlocks } from './elements';
import { watchInflation } from './inflation';
import { parquetBlocks } from './parquet';
import { isZstd, unzstd } from './zstd';

export interface OpenedRows {
  readonly blocks: AsyncIterable<RowBlock>;
  /** In words, undefined for plain JSON Lines. */
  readonly container?: string;
  /** Rows are lines of the file as it stands: only then can a part of it be read for itself. */
  readonly isLines: boolean;
  /** Where the first row of lines may begin: behind a byte order mark. */
  readonly from?: number;
  /** Every value is text. */
  readonly textual: boolean;
  /** Releases the file, for a caller that does not read the rows to their end. */
  readonly close: () => Promise<void>;
}

type Recognised = Omit<OpenedRows, 'close'>;

export interface FileBytes {
  readonly uri: string;
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const HEAD = 1 << 16;
const decoder = new TextDecoder();

/** Throws a `DatasetFailure` where the file is nothing that has rows. */
export async function openRows(file: FileBytes, host: Host, limits: Limits): Promise<OpenedRows> {
  return unpack(file, host, limits, file.chunks, undefined);
}

async function unpack(
  file: FileBytes,
  host: Host,
  limits: Limits,
  stream: AsyncIterable<Uint8Array>,
  packed: string | undefined,
): Promise<OpenedRows> {
  const { header, chunks, close } = await peek(stream);
  try {
    return { close, ...(await recognise(file, host, limits, header, chunks, packed)) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function recognise(
  file: FileBytes,
  host: Host,
  limits: Limits,
  header: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
  packed: string | undefined,
): Promise<Recognised> {
  const starts = (...bytes: number[]) => bytes.every((byte, index) => header[index] === byte);
  const named = (text: string) => (packed ? `${packed} ${text}` : text);
  if (starts(0x1f, 0x8b)) {
    if (packed) throw new DatasetFailure('dataset-archive', 'The file is packed twice.');
    return unpack(file, host, limits, gunzipped(chunks, host, limits), 'gzipped');
  }
  if (isZstd(header)) {
    if (packed) throw new DatasetFailure('dataset-archive', 'The file is packed twice.');
    return unpack(file, host, limits, unzstd(chunks, limits), 'zstd-packed');
  }
  if (starts(0x50, 0x4b, 0x03, 0x04)) {
    return { blocks: sampleBlocks(chunks, limits), container: 'in an .eval archive', isLines: false, textual: false };
  }
  if (starts(0x50, 0x41, 0x52, 0x31)) {
    if (packed)
      throw new DatasetFailure('dataset-archive', 'A packed Parquet file cannot be read in place: unpack it.');
    return {
      blocks: parquetBlocks(host, file.uri, file.size),
      container: 'in Parquet',
      isLines: false,
      textual: false,
    };
  }
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) {
    throw new DatasetFailure('dataset-encoding', 'The file is UTF-16. Save it as UTF-8.');
  }
  refuseOthers(header);
  const text = decoder.decode(header).replace(/^\uFEFF/u, '');
  if (/^version https:\/\/git-lfs\.github\.com\//u.test(text)) {
    throw new DatasetFailure('dataset-lfs', 'The file is a Git LFS pointer, not the data. Fetch it: `git lfs pull`.');
  }
  const rows = withoutMark(chunks);
  const name = file.uri
    .toLowerCase()
    .replace(/[?#].*$/u, '')
    .replace(/\.(gz|zst|zstd)$/u, '');
  if (/\.(csv|tsv|tab)$/u.test(name)) {
    const tabs = !name.endsWith('.csv');
    return {
      blocks: tableBlocks(rows, limits, dialectOf(text, tabs)),
      container: named(tabs ? 'TSV' : 'CSV'),
      isLines: false,
      textual: true,
    };
  }
  const within = elementsIn(text, name);
  if (within) {
    return {
      blocks: elementBlocks(rows, limits, within),
      container: named(within.kind === 'array' ? 'JSON array' : 'JSON'),
      isLines: false,
      textual: false,
    };
  }
  const offset = starts(0xef, 0xbb, 0xbf) ? 3 : 0;
  return {
    blocks: lineBlocks(rows, limits, { offset, line: 1 }),
    ...(packed ? { container: `${packed} JSON Lines` } : {}),
    isLines: !packed,
    from: offset,
    textual: false,
  };
}

/** Whether the rows stand inside one JSON text. A file that is called JSON Lines is taken at its word. */
function elementsIn(text: string, name: string): ElementsIn | undefined {
  // Lines that end at carriage returns alone: to JSON these are white space between values.
  if (!text.includes('\n') && /^\s*\{/u.test(text) && /\}[ \t]*\r\s*\{/u.test(text)) return { kind: 'values' };
  if (/\.(jsonl|ndjson|jsonlines)$/u.test(name)) return undefined;
  if (/^\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:\s*"\w+"\s*,\s*"eval"\s*:/u.test(text))
    return { kind: 'member', key: 'samples' };
  if (/^\s*\[/u.test(text)) return { kind: 'array' };
  const wrapper = /^\s*\{\s*"(data|rows|train|examples|samples|items|records|instances)"\s*:\s*\[\s*\{/u.exec(text);
  if (wrapper) return { kind: 'member', key: wrapper[1]! };
  if (/^\s*\{\s*"(?:[^"\\]|\\.){1,200}"\s*:\s*\{\s*"0"\s*:/u.test(text)) {
    throw new DatasetFailure(
      'dataset-unreadable',
      'The file has its columns one after another, as pandas’ `to_json` writes them. Write it with `orient="records", lines=True`.',
    );
  }
  if (!/^\s*\{/u.test(text)) return undefined;
  const line = text.trimStart().split('\n', 2);
  if (line.length < 2) return undefined;
  try {
    JSON.parse(line[0]!);
    return undefined;
  } catch {
    return { kind: 'values' };
  }
}

/** What people have beside training data, by its first bytes: what it is, and what to do. */
const OTHERS: readonly (readonly [magic: string, at: number, code: string, message: string])[] = [
  ['BZh', 0, 'dataset-archive', 'The file is packed with bzip2. Unpack it first: `bunzip2`.'],
  ['\xfd7zXZ\0', 0, 'dataset-archive', 'The file is packed with xz. Unpack it first: `unxz`.'],
  ['7z\xbc\xaf\x27\x1c', 0, 'dataset-archive', 'The file is a 7z archive. Unpack it and name the file inside.'],
  ['ustar', 257, 'dataset-archive', 'The file is a tar archive. Unpack it and name the file inside.'],
  ['ARROW1', 0, 'dataset-unreadable', 'The file is an Arrow table. Write it as Parquet or JSON Lines.'],
  ['\xff\xff\xff\xff', 0, 'dataset-unreadable', 'The file is an Arrow stream. Write it as Parquet or JSON Lines.'],
  ['SQLite format 3\0', 0, 'dataset-unreadable', 'The file is a SQLite database. Write the table as JSON Lines.'],
  ['\x89HDF', 0, 'dataset-unreadable', 'The file is HDF5. Write its rows as JSON Lines.'],
  ['\x80\x04\x95', 0, 'dataset-unreadable', 'The file is a Python pickle. Write its rows as JSON Lines.'],
  ['<!doctype html', 0, 'dataset-unreadable', 'The file is a web page, not the data: was it saved from a link?'],
  ['<html', 0, 'dataset-unreadable', 'The file is a web page, not the data: was it saved from a link?'],
];

function refuseOthers(header: Uint8Array): void {
  for (const [magic, at, code, message] of OTHERS) {
    let same = header.length >= at + magic.length;
    for (let i = 0; same && i < magic.length; i++) {
      const byte = header[at + i]!;
      same = magic.charCodeAt(i) === (magic[0] === '<' && byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte);
    }
    if (same) throw new DatasetFailure(code, message);
  }
}

async function peek(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ header: Uint8Array; chunks: AsyncIterable<Uint8Array>; close: () => Promise<void> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD) {
    const { done, value } = await iterator.next();
    if (done) break;
    seen.push(value);
    length += value.length;
  }
  const header = new Uint8Array(Math.min(length, HEAD));
  let at = 0;
  for (const chunk of seen) {
    header.set(chunk.subarray(0, header.length - at), at);
    at += Math.min(chunk.length, header.length - at);
  }
  async function* all() {
    try {
      yield* seen;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { header, chunks: all(), close: async () => void (await iterator.return?.()) };
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>, host: Host, limits: Limits): AsyncGenerator<Uint8Array> {
  const inflation = watchInflation(limits);
  async function* counted() {
    for await (const chunk of chunks) {
      inflation.in(chunk.length);
      yield chunk;
    }
  }
  let unpacked = 0;
  try {
    for await (const chunk of host.gunzip(counted())) {
      unpacked += chunk.length;
      if (inflation.out(chunk.length)) throw inflation.failure();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof DatasetFailure) throw error;
    throw new DatasetFailure(
      'dataset-truncated',
      `The gzipped file is damaged or breaks off after ${unpacked.toLocaleString('en')} unpacked bytes.`,
    );
  }
}

/** Without the byte order mark. Offsets are the caller's business. */
async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of chunks) {
    if (first && chunk.length > 0) {
      first = false;
      yield chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
    } else yield chunk;
  }
}
