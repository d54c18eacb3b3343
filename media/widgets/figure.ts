/**
 * The frame that every chart has: a title, a description, a table twin, and a cursor that the arrow keys and the mouse
 * move along its rows or points. What the cursor stands on is written under the chart and said to screen readers.
 */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Drawing } from '../../panel/model/charts/tag';
import type { Page } from '../page';
import { icon } from './icons';

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly open?: () => void }[];
}

export interface FigureOptions {
  readonly id: string;
  readonly title: string;
  /** What is drawn how, in a sentence or two: a legend for those who see, a description for those who do not. */
  readonly description: string;
  /** Shown instead of the description where that would repeat what the eye sees at once. */
  readonly legend?: unknown;
  readonly width: number;
  readonly drawing: Drawing<TemplateResult>;
  readonly table: () => Table;
  readonly tools?: unknown;
  /** Number of cursor positions. */
  readonly count: number;
  readonly horizontal?: boolean;
  readonly describe: (index: number) => string;
  /** Enter or a click: goes to the source. */
  readonly open?: (index: number, stay: boolean) => void;
  /** The position at a point of the drawing, −1 for none. */
  readonly at?: (x: number, y: number) => number;
  /** Further keys of this chart. */
  readonly keys?: Readonly<Record<string, () => void>>;
  /** Shown above the chart, part of it for the eye: heads of columns. */
  readonly above?: unknown;
  /** The drawing is a window on something taller, which scrolls. */
  readonly scroll?: Scroll;
  /** A click opens at once; without it a click sets the cursor and a double click opens. */
  readonly openOnClick?: boolean;
}

export interface Scroll {
  /** Height of the whole, and where in it the drawing lies. */
  readonly height: number;
  readonly offset: number;
  readonly moved: (top: number, space: number) => void;
}

export function figure(page: Page, options: FigureOptions): TemplateResult {
  const { id, title, description } = options;
  const { table = false, cursor } = page.model.figures[id] ?? {};
  const said = cursor === undefined || cursor >= options.count ? undefined : options.describe(cursor);
  return html`<figure class="figure" data-figure=${id} aria-labelledby=${`${id}-title`}>
    <figcaption>
      <h2 id=${`${id}-title`}>${title}</h2>
      <span class="tools">
        ${options.tools ?? nothing}
        <button
          type="button"
          class="icon"
          aria-pressed=${table ? 'true' : 'false'}
          aria-label=${`${title}: as a table`}
          title=${table ? 'Show the chart' : 'Show as a table'}
          @click=${() => page.act.figure(id, { table: !table, cursor })}
        >
          ${icon(table ? 'chart' : 'table')}
        </button>
      </span>
    </figcaption>
    ${table ? dataTable(title, options.table()) : chart(page, options, cursor)}
    ${table ? nothing : html`<p class=${said ? 'readout' : 'legend'} id=${`${id}-said`}>${said ?? options.legend ?? description}</p>`}
  </figure>`;
}

function chart(page: Page, options: FigureOptions, cursor: number | undefined): TemplateResult {
  const { id, title, description, drawing } = options;
  const move = (index: number | undefined, report: boolean, plot?: Element): void => {
    if (index === cursor) return;
    page.act.figure(id, { cursor: index });
    if (plot && options.scroll && index !== undefined) intoView(plot, options.scroll, index / options.count);
    if (report && index !== undefined) page.act.report(options.describe(index));
  };
  const indexOf = (event: MouseEvent): number => {
    const box = (event.currentTarget as Element).querySelector('svg')!.getBoundingClientRect();
    const factor = drawing.width / (box.width || 1);
    return options.at?.((event.clientX - box.left) * factor, (event.clientY - box.top) * factor) ?? -1;
  };
  const keys = (event: KeyboardEvent): void => {
    const last = options.count - 1;
    if (last < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = cursor ?? -1;
    const [back, forward] = options.horizontal ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const stepSize = options.horizontal ? Math.max(1, Math.round(options.count / 10)) : 10;
    const to: Record<string, number> = {
      [back!]: from < 0 ? last : Math.max(0, from - 1),
      [forward!]: Math.min(last, from + 1),
      PageUp: Math.max(0, from - stepSize),
      PageDown: Math.min(last, from + stepSize),
      Home: 0,
      End: last,
    };
    if (event.key in to) move(to[event.key], true, event.currentTarget as Element);
    else if (options.keys?.[event.key]) options.keys[event.key]!();
    else if (event.key === 'Enter' && cursor !== undefined) options.open?.(cursor, event.shiftKey);
    else if (event.key === 'Escape' && cursor !== undefined) move(undefined, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const point = (event: MouseEvent): void => {
    const index = indexOf(event);
    if (index >= 0) move(index, false);
  };
  const open = (event: MouseEvent): void => {
    const index = indexOf(event);
    if (index < 0) return;
    move(index, false);
    if (options.openOnClick || event.type === 'dblclick') options.open?.(index, true);
  };
  const picture = html`<svg
    class="chart"
    role="img"
    aria-labelledby=${`${id}-t ${id}-d`}
    width=${drawing.width}
    height=${drawing.height}
    viewBox=${`0 0 ${drawing.width} ${drawing.height}`}
    .style=${options.scroll ? `top:${options.scroll.offset}px` : ''}
  >
    <title id=${`${id}-t`}>${title}</title>
    <desc id=${`${id}-d`}>${description}</desc>
    ${drawing.body}
  </svg>`;
  return html`${options.above ?? nothing}
    <div
      class=${options.scroll ? 'plot scrolling' : 'plot'}
      tabindex="0"
      role="application"
      aria-roledescription="chart"
      aria-label=${`${title}. Arrow keys walk along it${options.open ? ', Enter goes to the text' : ''}.`}
      aria-describedby=${`${id}-said`}
      @keydown=${keys}
      @pointermove=${point}
      @click=${open}
      @dblclick=${open}
      @pointerleave=${(event: PointerEvent) => {
        if (document.activeElement !== event.currentTarget) move(undefined, false);
      }}
      @scroll=${(event: Event) => {
        const { scrollTop, clientHeight } = event.currentTarget as Element;
        options.scroll?.moved(scrollTop, clientHeight);
      }}
    >
      ${options.scroll ? html`<div class="whole" .style=${`height:${options.scroll.height}px`}>${picture}</div>` : picture}
    </div>`;
}

/** Scrolls as little as it takes to see the row at this part of the whole. */
function intoView(plot: Element, { height }: Scroll, part: number): void {
  const top = height * part;
  const space = plot.clientHeight;
  const margin = Math.min(60, space / 3);
  if (top < plot.scrollTop) plot.scrollTop = top - 4;
  else if (top + margin > plot.scrollTop + space) plot.scrollTop = top + margin - space;
}

function dataTable(title: string, { header, rows }: Table): TemplateResult {
  return html`<div class="table" tabindex="0" role="region" aria-label=${`${title}, table`}>
    <table>
      <thead>
        <tr>
          ${header.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ cells, open }) =>
            html`<tr>
              ${cells.map((cell, index) =>
                index === 0
                  ? html`<th scope="row">
                      ${open ? html`<button type="button" class="link" @click=${open}>${cell}</button>` : cell}
                    </th>`
                  : html`<td>${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A choice between two or three forms of the same chart: a toolbar of toggles, which lies closer than a list. */
export function toggle<Value extends string>(
  label: string,
  options: readonly (readonly [Value, string])[],
  value: Value,
  change: (value: Value) => void,
): TemplateResult {
  return html`<span class="toggle" role="group" aria-label=${label}
    >${options.map(
      ([key, text]) =>
        html`<button type="button" aria-pressed=${key === value ? 'true' : 'false'} @click=${() => change(key)}>
          ${text}
        </button>`,
    )}</span
  >`;
}

/** A name in its colour, for legends. */
export function swatch(name: string, slot: number): TemplateResult {
  return html`<span class=${`swatch c${slot}`}>${name}</span>`;
}
