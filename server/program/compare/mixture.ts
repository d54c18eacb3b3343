/**
 * Two texts of one scenario as a list of changed declarations, and the programs between them: some declarations of the
 * one, the others of the other. Must not know what is computed from a program.
 */
import { parse } from '../../syntax/parser/parser';
import type { DatasetDeclaration, Declaration, Span } from '../../syntax/tree';
import { buildProgram } from '../build/build';
import type { DatasetFiles, ParsedFile } from '../files';
import type { Program } from '../model/program';
import { sealTokens } from '../sealedText';

/** A declaration that stands in one text only, or differently in both. */
export interface ChangedDeclaration {
  /** As people name it: `persona malicious`, `episode "realignment"`. */
  readonly name: string;
  readonly kind: 'changed' | 'added' | 'removed';
  /** The first line of each, as written. */
  readonly before?: string;
  readonly after?: string;
}

export interface TextMixture {
  readonly changes: readonly ChangedDeclaration[];
  /** The program with the second text's version of those changes for which `of` says so. */
  readonly program: (of: (change: number) => boolean) => Program;
}

interface Slot {
  readonly before?: string;
  readonly after?: string;
  /** Index into the changes; undefined where both are the same. */
  readonly change?: number;
}

interface MixedFile {
  readonly a: ParsedFile | undefined;
  readonly b: ParsedFile | undefined;
  readonly slots: readonly Slot[];
  /** A file of one side only comes and goes with its `import`. */
  readonly change?: number;
}

export function mixTexts(a: readonly ParsedFile[], b: readonly ParsedFile[]): TextMixture {
  const changes: ChangedDeclaration[] = [];
  const files: MixedFile[] = [];
  const [rootA, rootB] = [a[0], b[0]];
  if (rootA && rootB) files.push({ a: rootA, b: rootB, slots: slotsOf(rootA, rootB, changes) });
  const relative = (file: ParsedFile, root: ParsedFile | undefined) => pathFrom(root?.uri ?? '', file.uri);
  const others = b.slice(1);
  for (const file of a.slice(1)) {
    const twin = others.find((other) => relative(other, rootB) === relative(file, rootA));
    if (twin) files.push({ a: file, b: twin, slots: slotsOf(file, twin, changes) });
    else files.push(alone(file, 'removed', relative(file, rootA), changes));
  }
  for (const file of others)
    if (!a.slice(1).some((other) => relative(other, rootA) === relative(file, rootB)))
      files.push(alone(file, 'added', relative(file, rootB), changes));
  return { changes, program: (of) => buildProgram(files.flatMap((file) => mixedFile(file, of))) };
}

function alone(file: ParsedFile, kind: 'added' | 'removed', name: string, changes: ChangedDeclaration[]): MixedFile {
  changes.push({ name: `file ${name}`, kind });
  const own = kind === 'added' ? { a: undefined, b: file } : { a: file, b: undefined };
  return { ...own, slots: [], change: changes.length - 1 };
}

function pathFrom(root: string, uri: string): string {
  const folder = root.slice(0, root.lastIndexOf('/') + 1);
  return uri.startsWith(folder) ? uri.slice(folder.length) : uri;
}

interface Piece {
  readonly text: string;
  /** What makes two pieces the same: their tokens. */
  readonly tokens: string;
  /** What makes two pieces versions of each other: kind and name. */
  readonly key: string;
  readonly name: string;
}

function piecesOf({ text, parsed }: ParsedFile): readonly Piece[] {
  return parsed.file.declarations
    .filter((d) => d.kind !== 'import')
    .map((d) => {
      const own = text.slice(d.start, d.end);
      return { text: own, tokens: sealTokens(own), ...keyOf(d, text) };
    });
}

function keyOf(d: Declaration, text: string): { readonly key: string; readonly name: string } {
  const slice = (span: Span | undefined) => (span ? text.slice(span.start, span.end) : '');
  const pieces = d as { readonly name?: Span; readonly label?: Span; readonly method?: Span };
  const named = slice(pieces.name) || slice(pieces.label) || (d.kind === 'method' ? slice(pieces.method) : '');
  const only =
    d.kind === 'scenario' || d.kind === 'units' || d.kind === 'novel' || d.kind === 'fit' || d.kind === 'compare';
  const first = (text.slice(d.start, d.end).split('\n', 1)[0] ?? '').trim();
  return named || only
    ? { key: `${d.kind} ${named}`, name: `${d.kind} ${named}`.trim() }
    : { key: '', name: first.length > 60 ? `${first.slice(0, 59)}…` : first };
}

/** Pieces of both in one order: the first text's, with what the second adds after what it stands behind there. */
function slotsOf(fileA: ParsedFile, fileB: ParsedFile, changes: ChangedDeclaration[]): readonly Slot[] {
  const a = piecesOf(fileA);
  const b = piecesOf(fileB);
  const partner = new Map<number, number>();
  const used = new Set<number>();
  const pair = (same: (x: Piece, y: Piece) => boolean) => {
    for (const [i, x] of a.entries()) {
      if (partner.has(i)) continue;
      const j = b.findIndex((y, k) => !used.has(k) && same(x, y));
      if (j < 0) continue;
      partner.set(i, j);
      used.add(j);
    }
  };
  pair((x, y) => x.tokens === y.tokens);
  pair((x, y) => x.key !== '' && x.key === y.key);
  // Unnamed declarations of one kind that differ are versions of each other, in order.
  pair((x, y) => x.key === '' && y.key === '' && firstWord(x.text) === firstWord(y.text));
  const slots: Slot[] = [];
  const added = (from: number) => {
    for (let j = from; j < b.length && !used.has(j); j++) {
      used.add(j);
      const piece = b[j] as Piece;
      changes.push({ name: piece.name, kind: 'added', after: line(piece.text) });
      slots.push({ after: piece.text, change: changes.length - 1 });
    }
  };
  added(0);
  for (const [i, x] of a.entries()) {
    const j = partner.get(i);
    const y = j === undefined ? undefined : b[j];
    if (j === undefined || !y) {
      changes.push({ name: x.name, kind: 'removed', before: line(x.text) });
      slots.push({ before: x.text, change: changes.length - 1 });
      continue;
    }
    if (x.tokens === y.tokens) slots.push({ before: x.text, after: y.text });
    else {
      changes.push({ name: x.name, kind: 'changed', before: line(x.text), after: line(y.text) });
      slots.push({ before: x.text, after: y.text, change: changes.length - 1 });
    }
    added(j + 1);
  }
  return slots;
}

const firstWord = (text: string): string => /^\S+/.exec(text)?.[0] ?? '';
const line = (text: string): string => (text.split('\n', 1)[0] ?? '').trim();

function mixedFile({ a, b, slots, change }: MixedFile, of: (change: number) => boolean): readonly ParsedFile[] {
  if (change !== undefined) {
    const entire = of(change) ? b : a;
    return entire ? [entire] : [];
  }
  if (!a || !b) return [];
  const text = slots
    .map((slot) => (slot.change !== undefined && of(slot.change) ? slot.after : slot.before) ?? '')
    .join('\n');
  const parsed = parse(text);
  const uris = new Map<string, DatasetFiles>();
  for (const file of [a, b]) for (const [node, uri] of file.datasets ?? []) uris.set(datasetKey(node, file.text), uri);
  const datasets = new Map<DatasetDeclaration, DatasetFiles>();
  const visit = (list: readonly { readonly kind: string }[]) => {
    for (const item of list) {
      const d = item as Declaration;
      if (d.kind === 'condition') visit(d.pieces);
      if (d.kind !== 'dataset') continue;
      const uri = uris.get(datasetKey(d, text));
      if (uri !== undefined) datasets.set(d, uri);
    }
  };
  visit(parsed.file.declarations);
  return [{ ...b, text, parsed, datasets }];
}

/** Tokens of a dataset's head say where it leads. */
const datasetKey = (d: DatasetDeclaration, text: string): string => sealTokens(text.slice(d.start, d.end));
