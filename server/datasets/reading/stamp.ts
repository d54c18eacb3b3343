/**
 * Which files a reading saw, and in what state: a file that nothing watches is compared with it before its counts are
 * used again. Compares what the file system says (size and time of change), never contents.
 */
import type { FileStat, Host } from '../../host/host';
import type { DatasetCounts } from '../counts';

/** The files of one reading as they were before it began; undefined where there was none. */
export type Stamp = ReadonlyMap<string, FileStat | undefined>;

const stamps = new WeakMap<DatasetCounts, Stamp>();

export function noteStamp(counts: DatasetCounts, stamp: Stamp): void {
  stamps.set(counts, stamp);
}

/**
 * Whether every file that these counts were read from is as it was then. False where that is not known: after a failure,
 * and for counts that no reading returned.
 */
export async function isCurrent(counts: DatasetCounts, host: Host): Promise<boolean> {
  const stamp = stamps.get(counts);
  if (!stamp) return false;
  try {
    for (const [uri, then] of stamp) {
      const now = await host.stat(uri);
      if (now?.size !== then?.size || now?.mtime !== then?.mtime) return false;
    }
    return true;
  } catch {
    return false;
  }
}
