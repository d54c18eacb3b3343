/**
 * Every place where a name stands, for navigation and renaming. Kept as flat numbers while the program is built (there
 * may be tens of thousands) and turned into objects when somebody asks.
 */
import type { Span } from '../syntax/tree';
import type { Occurrence, SymbolKind } from './program';

const KINDS: readonly SymbolKind[] = ['situation', 'response', 'persona', 'capability', 'dataset'];
const WIDTH = 7;

export interface OccurrenceLog {
  define(kind: SymbolKind, owner: number, file: number, span: Span, response?: number): void;
  refer(kind: SymbolKind, owner: number, file: number, span: Span, response?: number): void;
  /** Whether anything refers to the name. */
  isReferred(kind: SymbolKind, owner: number, response?: number): boolean;
  /** All of them, in order of file and place; the same array every time. */
  list(): readonly Occurrence[];
}

export function occurrenceLog(): OccurrenceLog {
  const flat: number[] = [];
  const referred = new Set<number>();
  let listed: readonly Occurrence[] | undefined;
  let listedLength = -1;
  const add = (kind: SymbolKind, owner: number, response: number, role: 0 | 1, file: number, span: Span) => {
    flat.push(KINDS.indexOf(kind), owner, response, role, file, span.start, span.end);
  };
  return {
    define: (kind, owner, file, span, response = -1) => add(kind, owner, response, 0, file, span),
    refer(kind, owner, file, span, response = -1) {
      add(kind, owner, response, 1, file, span);
      referred.add(keyOf(kind, owner, response));
    },
    isReferred: (kind, owner, response = -1) => referred.has(keyOf(kind, owner, response)),
    list() {
      if (!listed || listedLength !== flat.length) {
        listed = unpack(flat);
        listedLength = flat.length;
      }
      return listed;
    },
  };
}

/** One number for a name: situations and responses stay far below 2²⁴. */
function keyOf(kind: SymbolKind, owner: number, response: number): number {
  return (owner * 0x1000000 + response + 1) * KINDS.length + KINDS.indexOf(kind);
}

function unpack(flat: readonly number[]): readonly Occurrence[] {
  const out: Occurrence[] = [];
  for (let at = 0; at < flat.length; at += WIDTH) {
    const response = flat[at + 2]!;
    out.push({
      kind: KINDS[flat[at]!]!,
      owner: flat[at + 1]!,
      ...(response >= 0 ? { response } : {}),
      role: flat[at + 3] === 0 ? 'definition' : 'reference',
      origin: { file: flat[at + 4]!, start: flat[at + 5]!, end: flat[at + 6]! },
    });
  }
  return out.sort((a, b) => a.origin.file - b.origin.file || a.origin.start - b.origin.start || a.owner - b.owner);
}
