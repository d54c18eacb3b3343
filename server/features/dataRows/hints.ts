/** Inlay hints in training data: beside each row that can be seen, what it became and whom it moves most. */
import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver-types';
import { formatCount } from '../../../panel/model/numbers';
import type { Settings } from '../../settings';
import { type LineIndex, lineIndex } from '../../syntax/lines';
import type { DataSnapshot } from '../feature';
import { unitOf } from '../hover/page';
import { contributorsLabel } from '../inlayHints';
import { cellText, influenceOf, rowState, type Use, usesOf } from './uses';

/** More rows than fit on a screen: a client that asks for a whole file gets the first of them. */
const MOST_ROWS = 400;
/** Behind a longer line a hint is out of view, and VS Code draws no line to its end: the hint stands in front. */
const LONGEST_BEFORE_HINT = 80;

/** By the first scenario that reads the file; the hover has the others. */
export function rowHints(data: DataSnapshot, range: Range, settings: Settings): readonly InlayHint[] {
  const [use] = usesOf(data);
  if (!use || !settings.hints.episodes) return [];
  const lines = lineIndex(data.text);
  const { line } = use.counts.index!;
  const { from, to } = use;
  const hints: InlayHint[] = [];
  for (let row = firstFrom(line, from, to, range.start.line + 1); row < to && hints.length < MOST_ROWS; row++) {
    const at = line[row]! - 1;
    if (at > range.end.line) break;
    if (row > from && line[row - 1] === line[row]) continue;
    const hint = hintOf(use, row, settings);
    if (hint) hints.push(placed(hint, at, lengthOf(lines, at)));
  }
  return hints;
}

interface Said {
  readonly label: string;
  readonly tooltip?: string;
}

function hintOf(use: Use, row: number, settings: Settings): Said | undefined {
  const state = rowState(use, row);
  if (state.kind !== 'used') return { label: state.kind, tooltip: state.message };
  const { first, line } = use.counts.index!;
  if (first[row] !== row) return { label: `repeats line ${formatCount(line[first[row]!]!)}` };
  const { evaluation } = use.snapshot;
  const moved = influenceOf(use)(state.group);
  const contributors = moved && contributorsLabel(evaluation, moved.weight, 0, unitOf(use.snapshot, settings), 1);
  // VS Code cuts long labels at their end.
  const pieces = [contributors, cellText(use, state.group)].filter((part) => part !== undefined);
  return pieces.length === 0 ? undefined : { label: pieces.join(' · ') };
}

function placed({ label, tooltip }: Said, line: number, length: number): InlayHint {
  const isLong = length > LONGEST_BEFORE_HINT;
  return {
    position: { line, character: isLong ? 0 : length },
    label,
    kind: InlayHintKind.Type,
    ...(isLong ? { paddingRight: true } : { paddingLeft: true }),
    ...(tooltip === undefined ? {} : { tooltip }),
  };
}

function lengthOf({ starts, ends }: LineIndex, line: number): number {
  return (ends[line] ?? 0) - (starts[line] ?? 0);
}

/** The first row that begins on this 1-based line or below it. */
function firstFrom(lines: Int32Array, from: number, to: number, line: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lines[middle]! < line) low = middle + 1;
    else high = middle;
  }
  return low;
}
