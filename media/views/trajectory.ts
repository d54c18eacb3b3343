/** Trajectory: the posterior along the episodes in order, and what each of them brought. */
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { strip } from '../../panel/model/charts/strip';
import {
  stepAt,
  type TrajectoryOptions,
  trajectoryChart,
  trajectoryPointAt,
} from '../../panel/model/charts/trajectory';
import { chartPoints } from '../../panel/model/charts/trajectoryPoints';
import { formatLog, formatProbability, fromWire, NATS_PER } from '../../panel/model/numbers';
import type { TrajectoryView } from '../../panel/model/viewTypes';
import { slotsOf, type ViewPage } from '../page';
import { columnsClass, columnWidth } from '../widgets/columns';
import { figure, swatch, toggle } from '../widgets/figure';
import { checkbox, choice } from '../widgets/toolkit';

type CurrentPage = ViewPage<TrajectoryView>;

export function trajectory(page: CurrentPage): TemplateResult {
  const { view, model } = page;
  if (view.pending) return html`<div class="waiting" role="status">Following the posterior along the evidence…</div>`;
  if (view.steps === 0) {
    return html`<p class="nothing">There is no evidence yet. Each <code>episode</code> and <code>dataset</code> becomes a step here.</p>`;
  }
  const { whatIf } = page;
  const both = whatIf && whatIf.points.length > 0 && model.shape === 'shares';
  return html`
    ${controls(page)}
    <div class=${columnsClass(page, both ? 2 : 1)}>
      ${chart(page, view, both ? 'As the text has it' : undefined)}
      ${both ? chart(page, whatIf, 'What-if') : nothing}
    </div>
    ${zoom(page)}
  `;
}

function controls({ view, state, model, act }: CurrentPage): TemplateResult {
  const query = model.queries.trajectory ?? {};
  const names = state.hypotheses.map(({ name }) => ({ value: name, label: name }));
  const nameOf = (h: number) => names[h]?.value ?? '';
  return html`<div class="controls">
    ${choice('Evidence for', names, String(query['persona'] ?? nameOf(view.persona)), (persona) => act.ask({ persona }))}
    ${choice('against', names, String(query['rival'] ?? nameOf(view.rival)), (rival) => act.ask({ rival }))}
    ${checkbox('Mark the caret', model.followCaret, (followCaret) => act.update({ followCaret }))}
  </div>`;
}

function chart(page: CurrentPage, view: TrajectoryView, heading: string | undefined): TemplateResult {
  const { state, model, act, whatIf } = page;
  const id = view === page.view ? 'trajectory' : 'trajectory-if';
  const points = chartPoints(view, state.unit, page.view.persona, page.view.rival);
  const names = state.hypotheses.map(({ name }) => name);
  const width = columnWidth(page, heading ? 2 : 1);
  const options: TrajectoryOptions = {
    width,
    shape: model.shape,
    from: view.from,
    to: view.to,
    slots: slotsOf(state.hypotheses),
    names,
    persona: page.view.persona,
    rival: page.view.rival,
    unit: state.unit,
    caret: model.followCaret && model.caret !== undefined ? model.caret + 1 : undefined,
    cursor: model.figures[id]?.cursor,
    whatIf:
      model.shape === 'odds'
        ? whatIf && chartPoints(whatIf, state.unit, page.view.persona, page.view.rival)
        : undefined,
  };
  const describe = (index: number): string => {
    const point = view.points[index]!;
    const best = point.posterior
      .map((share, h) => ({ share: fromWire(share), name: names[h]! }))
      .sort((a, b) => b.share - a.share)
      .slice(0, 3)
      .map(({ share, name }) => `${name} ${formatProbability(share)}`);
    if (point.step === 0) return `Prior: ${best.join(', ')}.`;
    const brought = formatLog(points[index]!.brought * NATS_PER[state.unit], state.unit, { sign: true });
    const source = point.measured ? ' (measured)' : '';
    return `${point.step}. ${point.label}${source}: ${brought} for ${names[options.persona]} against ${names[options.rival]}. Then ${best.join(', ')}.`;
  };
  return figure(page, {
    id,
    title: heading ?? 'Along the evidence',
    description:
      model.shape === 'shares'
        ? 'Posterior probability of every persona after each evidence, stacked to 100%; below, what each brought.'
        : `Log odds of every persona against ${names[options.rival]} after each evidence; below, what each brought.`,
    legend: html`${state.hypotheses.map(({ name, colour }) => swatch(name, colour))}${points.some((point) => point.measured) ? html`<span class="key striped">measured</span>` : nothing}`,
    width,
    drawing: trajectoryChart(svg, points, options),
    tools: toggle(
      'Form',
      [
        ['shares', 'Shares'],
        ['odds', 'Log odds'],
      ],
      model.shape,
      (shape) => act.update({ shape }),
    ),
    table: () => ({
      header: ['Step', 'Evidence', `Brought (${state.unit})`, `Surprise (${state.unit})`, ...names],
      rows: view.points.map((point, index) => ({
        cells: [
          String(point.step),
          point.label ?? 'prior',
          formatLog(points[index]!.brought * NATS_PER[state.unit], state.unit, { sign: true, bare: true }),
          formatLog(-fromWire(point.surprise), state.unit, { bare: true }),
          ...point.posterior.map((share) => formatProbability(fromWire(share))),
        ],
        open: point.location ? () => act.reveal(point.location) : undefined,
      })),
    }),
    count: points.length,
    horizontal: true,
    describe,
    open: (index, stay) => act.reveal(view.points[index]?.location, stay),
    openOnClick: true,
    at: (x) => trajectoryPointAt(points, options, x),
    keys: {
      '+': () => zoomBy(page, 0.5, options.cursor === undefined ? undefined : points[options.cursor]?.step),
      '-': () => zoomBy(page, 2, options.cursor === undefined ? undefined : points[options.cursor]?.step),
      '0': () => act.ask({ from: 0, to: view.steps }),
    },
  });
}

function zoomBy({ view, act }: CurrentPage, factor: number, around = (view.from + view.to) / 2): void {
  const half = Math.max(1, ((view.to - view.from) * factor) / 2);
  const from = Math.max(0, Math.round(Math.min(around - half, view.steps - 2 * half)));
  act.ask({ from, to: Math.min(view.steps, Math.round(from + 2 * half)) });
}

/** The step at which a drag over the strip began. */
let dragFrom: number | undefined;

function zoom(page: CurrentPage): TemplateResult | typeof nothing {
  const { view, state, model, act } = page;
  if (view.steps < 3) return nothing;
  const entire = { width: model.width, from: 0, to: view.steps, slots: slotsOf(state.hypotheses) };
  const drawing = strip(
    svg,
    view.overview.map(({ step, posterior }) => ({ step, shares: posterior.map(fromWire) })),
    { ...entire, steps: view.steps, from: view.from, to: view.to },
  );
  const at = (event: PointerEvent): number => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const options = { ...entire, shape: 'shares', names: [], persona: 0, rival: 0, unit: '' } as const;
    return stepAt(options, ((event.clientX - box.left) * drawing.width) / (box.width || 1));
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
      aria-label="The whole way: drag to look closer, double click for all of it"
      width=${drawing.width}
      height=${drawing.height}
      viewBox=${`0 0 ${drawing.width} ${drawing.height}`}
      @pointerdown=${(event: PointerEvent) => {
        dragFrom = at(event);
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
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
