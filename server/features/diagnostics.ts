/**
 * Diagnostics: what the text shows, what the numbers show and what the datasets' files show, in one list. Everything
 * else that reports problems (editor, command line, result) takes them from here.
 */
import {
  type CodeDescription,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as LspDiagnostic,
} from 'vscode-languageserver-types';
import type { Severity } from '../program/codes';
import { CODES } from '../program/codes';
import type { Diagnostic } from '../program/diagnostic';
import type { LintSeverity, Settings } from '../settings';
import { ofCondition, type PosteriorSnapshot, type SemanticSnapshot, toLocation, toRange } from '../snapshot';
import { datasetDiagnostics } from './diagnostics/datasets';
import { findingDiagnostics, wordsOf } from './diagnostics/findings';
import { unseparatedPersonas } from './diagnostics/separation';
import { hasNumbers, type MaybeNumbers } from './feature';

/** Where the page of codes, which has four lines for each, explains the first. */
const FIRST_LINE = 6;
const LINES_EACH = 4;

/** More than this in one file is of no use. */
export const MOST = 200;

const GRAVITY: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** Everything about the whole program, in order of file and place. */
export function allDiagnostics(snapshot: MaybeNumbers): readonly Diagnostic[] {
  return [...snapshot.program.diagnostics, ...numericDiagnostics(snapshot)].sort(
    (a, b) =>
      a.origin.file - b.origin.file || a.origin.start - b.origin.start || GRAVITY[a.severity] - GRAVITY[b.severity],
  );
}

/** Of the numbers of this text; where it has none, of what is known without them: no expectation is judged then. */
function numericDiagnostics(snapshot: MaybeNumbers): readonly Diagnostic[] {
  const { program, partial } = snapshot;
  if (partial)
    return [
      ...partial.findings.map((finding) => wordsOf(program, finding)),
      ...datasetDiagnostics(program, partial.counts),
    ];
  if (!hasNumbers(snapshot) || snapshot.outOfDate) return [];
  return [
    ...findingDiagnostics(snapshot),
    ...unseparatedPersonas(snapshot),
    ...datasetDiagnostics(program, snapshot.counts),
    ...conditionDiagnostics(snapshot),
  ];
}

/**
 * What the numbers of conditions show. Findings about shared text are said once, of the first condition that has them,
 * and only the grave ones: every other one would be repeated for each condition.
 */
function conditionDiagnostics(snapshot: PosteriorSnapshot): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { index, name, origin } of snapshot.program.conditions) {
    const own = ofCondition(snapshot, index);
    if (!own || own.incomplete !== undefined) continue;
    for (const one of findingDiagnostics(own)) {
      const isOwn = one.origin.file === origin.file && one.origin.start >= origin.start && one.origin.end <= origin.end;
      const key = `${one.code} ${one.origin.file} ${one.origin.start}`;
      if (found.has(key) || (!isOwn && one.severity !== 'error')) continue;
      found.set(
        key,
        isOwn
          ? one
          : { ...one, message: `In condition '${name}': ${one.message}`, data: { ...one.data, condition: name } },
      );
    }
  }
  return [...found.values()];
}

/** What the editor shows in the snapshot's file: at most 200, the gravest first, severities as the settings say. */
export function diagnosticsOf(snapshot: MaybeNumbers, settings: Settings): LspDiagnostic[] {
  return allDiagnostics(snapshot)
    .filter((diagnostic) => diagnostic.origin.file === snapshot.file)
    .flatMap((diagnostic) => {
      const severity = chosenSeverity(diagnostic, settings.lint);
      return severity === 'off' ? [] : [{ diagnostic, severity }];
    })
    .sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
    .slice(0, MOST)
    .map(({ diagnostic, severity }) => toLsp(snapshot, diagnostic, severity, settings));
}

/** Where a code is explained. A browser goes to the anchor, the editor, which opens the page as text, to the line. */
export function explained(code: string, { documentation }: Settings): { codeDescription?: CodeDescription } {
  const index = Object.keys(CODES).indexOf(code);
  if (documentation === undefined || index < 0) return {};
  const place = /^https?:/.test(documentation) ? code : `L${FIRST_LINE + LINES_EACH * index}`;
  return { codeDescription: { href: `${documentation}#${place}` } };
}

/** An error cannot be turned down: the numbers depend on it. */
export function chosenSeverity(
  { code, severity }: Pick<Diagnostic, 'code' | 'severity'>,
  lint: Settings['lint'],
): LintSeverity {
  return severity === 'error' ? severity : (lint[code] ?? severity);
}

export const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

function toLsp(
  snapshot: SemanticSnapshot,
  diagnostic: Diagnostic,
  severity: Severity,
  settings: Settings,
): LspDiagnostic {
  const related: DiagnosticRelatedInformation[] | undefined = diagnostic.related?.map(({ origin, message }) => ({
    location: toLocation(snapshot, origin),
    message,
  }));
  return {
    range: toRange(snapshot.fileLines[snapshot.file]!, diagnostic.origin),
    severity: SEVERITY[severity],
    code: diagnostic.code,
    ...explained(diagnostic.code, settings),
    source: 'dramatis',
    message: diagnostic.message,
    ...(related && related.length > 0 ? { relatedInformation: related } : {}),
    ...(diagnostic.code.startsWith('unused-') ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(diagnostic.data ? { data: diagnostic.data } : {}),
  };
}
