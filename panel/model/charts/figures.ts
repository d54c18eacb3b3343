/**
 * A figure: one chart with its title, legend, sentences and table, drawn with the caller's tag. The page, the report and
 * the exported picture show the same figures, so that what one says the others say too.
 */
import type { PanelHypothesis, WireLocation } from '../messages';
import type { DataTable } from '../tables';
import type { Unit } from '../units';
import { type ChartRow, drawRows, type RowsOptions, rowAt } from './rows';
import type { Drawing, SvgTag } from './tag';

/** A key of the legend: a mark and its words. */
export interface LegendKey {
  /** Class of a filled sample, or the shape of a line or dot: `bar`, `line`, `dot`, `whisker`, `band`, `ghost`, … */
  readonly sample: string;
  readonly text: string;
  /** Persona's colour. */
  readonly slot?: number;
}

export interface Figure {
  readonly id: string;
  readonly title: string;
  /** For screen readers, and under the picture of a report. */
  readonly description: string;
  readonly legend: readonly LegendKey[];
  readonly draw: <R>(svg: SvgTag<R>, size: { readonly width: number; readonly cursor?: number }) => Drawing<R>;
  /** How many things the cursor walks over, what each says, and where it is written. */
  readonly count: number;
  readonly describe: (index: number) => string;
  readonly location: (index: number) => WireLocation | undefined;
  /** Which of them is at a place of the drawing; −1 for none. */
  readonly at: (x: number, y: number, width: number) => number;
  /** The cursor walks sideways. */
  readonly horizontal?: boolean;
  readonly table: DataTable;
  /** Rows that are folded into one, or that were: how many. */
  readonly folded?: number;
  readonly expanded?: boolean;
}

/** What figures are drawn with, besides the view. */
export interface FigureContext<View> {
  readonly hypotheses: readonly PanelHypothesis[];
  readonly unit: Unit;
  readonly whatIf?: View;
  readonly past?: { readonly label: string; readonly view: View };
  /** Figures whose folded rows are shown. */
  readonly expanded: ReadonlySet<string>;
  /** What the editor's caret is on, as an item of evidence. */
  readonly caret?: number;
  /** The accounts of this text are still being computed: what is known of them belongs to another text. */
  readonly accountsPending?: boolean;
  readonly scale?: 'probability' | 'signed';
  readonly shape?: 'shares' | 'odds';
}

/** Of so many hypotheses each has a colour of its own; of more, only those that matter most have one. */
const ALL = 8;
const MOST = 6;
/** The grey slot, of `novel` and of what stands for several. */
export const OTHERS_SLOT = 8;

/** Which hypotheses are drawn by themselves, in the order of the program, and the colour of each: never two alike. */
export function mainHypotheses(
  hypotheses: readonly PanelHypothesis[],
  include: readonly number[] = [],
): {
  readonly main: readonly number[];
  readonly slots: readonly number[];
} {
  const few = hypotheses.filter(({ colour }) => colour !== OTHERS_SLOT).length <= ALL;
  const chosen = hypotheses.map(({ rank }, h) => few || rank < MOST || include.includes(h));
  const used = new Set<number>();
  const slots = hypotheses.map(() => OTHERS_SLOT);
  const byRank = hypotheses.map((_, h) => h).sort((a, b) => (hypotheses[a]?.rank ?? 0) - (hypotheses[b]?.rank ?? 0));
  for (const h of byRank) {
    const own = hypotheses[h]?.colour ?? OTHERS_SLOT;
    if (!chosen[h] || own === OTHERS_SLOT) continue;
    let slot = own;
    while (used.has(slot)) slot = (slot + 1) % ALL;
    used.add(slot);
    slots[h] = slot;
  }
  return { main: chosen.flatMap((yes, h) => (yes ? [h] : [])), slots };
}

/** One thing that a figure of rows lists; a group's name is no item. */
export interface RowItem {
  readonly row: ChartRow;
  readonly describe: string;
  readonly location?: WireLocation;
}

/** A figure of rows out of what each row is and says. */
export function rowsFigure(
  pieces: Pick<Figure, 'id' | 'title' | 'description' | 'legend' | 'table' | 'folded' | 'expanded'>,
  items: readonly RowItem[],
  options: Omit<RowsOptions, 'width' | 'cursor'>,
): Figure {
  const rows = items.map(({ row }) => row);
  const walked = items.flatMap(({ row }, at) => (row.kind === 'group' ? [] : [at]));
  const itemOf = (index: number): RowItem | undefined => items[walked[index] ?? -1];
  return {
    ...pieces,
    draw: (svg, { width, cursor }) =>
      drawRows(svg, rows, { ...options, width, cursor: cursor === undefined ? undefined : walked[cursor] }),
    count: walked.length,
    describe: (index) => itemOf(index)?.describe ?? '',
    location: (index) => itemOf(index)?.location,
    at: (_, y, width) => walked.indexOf(rowAt(rows, { ...options, width }, y)),
  };
}

/** `24 others`. */
export const othersText = (count: number): string => `${count} ${count === 1 ? 'other' : 'others'}`;
