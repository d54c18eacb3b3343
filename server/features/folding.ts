/** What can be folded: bodies, declarations of several lines, texts, comments, imports, and marked regions. */
import { FoldingRange, FoldingRangeKind } from 'vscode-languageserver-types';
import type { SyntaxSnapshot } from '../snapshot';
import { positionAt } from '../syntax/lines';
import { withPieces } from '../syntax/pieces';
import type { Declaration, SetDeclaration, Span, StringLiteral } from '../syntax/tree';

const REGION = /^\/\/\s*#?(region|endregion)\b/;

/** In order of their first lines. */
export function foldingRanges(snapshot: SyntaxSnapshot): readonly FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const add = (from: number, to: number, kind?: FoldingRangeKind) => {
    if (to > from) ranges.push(FoldingRange.create(from, to, undefined, undefined, kind));
  };
  const lineOf = (offset: number) => positionAt(snapshot.lines, offset).line;
  const addSpan = (span: Span, kind?: FoldingRangeKind) => add(lineOf(span.start), lineOf(span.end), kind);

  for (const declaration of withPieces(snapshot.parsed.file.declarations)) {
    if (declaration.docSpan) addSpan(declaration.docSpan, FoldingRangeKind.Comment);
    const last = lineOf(declaration.end);
    // The closing brace stays to be seen.
    add(lineOf(declaration.start), closesBody(snapshot.text, declaration) ? last - 1 : last);
    for (const text of textsOf(declaration)) addSpan(text);
  }
  addImports(snapshot, add);
  addComments(snapshot, add);
  return ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

type Add = (from: number, to: number, kind?: FoldingRangeKind) => void;

function closesBody(text: string, declaration: Declaration | SetDeclaration): boolean {
  return 'body' in declaration && declaration.body !== undefined && text[declaration.end - 1] === '}';
}

function textsOf(declaration: Declaration | SetDeclaration): readonly StringLiteral[] {
  if (declaration.kind === 'episode') return declaration.turns.flatMap((turn) => turn.text ?? []);
  if (declaration.kind !== 'persona') return [];
  return declaration.rows.flatMap((row) => (row.kind === 'system' && row.prompt ? [row.prompt] : []));
}

function addImports({ parsed, lines }: SyntaxSnapshot, add: Add): void {
  const { declarations } = parsed.file;
  let count = 0;
  while (declarations[count]?.kind === 'import') count++;
  if (count < 2) return;
  const first = positionAt(lines, declarations[0]!.start).line;
  add(first, positionAt(lines, declarations[count - 1]!.end).line, FoldingRangeKind.Imports);
}

/** Block comments, runs of line comments, and what stands between `// #region` and `// #endregion`. */
function addComments({ parsed, lines, text }: SyntaxSnapshot, add: Add): void {
  const open: number[] = [];
  let run: { first: number; last: number } | undefined;
  const closeRun = () => {
    if (run) add(run.first, run.last, FoldingRangeKind.Comment);
    run = undefined;
  };
  for (const comment of parsed.file.comments) {
    const first = positionAt(lines, comment.start).line;
    const last = positionAt(lines, comment.end).line;
    const region = REGION.exec(text.slice(comment.start, Math.min(comment.end, comment.start + 80)))?.[1];
    const standsAlone = text.slice(lines.starts[first]!, comment.start).trim() === '';
    if (comment.style === 'block' || region !== undefined || !standsAlone) {
      closeRun();
      if (comment.style === 'block') add(first, last, FoldingRangeKind.Comment);
      if (region === 'region') open.push(first);
      else if (region === 'endregion' && open.length > 0) add(open.pop()!, last, FoldingRangeKind.Region);
    } else if (run !== undefined && first === run.last + 1) run.last = first;
    else {
      closeRun();
      run = { first, last };
    }
  }
  closeRun();
}
