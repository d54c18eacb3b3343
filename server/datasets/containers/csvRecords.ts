/**
 * Where the records of a table of text begin and end: the quoting of RFC 4180, byte by byte, in chunks of any size. Knows
 * nothing of headers and columns. A quote opens only at the beginning of a cell; a quoted cell ends at a single quote
 * that is followed by a delimiter or a line end (spaces and tabs before it are passed over). Anything else makes the record
 * malformed, and the record then ends at the next line end, so that one bad row costs one row.
 */

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;

export interface Dialect {
  /** One byte. */
  readonly delimiter: number;
  /** Records end at a lone carriage return too: files that have no line feed. */
  readonly carriageReturns: boolean;
}

export interface TableRecord {
  /** Without its line end; empty where the record is longer than the limit. */
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** 1-based line on which it begins; a line ends at LF, CRLF or a lone CR. */
  readonly line: number;
  readonly over: boolean;
  /** The quoting is wrong: `stray` where text follows a closing quote, `open` where a quote is not closed at the end. */
  readonly malformed?: 'stray' | 'open';
  /** The line of the quote that is at fault. */
  readonly quoteLine?: number;
}

/** Where the scan is inside a record. */
const State = { cellStart: 0, plain: 1, quoted: 2, afterQuote: 3, afterSpace: 4 } as const;

export interface RecordScanner {
  /** The records that end in this chunk. */
  push(chunk: Uint8Array): readonly TableRecord[];
  /** The last record, where the file does not end with a line end. */
  end(): readonly TableRecord[];
}

export function createRecordScanner({ delimiter, carriageReturns }: Dialect, rowBytes: number): RecordScanner {
  let bytes = new Uint8Array(4096);
  let length = 0;
  let over = false;
  /** Bytes of the file before the current chunk. */
  let offset = 0;
  let line = 1;
  let startOffset = 0;
  let startLine = 1;
  let state: number = State.cellStart;
  let afterReturn = false;
  let malformed: TableRecord['malformed'];
  let quoteLine = 1;
  let faultLine = 1;

  const keep = (part: Uint8Array) => {
    if (over || length + part.length > rowBytes) {
      over ||= part.length > 0;
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
  const finish = (): TableRecord => {
    const end = !over && length > 0 && bytes[length - 1] === CR ? length - 1 : length;
    const record: TableRecord = {
      bytes: over ? new Uint8Array(0) : bytes.slice(0, end),
      offset: startOffset,
      line: startLine,
      over,
      ...(malformed ? { malformed, quoteLine: faultLine } : {}),
    };
    length = 0;
    over = false;
    malformed = undefined;
    state = State.cellStart;
    return record;
  };

  return {
    push(chunk) {
      const records: TableRecord[] = [];
      let from = 0;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]!;
        if (byte === CR || (byte === LF && !afterReturn)) line += 1;
        // A line feed right behind a carriage return that ended a record belongs to it.
        const rest = byte === LF && afterReturn && carriageReturns && length === 0 && from === i;
        afterReturn = byte === CR;
        if (rest && state === State.cellStart) {
          from = i + 1;
          startOffset = offset + i + 1;
          startLine = line;
          continue;
        }
        if (state === State.quoted) {
          if (byte === QUOTE) state = State.afterQuote;
          continue;
        }
        if (byte === LF || (byte === CR && carriageReturns)) {
          keep(chunk.subarray(from, i));
          records.push(finish());
          from = i + 1;
          startOffset = offset + i + 1;
          startLine = line;
        } else if (byte === delimiter) {
          state = State.cellStart;
        } else if (state === State.cellStart) {
          state = byte === QUOTE ? State.quoted : State.plain;
          quoteLine = line;
        } else if (state === State.afterQuote && byte === QUOTE) {
          state = State.quoted;
        } else if (state >= State.afterQuote) {
          if (byte === SPACE || byte === TAB) state = State.afterSpace;
          else if (byte !== CR) {
            malformed ??= 'stray';
            faultLine = quoteLine;
            state = State.plain;
          }
        }
      }
      keep(chunk.subarray(from));
      offset += chunk.length;
      return records;
    },
    end() {
      if (state === State.quoted) {
        malformed = 'open';
        faultLine = quoteLine;
      }
      return length > 0 || over ? [finish()] : [];
    },
  };
}
