/**
 * The text that predicts (LANGUAGE section 8, Seals): the tokens of all files without comments, and without what held-out
 * evaluations observed, so that measuring them later leaves it as it was. Must not know how it is hashed or kept.
 */
import { tokenize } from '../syntax/lexer/lexer';
import type { Declaration, EvaluationDeclaration, Span } from '../syntax/tree';
import type { ParsedFile } from './files';

/** One line for each token, files in the order of the program with an empty line after each. */
export function sealedText(files: readonly ParsedFile[]): string {
  return files.map(fileText).join('\n');
}

function fileText({ text, parsed }: ParsedFile): string {
  return sealTokens(text, heldOut(parsed.file.declarations).flatMap(observedSpans));
}

/** The tokens of a text, a line each, without comments and without what lies in some spans. */
export function sealTokens(text: string, left: readonly Span[] = []): string {
  const { count, starts, ends } = tokenize(text);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    const end = ends[i] as number;
    if (start === end || left.some((span) => start >= span.start && end <= span.end)) continue;
    // A string over several lines is one token.
    lines.push(JSON.stringify(text.slice(start, end)));
  }
  return `${lines.join('\n')}\n`;
}

function heldOut(declarations: readonly { readonly kind: string }[]): readonly EvaluationDeclaration[] {
  return declarations.flatMap((node) => {
    const d = node as Declaration;
    if (d.kind === 'condition') return heldOut(d.pieces);
    return d.kind === 'evaluation' && d.heldOut ? [d] : [];
  });
}

/** Everything that was observed but the names of responses. */
function observedSpans({ observed }: EvaluationDeclaration): readonly Span[] {
  if (!observed) return [];
  if (observed.kind !== 'counts') return [{ start: observed.response.end, end: observed.end }];
  return observed.counts.map((c, i) => ({ start: c.response.end, end: observed.counts[i + 1]?.start ?? observed.end }));
}
