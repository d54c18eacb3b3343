/** Trajectory: the posterior by step, and a strip of the whole way to look closer. */
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import type { Figure } from '../../panel/model/charts/figures';
import { strip, stripStepAt } from '../../panel/model/charts/strip';
import { overviewShares, trajectoryFigures } from '../../panel/model/charts/trajectoryFigures';
import type { TrajectoryView } from '../../panel/model/viewTypes';
import { contextOf, type ViewPage } from '../page';
import { figureView, toggle } from '../widgets/figure';
import { checkbox, choice } from '../widgets/toolkit';

type CurrentPage = ViewPage<TrajectoryView>;

export const figures = (page: ViewPage<TrajectoryView>): readonly Figure[] =>
  trajectoryFigures(page.view, contextOf(page));

export function draw(page: CurrentPage): TemplateResult {
  const { view, model, act } = page;
  if (view.pending) return html`<div class="waiting" role="status">Computing the posterior by step…</div>`;
  if (view.steps === 0) {
    return html`<p class="nothing">
      No evidence yet. Start with <code>episode: situation -> response</code>; each episode, dataset and reinforcement is a
      step.
    </p>`;
  }
  const shape = toggle(
    'Form',
    [
      ['shares', 'Shares'],
      ['odds', 'Log odds'],
    ],
    model.shape,
    (next) => act.update({ shape: next }),
  );
  return html`
    ${controls(page)}
    ${figures(page).map((figure) =>
      figureView(page, figure, {
        tools: figure.id === 'trajectory' ? shape : undefined,
        keys: {
          '+': () => zoomBy(page, 0.5, stepOf(page, figure.id)),
          '-': () => zoomBy(page, 2, stepOf(page, figure.id)),
          '0': () => act.ask({ from: 0, to: view.steps }),
        },
      }),
    )}
    ${zoom(page)}
  `;
}

function stepOf({ view, model }: CurrentPage, id: string): number | undefined {
  const cursor = model.figures[id]?.cursor;
  return cursor === undefined ? undefined : view.points[cursor]?.step;
}

function controls({ view, state, model, act }: CurrentPage): TemplateResult {
  const query = model.queries.trajectory ?? {};
  const names = state.hypotheses.map(({ name }) => ({ value: name, label: name }));
  const nameOf = (h: number) => names[h]?.value ?? '';
  return html`<div class="controls">
    ${choice('Evidence for', names, String(query['persona'] ?? nameOf(view.persona)), (persona) => act.ask({ persona }))}
    ${choice('against', names, String(query['rival'] ?? nameOf(view.rival)), (rival) => act.ask({ rival }))}
    ${checkbox('Highlight cursor position', model.followCaret, (followCaret) => act.update({ followCaret }))}
  </div>`;
}

function zoomBy({ view, act }: CurrentPage, factor: number, around = (view.from + view.to) / 2): void {
  const half = Math.max(1, ((view.to - view.from) * factor) / 2);
  const from = Math.max(0, Math.round(Math.min(around - half, view.steps - 2 * half)));
  act.ask({ from, to: Math.min(view.steps, Math.round(from + 2 * half)) });
}

/** The step at which a drag over the strip began. */
let dragFrom: number | undefined;

function zoom(page: CurrentPage): TemplateResult | typeof nothing {
  const { view, model, act } = page;
  if (view.steps < 3) return nothing;
  const { slots, points } = overviewShares(view, contextOf(page));
  const drawing = strip(svg, points, { width: model.width, slots, steps: view.steps, from: view.from, to: view.to });
  const at = (event: PointerEvent): number => {
    const target = event.currentTarget;
    const box = target instanceof Element ? target.getBoundingClientRect() : { left: 0, width: drawing.width };
    return stripStepAt(((event.clientX - box.left) * drawing.width) / (box.width || 1), drawing.width, view.steps);
  };
  const drag = (event: PointerEvent): void => {
    if (dragFrom === undefined) return;
    const to = at(event);
    if (Math.abs(to - dragFrom) >= 1) act.ask({ from: Math.min(dragFrom, to), to: Math.max(dragFrom, to) }, true);
  };
  return html`<div class="zoom">
    <svg
      class="strip chart"
      role="img"
      aria-label="All steps: drag to look closer, double click for all of them"
      width=${drawing.width}
      height=${drawing.height}
      viewBox=${`0 0 ${drawing.width} ${drawing.height}`}
      @pointerdown=${(event: PointerEvent) => {
        dragFrom = at(event);
        if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      }}
      @pointermove=${drag}
      @pointerup=${(event: PointerEvent) => {
        drag(event);
        dragFrom = undefined;
      }}
      @dblclick=${() => act.ask({ from: 0, to: view.steps })}
    >
      ${drawing.body}
    </svg>
    <p class="legend">Drag here to look closer; in the chart <kbd>+</kbd> and <kbd>-</kbd>, <kbd>0</kbd> for all.</p>
  </div>`;
}
