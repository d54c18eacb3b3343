/** Zstandard as a stream: JSON Lines packed with it, and the entries of newer Inspect archives. */
import { Decompress } from 'fzstd';
import { DatasetFailure } from '../failure';
import { type Limits, maxZstdWindow } from '../limits';
import { watchInflation } from './inflation';

/** Whether a stream that begins so is a Zstandard frame. */
export function isZstd(header: Uint8Array): boolean {
  return header[0] === 0x28 && header[1] === 0xb5 && header[2] === 0x2f && header[3] === 0xfd;
}

/** How much of what came out before has to be kept to unpack this frame, in bytes; 0 where the head is no frame's. */
export function zstdWindow(header: Uint8Array): number {
  if (!isZstd(header) || header.length < 18) return 0;
  const flags = header[4]!;
  const isSingle = (flags & 0x20) !== 0;
  if (!isSingle) {
    const base = 2 ** (10 + (header[5]! >> 3));
    return base + (base / 8) * (header[5]! & 7);
  }
  const bytes = flags >> 6 === 0 ? 1 : 1 << (flags >> 6);
  const start = 5 + [0, 1, 2, 4][flags & 3]!;
  let size = 0;
  for (let i = bytes - 1; i >= 0; i--) size = size * 256 + header[start + i]!;
  return size;
}

export function assertWindow(header: Uint8Array): void {
  if (zstdWindow(header) <= maxZstdWindow) return;
  throw new DatasetFailure(
    'dataset-zstd',
    `Unpacking the file would take more than ${maxZstdWindow / 1024 / 1024} MB at once. Pack it again without \`--long\` or \`--ultra\`, or unpack it: \`zstd -d\`.`,
  );
}

/** Packed bytes between two looks at what came out. */
const BITE = 4096;

export async function* unzstd(chunks: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<Uint8Array> {
  const inflation = watchInflation(limits);
  let ready: Uint8Array[] = [];
  let unpacked = 0;
  const stream = new Decompress((data) => {
    unpacked += data.length;
    // Leaves from inside the push: one bite can hold a bomb.
    if (inflation.out(data.length)) throw inflation.failure();
    if (data.length > 0) ready.push(data);
  });
  const push = (bytes: Uint8Array, last: boolean) => {
    try {
      stream.push(bytes, last);
    } catch (error) {
      if (error instanceof DatasetFailure) throw error;
      throw new DatasetFailure(
        'dataset-truncated',
        `The file is packed with zstd and damaged, or breaks off, after ${unpacked.toLocaleString('en')} unpacked bytes.`,
      );
    }
  };
  let first = true;
  for await (const chunk of chunks) {
    if (first && chunk.length >= 18) {
      first = false;
      assertWindow(chunk);
    }
    inflation.in(chunk.length);
    for (let at = 0; at < chunk.length; at += BITE) {
      push(chunk.subarray(at, at + BITE), false);
      const done = ready;
      ready = [];
      yield* done;
    }
  }
  push(new Uint8Array(0), true);
  yield* ready;
}
