/** The size of a file that is to be read; what is no file is refused before it is opened. */
import type { Host } from '../../host/host';
import { DatasetFailure } from '../failure';

/** Bytes. Throws a `DatasetFailure` where no file is there. */
export async function sizeOf(host: Host, uri: string): Promise<number> {
  const facts = await host.stat(uri);
  if (!facts) throw new DatasetFailure('dataset-missing', 'The file is not there or cannot be read.');
  if (facts.notAFile)
    throw new DatasetFailure('dataset-not-file', `The path leads to ${facts.notAFile}, not to a file.`);
  return facts.size;
}
