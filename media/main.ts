/**
 * The panel's page. It draws what the server sends and asks for what the reader wants to see; it computes no posterior,
 * reads no file and keeps nothing while it is hidden. One model, one function that draws it, in place.
 *
 * Read on in this order: `model` (what it knows), `page` (what may happen), `app` (the frame), `views`, `charts`.
 */
import { render } from 'lit/html.js';
import { CHART_STYLE } from '../panel/model/charts/style';
import type { HostMessage, ViewName } from '../panel/model/messages';
import { PALETTE } from '../panel/model/palette';
import type { PanelView } from '../panel/model/viewTypes';
import { Coalescer, Debouncer } from '../server/async/debounce';
import { systemScheduler } from '../server/async/scheduler';
import { app, viewPage } from './app';
import { openHostBridge } from './bridge';
import {
  displayedChanges,
  droppedText,
  fromPersisted,
  type Model,
  type Query,
  type Reference,
  type State,
  sameTarget,
  toPersisted,
} from './model';
import type { Actions } from './page';
import { loadedView } from './views/list';
import { announcer } from './widgets/announce';
import { shortcut } from './widgets/keys';
import { registerWidgets } from './widgets/toolkit';

const bridge = openHostBridge(receive);
let model: Model = fromPersisted(bridge.retained());
const root = document.getElementById('app')!;

registerWidgets();
attachStyles();
const announce = announcer(document.body);

/** Views of the last state before the current burst of edits, and when the burst's last state came. */
let editBurst: { readonly reference: Reference; readonly until: number } | undefined;
const BURST = 1000;

function receive(message: HostMessage): void {
  switch (message.kind) {
    case 'state':
      return receiveState(message.state as State);
    case 'caret':
      return set({ caret: message.evidence, line: message.line });
    case 'show':
      if (message.lockedTo !== undefined) model = { ...model, lockedTo: message.lockedTo };
      if (message.view !== undefined) model = { ...model, view: message.view };
      if (message.query !== undefined) {
        const query = { ...model.queries[model.view], ...message.query };
        const whatIfOpen = model.whatIfOpen || 'controls' in message.query;
        model = { ...model, whatIfOpen, queries: { ...model.queries, [model.view]: query } };
      }
      return request();
    case 'written':
      return act.forgetWhatIf();
    case 'server':
      floor = -1;
      set({ running: message.running });
      if (message.running) request();
  }
}

/** Revision of the last state that was shown: an older one has been overtaken. A new server counts anew. */
let floor = -1;

function receiveState(state: State): void {
  if (state.revision < floor) return;
  if (state.view !== model.view && state.status !== 'empty') return;
  floor = state.revision;
  unanswered.cancel();
  const old = model.state;
  const sameScenario = old?.scenario?.uri === state.scenario?.uri;
  let { previous } = model;
  if (!sameScenario) {
    previous = undefined;
    editBurst = undefined;
    announce.drop();
  } else if (old?.data && state.data && old.revision !== state.revision && old.data.kind === state.data.kind) {
    const now = performance.now();
    if (!editBurst || now > editBurst.until)
      editBurst = { reference: referenceOf(old.data, 'before the last edit'), until: now + BURST };
    else editBurst = { ...editBurst, until: now + BURST };
    previous = editBurst.reference;
  }
  const other = sameScenario ? {} : { dropped: [], caret: undefined, line: undefined };
  set({ state, previous, running: true, unanswered: false, ...other });
  if (state.pin && model.pinning) keepPin(state.pin);
  dropLost(state);
  const summary = summaryOf(state);
  if (summary) announce.later(summary);
}

/** A pin has arrived: it is named by its number and compared with at once. */
function keepPin(record: NonNullable<State['pin']>): void {
  const id = Math.max(0, ...model.pins.map((pin) => pin.id)) + 1;
  const pin = { ...record, id, name: `Pin ${id}`, time: Date.now() };
  model = {
    ...model,
    pinning: false,
    pins: [...model.pins, pin],
    compared: { ...model.compared, [record.scenario.uri]: id },
  };
  request();
}

/** Changes whose declaration has gone are dropped, and named in a notice. */
function dropLost({ lost = [], scenario }: State): void {
  if (lost.length === 0) return;
  const gone = model.whatIf.filter(
    (change) => change.scenario === scenario?.uri && lost.some((target) => sameTarget(target, change.target)),
  );
  if (gone.length === 0) return;
  const labels = gone.map(({ label, target }) => (target.kind === 'prior' ? label : `${label}, ${target.key}`));
  model = {
    ...model,
    whatIf: model.whatIf.filter((change) => !gone.includes(change)),
    dropped: [...new Set([...model.dropped, ...labels])],
  };
  announce.now(droppedText(model.dropped));
  request();
}

function referenceOf(view: PanelView, label: string): Reference {
  return { label, views: { [view.kind]: view } };
}

function summaryOf(state: State): string | undefined {
  if (state.status === 'stale') return 'Out of date. Showing the last valid result.';
  if (state.status === 'undefined') return 'The posterior is not defined.';
  return state.data?.headline;
}

function set(change: Partial<Model>): void {
  model = { ...model, ...change };
  draw();
}

let drawn: ViewName | undefined;
let drawing = false;
let again = false;
/** By view: how far down it was scrolled. */
const scrolled = new Map<ViewName, number>();

/** Drawing may take the focus from a node that goes, whose handler wants to draw: that comes afterwards. */
function draw(): void {
  again = true;
  if (drawing) return;
  drawing = true;
  while (again) {
    again = false;
    const view = loadedView(model.view, (error) => set({ broken: error === undefined ? undefined : String(error) }));
    render(app({ model, act }, view), root);
  }
  drawing = false;
  if (drawn === model.view || model.state?.data?.kind !== model.view) return;
  drawn = model.view;
  document.getElementById(`tab-${drawn}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  window.scrollTo(0, scrolled.get(drawn) ?? 0);
}

/** Asks for the view, and keeps across a reload what was asked. */
function request(): void {
  const { view, lockedTo, whatIf, pinning } = model;
  bridge.keep(toPersisted(model));
  const query = model.queries[view] ?? {};
  bridge.post({ kind: 'request', request: { view, lockedTo, whatIf, query, ...(pinning ? { pin: true } : {}) } });
  unanswered.request();
  draw();
}

/** A request that has had no answer for so long is named, with the way to repeat it. */
const ANSWER_MILLISECONDS = 8000;
const unanswered = new Debouncer(systemScheduler, ANSWER_MILLISECONDS, () => set({ unanswered: true }));

/** While a slider moves or a filter is typed, one request in each frame is enough. */
const FRAME_MILLISECONDS = 16;
const nextFrame = new Coalescer(systemScheduler, FRAME_MILLISECONDS, request);
function requestSoon(): void {
  draw();
  nextFrame.request();
}

const act: Actions = {
  update: (change) => {
    set(change);
    bridge.keep(toPersisted(model));
  },
  show: (view: ViewName) => {
    if (drawn === model.view) scrolled.set(model.view, window.scrollY);
    model = { ...model, view, menu: undefined };
    request();
  },
  ask: (change: Query, later = false) => {
    model = { ...model, queries: { ...model.queries, [model.view]: { ...model.queries[model.view], ...change } } };
    if (later) requestSoon();
    else request();
  },
  figure: (id, change) => {
    set({ figures: { ...model.figures, [id]: change } });
    if (change.table !== undefined) bridge.keep(toPersisted(model));
  },
  reveal: (location, stay = false) => {
    if (location) bridge.post({ kind: 'reveal', location, preserveFocus: stay });
  },
  change: ({ target, label }, value) => {
    const scenario = model.state?.scenario?.uri;
    if (scenario === undefined) return;
    const others = model.whatIf.filter((change) => change.scenario !== scenario || !sameTarget(change.target, target));
    model = { ...model, whatIf: value === undefined ? others : [...others, { scenario, target, label, value }] };
    requestSoon();
  },
  forgetWhatIf: () => {
    const displayed = displayedChanges(model);
    model = { ...model, whatIf: model.whatIf.filter((change) => !displayed.includes(change)) };
    request();
  },
  write: () => bridge.post({ kind: 'write' }),
  lock: () => {
    model = { ...model, lockedTo: model.lockedTo === undefined ? model.state?.scenario?.uri : undefined };
    request();
  },
  pin: () => {
    model = { ...model, pinning: true, menu: undefined };
    request();
  },
  renamePin: (id, name) => {
    set({ pins: model.pins.map((pin) => (pin.id === id ? { ...pin, name: name.trim() || pin.name } : pin)) });
    bridge.keep(toPersisted(model));
  },
  removePin: (id) => {
    const compared = Object.fromEntries(Object.entries(model.compared).filter(([, other]) => other !== id));
    set({ pins: model.pins.filter((pin) => pin.id !== id), compared });
    bridge.keep(toPersisted(model));
  },
  compare: (id) => {
    const uri = model.state?.scenario?.uri;
    if (uri === undefined) return;
    const { [uri]: _, ...others } = model.compared;
    set({ compared: id === undefined ? others : { ...others, [uri]: id } });
    bridge.keep(toPersisted(model));
  },
  export: (what, table) => {
    const view = loadedView(model.view, () => undefined);
    const page = viewPage({ model, act });
    if (what !== 'svg' && what !== 'png') return bridge.post({ kind: 'export', format: what, table });
    if (!view || !page) return;
    const { scenario, data } = page.state;
    const name = `${scenario?.title ?? 'posterior'} ${model.view}`.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase();
    void import('./picture')
      .then(({ takePicture }) =>
        takePicture(
          { title: scenario?.title ?? '', headline: data?.headline ?? '', figures: view.figures(page) },
          what,
        ),
      )
      .then((content) => {
        if (content !== undefined) bridge.post({ kind: 'save', name: `${name}.${what}`, content });
      });
  },
  retry: () => {
    set({ unanswered: false });
    request();
  },
  cancel: (token) => bridge.post({ kind: 'cancel', token }),
  report: announce.now,
};

/** The charts' styles, and the personas' colours: the theme's where it has them, else the palette's own for its kind. */
function attachStyles(): void {
  const sheet = new CSSStyleSheet();
  const colours = (kind: 'light' | 'dark') =>
    PALETTE.map(({ id, [kind]: own }, slot) => `--persona-${slot}:var(--vscode-${id.replace('.', '-')},${own});`).join(
      '',
    );
  sheet.replaceSync(
    `body{${colours('dark')}}body.vscode-light,body.vscode-high-contrast-light{${colours('light')}}${CHART_STYLE}`,
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

document.addEventListener('keydown', (event) => shortcut(event, { model, act }, root));
new ResizeObserver(() => {
  const content = document.getElementById('content');
  const width = Math.max(200, Math.floor(content?.clientWidth ?? root.clientWidth));
  if (width !== model.width) set({ width });
}).observe(root);

draw();
bridge.post({ kind: 'ready' });
request();
