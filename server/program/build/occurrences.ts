/**
 * Every place where a name stands, for navigation and renaming. Kept as flat numbers while the program is built (there
 * may be tens of thousands) and turned into objects on request.
 */
import type { Span } from '../../syntax/tree';
import type { Occurrence, SymbolKind } from '../model/program';

const KINDS: readonly SymbolKind[] = [
  'situation',
  'response',
  'persona',
  'capability',
  'dataset',
  'parameter',
  'condition',
  'source',
];
const KIND_INDEX = {
  situation: 0,
  response: 1,
  persona: 2,
  capability: 3,
  dataset: 4,
  parameter: 5,
  condition: 6,
  source: 7,
} as const;
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
  let flat = new Int32Array(256 * WIDTH);
  let used = 0;
  const referred = new Set<number>();
  let listed: readonly Occurrence[] = [];
  let listedTo = 0;
  const add = (kind: SymbolKind, owner: number, response: number, role: 0 | 1, file: number, span: Span) => {
    if (used === flat.length) {
      const larger = new Int32Array(flat.length * 4);
      larger.set(flat);
      flat = larger;
    }
    flat[used] = KIND_INDEX[kind];
    flat[used + 1] = owner;
    flat[used + 2] = response;
    flat[used + 3] = role;
    flat[used + 4] = file;
    flat[used + 5] = span.start;
    flat[used + 6] = span.end;
    used += WIDTH;
  };
  return {
    define: (kind, owner, file, span, response = -1) => add(kind, owner, response, 0, file, span),
    refer(kind, owner, file, span, response = -1) {
      add(kind, owner, response, 1, file, span);
      referred.add(keyOf(kind, owner, response));
    },
    isReferred: (kind, owner, response = -1) => referred.has(keyOf(kind, owner, response)),
    list() {
      if (listedTo !== used) {
        listed = unpack(flat.subarray(0, used));
        listedTo = used;
      }
      return listed;
    },
  };
}

/** Notes nothing: for building again what was noted when it was built first. */
export const SILENT: OccurrenceLog = { define() {}, refer() {}, isReferred: () => false, list: () => [] };

/** The log, for what stands inside a span alone: a condition's own text, while shared text is built again. */
export function occurrencesWithin(log: OccurrenceLog, file: number, place: Span): OccurrenceLog {
  const isInside = (at: number, span: Span) => at === file && span.start >= place.start && span.end <= place.end;
  return {
    ...log,
    define(kind, owner, at, span, response) {
      if (isInside(at, span)) log.define(kind, owner, at, span, response);
    },
    refer(kind, owner, at, span, response) {
      if (isInside(at, span)) log.refer(kind, owner, at, span, response);
    },
  };
}

/** One number for a name: situations and responses stay far below 2²⁴. */
function keyOf(kind: SymbolKind, owner: number, response: number): number {
  return (owner * 0x1000000 + response + 1) * KINDS.length + KIND_INDEX[kind];
}

function unpack(flat: Int32Array): readonly Occurrence[] {
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
