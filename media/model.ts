/**
 * What the page knows: the last state from the server, what it asks for, and what only the page cares about (cursors,
 * open tables, the pinned state). Plain data; `main.ts` changes it, everything else reads it.
 */

import { type PanelState, VIEWS, type ViewName, type WhatIfChange, type WhatIfTarget } from '../panel/model/messages';
import type { PanelView } from '../panel/model/viewTypes';
import { fileOf, type Pin, pinnedView } from './pins';

export type State = PanelState<PanelView>;
export type Query = Readonly<Record<string, unknown>>;

/** A view's numbers kept for comparison. */
export interface Reference {
  readonly label: string;
  readonly views: Readonly<Partial<Record<ViewName, PanelView>>>;
}

export interface FigureState {
  readonly table?: boolean;
  /** Row or point under the cursor; undefined where there is none. */
  readonly cursor?: number;
  /** Rows that are folded into one are shown. */
  readonly expanded?: boolean;
}

export interface Model {
  readonly state?: State;
  /** A view could not be loaded, and why. */
  readonly broken?: string;
  /** The server is there. */
  readonly running: boolean;
  /** The last request has had no answer for longer than answers take. */
  readonly unanswered: boolean;
  readonly view: ViewName;
  readonly queries: Readonly<Partial<Record<ViewName, Query>>>;
  readonly lockedTo?: string;
  /** Of every scenario that this page has shown; each change belongs to one. */
  readonly whatIf: readonly WhatIfChange[];
  /** Labels of changes that were dropped because their declaration has gone. */
  readonly dropped: readonly string[];
  readonly whatIfOpen: boolean;
  /** The state before the last edit. */
  readonly previous?: Reference;
  readonly pins: readonly Pin[];
  /** By scenario: the pin that it is compared with. A pin of another scenario is here only where it was chosen. */
  readonly compared: Readonly<Record<string, number>>;
  /** A pin was asked for, and is on its way. */
  readonly pinning: boolean;
  readonly heatMap: boolean;
  readonly scale: 'probability' | 'signed';
  readonly shape: 'shares' | 'odds';
  readonly followCaret: boolean;
  readonly caret?: number;
  /** What the line does that the editor's caret is on. */
  readonly line?: string;
  readonly figures: Readonly<Record<string, FigureState>>;
  readonly menu?: 'more' | 'pins';
  /** Width of the content in CSS pixels. */
  readonly width: number;
}

/** What is kept across a reload of the window. */
export type PersistedState = Pick<
  Model,
  'view' | 'queries' | 'lockedTo' | 'whatIf' | 'whatIfOpen' | 'pins' | 'compared' | 'scale' | 'shape' | 'followCaret'
> & { readonly tables: readonly string[] };

export const START: Model = {
  running: true,
  unanswered: false,
  view: 'posterior',
  queries: {},
  whatIf: [],
  dropped: [],
  whatIfOpen: false,
  pins: [],
  compared: {},
  pinning: false,
  heatMap: false,
  scale: 'probability',
  shape: 'shares',
  followCaret: true,
  figures: {},
  width: 600,
};

export function toPersisted(model: Model): PersistedState {
  const { view, queries, lockedTo, whatIf, whatIfOpen, pins, compared, scale, shape, followCaret } = model;
  const tables = Object.entries(model.figures).flatMap(([id, { table }]) => (table ? [id] : []));
  return { view, queries, lockedTo, whatIf, whatIfOpen, pins, compared, scale, shape, followCaret, tables };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The model out of what was kept, part by part: what is not ours has its start. */
export function fromPersisted(retained: unknown): Model {
  if (!isObject(retained)) return START;
  const old = retained as Partial<PersistedState>;
  const tables = Array.isArray(old.tables) ? old.tables.map(String) : [];
  return {
    ...START,
    view: VIEWS.find((view) => view === old.view) ?? START.view,
    queries: isObject(old.queries) && Object.values(old.queries).every(isObject) ? old.queries : START.queries,
    lockedTo: typeof old.lockedTo === 'string' ? old.lockedTo : undefined,
    whatIf: Array.isArray(old.whatIf) ? old.whatIf.filter(isChange) : START.whatIf,
    whatIfOpen: old.whatIfOpen === true,
    pins: Array.isArray(old.pins) ? old.pins.filter(isPin) : START.pins,
    compared:
      isObject(old.compared) && Object.values(old.compared).every((id) => typeof id === 'number')
        ? old.compared
        : START.compared,
    scale: old.scale === 'signed' ? 'signed' : START.scale,
    shape: old.shape === 'odds' ? 'odds' : START.shape,
    followCaret: old.followCaret !== false,
    figures: Object.fromEntries(tables.map((id) => [id, { table: true }])),
  };
}

function isPin(value: unknown): value is Pin {
  return (
    isObject(value) &&
    typeof value['id'] === 'number' &&
    typeof value['name'] === 'string' &&
    typeof value['time'] === 'number' &&
    isObject(value['scenario']) &&
    typeof value['scenario']['uri'] === 'string' &&
    Array.isArray(value['hypotheses']) &&
    isObject(value['views'])
  );
}

function isChange(value: unknown): value is WhatIfChange {
  return (
    isObject(value) &&
    typeof value['scenario'] === 'string' &&
    typeof value['label'] === 'string' &&
    typeof value['value'] === 'number' &&
    isObject(value['target']) &&
    [value['target']['kind'], value['target']['declaration'], value['target']['key']].every(
      (part) => typeof part === 'string',
    )
  );
}

/** Whether two targets are the same value of the same declaration. */
export function sameTarget(a: WhatIfTarget, b: WhatIfTarget): boolean {
  return a.kind === b.kind && a.declaration === b.declaration && a.key === b.key;
}

/** The changes of the scenario that is shown. */
export function displayedChanges({ whatIf, state }: Model): readonly WhatIfChange[] {
  const uri = state?.scenario?.uri;
  return whatIf.filter(({ scenario }) => scenario === uri);
}

/** The pin that the shown scenario is compared with. */
export function comparedPin({ pins, compared, state }: Model): Pin | undefined {
  const uri = state?.scenario?.uri;
  const id = uri === undefined ? undefined : compared[uri];
  return id === undefined ? undefined : pins.find((pin) => pin.id === id);
}

/** The same view as it was: of the pin that was chosen, else before the last edit. */
export function reference(model: Model): { readonly label: string; readonly view: PanelView } | undefined {
  const pin = comparedPin(model);
  const uri = model.state?.scenario?.uri;
  if (pin) {
    const view = pinnedView(pin, model.view, model.state?.hypotheses ?? []);
    const label = pin.scenario.uri === uri ? pin.name : `${pin.name} (${fileOf(pin)})`;
    return view && { label, view };
  }
  const view = model.previous?.views[model.view];
  return model.previous && view ? { label: model.previous.label, view } : undefined;
}

/** What is said of changes that were dropped. */
export function droppedText(labels: readonly string[]): string {
  return `What-if dropped for ${labels.join('; ')}: no longer in the text.`;
}
