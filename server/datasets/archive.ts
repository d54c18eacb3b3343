/** Inspect's `.eval` logs: a ZIP with one JSON file per sample. Read as a stream; entries that are no samples are skipped. */
import { Unzip, UnzipInflate } from 'fflate';
import { type RowBlock, single } from './blocks';
import { DatasetFailure } from './failure';
import { type Inflation, watchInflation } from './inflation';
import type { Limits } from './limits';

const ZSTD = 93;

export async function* sampleBlocks(chunks: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<RowBlock> {
  const ready: RowBlock[] = [];
  let failure: DatasetFailure | undefined;
  let samples = 0;
  const inflation: Inflation = watchInflation(limits);
  const unzip = new Unzip((file) => {
    if (!/^samples\/[^/]+\.json$/u.test(file.name)) return;
    samples += 1;
    if (file.compression === ZSTD) {
      failure = new DatasetFailure(
        'dataset-zstd',
        'The samples of this Inspect log are packed with zstd, which cannot be read here. Convert it: `inspect log convert --to json`.',
      );
      return;
    }
    if (file.compression !== 0 && file.compression !== 8) {
      failure = new DatasetFailure(
        'dataset-archive',
        `The archive uses a compression (method ${file.compression}) that cannot be read here.`,
      );
      return;
    }
    const parts: Uint8Array[] = [];
    const number = samples;
    let length = 0;
    file.ondata = (error, data, final) => {
      if (failure) return;
      if (error) {
        failure = new DatasetFailure('dataset-truncated', `The archive is damaged: ${error.message}.`);
        return;
      }
      length += data.length;
      if (inflation.out(data.length)) {
        failure = inflation.failure();
        file.terminate();
        return;
      }
      if (length <= limits.rowBytes) parts.push(data);
      if (final) ready.push(sample(parts, length, number, limits));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for await (const chunk of chunks) {
    inflation.in(chunk.length);
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
  if (samples === 0) {
    throw new DatasetFailure(
      'dataset-archive',
      'The archive holds no `samples/…json`: it is no Inspect log. Unpack it and name the file inside.',
    );
  }
}

function sample(parts: readonly Uint8Array[], length: number, number: number, limits: Limits): RowBlock {
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
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes[length] = 0x0a;
  return single(bytes, length, number, place);
}
