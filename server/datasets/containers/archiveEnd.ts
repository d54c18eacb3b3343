/**
 * The end of a ZIP archive: its directory says how many files there are, so that an archive that breaks off between two
 * of them is known to be one. Reads nothing else of the archive.
 */

/** The end record is 22 bytes and a comment of at most 65,535; before it, for large archives, 76 bytes more. */
const MOST = 22 + 0xffff + 76;
const END = 0x06054b50;
const END64 = 0x06064b50;

export interface ArchiveEnd {
  /** Takes the archive's bytes in order. */
  push(chunk: Uint8Array): void;
  /** How many files the directory lists; undefined where the archive has no end. */
  files(): number | undefined;
}

export function createArchiveEnd(): ArchiveEnd {
  let tail = new Uint8Array(0);
  return {
    push(chunk) {
      const joined = new Uint8Array(tail.length + chunk.length);
      joined.set(tail);
      joined.set(chunk, tail.length);
      // Cut only now and then: a tail is short against what passes.
      tail = joined.length > 4 * MOST ? joined.slice(joined.length - MOST) : joined;
    },
    files: () => filesIn(tail),
  };
}

function filesIn(tail: Uint8Array): number | undefined {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    // The comment reaches to the end of the file.
    if (at + 22 + view.getUint16(at + 20, true) !== tail.length) continue;
    const files = view.getUint16(at + 10, true);
    return files === 0xffff ? (filesIn64(view, at) ?? files) : files;
  }
  return undefined;
}

/** The larger record stands somewhere before the end record. */
function filesIn64(view: DataView, before: number): number | undefined {
  for (let at = before - 76; at >= 0; at--) {
    if (view.getUint32(at, true) === END64) return Number(view.getBigUint64(at + 32, true));
  }
  return undefined;
}
