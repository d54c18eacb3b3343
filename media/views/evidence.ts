/** Evidence: every episode, dataset and reinforcement by what it moved. The server sorts and filters. */

import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { evidenceFigures } from '../../panel/model/charts/evidenceFigures';
import type { Figure } from '../../panel/model/charts/figures';
import { formatCount } from '../../panel/model/numbers';
import type { EvidenceMeasure, EvidenceRow, EvidenceView } from '../../panel/model/viewTypes';
import { contextOf, type ViewPage } from '../page';
import { figureView } from '../widgets/figure';
import { button, checkbox, choice, textField } from '../widgets/toolkit';

type CurrentPage = ViewPage<EvidenceView>;

/** Rows that are asked for at a time. */
const WINDOW = 60;

export const figures = (page: ViewPage<EvidenceView>): readonly Figure[] => evidenceFigures(page.view, contextOf(page));

export function draw(page: CurrentPage): TemplateResult {
  const { view, model, act } = page;
  if (view.total === 0) {
    return html`<p class="nothing">No evidence yet. Start with <code>episode: situation -> response</code>.</p>`;
  }
  const [list, map] = figures(page);
  if (!list || !map) return html``;
  const cursor = model.figures['evidence']?.cursor;
  return html`
    ${controls(page)}
    ${view.pending ? html`<p class="summary" role="status">Computing the effect on the probe: each item is left out in turn.</p>` : nothing}
    ${figureView(page, list, {
      below: more(page),
      keys: { '+': () => addControl(page, cursor === undefined ? undefined : view.rows[cursor]) },
    })}
    <details class="heat" ?open=${model.heatMap} @toggle=${(event: Event) => {
      if (event.currentTarget instanceof HTMLDetailsElement) act.update({ heatMap: event.currentTarget.open });
    }}>
      <summary>Evidence heat map</summary>
      ${model.heatMap ? figureView(page, map, { open: (index) => showBucket(page, index) }) : nothing}
    </details>
  `;
}

/** Moves the list to the items of a column of the heat map. */
function showBucket({ view, act }: CurrentPage, index: number): void {
  const bucket = view.overview[index];
  if (bucket) act.ask({ start: bucket.start });
}

function more({ view, act }: CurrentPage): TemplateResult | typeof nothing {
  const displayed = view.start + view.rows.length;
  const rest = view.matching - displayed;
  if (rest <= 0 && view.start === 0) return nothing;
  return html`<p class="more">
    ${formatCount(view.start + 1)} to ${formatCount(displayed)} of ${formatCount(view.matching)}.
    ${view.start > 0 ? button({ label: 'From the first', press: () => act.ask({ start: 0, count: WINDOW }) }) : nothing}
    ${rest > 0 ? button({ label: `Show ${formatCount(Math.min(WINDOW, rest))} more`, press: () => act.ask({ count: view.rows.length + WINDOW }) }) : nothing}
  </p>`;
}

const keyOf = (measure: EvidenceMeasure): string =>
  measure.kind === 'weight'
    ? `weight:${measure.persona}`
    : measure.kind === 'probe'
      ? `probe:${measure.probe}`
      : measure.kind;

/** Every measure with its words, as they are typed and listed. */
function measures({
  view,
  state,
}: CurrentPage): readonly { readonly measure: EvidenceMeasure; readonly label: string }[] {
  return [
    { measure: { kind: 'shift' }, label: 'KL shift of posterior' },
    ...state.hypotheses.map(({ name }) => ({
      measure: { kind: 'weight', persona: name } as const,
      label: `weight for ${name}`,
    })),
    ...view.probes.map((text, probe) => ({ measure: { kind: 'probe', probe } as const, label: `effect on ${text}` })),
    { measure: { kind: 'capability' }, label: 'learning of capabilities' },
  ];
}

function controls(page: CurrentPage): TemplateResult {
  const { view, model, act } = page;
  const query = model.queries.evidence ?? {};
  const all = (label: string, values: readonly string[]) => [
    { value: '', label },
    ...values.map((value) => ({ value, label: value })),
  ];
  const list = measures(page);
  const asked = keyOf((query['measure'] as EvidenceMeasure | undefined) ?? view.measure);
  const current = list.find(({ measure }) => keyOf(measure) === asked)?.label ?? '';
  const choose = (event: Event): void => {
    const input = event.currentTarget;
    if (!(input instanceof HTMLInputElement)) return;
    const typed = input.value.trim().toLowerCase();
    const found = list.find(({ label }) => label.toLowerCase() === typed);
    if (found) act.ask({ measure: found.measure, start: 0 });
    else if (event.type === 'change') input.value = current;
  };
  return html`<div class="controls">
    <label class="field measure"
      ><span>Measure</span
      ><input
        type="text"
        list="measures"
        aria-label="Measure"
        .value=${live(current)}
        @focus=${(event: FocusEvent) => {
          if (event.currentTarget instanceof HTMLInputElement) event.currentTarget.select();
        }}
        @change=${choose}
    /></label>
    <datalist id="measures">${list.map(({ label }) => html`<option value=${label}></option>`)}</datalist>
    ${choice(
      'Sort',
      [
        { value: 'size', label: 'strongest first' },
        { value: 'value', label: 'highest first' },
        { value: 'value up', label: 'lowest first' },
        { value: 'order', label: 'as written' },
        { value: 'count', label: 'most episodes first' },
        { value: 'label', label: 'by name' },
      ],
      query['sort'] === 'value' && query['ascending'] === true ? 'value up' : String(query['sort'] ?? view.sort),
      (sort) => act.ask({ sort: sort.split(' ')[0], ascending: sort.endsWith(' up'), start: 0 }),
    )}
    ${view.methods.length > 1 ? choice('Method', all('all methods', view.methods), String(query['method'] ?? ''), (method) => act.ask({ method, start: 0 })) : nothing}
    ${view.situations.length > 1 ? choice('Situation', all('all situations', view.situations), String(query['situation'] ?? ''), (situation) => act.ask({ situation, start: 0 })) : nothing}
    <span class="field" data-filter
      >${textField('Filter by text', String(query['text'] ?? ''), (text) => act.ask({ text, start: 0 }, true), 'Filter (/)')}</span
    >
    ${checkbox('per single episode', query['single'] === true, (single) => act.ask({ single }))}
  </div>`;
}

/** Adds an episode to those that What-if can change, and shows them. */
function addControl({ model, act }: CurrentPage, row: EvidenceRow | undefined): void {
  if (row?.kind !== 'episode') return;
  const known = model.queries.evidence?.['controls'];
  const chosen = Array.isArray(known) ? (known as string[]) : [];
  act.update({ whatIfOpen: true });
  act.ask({ controls: [...new Set([...chosen, row.declaration])] });
}
