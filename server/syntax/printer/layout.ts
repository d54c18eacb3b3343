/** The white space that should stand before each item of a text. */

import { Kind } from '../lexer/lexer';
import type { Declaration, ParseResult, SetDeclaration, Span } from '../tree';
import { alignComments, TRAILING } from './commentColumn';
import type { Item } from './printItems';

interface Layout {
  readonly text: string;
  readonly items: readonly Item[];
  readonly newline: string;
  readonly indent: string;
}

interface Body {
  readonly span: Span;
  /** Where the parts begin. */
  readonly starts: ReadonlySet<number>;
  readonly isOneLine: boolean;
  /** White space before its closing brace. */
  readonly margin: string;
  /** Bodies of its parts, in order. */
  readonly inner: readonly Body[];
}

/** One entry for each item and one for the end of the text; undefined means: as it is. */
export function layOut(
  text: string,
  items: readonly Item[],
  { file }: ParseResult,
  indent: string,
): (string | undefined)[] {
  const l: Layout = { text, items, newline: newlineOf(text), indent };
  const separators: (string | undefined)[] = [];
  let next = 0;
  let declaration: Declaration | undefined;
  let body: Body | undefined;
  let arrows: ReadonlyMap<number, number> = new Map();
  let parentheses = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (item.first) {
      while (next < file.declarations.length && file.declarations[next]!.start < item.start) next++;
      declaration = file.declarations[next];
      body = declaration && bodyOf(l, declaration, '');
      parentheses = 0;
      arrows = declaration?.kind === 'persona' && body ? arrowPads(l, declaration, body) : new Map();
    }
    if (item.broken || (i > 0 && items[i - 1]!.broken)) {
      separators.push(undefined);
      continue;
    }
    const inDeclaration = declaration !== undefined && item.start > declaration.start && item.start < declaration.end;
    if (!inDeclaration) separators.push(between(l, i));
    else {
      const pad = arrows.get(item.start);
      separators.push(pad === undefined ? inside(l, i, innermost(body, item), parentheses > 0) : ' '.repeat(pad));
    }
    if (item.kind === Kind.openParen) parentheses++;
    else if (item.kind === Kind.closeParen) parentheses--;
  }
  separators.push(items.length === 0 || items[items.length - 1]!.broken ? undefined : l.newline);
  return alignComments(text, items, separators);
}

/** One line break of Windows makes all of them so: any rule that counts could decide differently the second time. */
function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Before a declaration, or a comment outside of one. */
function between(l: Layout, i: number): string {
  const item = l.items[i]!;
  if (i === 0) return l.text.charCodeAt(0) === 0xfeff ? '\uFEFF' : '';
  if (isComment(item) && item.newlines === 0) return behind(item);
  if (item.first && leadsLine(l, i - 1) && item.newlines === 0) return ' ';
  return lines(l, item, '');
}

/** A comment of one line goes to the column that it shares with its neighbours. */
function behind(item: Item): string {
  return item.kind === 'line' ? TRAILING : ' ';
}

/** One or two line breaks: a blank line stays one. */
function lines(l: Layout, item: Item, indent: string): string {
  return (item.newlines > 1 ? l.newline + l.newline : l.newline) + indent;
}

function isComment(item: Item): boolean {
  return item.kind === 'line' || item.kind === 'block';
}

/** A block comment at the beginning of a line, before what it stands for. */
function leadsLine(l: Layout, i: number): boolean {
  const item = l.items[i]!;
  return item.kind === 'block' && (i === 0 || item.newlines > 0);
}

/** The smallest body that holds the item or begins with it. */
function innermost(body: Body | undefined, item: Item): Body | undefined {
  let found = body;
  for (let next = found; next !== undefined; ) {
    found = next;
    next = next.inner.find(({ span }) => item.start >= span.start && item.start < span.end);
  }
  return found;
}

function inside(l: Layout, i: number, body: Body | undefined, inSum: boolean): string {
  const item = l.items[i]!;
  const previous = l.items[i - 1]!;
  const isInBody = body !== undefined && item.start > body.span.start;
  const margin = body?.margin ?? '';
  const deep = isInBody ? margin + l.indent + l.indent : margin + l.indent;
  if (body !== undefined && item.start === body.span.start) return previous.kind === 'line' ? l.newline + margin : ' ';
  if (isInBody && body.isOneLine) return inOneLine(l, i, body, inSum);
  if (isInBody && item.end === body.span.end) {
    return previous.kind === Kind.open ? '' : l.newline + margin;
  }
  if (isInBody && body.starts.has(item.start)) {
    if (leadsLine(l, i - 1) && item.newlines === 0) return ' ';
    const own = margin + l.indent;
    return previous.kind === Kind.open ? l.newline + own : lines(l, item, own);
  }
  if (isComment(item)) {
    if (item.newlines === 0) return behind(item);
    if (!isInBody || !isBetweenParts(l, i, body)) return l.newline + deep;
    const own = margin + l.indent;
    return previous.kind === Kind.open ? l.newline + own : lines(l, item, own);
  }
  if (previous.kind === 'line' || item.newlines > 0) return l.newline + deep;
  return spaces(l, i, inSum);
}

function inOneLine(l: Layout, i: number, body: Body, inSum: boolean): string {
  const item = l.items[i]!;
  const previous = l.items[i - 1]!;
  if (previous.kind === Kind.open) return item.end === body.span.end ? '' : ' ';
  if (item.end === body.span.end || isComment(item) || isComment(previous)) return ' ';
  return body.starts.has(item.start) ? '  ' : spaces(l, i, inSum);
}

/** `inSum`: inside parentheses, where a `-` may stand between two numbers. */
function spaces(l: Layout, i: number, inSum: boolean): string {
  const item = l.items[i]!;
  const previous = l.items[i - 1]!;
  if (item.kind === Kind.comma || item.kind === Kind.colon || item.kind === Kind.closeParen) return '';
  if (previous.kind === Kind.openParen) return '';
  if (previous.kind !== Kind.minus) return ' ';
  return inSum && endsNumber(l.items[i - 2]) ? ' ' : '';
}

function endsNumber(item: Item | undefined): boolean {
  return item?.kind === Kind.number || item?.kind === Kind.parameter || item?.kind === Kind.closeParen;
}

/** Whether the next token after the comment begins a part or ends the body. */
function isBetweenParts(l: Layout, i: number, body: Body): boolean {
  let next = i + 1;
  while (next < l.items.length && isComment(l.items[next]!)) next++;
  const item = l.items[next];
  return item !== undefined && (item.end === body.span.end || body.starts.has(item.start));
}

function bodyOf(l: Layout, declaration: Declaration | SetDeclaration, margin: string): Body | undefined {
  const pieces = partsOf(declaration);
  if (pieces === undefined || !('body' in declaration) || declaration.body === undefined) return undefined;
  const span = declaration.body;
  const isOneLine = !l.text.slice(span.start, span.end).includes('\n');
  const within = declaration.kind === 'condition' ? declaration.pieces : [];
  const inner = within.flatMap((part) => bodyOf(l, part, margin + l.indent) ?? []);
  return { span, starts: new Set(pieces.map((part) => part.start)), isOneLine, margin, inner };
}

function partsOf(declaration: Declaration | SetDeclaration): readonly Span[] | undefined {
  switch (declaration.kind) {
    case 'persona':
      return declaration.rows;
    case 'episode':
      return declaration.turns;
    case 'dataset':
      return declaration.mappings;
    case 'condition':
      return declaration.pieces;
    default:
      return undefined;
  }
}

/** Spaces before the arrows of a persona's rows, by the arrow's offset: below each other up to a blank line. */
function arrowPads(l: Layout, persona: Declaration & { kind: 'persona' }, body: Body): ReadonlyMap<number, number> {
  const pads = new Map<number, number>();
  if (body.isOneLine) return pads;
  let group: { arrow: number; width: number }[] = [];
  const close = () => {
    const widest = Math.max(0, ...group.map((row) => row.width));
    for (const row of group) pads.set(row.arrow, widest - row.width + 1);
    group = [];
  };
  const cells = new Map(persona.rows.filter((row) => row.kind === 'cells').map((row) => [row.start, row]));
  let low = 0;
  let high = l.items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (l.items[middle]!.start < body.span.start) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i + 1 < l.items.length && l.items[i]!.end < body.span.end; i++) {
    const item = l.items[i]!;
    const isPart = body.starts.has(item.start) || isComment(item);
    if (isPart && item.newlines > 1) close();
    const row = cells.get(item.start);
    const arrow = l.items[i + 1]!;
    // A name behind a comment on its line begins in another column.
    const beginsLine = item.newlines > 0 || l.items[i - 1]!.kind !== 'block' || !leadsLine(l, i - 1);
    if (row === undefined || arrow.kind !== Kind.arrow || arrow.newlines > 0 || !beginsLine) continue;
    group.push({ arrow: arrow.start, width: [...l.text.slice(item.start, item.end)].length });
  }
  close();
  return pads;
}
