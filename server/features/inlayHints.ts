/**
 * Inlay hints: the numbers at the ends of lines. Only what lies in the asked range is looked at, so a scrolled window
 * over ten thousand episodes costs as much as a small file; explanations come with the hover.
 */
import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver-types';
import { formatCount, formatLog, formatProbability } from '../../panel/model/numbers';
import type { Evaluation } from '../inference/evaluation';
import { standingOdds } from '../inference/posterior/logOdds';
import { observedShares } from '../inference/posterior/observedShares';
import { eachNumber } from '../program/build/numberNodes';
import { valueIn } from '../program/expressionValue';
import type { Observation } from '../program/model/observation';
import type { Origin } from '../program/model/origin';
import { CellForm, type Program } from '../program/model/program';
import type { Settings } from '../settings';
import { ofCondition, type PosteriorSnapshot } from '../snapshot';
import { offsetAt, positionAt } from '../syntax/lines';
import type { CellsRow, Declaration, SetDeclaration, Unit } from '../syntax/tree';
import { hasNumbers, type MaybeNumbers } from './feature';
import { unitOf } from './hover/page';

/** The strongest persona alone is named at an episode: the rest is in the hover. */
const MOVERS = 1;
/** A hint is at most about so many characters, so that lines stay calm. */
const LONGEST = 30;
/** A mover below a thousandth of a deciban is noise at the end of a line. */
const SMALLEST = Math.LN10 / 10_000;

export function inlayHints(snapshot: MaybeNumbers, range: Range, settings: Settings): InlayHint[] {
  const start = offsetAt(snapshot.lines, range.start);
  const end = offsetAt(snapshot.lines, range.end);
  const seen = snapshot.parsed.file.declarations.filter((one) => one.start <= end && one.end >= start);
  const unit = unitOf(snapshot, settings);
  const mark = hasNumbers(snapshot) && snapshot.outOfDate ? ` (${snapshot.outOfDate.mark})` : '';
  const outside = hasNumbers(snapshot) ? byPlace(snapshot, start, end) : new Map<number, number>();
  return seen
    .flatMap((declaration): readonly Hint[] => {
      const values = expressionHints(snapshot.program, declaration);
      if (declaration.kind !== 'condition') {
        return [...hintsOf(snapshot, declaration, outside, unit, settings.hints), ...values];
      }
      // What stands in a condition speaks of that condition.
      const index = snapshot.program.conditions.findIndex(({ name }) => name === declaration.name?.text);
      const own = hasNumbers(snapshot) && !snapshot.outOfDate ? ofCondition(snapshot, index) : undefined;
      const inside = own && own.incomplete === undefined ? byPlace(own, start, end) : undefined;
      const program = snapshot.program.conditions[index]?.program ?? snapshot.program;
      return [
        ...values,
        ...declaration.pieces.flatMap((piece) => [
          ...(own && inside && piece.kind !== 'set' ? hintsOf(own, piece, inside, unit, settings.hints) : []),
          ...expressionHints(program, piece),
        ]),
      ];
    })
    .filter(({ offset }) => offset >= start && offset <= end)
    .map(({ offset, label, ofText }) => ({
      position: positionAt(snapshot.lines, offset),
      label: ofText ? label : `${label}${mark}`,
      kind: InlayHintKind.Type,
      paddingLeft: true,
    }));
}

/** What each expression comes to. A name alone says its value in the hover. */
function expressionHints(program: Program, declaration: Declaration | SetDeclaration): readonly Hint[] {
  const hints: Hint[] = [];
  eachNumber(declaration, (node) => {
    if (node.expression === undefined || node.expression.kind === 'use') return;
    const value = valueIn(program, node);
    if (Number.isFinite(value)) hints.push({ offset: node.end, label: `= ${formatCount(value)}`, ofText: true });
  });
  return hints;
}

interface Hint {
  readonly offset: number;
  readonly label: string;
  /** What the text itself says, not the numbers: never out of date. */
  readonly ofText?: true;
}

/** The program's things of this file by where they start: what a declaration of the tree became. */
function byPlace({ program, file }: PosteriorSnapshot, start: number, end: number): Map<number, number> {
  const places = new Map<number, number>();
  const note = (list: readonly { readonly origin: Origin; readonly index: number }[]): void => {
    for (const { origin, index } of list)
      if (origin.file === file && origin.start <= end && origin.end >= start) places.set(origin.start, index);
  };
  note(program.episodes);
  note(program.probes);
  note(program.expectations);
  note(program.reinforcements);
  note(program.observed);
  return places;
}

function hintsOf(
  snapshot: MaybeNumbers,
  declaration: Declaration,
  places: ReadonlyMap<number, number>,
  unit: Unit,
  on: Settings['hints'],
): readonly Hint[] {
  const rows = declaration.kind === 'persona' && on.rows ? rowHints(snapshot, declaration) : [];
  if (!hasNumbers(snapshot)) return rows;
  const { program, evaluation } = snapshot;
  const index = places.get(declaration.start);
  switch (declaration.kind) {
    case 'persona': {
      const h = program.personas.findIndex(({ name }) => name === declaration.name?.text);
      return on.personas && h >= 0
        ? [...standingHint(snapshot, h, declaration.prior?.end ?? declaration.name?.end), ...rows]
        : rows;
    }
    case 'novel':
      return on.personas ? standingHint(snapshot, program.personas.length, declaration.prior?.end) : [];
    case 'capability': {
      const at = program.capabilities.findIndex(({ name }) => name === declaration.name?.text);
      const capability = evaluation.capabilities[at];
      if (!on.personas || !capability?.learnable || !declaration.value) return [];
      return arrow(declaration.value.end, capability.before, capability.after);
    }
    case 'episode': {
      if (!on.episodes || index === undefined) return [];
      const place = Math.max(
        declaration.response?.end ?? 0,
        declaration.over?.end ?? 0,
        ...declaration.attributes.map((attribute) => attribute.end),
      );
      return contributorsHint(snapshot, evaluation.episodes.weight, index, place, unit);
    }
    case 'dataset': {
      const at = program.datasets.findIndex(({ name }) => name === declaration.name?.text);
      if (!on.episodes || at < 0 || !snapshot.counts.has(at) || !declaration.path) return [];
      return contributorsHint(snapshot, evaluation.datasets.weight, at, declaration.path.end, unit);
    }
    case 'probe': {
      const probe = index === undefined ? undefined : evaluation.probes[index];
      return on.probes && probe ? arrow(declaration.end, probe.before, probe.after) : [];
    }
    case 'expect': {
      const expectation = index === undefined ? undefined : evaluation.expectations[index];
      if (!on.probes || !expectation || (snapshot.outOfDate && Number.isNaN(expectation.value))) return [];
      return [{ offset: declaration.end, label: `= ${formatProbability(expectation.value)}` }];
    }
    case 'reinforce': {
      const split = index === undefined ? undefined : evaluation.reinforcements[index];
      if (!on.episodes || !split || (snapshot.outOfDate && Number.isNaN(split.selection))) return [];
      // Of its two parts the larger one; both are in the hover.
      const larger =
        split.propensityShift > split.selection
          ? `propensity shift ${formatLog(split.propensityShift, unit)}`
          : `selection ${formatLog(split.selection, unit)}`;
      return [{ offset: declaration.end, label: larger }];
    }
    case 'evaluation': {
      const observation = index === undefined ? undefined : program.observed[index];
      const predicted = evaluation.observed[index ?? -1]?.predicted;
      if (!on.probes || !observation || !predicted || predicted.some(Number.isNaN)) return [];
      const measured = measuredHint(snapshot, observation, declaration.end);
      if (measured.length > 0) return measured;
      const at = observation.focal === undefined ? largest(predicted) : 0;
      const name = program.situations[observation.situation]?.responses[observation.outcomes[at]?.[0] ?? 0]?.name;
      return [
        { offset: declaration.end, label: `predicted ${name} ${formatProbability(predicted[at] ?? Number.NaN)}` },
      ];
    }
    default:
      return [];
  }
}

/** Of the response whose prediction misses by most: what is predicted beside what was measured. */
function measuredHint(snapshot: PosteriorSnapshot, observed: Observation, offset: number): readonly Hint[] {
  const { total, outcomes } = observedShares(snapshot.program, snapshot.evaluation, observed);
  const missed = ({ predicted, share }: (typeof outcomes)[number]): number => Math.abs(predicted - share) || 0;
  // Of two responses each misses by what the other does: the rarer one is what people ask about.
  const [response] = [...outcomes].sort((a, b) => missed(b) - missed(a) || a.share - b.share);
  if (!response || !(total > 0) || Number.isNaN(response.predicted)) return [];
  const [predicted, measured] = [formatProbability(response.predicted), formatProbability(response.share)];
  const numbers = `${predicted}, measured ${measured}`;
  const name = response.name.slice(0, Math.max(6, LONGEST + 6 - numbers.length - 2));
  return [{ offset, label: `${name === response.name ? name : `${name.slice(0, -1)}…`} ${numbers}` }];
}

function largest(values: Float64Array): number {
  return values.indexOf(Math.max(...values));
}

/** Nothing where neither is known: of what was declared after the last valid numbers. Log odds in nats, where known. */
function arrow(
  offset: number,
  before: number,
  after: number,
  oddsBefore?: number,
  oddsAfter?: number,
): readonly Hint[] {
  if (Number.isNaN(before) && Number.isNaN(after)) return [];
  return [{ offset, label: `${formatProbability(before, oddsBefore)} → ${formatProbability(after, oddsAfter)}` }];
}

function standingHint({ evaluation }: PosteriorSnapshot, h: number, offset: number | undefined): readonly Hint[] {
  const standing = evaluation.personas[h];
  if (!standing || offset === undefined) return [];
  const { prior, posterior } = standingOdds(evaluation);
  return arrow(offset, standing.prior, standing.posterior, prior[h], posterior[h]);
}

function contributorsHint(
  { evaluation }: PosteriorSnapshot,
  weights: Float64Array,
  index: number,
  offset: number,
  unit: Unit,
): readonly Hint[] {
  const label = contributorsLabel(evaluation, weights, index, unit, MOVERS);
  return label === undefined ? [] : [{ offset, label }];
}

/** Of two that move alike the one that it speaks for. */
function strongestFirst(a: { readonly weight: number }, b: { readonly weight: number }): number {
  const [one, other] = [Math.abs(a.weight), Math.abs(b.weight)];
  return Math.abs(one - other) <= 1e-9 * Math.max(one, other) ? b.weight - a.weight : other - one;
}

/** The personas that the `index`-th row of `weights` (nats) moves most; undefined where the posterior is. */
export function contributorsLabel(
  { hypotheses, defined }: Evaluation,
  weights: Float64Array,
  index: number,
  unit: Unit,
  most: number,
): string | undefined {
  const own = weights.subarray(index * hypotheses.length, (index + 1) * hypotheses.length);
  if (own.every(Number.isNaN)) return undefined;
  const contributors = hypotheses
    .map((name, h) => ({ name, weight: weights[index * hypotheses.length + h]! }))
    .filter(({ weight }) => Math.abs(weight) >= SMALLEST)
    .sort(strongestFirst)
    .slice(0, most)
    .map(({ name, weight }) => `${name} ${formatLog(weight, unit, { sign: true })}`);
  if (contributors.length > 0) return contributors.join(', ');
  return defined ? 'moves no persona' : undefined;
}

/** What the cells without a number get, written behind them; what no cell names, behind the row. */
function rowHints({ program }: MaybeNumbers, declaration: Extract<Declaration, { kind: 'persona' }>): readonly Hint[] {
  const persona = program.personas.find(({ name }) => name === declaration.name?.text);
  if (!persona) return [];
  return declaration.rows.flatMap((row) => (row.kind === 'cells' ? sharedHints(program, persona, row) : []));
}

function sharedHints(program: Program, persona: Program['personas'][number], row: CellsRow): readonly Hint[] {
  const situation = program.situations.find(({ name }) => name === row.situation.text);
  if (!situation || persona.rowSource[situation.index]?.kind !== 'written') return [];
  const first = program.cellOffset[situation.index]!;
  const named = new Set(row.cells.map((cell) => cell.response.text));
  const behindCells = row.cells.flatMap((cell): readonly Hint[] => {
    const response = situation.responses.findIndex(({ name }) => name === cell.response.text);
    if (cell.value || response < 0) return [];
    return [{ offset: cell.end, label: formatProbability(persona.row[first + response]!), ofText: true }];
  });
  const rest = situation.responses
    .map(({ name }, response) => ({
      name,
      value: persona.row[first + response]!,
      form: persona.cellForm[first + response],
    }))
    .filter(({ name, value, form }) => !named.has(name) && form === CellForm.shared && value > 0)
    .map(({ name, value }) => `${name} ${formatProbability(value)}`);
  if (rest.length === 0) return behindCells;
  const all = `, ${rest.join(', ')}`;
  const some = `, ${rest[0] ?? ''}, … ${rest.length - 1} more`;
  const label = all.length <= LONGEST || rest.length === 1 ? all : some;
  return [...behindCells, { offset: row.end, label, ofText: true }];
}
