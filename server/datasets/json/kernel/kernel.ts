/**
 * The row reader in WebAssembly: the same tape as `scan.ts` makes, sixteen bytes at a time, and a hash of what a row is
 * apart from its texts. Blocks of rows are copied into the module's memory; the tape's columns are views of it. It knows
 * JSON and nothing of formats. Where the engine has no SIMD, and for what the module does not hold, `scan.ts` does the work.
 */
import { maxDepth } from '../../limits';
import { createTape, type Tape } from '../scan';
import { ROWS } from './rows.wasm';

export interface RowKernel {
  /** The tape of the last scan. Its arrays are other ones after a `place` that needed more memory. */
  readonly tape: Tape;
  /** Copies rows into the module's memory, over those before, and gives them there; undefined where they are too many. */
  place(rows: Uint8Array): Uint8Array | undefined;
  /** As `scanJson`, of the placed rows; `overflow` where the row has more values than the tape. */
  scan(from: number, to: number): number;
  /** A hash of 53 bits of the keys, kinds and roles of the row that was scanned last. */
  skeleton(): number;
}

/** What `scan` gives for a row with more values than the tape holds. */
export const overflow = 4;

/** Larger blocks hold one long row: they are scanned where they are. */
const LARGEST = 4 << 20;
/** The scan looks so many bytes past the end. */
const SLACK = 64;
const PAGE = 65536;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  blockAt(): number;
  resultAt(): number;
  columnAt(column: number): number;
  capacity(): number;
  configure(depth: number): void;
  scan(base: number, from: number, to: number): number;
}

let compiled: WebAssembly.Module | undefined | 'none';

function moduleOf(): WebAssembly.Module | undefined {
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(Uint8Array.from(atob(ROWS), (character) => character.charCodeAt(0)));
    } catch {
      compiled = 'none';
    }
  }
  return compiled === 'none' ? undefined : compiled;
}

/** Undefined where the engine cannot run it. */
export function createKernel(): RowKernel | undefined {
  const module = moduleOf();
  if (!module) return undefined;
  const kernel = new WebAssembly.Instance(module).exports as unknown as Exports;
  const base = kernel.blockAt();
  const capacity = kernel.capacity();
  kernel.configure(maxDepth);
  const tape: Tape = createTape(0);
  let bytes = new Uint8Array(0);
  let result = new Int32Array(4);
  const look = (): void => {
    const { buffer } = kernel.memory;
    bytes = new Uint8Array(buffer);
    const column = (index: number) => new Int32Array(buffer, kernel.columnAt(index), capacity);
    [tape.start, tape.end, tape.next] = [column(0), column(1), column(2)];
    [tape.low, tape.high, tape.size] = [column(3), column(4), column(5)];
    result = new Int32Array(buffer, kernel.resultAt(), 4);
    tape.kind = new Uint8Array(buffer, kernel.columnAt(6), capacity);
  };
  look();
  return {
    tape,
    place(rows) {
      const { length } = rows;
      if (length > LARGEST) return undefined;
      const missing = base + length + SLACK - bytes.length;
      if (missing > 0) {
        try {
          kernel.memory.grow(Math.ceil(missing / PAGE));
        } catch {
          return undefined;
        }
        look();
      }
      bytes.set(rows, base);
      tape.bytes = bytes.subarray(base, base + length);
      return tape.bytes;
    },
    scan(from, to) {
      const fault = kernel.scan(base, base + from, base + to);
      tape.count = result[0]!;
      tape.errorAt = result[1]!;
      return fault;
    },
    skeleton: () => (result[3]! >>> 11) * 0x100000000 + (result[2]! >>> 0),
  };
}

const idle: RowKernel[] = [];

/** Runs work with a kernel of its own, if there is one to be had: what is placed in it stays until the work ends. */
export async function withKernel<Result>(work: (kernel: RowKernel | undefined) => Promise<Result>): Promise<Result> {
  const kernel = idle.pop() ?? createKernel();
  try {
    return await work(kernel);
  } finally {
    if (kernel && idle.length === 0) idle.push(kernel);
  }
}
