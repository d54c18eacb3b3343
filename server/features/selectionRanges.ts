/** Growing and shrinking a selection along the tree: word, text, part, body, declaration, file. */
import type { Position, SelectionRange } from 'vscode-languageserver-types';
import { type SyntaxSnapshot, toRange } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import type { Declaration, Span } from '../syntax/tree';

/** One chain for each position, the innermost range first. */
export function selectionRanges(snapshot: SyntaxSnapshot, positions: readonly Position[]): readonly SelectionRange[] {
  return positions.map((position) => {
    const spans = spansAround(snapshot, offsetAt(snapshot.lines, position));
    let chain: SelectionRange | undefined;
    for (const span of spans) {
      chain = { range: toRange(snapshot.lines, span), ...(chain ? { parent: chain } : {}) };
    }
    return chain!;
  });
}

/** From the whole file inwards, each inside the one before and smaller. */
function spansAround({ text, parsed }: SyntaxSnapshot, offset: number): readonly Span[] {
  const spans: Span[] = [{ start: 0, end: text.length }];
  const push = (span: Span) => {
    const outer = spans[spans.length - 1]!;
    const isInside = span.start >= outer.start && span.end <= outer.end;
    const isSmaller = span.end - span.start < outer.end - outer.start;
    if (isInside && isSmaller && span.start <= offset && offset <= span.end) spans.push(span);
  };
  const declaration = declarationAround(parsed.file.declarations, offset);
  const comment = parsed.file.comments.find(({ start, end }) => start <= offset && offset <= end);
  if (declaration !== undefined) {
    push({ start: declaration.docSpan?.start ?? declaration.start, end: declaration.end });
    if (declaration.docSpan && offset <= declaration.docSpan.end) push(declaration.docSpan);
    push(declaration);
    visitSpans(declaration, offset, (span, isBody) => {
      push(span);
      if (isBody) push({ start: span.start + 1, end: span.end - 1 });
      else if (text[span.start] === '"') push(insideString(text, span));
    });
  }
  if (comment !== undefined) push(comment);
  return spans;
}

function declarationAround(declarations: readonly Declaration[], offset: number): Declaration | undefined {
  return declarations.find(({ docSpan, start, end }) => (docSpan?.start ?? start) <= offset && offset <= end);
}

/** Visits the parts around the offset, outermost first. Trees are shallow: a declaration is at most five deep. */
function visitSpans(node: object, offset: number, visit: (span: Span, isBody: boolean) => void): void {
  for (const [key, part] of Object.entries(node)) {
    if (key === 'docSpan' || typeof part !== 'object' || part === null) continue;
    if (Array.isArray(part)) {
      const inner = part.find((one: Span) => one.start <= offset && offset <= one.end);
      if (inner !== undefined) {
        visit(inner, false);
        visitSpans(inner, offset, visit);
      }
    } else if (part.start <= offset && offset <= part.end) {
      visit(part, key === 'body');
      visitSpans(part, offset, visit);
    }
  }
}

function insideString(text: string, span: Span): Span {
  const quotes = text.startsWith('"""', span.start) ? 3 : 1;
  const start = Math.min(span.end, span.start + quotes);
  return { start, end: Math.max(start, span.end - quotes) };
}
