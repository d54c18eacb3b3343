/** Inspect's `.eval` logs: a ZIP with one JSON file per sample. Read as a stream; entries that are no samples are skipped. */
import { Unzip, type UnzipDecoder, UnzipInflate } from 'fflate';
import { Decompress } from 'fzstd';
import { DatasetFailure } from '../failure';
import type { Limits } from '../limits';
import { createArchiveEnd } from './archiveEnd';
import { type RowBlock, single } from './blocks';
import { type Inflation, watchInflation } from './inflation';
import { assertWindow } from './zstd';

const ZSTD = 93;

/** Newer Inspect archives. Errors leave through `ondata`, as the other decoders' do. */
class UnzipZstd implements UnzipDecoder {
  static readonly compression = ZSTD;
  ondata!: UnzipDecoder['ondata'];
  #stopped = false;
  #begun = false;
  readonly #stream = new Decompress((data, final) => {
    if (this.#stopped) throw new Error('stopped');
    this.ondata(null, new Uint8Array(data), final ?? false);
  });

  push(chunk: Uint8Array, final: boolean): void {
    if (this.#stopped) return;
    try {
      if (!this.#begun && chunk.length >= 18) assertWindow(chunk);
      this.#begun ||= chunk.length > 0;
      this.#stream.push(chunk, false);
      if (final) this.#stream.push(new Uint8Array(0), true);
    } catch (error) {
      if (this.#stopped) return;
      this.#stopped = true;
      this.ondata(error as Error & { code: number }, new Uint8Array(0), true);
    }
  }

  terminate(): void {
    this.#stopped = true;
  }
}

/** Blocks of one sample each. Throws a `DatasetFailure` where the archive is damaged or breaks off, also between two files. */
export async function* sampleBlocks(chunks: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<RowBlock> {
  const ready: RowBlock[] = [];
  let failure: DatasetFailure | undefined;
  let samples = 0;
  let finished = 0;
  let files = 0;
  const end = createArchiveEnd();
  const inflation: Inflation = watchInflation(limits);
  const unzip = new Unzip((file) => {
    files += 1;
    if (!/^samples\/[^/]+\.json$/u.test(file.name)) return;
    samples += 1;
    if (file.compression !== 0 && file.compression !== 8 && file.compression !== ZSTD) {
      failure = new DatasetFailure(
        'dataset-archive',
        `The archive uses a compression (method ${file.compression}) that cannot be read here.`,
      );
      return;
    }
    const pieces: Uint8Array[] = [];
    const number = samples;
    let length = 0;
    file.ondata = (error, data, final) => {
      if (failure) return;
      if (error) {
        if (error instanceof DatasetFailure) failure = error;
        else failure = new DatasetFailure('dataset-truncated', `The archive is damaged: ${error.message}.`);
        return;
      }
      length += data.length;
      if (inflation.out(data.length)) {
        failure = inflation.failure();
        file.terminate();
        return;
      }
      if (length <= limits.rowBytes) pieces.push(data);
      if (!final) return;
      finished += 1;
      ready.push(sample(pieces, length, number, limits));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipZstd);
  for await (const chunk of chunks) {
    inflation.in(chunk.length);
    end.push(chunk);
    // Small bites: one push unpacks all that it holds before anyone can object.
    for (let at = 0; at < chunk.length && !failure; at += 4096) {
      try {
        unzip.push(chunk.subarray(at, at + 4096), false);
      } catch (error) {
        failure ??= new DatasetFailure(
          'dataset-truncated',
          `The archive is damaged: ${error instanceof Error ? error.message : String(error)}.`,
        );
      }
    }
    while (ready.length > 0) yield ready.shift()!;
    if (failure) throw failure;
  }
  const listed = end.files();
  if (listed === undefined || listed !== files || finished < samples) {
    const found = `${finished.toLocaleString('en')} whole samples`;
    throw new DatasetFailure(
      'dataset-truncated',
      listed === undefined
        ? `The archive breaks off after ${found}: its directory is missing.`
        : `The archive is damaged: its directory lists ${listed.toLocaleString('en')} files, ${files.toLocaleString('en')} are there, with ${found}.`,
    );
  }
  if (samples === 0) {
    throw new DatasetFailure(
      'dataset-archive',
      'The archive holds no `samples/…json`: it is no Inspect log. Unpack it and name the file inside.',
    );
  }
}

function sample(pieces: readonly Uint8Array[], length: number, number: number, limits: Limits): RowBlock {
  const place = { offset: number - 1 };
  if (length > limits.rowBytes) {
    return single(new Uint8Array(1), 0, number, {
      ...place,
      problem: 'dataset-row-long',
      detail: `more than ${limits.rowBytes.toLocaleString('en')} bytes`,
    });
  }
  const bytes = new Uint8Array(length + 1);
  let at = 0;
  for (const part of pieces) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes[length] = 0x0a;
  return single(bytes, length, number, place);
}
