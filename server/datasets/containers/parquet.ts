/** Parquet, one row group at a time, through hyparquet. Rows become JSON objects by their columns' names. */

import { decompress as decompressZstd } from 'fzstd';
import { type AsyncBuffer, type Compressors, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { decompressGzip, decompressLz4, decompressLz4Raw } from 'hyparquet-compressors';
import type { Host } from '../../host/host';
import { DatasetFailure } from '../failure';
import { maxRowGroupBytes } from '../limits';
import { encodedJson, type RowBlock, single } from './blocks';
import { rowJson } from './textCells';

/**
 * The codecs that training data come in; hyparquet brings Snappy itself. Brotli is the machine's: its dictionary would
 * weigh more than the rest of this reader together.
 */
function compressorsOf(host: Host): Compressors {
  const noBrotli = () => {
    throw new DatasetFailure(
      'dataset-parquet',
      'The Parquet file is packed with Brotli, which cannot be unpacked in a browser. Write it with zstd or Snappy, or open it on the desktop.',
    );
  };
  const all: Compressors = {
    GZIP: decompressGzip,
    ZSTD: (input, length) => decompressZstd(input, new Uint8Array(length)),
    LZ4: decompressLz4,
    LZ4_RAW: decompressLz4Raw,
    BROTLI: host.unbrotli ?? noBrotli,
  };
  return Object.fromEntries(
    Object.entries(all).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, length: number) => {
        if (length > maxRowGroupBytes) throw tooBig();
        // Some codecs do not know an empty page.
        if (length === 0) return new Uint8Array(0);
        return unpack(input, length);
      },
    ]),
  );
}

/** Reads the whole range into one buffer; ranges are columns of a row group, or the footer. */
async function slice(host: Host, uri: string, start: number, end: number): Promise<ArrayBuffer> {
  if (end - start > maxRowGroupBytes) throw tooBig();
  const bytes = new Uint8Array(end - start);
  let at = 0;
  for await (const chunk of host.readBytes(uri, { start, end })) {
    bytes.set(chunk.subarray(0, bytes.length - at), at);
    at += chunk.length;
  }
  return bytes.buffer;
}

const tooBig = () =>
  new DatasetFailure(
    'dataset-parquet',
    `A row group of the Parquet file is larger than ${maxRowGroupBytes / 1024 / 1024} MB. Write it with smaller row groups, or as JSON Lines.`,
  );

export async function* parquetBlocks(host: Host, uri: string, size: number): AsyncGenerator<RowBlock> {
  const file: AsyncBuffer = {
    byteLength: size,
    slice: (start, end = size) => slice(host, uri, start < 0 ? size + start : start, end),
  };
  const compressors = compressorsOf(host);
  try {
    const metadata = await parquetMetadataAsync(file);
    let row = 0;
    for (const group of metadata.row_groups) {
      if (Number(group.total_byte_size) > maxRowGroupBytes) throw tooBig();
      const rows = Number(group.num_rows);
      const objects = await parquetReadObjects({ file, metadata, compressors, rowStart: row, rowEnd: row + rows });
      for (const object of objects) {
        row += 1;
        yield rowBlock(object, row);
      }
    }
  } catch (error) {
    if (error instanceof DatasetFailure) throw error;
    throw new DatasetFailure(
      'dataset-parquet',
      `The Parquet file cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/** A row; one that is nested too deeply is a row with that problem. */
function rowBlock(object: Readonly<Record<string, unknown>>, row: number): RowBlock {
  const place = { offset: row - 1 };
  try {
    return encodedJson(rowJson(Object.entries(object).map(([name, value]) => [name, plain(value, 0)])), row, place);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return single(new Uint8Array(1), 0, row, { ...place, problem: 'dataset-row-deep', detail: error.message });
  }
}

const decoder = new TextDecoder();
const DEEPEST = 64;

/** What JSON can say: big integers as numbers, times as ISO text, bytes as text. Throws a `RangeError` where it is nested too deeply. */
function plain(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) throw new RangeError(`more than ${DEEPEST} levels`);
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return decoder.decode(value);
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, (item) => plain(item, depth + 1));
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, depth + 1)]));
  }
  return value;
}
