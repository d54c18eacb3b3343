/**
 * What the parts of the builder share while one program is built: the files, the diagnostics found so far, the
 * occurrences of names, and the knowledge of which places syntax errors have already spoken for.
 */
import type { Name, Span } from '../../syntax/tree';
import { CODES, type DiagnosticCode } from '../codes';
import type { Diagnostic, RelatedPlace } from '../diagnostic';
import { originOf, type ParsedFile } from '../files';
import { NO_QUANTITIES, type Quantities } from './numbersInForce';
import { type OccurrenceLog, occurrenceLog } from './occurrences';

export interface BuildContext {
  readonly files: readonly ParsedFile[];
  readonly diagnostics: Diagnostic[];
  readonly occurrences: OccurrenceLog;
  readonly quantities: Quantities;
  /** An import failed: a name that is unknown may well be defined there. */
  readonly incomplete: boolean;
  /** By file: where the parser found what it could not read, ascending. */
  readonly damage: readonly (readonly number[])[];
  /** Near names by kind, place and wrong name. */
  readonly suggestions: Map<string, readonly string[]>;
  /** Words of the texts that the parser could not read: names that may be defined there. Computed once, on need. */
  lostWords?: ReadonlySet<string>;
}

export function createBuildContext(files: readonly ParsedFile[]): BuildContext {
  const diagnostics: Diagnostic[] = [];
  files.forEach((file, index) => {
    for (const issue of file.parsed.issues) {
      diagnostics.push({
        code: issue.code as DiagnosticCode,
        severity: 'error',
        origin: originOf(index, issue),
        message: asSentence(issue.message),
        ...(issue.expected ? { data: { expected: issue.expected } } : {}),
      });
    }
    if (file.diagnostics) diagnostics.push(...file.diagnostics);
  });
  return {
    files,
    diagnostics,
    occurrences: occurrenceLog(),
    quantities: NO_QUANTITIES,
    damage: files.map(damageStarts),
    incomplete: files.some((file) => file.incomplete),
    suggestions: new Map(),
  };
}

/** The parser speaks in phrases, people read sentences. */
function asSentence(phrase: string): string {
  const text = phrase.charAt(0).toUpperCase() + phrase.slice(1);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Issues that leave the declaration around them whole: what is too much is told and not used. */
const HARMLESS: readonly string[] = ['syntax-duplicate-attribute', 'syntax-import-order'];

function damageStarts(file: ParsedFile): readonly number[] {
  const starts = file.parsed.issues.filter(({ code }) => !HARMLESS.includes(code)).map(({ start }) => start);
  return starts.sort((a, b) => a - b);
}

export function report(
  ctx: BuildContext,
  file: number,
  span: Span,
  code: DiagnosticCode,
  message: string,
  more?: { readonly related?: readonly RelatedPlace[]; readonly data?: Readonly<Record<string, unknown>> },
): void {
  ctx.diagnostics.push({ code, severity: CODES[code].severity, origin: originOf(file, span), message, ...more });
}

/** Whether the parser has reported something inside this span: the reader has been told, nothing more is said of it. */
export function isDamaged(ctx: BuildContext, file: number, span: Span): boolean {
  const starts = ctx.damage[file]!;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < span.start) low = middle + 1;
    else high = middle;
  }
  return low < starts.length && starts[low]! <= span.end;
}

/** Whether an unknown name is no mistake of its own: it may be defined in text that could not be read. */
export function isExcused(ctx: BuildContext, name: Name): boolean {
  if (ctx.incomplete) return true;
  if (ctx.damage.every((starts) => starts.length === 0)) return false;
  ctx.lostWords ??= collectLostWords(ctx);
  return ctx.lostWords.has(name.text);
}

/** Words between declarations, and in declarations with an error. */
function collectLostWords(ctx: BuildContext): ReadonlySet<string> {
  const words = new Set<string>();
  const collect = (text: string) => {
    for (const match of text.matchAll(/[\p{L}_][\p{L}\p{M}\p{N}_]*(?:-[\p{L}\p{M}\p{N}_]+)*/gu))
      words.add(match[0].normalize('NFC'));
  };
  ctx.files.forEach((file, index) => {
    if (ctx.damage[index]!.length === 0) return;
    let end = 0;
    for (const declaration of file.parsed.file.declarations) {
      collect(file.text.slice(end, declaration.start));
      if (isDamaged(ctx, index, declaration)) collect(file.text.slice(declaration.start, declaration.end));
      end = declaration.end;
    }
    collect(file.text.slice(end));
  });
  return words;
}
