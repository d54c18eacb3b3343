/** A dataset of several files: their rows one after another, in the order of the files, through one reader. */
import type { Host } from '../../host/host';
import type { DatasetSource } from '../../program/model/program';
import { fileName } from '../../program/uris';
import { openRows } from '../containers/container';
import type { Matcher } from '../mapping/patterns';
import type { TimeSlice } from '../timeSlice';
import { createMarks, watched } from './cache';
import { sizeOf } from './fileSize';
import type { RowReader } from './rowReader';
import { type Failure, failureOf, takeAll } from './takeRows';

export interface FilesRead {
  /** How the files are kept, each way once; undefined for plain JSON Lines. */
  readonly container?: string;
  readonly bytes: number;
  readonly failure?: Failure;
}

/** Reads all files of a source that has several. Stops at the first that cannot be read: the rest would be fewer rows. */
export async function takeFiles(
  reader: RowReader,
  source: DatasetSource,
  host: Host,
  slice: TimeSlice,
  matcher: Matcher | undefined,
  progress: (fraction: number) => void = () => undefined,
): Promise<FilesRead> {
  const containers = new Set<string>();
  const uris = source.uris ?? [];
  let bytes = 0;
  for (const [index, uri] of uris.entries()) {
    reader.fileStarts.push(reader.records.size);
    let close = async () => undefined as unknown;
    try {
      const size = await sizeOf(host, uri);
      bytes += size;
      const done = (read: number) => progress((index + (size > 0 ? Math.min(1, read / size) : 1)) / uris.length);
      const opened = await openRows(
        { uri, size, chunks: watched(host.readBytes(uri), createMarks(), done) },
        host,
        reader.limits,
      );
      close = opened.close;
      containers.add(opened.container ?? 'JSON Lines');
      if (reader.measuring) reader.measuring.textual = opened.textual;
      const failure = await takeAll(reader, opened.blocks, slice, matcher);
      if (failure) return { bytes, failure: named(failure, uri) };
    } catch (error) {
      return { bytes, failure: named(failureOf(error), uri) };
    } finally {
      await close();
    }
  }
  const container = [...containers].join(', ');
  return { bytes, ...(container === 'JSON Lines' ? {} : { container }) };
}

function named({ code, message, ...rest }: Failure, uri: string): Failure {
  return { code, ...rest, message: `${fileName(uri)}: ${message}` };
}
