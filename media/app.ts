/** The frame of the page: what scenario this is, which view, what is wrong, what is being worked on, and the view itself. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { VIEWS, type ViewName } from '../panel/model/messages';
import { displayedChanges, reference } from './model';
import type { Page, ViewPage } from './page';
import { accounts } from './views/accounts';
import { evidence } from './views/evidence';
import { posterior } from './views/posterior';
import { predictions } from './views/predictions';
import { trajectory } from './views/trajectory';
import { whatIf } from './views/whatIf';
import { icon } from './widgets/icons';
import { button } from './widgets/toolkit';

const NAMES: Readonly<Record<ViewName, string>> = {
  posterior: 'Posterior',
  trajectory: 'Trajectory',
  evidence: 'Evidence',
  predictions: 'Predictions',
  accounts: 'Accounts',
};

export function app(page: Page): TemplateResult {
  const { model } = page;
  const status = model.state?.status ?? 'empty';
  return html`
    <header>${header(page)} ${tabs(page)}</header>
    ${notice(page)} ${progress(page)}
    <main class=${`${status} ${model.running ? '' : 'stale'} ${model.whatIfOpen ? 'with-what-if' : ''}`}>
      ${model.whatIfOpen ? whatIf(page) : nothing}
      <div id="content">
        <div id="view" role="tabpanel" aria-labelledby=${`tab-${model.view}`}>${content(page)}</div>
      </div>
    </main>
  `;
}

function header(page: Page): TemplateResult {
  const { model, act } = page;
  const title = model.state?.scenario?.title ?? 'Posterior';
  const locked = model.lockedTo !== undefined;
  const press = (key: string, label: string, glyph: Parameters<typeof icon>[0], pressed: boolean, run: () => void) =>
    html`<button type="button" class="icon" aria-pressed=${pressed ? 'true' : 'false'} aria-label=${label} title=${`${label} (${key})`} @click=${run}>${icon(glyph)}</button>`;
  return html`<div class="head">
    <h1 title=${title}>${title}</h1>
    <div class="tools" role="toolbar" aria-label="Panel">
      ${press('w', 'What-if', 'sliders', model.whatIfOpen, () => act.update({ whatIfOpen: !model.whatIfOpen }))}
      ${press('p', model.pinned ? 'Forget the pinned state' : 'Pin this state and compare', 'pin', model.pinned !== undefined, act.pin)}
      ${press('l', locked ? 'Follow the active scenario' : 'Stay with this scenario', locked ? 'lock' : 'unlock', locked, act.lock)}
      ${more(page)}
    </div>
  </div>`;
}

function more({ model, act }: Page): TemplateResult {
  const open = model.menu === 'more';
  const entries = [
    ['Copy as Markdown', 'markdown'],
    ['Save as SVG', 'svg'],
    ['Save as PNG', 'png'],
    ['Save as CSV', 'csv'],
    ['Save as JSON', 'json'],
  ] as const;
  const close = (): void => act.update({ menu: undefined });
  const keys = (event: KeyboardEvent): void => {
    const menu = event.currentTarget as HTMLElement;
    const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items[(at + items.length - 1) % items.length]?.focus();
    else if (event.key === 'Escape') {
      close();
      menu.querySelector<HTMLElement>('.icon')?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const left = (event: FocusEvent): void => {
    if (!(event.currentTarget as Element).contains(event.relatedTarget as Node | null)) close();
  };
  return html`<span class="menu" @keydown=${keys} @focusout=${left}>
    <button
      type="button"
      class="icon"
      aria-haspopup="menu"
      aria-expanded=${open ? 'true' : 'false'}
      aria-label="Take it away"
      title="Take it away: copy or save this view"
      @click=${(event: Event) => {
        act.update({ menu: open ? undefined : 'more' });
        if (!open)
          (event.currentTarget as Element).parentElement?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
      }}
    >
      ${icon('more')}
    </button>
    ${
      open
        ? html`<div role="menu" aria-label="Take it away">
            ${entries.map(
              ([label, what]) =>
                html`<button
                  type="button"
                  role="menuitem"
                  tabindex="-1"
                  @click=${() => {
                    close();
                    act.take(what);
                  }}
                >
                  ${label}
                </button>`,
            )}
            <p class="keys">
              <kbd>1</kbd>–<kbd>5</kbd> views, <kbd>w</kbd> what-if, <kbd>p</kbd> pin, <kbd>l</kbd> lock, <kbd>t</kbd> tables,
              <kbd>m</kbd> copy. In a chart: arrows, <kbd>Enter</kbd> to the text.
            </p>
          </div>`
        : nothing
    }
  </span>`;
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
          ${NAMES[view]}
        </button>`,
    )}
  </div>`;
}

/** What stands between the reader and the newest numbers, with the way to its cause. */
function notice({ model, act }: Page): TemplateResult | typeof nothing {
  const { state } = model;
  if (!model.running) {
    return html`<div class="notice warn" role="status">
      ${icon('warning')}
      <p><strong>The language server has stopped.</strong> These are its last numbers; new ones come as soon as it is back.</p>
    </div>`;
  }
  if (model.unanswered) {
    return html`<div class="notice warn" role="status">
      ${icon('warning')}
      <p>
        <strong>No answer from the server yet.</strong>
        <button type="button" class="link" @click=${() => act.retry()}>Retry</button>
      </p>
    </div>`;
  }
  if (!state || state.status === 'live' || (state.status === 'empty' && !state.cause)) return nothing;
  const undefinedNow = state.status === 'undefined';
  const location = state.cause?.location;
  return html`<div class=${`notice ${undefinedNow ? 'fail' : 'warn'}`} role="status">
    ${icon(undefinedNow ? 'error' : 'warning')}
    <p>
      <strong>${undefinedNow ? 'The posterior is not defined.' : state.status === 'empty' ? 'No numbers yet.' : 'Out of date. Showing the last valid result.'}</strong>
      ${state.cause?.message ?? nothing}
      ${
        location
          ? html`<button type="button" class="link" @click=${() => act.reveal(location)}>
              Go to line ${location.range.start.line + 1}
            </button>`
          : nothing
      }
    </p>
  </div>`;
}

function progress({ model, act }: Page): TemplateResult | typeof nothing {
  const work = model.state?.progress;
  if (!work && model.state?.updating) return html`<div class="progress" role="status"><span>Updating …</span></div>`;
  if (!work) return nothing;
  return html`<div class="progress">
    <label><span>${work.label}</span><progress max="1" .value=${work.fraction ?? 0} aria-label=${work.label}></progress></label>
    ${button({ label: 'Cancel', press: () => act.cancel(work.token) })}
  </div>`;
}

function content(page: Page): unknown {
  const { model } = page;
  const { state } = model;
  if (!state) return html`<div class="waiting" role="status">Computing…</div>`;
  if (state.status === 'empty') {
    // The notice says why; there is a scenario, and it has no numbers.
    if (state.cause || state.progress) return nothing;
    return html`<div class="nothing">
      <p>No scenario yet. Open a <code>.scenario</code> file, and its posterior appears here.</p>
    </div>`;
  }
  const view = state.data;
  if (!view || view.kind !== model.view) return html`<div class="waiting" role="status">Computing…</div>`;
  const past = reference(model);
  // Each view gets the data of its own kind: the server answers with the kind that was asked for.
  const displayed = <View>(): ViewPage<View> =>
    ({
      ...page,
      state,
      view,
      whatIf: state.whatIf?.kind === view.kind && displayedChanges(model).length > 0 ? state.whatIf : undefined,
      past,
    }) as unknown as ViewPage<View>;
  switch (view.kind) {
    case 'posterior':
      return posterior(displayed());
    case 'trajectory':
      return trajectory(displayed());
    case 'evidence':
      return evidence(displayed());
    case 'predictions':
      return predictions(displayed());
    case 'accounts':
      return accounts(displayed());
  }
}
