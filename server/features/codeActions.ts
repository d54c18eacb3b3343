/**
 * Quick fixes for the findings at the caret, refactorings, "Fix all", and sorting. Which fix belongs to which code is
 * one table; how a text is mended stands in `fixes/`.
 */
import {
  type CodeAction,
  type CodeActionContext,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
} from 'vscode-languageserver-types';
import type { SemanticSnapshot } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import {
  addNeutralProbe,
  addOver,
  addReward,
  dedicateFallback,
  makePossible,
  placeReward,
  removeResponses,
  removeUnused,
} from './fixes/evidence';
import type { Finding, Fix, Fixer } from './fixes/fix';
import {
  addResponse,
  asExpected,
  declareCapability,
  declareSituation,
  didYouMean,
  dropDeclaration,
} from './fixes/names';
import {
  removeBeta,
  removePerToken,
  removeSecond,
  setStrength,
  softenCapability,
  swapLimits,
  useReplacement,
} from './fixes/numbers';
import { refactorings, sortDeclarations } from './fixes/refactorings';
import { addMissingRow, addPrior, copyRow, normaliseRow, raiseZeroPrior, removeCell, removeRow } from './fixes/rows';
import {
  addRange,
  addToAmong,
  declareParameter,
  declareSource,
  dropAmong,
  dropScale,
  planEvaluation,
  removeDeclaration,
  removeSet,
  swapRange,
  widenRange,
} from './fixes/tested';
import { whatIfCommand } from './whatIf';

/** By code of diagnostic; any other code that begins with `syntax-` has `asExpected`. */
export const FIXERS: Readonly<Record<string, readonly Fixer[]>> = {
  'unknown-situation': [didYouMean, declareSituation],
  'unknown-response': [didYouMean, addResponse],
  'unknown-persona': [didYouMean],
  'unknown-capability': [didYouMean, declareCapability],
  'duplicate-name': [dropDeclaration],
  'duplicate-declaration': [dropDeclaration],
  'duplicate-setting': [removeSecond],
  'duplicate-account': [removeSecond],
  'syntax-duplicate-attribute': [removeSecond],
  'duplicate-row': [removeRow],
  'duplicate-cell': [removeCell],
  'row-sum': [normaliseRow],
  'missing-row': [addMissingRow],
  'copied-row': [copyRow],
  'redundant-row': [removeRow],
  'missing-prior': [addPrior],
  'zero-prior': [raiseZeroPrior],
  'all-zero-priors': [raiseZeroPrior],
  'probability-range': [useReplacement],
  'row-range': [useReplacement],
  'row-number': [useReplacement],
  'learnable-extreme': [softenCapability],
  'empty-interval': [swapLimits],
  'unused-beta': [removeBeta],
  'unused-situation': [removeUnused],
  'unused-response': [removeUnused],
  'unused-capability': [removeUnused],
  'responses-and-extends': [removeResponses],
  'preference-without-over': [addOver],
  'missing-reward': [addReward],
  'unused-reward': [placeReward],
  'missing-tokens': [removePerToken],
  'undefined-posterior': [makePossible],
  'impossible-everywhere': [makePossible],
  'intended-fallback': [dedicateFallback],
  'strong-episode': [setStrength],
  'no-neutral-probe': [addNeutralProbe],
  'unknown-parameter': [didYouMean, declareParameter],
  'unknown-condition': [didYouMean],
  'unknown-source': [didYouMean, declareSource],
  'parameter-range': [swapRange],
  'parameter-scale': [dropScale],
  'parameter-outside': [widenRange],
  'cyclic-set': [removeSet],
  'set-fitted': [removeSet],
  'set-earlier-stage': [removeSet],
  'among-without-observed': [addToAmong, dropAmong],
  'among-alone': [dropAmong],
  'empty-evaluation': [planEvaluation],
  'fit-without-prior': [addRange],
  'fit-without-evaluations': [removeDeclaration],
  'unused-parameter': [removeDeclaration],
};

const SORT = `${CodeActionKind.Source}.sortDeclarations`;
const WHAT_IF = `${CodeActionKind.Refactor}.whatIf`;
export const CODE_ACTION_KINDS: readonly string[] = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorExtract,
  CodeActionKind.RefactorRewrite,
  CodeActionKind.SourceFixAll,
  SORT,
  WHAT_IF,
];

/** `everywhere`: the text's diagnostics as they stand, for "Fix all". */
export function codeActions(
  snapshot: SemanticSnapshot,
  range: Range,
  context: CodeActionContext,
  everywhere: readonly Diagnostic[],
): readonly CodeAction[] {
  const wants = (kind: string) =>
    !context.only || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    for (const diagnostic of context.diagnostics) {
      for (const { title, edits, preferred } of fixesFor(snapshot, diagnostic)) {
        actions.push({
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [diagnostic],
          ...(preferred ? { isPreferred: true } : {}),
          edit: editOf(snapshot, edits),
        });
      }
    }
  }
  const selection = { start: offsetAt(snapshot.lines, range.start), end: offsetAt(snapshot.lines, range.end) };
  for (const { title, kind, edits } of refactorings(snapshot, selection)) {
    if (wants(kind)) actions.push({ title, kind, edit: editOf(snapshot, edits) });
  }
  const whatIf = wants(WHAT_IF) ? whatIfCommand(snapshot, selection.start) : undefined;
  if (whatIf) {
    const { title, command, arguments: values } = whatIf;
    actions.push({ title, kind: WHAT_IF, command: { title, command, arguments: [...values] } });
  }
  // Asked for by name only: they concern the whole text.
  if (context.only && wants(CodeActionKind.SourceFixAll)) {
    const edits = allPreferred(snapshot, everywhere);
    if (edits.length > 0) {
      actions.push({
        title: 'Fix all unambiguous problems',
        kind: CodeActionKind.SourceFixAll,
        edit: editOf(snapshot, edits),
      });
    }
  }
  if (context.only && wants(SORT)) {
    const edit = sortDeclarations(snapshot);
    if (edit) actions.push({ title: 'Sort and group the declarations', kind: SORT, edit: editOf(snapshot, [edit]) });
  }
  return actions;
}

function editOf(snapshot: SemanticSnapshot, edits: readonly TextEdit[]) {
  return { changes: { [snapshot.uri]: [...edits] } };
}

function fixesFor(snapshot: SemanticSnapshot, diagnostic: Diagnostic): readonly Fix[] {
  const finding = findingOf(snapshot, diagnostic);
  const fixers = FIXERS[finding.code] ?? (finding.code.startsWith('syntax-') ? [asExpected] : []);
  return fixers.flatMap((fixer) => fixer(snapshot, finding)).filter(({ edits }) => edits.length > 0);
}

function findingOf(snapshot: SemanticSnapshot, { code, range, data }: Diagnostic): Finding {
  return {
    code: String(code ?? ''),
    data: typeof data === 'object' && data !== null ? (data as Finding['data']) : {},
    start: offsetAt(snapshot.lines, range.start),
    end: offsetAt(snapshot.lines, range.end),
  };
}

/** The preferred fix of each finding, those that touch an earlier one's edits left for the next time. */
function allPreferred(snapshot: SemanticSnapshot, diagnostics: readonly Diagnostic[]): readonly TextEdit[] {
  const chosen: TextEdit[] = [];
  const spans: { readonly start: number; readonly end: number }[] = [];
  for (const diagnostic of diagnostics) {
    const fix = fixesFor(snapshot, diagnostic).find(({ preferred }) => preferred);
    if (!fix) continue;
    const own = fix.edits.map(({ range }) => ({
      start: offsetAt(snapshot.lines, range.start),
      end: offsetAt(snapshot.lines, range.end),
    }));
    if (own.some((a) => spans.some((b) => a.start <= b.end && b.start <= a.end))) continue;
    spans.push(...own);
    chosen.push(...fix.edits);
  }
  return chosen;
}
