/** The frame of the page: what scenario this is, which view, what is out of date, what is being computed, and the view itself. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { VIEWS } from '../panel/model/messages';
import { VIEW_TITLES } from '../panel/model/viewNames';
import type { PanelView } from '../panel/model/viewTypes';
import { comparedPin, displayedChanges, reference } from './model';
import type { Page, ViewPage } from './page';
import { fileOf, timeText } from './pins';
import type { LoadedView } from './views/list';
import { whatIf } from './views/whatIf';
import { icon } from './widgets/icons';
import { menu } from './widgets/menu';
import { button } from './widgets/toolkit';

export function app(page: Page, view: LoadedView | undefined): TemplateResult {
  const { model } = page;
  const status = model.state?.status ?? 'empty';
  return html`
    <header>${header(page, view)} ${tabs(page)} ${strip(page)}</header>
    ${progress(page)}
    <main class=${`${status} ${model.running ? '' : 'stale'} ${model.whatIfOpen ? 'with-what-if' : ''}`}>
      ${model.whatIfOpen ? whatIf(page) : nothing}
      <div id="content">
        <div id="view" role="tabpanel" data-drawn=${view && viewPage(page) ? model.view : ''} aria-labelledby=${`tab-${model.view}`}>${content(page, view)}</div>
      </div>
    </main>
  `;
}

function header(page: Page, view: LoadedView | undefined): TemplateResult {
  const { model, act } = page;
  const title = model.state?.scenario?.title ?? 'Posterior';
  const locked = model.lockedTo !== undefined;
  const press = (key: string, label: string, glyph: Parameters<typeof icon>[0], pressed: boolean, run: () => void) =>
    html`<button type="button" class="icon" aria-pressed=${pressed ? 'true' : 'false'} aria-label=${label} title=${`${label} (${key})`} @click=${run}>${icon(glyph)}</button>`;
  return html`<div class="head">
    <h1>${title}</h1>
    <div class="tools" role="toolbar" aria-label="Panel">
      ${press('w', 'What-if', 'sliders', model.whatIfOpen, () => act.update({ whatIfOpen: !model.whatIfOpen }))}
      ${pins(page)}
      ${press('l', locked ? 'Follow the active scenario' : 'Lock to this scenario', locked ? 'lock' : 'unlock', locked, act.lock)}
      ${more(page, view)}
    </div>
  </div>`;
}

/** Pins of this scenario, and below them those of others, which are compared with only when chosen. */
function pins(page: Page): TemplateResult {
  const { model, act } = page;
  const chosen = comparedPin(model);
  const uri = model.state?.scenario?.uri;
  const own = model.pins.filter((pin) => pin.scenario.uri === uri);
  const foreign = model.pins.filter((pin) => pin.scenario.uri !== uri);
  const now = Date.now();
  const row = (pin: (typeof own)[number]) => html`<div class="pin">
    <button
      type="button"
      role="menuitemradio"
      tabindex="-1"
      aria-checked=${pin === chosen ? 'true' : 'false'}
      aria-label=${`Compare with ${pin.name}`}
      title="Compare with this pin"
      @click=${() => act.compare(pin === chosen ? undefined : pin.id)}
    >
      ${icon(pin === chosen ? 'check' : 'pin')}
    </button>
    <span class="pin-text">
      <input aria-label=${`Name of ${pin.name}`} .value=${pin.name} @change=${(event: Event) => {
        if (event.currentTarget instanceof HTMLInputElement) act.renamePin(pin.id, event.currentTarget.value);
      }} />
      <span class="origin">${fileOf(pin)}, ${timeText(pin.time, now)}, revision ${pin.revision}</span>
    </span>
    <button type="button" class="icon" aria-label=${`Remove ${pin.name}`} title="Remove" @click=${() => act.removePin(pin.id)}>
      ${icon('cross')}
    </button>
  </div>`;
  return menu(page, {
    name: 'pins',
    glyph: 'pin',
    label: 'Pins',
    title: 'Pin this state and compare (p)',
    pressed: chosen !== undefined,
    body: () => html`
      <button type="button" role="menuitem" tabindex="-1" ?disabled=${!model.state?.data} @click=${act.pin}>Pin this state</button>
      ${chosen ? html`<button type="button" role="menuitem" tabindex="-1" @click=${() => act.compare(undefined)}>Compare with no pin</button>` : nothing}
      ${own.map(row)}
      ${foreign.length > 0 ? html`<p class="keys">Pins of other scenarios</p>${foreign.map(row)}` : nothing}
    `,
  });
}

function more(page: Page, view: LoadedView | undefined): TemplateResult {
  const { act } = page;
  return menu(page, {
    name: 'more',
    glyph: 'more',
    label: 'Export',
    title: 'Export this view',
    pressed: false,
    body: () => {
      const displayed = viewPage(page);
      const tables = view && displayed ? [...new Set(view.figures(displayed).map(({ table }) => table.title))] : [];
      const entry = (label: string, run: () => void) =>
        html`<button type="button" role="menuitem" tabindex="-1" @click=${() => {
          act.update({ menu: undefined });
          run();
        }}>${label}</button>`;
      return html`
        ${entry('Copy as Markdown', () => act.export('markdown'))}
        ${entry('Save as SVG', () => act.export('svg'))}
        ${entry('Save as PNG', () => act.export('png'))}
        ${tables.map((title) => entry(tables.length === 1 ? 'Save as CSV' : `Save “${title}” as CSV`, () => act.export('csv', title)))}
        ${entry('Save as JSON', () => act.export('json'))}
        <p class="keys">
          <kbd>1</kbd>–<kbd>5</kbd> views, <kbd>w</kbd> what-if, <kbd>p</kbd> pin, <kbd>l</kbd> lock, <kbd>t</kbd> tables,
          <kbd>m</kbd> copy. In a chart: arrows, <kbd>Enter</kbd> opens the source.
        </p>
      `;
    },
  });
}

function tabs({ model, act }: Page): TemplateResult {
  const keys = (event: KeyboardEvent): void => {
    const at = VIEWS.indexOf(model.view);
    const to: Record<string, number> = {
      ArrowLeft: (at + VIEWS.length - 1) % VIEWS.length,
      ArrowRight: (at + 1) % VIEWS.length,
      Home: 0,
      End: VIEWS.length - 1,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    act.show(VIEWS[next]!);
    (event.currentTarget as Element).querySelector<HTMLElement>(`#tab-${VIEWS[next]!}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label="Views" @keydown=${keys}>
    ${VIEWS.map(
      (view) =>
        html`<button
          type="button"
          role="tab"
          id=${`tab-${view}`}
          aria-selected=${view === model.view ? 'true' : 'false'}
          aria-controls="view"
          tabindex=${view === model.view ? 0 : -1}
          @click=${() => act.show(view)}
        >
          ${VIEW_TITLES[view]}
        </button>`,
    )}
  </div>`;
}

/**
 * One line of constant height under the tabs, so that nothing below moves while a line is half typed: what keeps the
 * numbers from being those of the text, else what the line does that the caret is on.
 */
function strip(page: Page): TemplateResult {
  const { model, act } = page;
  const { state } = model;
  const report = (kind: string, strong: string, text: string, action?: readonly [string, () => void]) =>
    html`<div class=${`strip-line ${kind}`} role="status" title=${`${strong} ${text}`}>
      ${kind === '' ? nothing : icon(kind === 'fail' ? 'error' : 'warning')}
      <p><strong>${strong}</strong> ${text}</p>
      ${action ? html`<button type="button" class="link" @click=${action[1]}>${action[0]}</button>` : nothing}
    </div>`;
  if (!model.running) return report('warn', 'Server not running.', 'These are its last numbers.');
  if (model.broken !== undefined)
    return report('warn', 'The view could not be loaded.', model.broken, ['Retry', act.retry]);
  if (model.unanswered) return report('warn', 'No answer from the server yet.', '', ['Retry', act.retry]);
  if (state?.updating && !state.progress) return report('', 'Updating …', '');
  const cause = state?.cause;
  const location = cause?.location;
  const go = location
    ? ([`Go to line ${location.range.start.line + 1}`, () => act.reveal(location)] as const)
    : undefined;
  switch (state?.status) {
    case 'stale':
      return report('warn', 'Out of date. Showing the last valid result.', cause?.message ?? '', go);
    case 'undefined':
      return report('fail', 'The posterior is not defined.', cause?.message ?? '', go);
    case 'empty':
      if (cause) return report('warn', 'No numbers yet.', cause.message, go);
      break;
    default:
      if (model.line !== undefined && model.followCaret) return report('', 'This line:', model.line);
  }
  return html`<div class="strip-line"></div>`;
}

function progress({ model, act }: Page): TemplateResult | typeof nothing {
  const work = model.state?.progress;
  if (!work) return nothing;
  return html`<div class="progress">
    <label><span>${work.label}</span><progress max="1" .value=${work.fraction ?? 0} aria-label=${work.label}></progress></label>
    ${button({ label: 'Cancel', press: () => act.cancel(work.token) })}
  </div>`;
}

/** What a view is given, where there is something to show. */
export function viewPage(page: Page): ViewPage<never> | undefined {
  const { model } = page;
  const { state } = model;
  const view: PanelView | undefined = state?.data;
  if (!state || !view || view.kind !== model.view) return undefined;
  const whatIf = state.whatIf?.kind === view.kind && displayedChanges(model).length > 0 ? state.whatIf : undefined;
  const past = reference(model);
  // The server answers with the kind that was asked for, and what is compared with it is of the same kind.
  return {
    ...page,
    state,
    view,
    whatIf,
    past: past?.view.kind === view.kind ? past : undefined,
  } as unknown as ViewPage<never>;
}

function content(page: Page, view: LoadedView | undefined): unknown {
  const { state } = page.model;
  if (!state) return html`<div class="waiting" role="status">Computing…</div>`;
  if (state.status === 'empty') {
    if (state.firstSteps) {
      return html`<div class="nothing">
        <p>No personas yet. Start with:</p>
        <pre><code>${state.firstSteps.join('\n')}</code></pre>
      </div>`;
    }
    // The notice says why; there is a scenario, and it has no numbers.
    if (state.cause || state.progress) return nothing;
    return html`<div class="nothing">
      <p>No scenario yet. Open a <code>.scenario</code> file, and its posterior appears here.</p>
    </div>`;
  }
  const displayed = viewPage(page);
  if (!displayed || !view) return html`<div class="waiting" role="status">Computing…</div>`;
  const pending = state.rivalsPending && state.view === 'accounts';
  const headline = pending ? 'The accounts are being computed for the current text.' : (state.data?.headline ?? '');
  return html`${headline === '' ? nothing : html`<p class="headline">${headline}</p>`}${view.draw(displayed)}`;
}
