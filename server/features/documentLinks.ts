/** The files that imports and datasets name, and the addresses of sources, as links; a path that cannot be resolved has no target. */
import type { DocumentLink } from 'vscode-languageserver-types';
import { resolvePath } from '../program/paths';
import { type SyntaxSnapshot, toRange } from '../snapshot';
import { nestedDeclarations } from '../syntax/pieces';
import type { ParseResult, StringLiteral } from '../syntax/tree';

export function documentLinks(snapshot: SyntaxSnapshot): readonly DocumentLink[] {
  const files = pathsIn(snapshot).map(({ literal, kind }) => {
    const target = resolvePath(snapshot.uri, literal.value);
    return {
      range: toRange(snapshot.lines, insideQuotes(snapshot.text, literal)),
      ...(target ? { target } : {}),
      tooltip: kind === 'import' ? 'Open the imported file' : 'Open the training file',
    };
  });
  return [...files, ...sourceLinks(snapshot)];
}

function sourceLinks({ parsed, lines, text }: SyntaxSnapshot): readonly DocumentLink[] {
  return parsed.file.declarations.flatMap((one): DocumentLink[] => {
    const target = one.kind === 'source' && one.address ? webAddress(one.address.value) : undefined;
    if (one.kind !== 'source' || !one.address || !target) return [];
    return [{ range: toRange(lines, insideQuotes(text, one.address)), target, tooltip: 'Open the source' }];
  });
}

/** A web address as it is, an arXiv identifier or a DOI as the page that it names; nothing else is opened. */
function webAddress(address: string): string | undefined {
  const arxiv = /^arxiv:\s*(\d{4}\.\d{4,5}(?:v\d+)?)$/i.exec(address.trim());
  if (arxiv) return `https://arxiv.org/abs/${arxiv[1]}`;
  const doi = /^(?:doi:\s*)?(10\.\d{4,9}\/[\w.()/:;-]+)$/i.exec(address.trim());
  if (doi) return `https://doi.org/${doi[1]}`;
  return /^https?:\/\/[^\s"<>]+$/i.test(address.trim()) ? address.trim() : undefined;
}

export interface WrittenPath {
  readonly kind: 'import' | 'dataset';
  readonly literal: StringLiteral;
}

/** A text as far as its paths go. */
export type TextWithPaths = Pick<SyntaxSnapshot, 'uri' | 'text' | 'lines'> & {
  readonly parsed: Pick<ParseResult, 'file'>;
};

/** Every path that the text writes, in order. */
export function pathsIn({ parsed }: TextWithPaths): readonly WrittenPath[] {
  return nestedDeclarations(parsed.file.declarations).flatMap((declaration): WrittenPath[] => {
    if (declaration.kind !== 'import' && declaration.kind !== 'dataset') return [];
    return declaration.path?.value ? [{ kind: declaration.kind, literal: declaration.path }] : [];
  });
}

/** The span of a string's text without its quotes. */
export function insideQuotes(text: string, literal: StringLiteral): { readonly start: number; readonly end: number } {
  const quotes = text.startsWith('"""', literal.start) ? 3 : 1;
  const start = literal.start + quotes;
  return { start, end: Math.max(start, literal.end - quotes) };
}
