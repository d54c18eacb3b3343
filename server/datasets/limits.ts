/**
 * The bounds that keep hostile or broken files from taking the machine: every one ends in a diagnostic, none in a crash.
 * `docs/datasets.md` has this table; a test compares the two.
 */

/** A row (a line of JSON Lines, an element of an array, a sample of an archive) may have this many bytes. */
export const maxRowBytes = 32 * 1024 * 1024;
/** Values of a row may be nested this deep. */
export const maxDepth = 512;
/** Unpacked bytes per packed byte, once more than `inflationGrace` bytes have come out. */
export const maxInflation = 400;
export const inflationGrace = 64 * 1024 * 1024;
/** Unusable and unclassified rows that are kept with their message; all are counted. */
export const maxListedProblems = 1000;
/** Different shapes of rows (sets of fields) that are told apart for the list of fields. */
export const maxShapes = 512;
/** Distinct texts that are compared for near-duplicates: a sample of files that have more. */
export const maxCompared = 10_000;
/** The longest text that a pattern with one unbounded repetition may be tried on without a time limit. */
export const maxUnboundedMatch = 2000;
/** Time for all matching of one dataset in the matching thread, in milliseconds, and what each million characters adds to it. */
export const matchTimeLimit = 2000;
export const matchTimePerMillion = 200;
/** A Parquet file's row group is read whole: it may have this many (uncompressed) bytes. */
export const maxRowGroupBytes = 512 * 1024 * 1024;

/** Bytes that a Zstandard frame may ask to be kept while it is unpacked: what the tool itself allows without being told. */
export const maxZstdWindow = 128 * 1024 * 1024;

/** A file that grew is read again from its beginning up to this size; beyond, only what was added. */
export const rereadEntire = 8 * 1024 * 1024;

/** Lines are read in threads from this size on, in parts of so many bytes. */
export const threadBytes = 16 * 1024 * 1024;
export const partBytes = 8 * 1024 * 1024;
/** Files that must be unpacked or taken apart are read in a thread from this size on. */
export const threadPackedBytes = 1024 * 1024;

/** Adjustable for tests. */
export interface Limits {
  readonly rowBytes: number;
  readonly inflation: number;
  readonly inflationGrace: number;
  readonly listedProblems: number;
  readonly rereadEntire: number;
  readonly threadBytes: number;
  readonly partBytes: number;
  readonly threadPackedBytes: number;
  readonly matchTime: number;
  readonly matchTimePerMillion: number;
}

export const defaultLimits: Limits = {
  rowBytes: maxRowBytes,
  inflation: maxInflation,
  inflationGrace,
  listedProblems: maxListedProblems,
  rereadEntire,
  threadBytes,
  partBytes,
  threadPackedBytes,
  matchTime: matchTimeLimit,
  matchTimePerMillion,
};
