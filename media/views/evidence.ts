/** Evidence: every episode and dataset by what it moved. The server sorts and filters; here is only the part in view. */
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import {
  evidenceRowHeight,
  evidenceRows,
  type HeatOptions,
  heatIndexAt,
  heatMap,
} from '../../panel/model/charts/evidence';
import {
  cellOf,
  evidenceBars,
  isOneSided,
  measureWords,
  timesText,
  valueText,
} from '../../panel/model/charts/evidenceBars';
import { formatCount, formatLog, fromWire, inUnit } from '../../panel/model/numbers';
import type { EvidenceMeasure, EvidenceRow, EvidenceView } from '../../panel/model/viewTypes';
import { slotsOf, type ViewPage } from '../page';
import { figure } from '../widgets/figure';
import { checkbox, choice, textField } from '../widgets/toolkit';

type CurrentPage = ViewPage<EvidenceView>;

export function evidence(page: CurrentPage): TemplateResult {
  const { view } = page;
  if (view.total === 0) {
    return html`<p class="nothing">There is no evidence yet. <code>episode: situation -> response</code> is a first one.</p>`;
  }
  return html`${controls(page)} ${view.matching > FEW ? heat(page) : nothing} ${list(page)}`;
}

/** So many rows are seen at a glance without a map. */
const FEW = 16;

const keyOf = (measure: EvidenceMeasure): string =>
  measure.kind === 'weight'
    ? `weight:${measure.persona}`
    : measure.kind === 'probe'
      ? `probe:${measure.probe}`
      : measure.kind;

function measureOf(key: string): EvidenceMeasure {
  const at = key.indexOf(':');
  const rest = key.slice(at + 1);
  if (key.startsWith('weight:')) return { kind: 'weight', persona: rest };
  if (key.startsWith('probe:')) return { kind: 'probe', probe: Number(rest) };
  return { kind: key === 'capability' ? 'capability' : 'shift' };
}

function controls(page: CurrentPage): TemplateResult {
  const { view, state, model, act } = page;
  const query = model.queries.evidence ?? {};
  const all = (label: string, values: readonly string[]) => [
    { value: '', label },
    ...values.map((value) => ({ value, label: value })),
  ];
  return html`<div class="controls">
    ${choice(
      'By',
      [
        { value: 'shift', label: 'shift of the whole' },
        ...state.hypotheses.map(({ name }) => ({ value: `weight:${name}`, label: `weight for ${name}` })),
        ...view.probes.map((text, probe) => ({ value: `probe:${probe}`, label: `effect on ${text}` })),
        { value: 'capability', label: 'learning of abilities' },
      ],
      keyOf((query['measure'] as EvidenceMeasure | undefined) ?? view.measure),
      (key) => act.ask({ measure: measureOf(key), start: 0 }),
    )}
    ${choice(
      'Sorted',
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

function list(page: CurrentPage): TemplateResult {
  const { view, whatIf, state, model, act } = page;
  const cursor = model.figures['evidence']?.cursor;
  const shape = {
    width: model.width,
    slots: slotsOf(state.hypotheses),
    largest: view.measure.kind === 'probe' ? view.largest : inUnit(view.largest, state.unit),
    oneSided: isOneSided(view),
  };
  const rows = evidenceBars(view, state.unit, whatIf).map((row, index) => ({
    ...row,
    caret: model.followCaret && model.caret === view.rows[index]!.evidence,
    cursor: cursor === view.start + index,
  }));
  const rowHeight = evidenceRowHeight(model.width);
  const drawing = evidenceRows(svg, rows, shape);
  const at = (index: number): EvidenceRow | undefined => view.rows[index - view.start];
  return figure(page, {
    id: 'evidence',
    title: measureWords(view, state.unit),
    description: `Bars: ${measureWords(view, state.unit)}. The cells at the right: the weight of evidence for each persona, from strongly against to strongly for.`,
    legend: html`${view.matching === view.total ? `${formatCount(view.total)} in all.` : `${formatCount(view.matching)} of ${formatCount(view.total)}.`}
      <span class="key for">for</span><span class="key against">against</span>${view.rows.some((row) => row.measured) ? html`<span class="key striped">measured</span>` : nothing}`,
    width: model.width,
    drawing,
    table: () => ({
      header: [
        'Evidence',
        'Method',
        'What',
        'Count',
        measureWords(view, state.unit),
        ...state.hypotheses.map(({ name }) => name),
      ],
      rows: view.rows.map((row) => ({
        cells: [
          row.label,
          row.measured ? `${row.method} (measured)` : row.method,
          row.what,
          formatCount(row.count),
          valueText(view, row, state.unit),
          ...row.weight.map((weight) => formatLog(fromWire(weight), state.unit, { sign: true, bare: true })),
        ],
        open: () => act.reveal(row.location),
      })),
    }),
    count: view.matching,
    describe: (index) => {
      const row = at(index);
      if (!row) return `Row ${index + 1} of ${view.matching}.`;
      const weights = state.hypotheses
        .map(({ name }, h) => `${name} ${formatLog(fromWire(row.weight[h]), state.unit, { sign: true, bare: true })}`)
        .join(', ');
      const source = row.measured ? ', measured' : '';
      return `${row.label}${timesText(row)} (${row.method}${source}): ${valueText(view, row, state.unit)}. ${view.single ? 'One of them' : 'All of it'}, in ${state.unit}: ${weights}.`;
    },
    open: (index, stay) => act.reveal(at(index)?.location, stay),
    at: (_, y) => {
      const row = Math.floor(y / rowHeight);
      return row >= 0 && row < rows.length ? view.start + row : -1;
    },
    keys: { '+': () => addControl(page, cursor === undefined ? undefined : at(cursor)) },
    above: html`<div class=${rowHeight > 40 ? 'heat-head narrow' : 'heat-head'}>${state.hypotheses.map(
      ({ name, colour }) => html`<span class=${`heat-key c${colour}`} title=${name}></span>`,
    )}</div>`,
    scroll: {
      height: rowHeight * view.matching,
      offset: rowHeight * view.start,
      moved: (top, space) => {
        const first = Math.floor(top / rowHeight);
        const last = Math.min(view.matching, Math.ceil((top + space) / rowHeight));
        if (first >= view.start && last <= view.start + view.rows.length) return;
        act.ask({ start: Math.max(0, first - 15), count: last - first + 30 }, true);
      },
    },
  });
}

/** Adds an episode to those that What-if can change, and shows them. */
function addControl({ model, act }: CurrentPage, row: EvidenceRow | undefined): void {
  if (row?.kind !== 'episode') return;
  const known = model.queries.evidence?.['controls'];
  const chosen = Array.isArray(known) ? (known as string[]) : [];
  act.update({ whatIfOpen: true });
  act.ask({ controls: [...new Set([...chosen, row.declaration])] });
  act.report(`${row.label} added to What-if.`);
}

function heat(page: CurrentPage): TemplateResult {
  const { view, state, model, act } = page;
  const cursor = model.figures['heat']?.cursor;
  const options: HeatOptions = {
    width: model.width,
    names: state.hypotheses.map(({ name }) => name),
    slots: slotsOf(state.hypotheses),
    total: view.matching,
    start: cursor === undefined ? view.start : view.overview[cursor]!.start,
    count: cursor === undefined ? view.rows.length : view.overview[cursor]!.count,
  };
  const buckets = view.overview.map(({ start, count, weight }) => ({
    start,
    count,
    cells: weight.map((value) => cellOf(value, view.largestWeight)),
  }));
  const words = (index: number): string => {
    const bucket = view.overview[index]!;
    const weights = state.hypotheses.map(
      ({ name }, h) => `${name} ${formatLog(fromWire(bucket.weight[h]), state.unit, { sign: true, bare: true })}`,
    );
    const which =
      bucket.count === 1 ? `${bucket.start + 1}.` : `${bucket.start + 1}. to ${bucket.start + bucket.count}.`;
    return `${which} Strongest, in ${state.unit}: ${weights.join(', ')}.`;
  };
  return figure(page, {
    id: 'heat',
    title: 'Everything at a glance',
    description:
      'All evidence in the order of the list above, from left to right; a line for each persona: blue for it, orange against it.',
    width: model.width,
    drawing: heatMap(svg, buckets, options),
    table: () => ({
      header: ['Place', ...options.names],
      rows: view.overview.map((bucket) => ({
        cells: [
          bucket.count === 1 ? String(bucket.start + 1) : `${bucket.start + 1}–${bucket.start + bucket.count}`,
          ...bucket.weight.map((value) => formatLog(fromWire(value), state.unit, { sign: true, bare: true })),
        ],
      })),
    }),
    count: buckets.length,
    horizontal: true,
    describe: words,
    open: (index) => {
      const bucket = view.overview[index]!;
      act.figure('evidence', { ...model.figures['evidence'], cursor: bucket.start });
      if (bucket.start < view.start || bucket.start >= view.start + view.rows.length)
        act.ask({ start: Math.max(0, bucket.start - 5) });
    },
    openOnClick: true,
    at: (x) => {
      const index = heatIndexAt(options, x);
      return view.overview.findIndex((bucket) => index >= bucket.start && index < bucket.start + bucket.count);
    },
  });
}
