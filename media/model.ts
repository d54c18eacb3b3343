/**
 * What the page knows: the last state from the server, what it asks for, and what only the page cares about (cursors,
 * open tables, the pinned state). Plain data; `main.ts` changes it, everything else reads it.
 */

import { type PanelState, VIEWS, type ViewName, type WhatIfChange, type WhatIfTarget } from '../panel/model/messages';
import type { PanelView } from '../panel/model/viewTypes';

export type State = PanelState<PanelView>;
export type Query = Readonly<Record<string, unknown>>;

/** A view's numbers kept for comparison. */
export interface Reference {
  readonly label: string;
  /** Of the state that it is: other views of the same state join it as they are seen. */
  readonly revision?: number;
  readonly views: Readonly<Partial<Record<ViewName, PanelView>>>;
}

export interface FigureState {
  readonly table?: boolean;
  /** Row or point under the cursor; undefined where there is none. */
  readonly cursor?: number;
}

export interface Model {
  readonly state?: State;
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
  /** The state before the last edit, and the one that was pinned. */
  readonly previous?: Reference;
  readonly pinned?: Reference;
  readonly scale: 'probability' | 'signed';
  readonly shape: 'shares' | 'odds';
  readonly close: boolean;
  readonly followCaret: boolean;
  readonly caret?: number;
  readonly figures: Readonly<Record<string, FigureState>>;
  readonly menu?: 'more' | 'keys';
  /** Width of the content in CSS pixels. */
  readonly width: number;
}

/** What is kept across a reload of the window. */
export type PersistedState = Pick<
  Model,
  'view' | 'queries' | 'lockedTo' | 'whatIf' | 'whatIfOpen' | 'pinned' | 'scale' | 'shape' | 'close' | 'followCaret'
> & { readonly tables: readonly string[] };

export const START: Model = {
  running: true,
  unanswered: false,
  view: 'posterior',
  queries: {},
  whatIf: [],
  dropped: [],
  whatIfOpen: false,
  scale: 'probability',
  shape: 'shares',
  close: false,
  followCaret: true,
  figures: {},
  width: 600,
};

export function toPersisted(model: Model): PersistedState {
  const { view, queries, lockedTo, whatIf, whatIfOpen, pinned, scale, shape, close, followCaret } = model;
  const tables = Object.entries(model.figures).flatMap(([id, { table }]) => (table ? [id] : []));
  return { view, queries, lockedTo, whatIf, whatIfOpen, pinned, scale, shape, close, followCaret, tables };
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
    pinned: isObject(old.pinned) && isObject(old.pinned.views) ? { ...old.pinned, revision: undefined } : undefined,
    scale: old.scale === 'signed' ? 'signed' : START.scale,
    shape: old.shape === 'odds' ? 'odds' : START.shape,
    close: old.close === true,
    followCaret: old.followCaret !== false,
    figures: Object.fromEntries(tables.map((id) => [id, { table: true }])),
  };
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

/** The same view of the reference that there is to compare with: the pinned one before the previous one. */
export function reference(model: Model): { readonly label: string; readonly view: PanelView } | undefined {
  const retained = model.pinned ?? model.previous;
  const view = retained?.views[model.view];
  return retained && view ? { label: retained.label, view } : undefined;
}
