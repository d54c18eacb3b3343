/**
 * The frame that every chart has: a title, a legend, a table twin, and a cursor that the arrow keys and the mouse move
 * along its rows or points. What the cursor is on is written under the chart and announced to screen readers. A click
 * or Enter opens the source, in every chart.
 */
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { type Figure, othersText } from '../../panel/model/charts/figures';
import { SAMPLE_HEIGHT, SAMPLE_WIDTH, sample } from '../../panel/model/charts/legend';
import type { DataTable } from '../../panel/model/tables';
import type { Page } from '../page';
import { icon } from './icons';

export interface FigureParts {
  /** Beside the title. */
  readonly tools?: unknown;
  /** Under the chart, before what the cursor is on. */
  readonly below?: unknown;
  /** Further keys of this chart. */
  readonly keys?: Readonly<Record<string, () => void>>;
  /** In the place of opening the source. */
  readonly open?: (index: number) => void;
}

export function figureView(page: Page, figure: Figure, pieces: FigureParts = {}): TemplateResult {
  const { id, title } = figure;
  const { table = false, cursor } = page.model.figures[id] ?? {};
  const said = cursor === undefined || cursor >= figure.count ? undefined : figure.describe(cursor);
  return html`<figure class="figure" data-figure=${id} aria-labelledby=${`${id}-title`}>
    <figcaption>
      <h2 id=${`${id}-title`}>${title}</h2>
      <span class="tools">
        ${pieces.tools ?? nothing}
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
    ${
      table
        ? dataTable(page, title, figure.table)
        : html`${legend(figure)}${chart(page, figure, pieces, cursor)}${fold(page, figure)}${pieces.below ?? nothing}
            <p class="readout" id=${`${id}-said`}>${said ?? nothing}</p>`
    }
  </figure>`;
}

function legend({ legend: keys }: Figure): TemplateResult | typeof nothing {
  if (keys.length === 0) return nothing;
  return html`<ul class="legend">
    ${keys.map(
      (key) =>
        html`<li>
          ${key.sample === '' ? nothing : html`<svg class="chart sample" aria-hidden="true" width=${SAMPLE_WIDTH} height=${SAMPLE_HEIGHT}>${sample(svg, key)}</svg>`}${key.text}
        </li>`,
    )}
  </ul>`;
}

/** Unfolds what stands for several rows, and folds it again. */
function fold({ model, act }: Page, { id, folded, expanded }: Figure): TemplateResult | typeof nothing {
  if (folded === undefined) return nothing;
  const text = expanded ? `Fold ${othersText(folded)}` : `Show ${othersText(folded)}`;
  return html`<button type="button" class="link fold" aria-expanded=${expanded ? 'true' : 'false'} @click=${() => act.figure(id, { ...model.figures[id], cursor: undefined, expanded: !expanded })}>
    ${text}
  </button>`;
}

function chart(page: Page, figure: Figure, pieces: FigureParts, cursor: number | undefined): TemplateResult {
  const { id, title, description, count } = figure;
  const width = page.model.width;
  const drawing = figure.draw(svg, { width, cursor });
  const state = page.model.figures[id] ?? {};
  const move = (index: number | undefined, report: boolean): void => {
    if (index === cursor) return;
    page.act.figure(id, { ...state, cursor: index });
    if (report && index !== undefined) page.act.report(figure.describe(index));
  };
  const open = (index: number, stay: boolean): void => {
    if (pieces.open) return pieces.open(index);
    const location = figure.location(index);
    if (location) page.act.reveal(location, stay);
    else if (figure.folded !== undefined) page.act.figure(id, { ...state, expanded: !figure.expanded });
  };
  const indexOf = (event: MouseEvent): number => {
    const plot = event.currentTarget;
    const box = plot instanceof Element ? plot.querySelector('svg')?.getBoundingClientRect() : undefined;
    if (!box) return -1;
    const factor = drawing.width / (box.width || 1);
    return figure.at((event.clientX - box.left) * factor, (event.clientY - box.top) * factor, width);
  };
  const keys = (event: KeyboardEvent): void => {
    const last = count - 1;
    if (last < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const from = cursor ?? -1;
    const [back, forward] = figure.horizontal ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const page10 = figure.horizontal ? Math.max(1, Math.round(count / 10)) : 10;
    const to: Record<string, number> = {
      [back]: from < 0 ? last : Math.max(0, from - 1),
      [forward]: Math.min(last, from + 1),
      PageUp: Math.max(0, from - page10),
      PageDown: Math.min(last, from + page10),
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next !== undefined) move(next, true);
    else if (pieces.keys?.[event.key]) pieces.keys[event.key]?.();
    else if (event.key === 'Enter' && cursor !== undefined) open(cursor, event.shiftKey);
    else if (event.key === 'Escape' && cursor !== undefined) move(undefined, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<div
    class="plot"
    tabindex="0"
    role="application"
    aria-roledescription="chart"
    aria-label=${`${title}. Arrow keys move along it, Enter opens the source.`}
    aria-describedby=${`${id}-said`}
    @keydown=${keys}
    @pointermove=${(event: PointerEvent) => {
      const index = indexOf(event);
      if (index >= 0) move(index, false);
    }}
    @click=${(event: MouseEvent) => {
      const index = indexOf(event);
      if (index >= 0) open(index, true);
    }}
    @pointerleave=${(event: PointerEvent) => {
      if (document.activeElement !== event.currentTarget) move(undefined, false);
    }}
  >
    <svg
      class="chart"
      role="img"
      aria-labelledby=${`${id}-t ${id}-d`}
      width=${drawing.width}
      height=${drawing.height}
      viewBox=${`0 0 ${drawing.width} ${drawing.height}`}
    >
      <title id=${`${id}-t`}>${title}</title>
      <desc id=${`${id}-d`}>${description}</desc>
      ${drawing.body}
    </svg>
  </div>`;
}

function dataTable(page: Page, title: string, { header, rows, locations }: DataTable): TemplateResult {
  return html`<div class="table" tabindex="0" role="region" aria-label=${`${title}, table`}>
    <table>
      <thead>
        <tr>
          ${header.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((cells, at) => {
          const location = locations?.[at];
          return html`<tr>
            ${cells.map(({ displayed }, index) =>
              index === 0
                ? html`<th scope="row">
                    ${location ? html`<button type="button" class="link" @click=${() => page.act.reveal(location)}>${displayed}</button>` : displayed}
                  </th>`
                : html`<td>${displayed}</td>`,
            )}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** A choice between two or three forms of the same chart: a toolbar of toggles. */
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
