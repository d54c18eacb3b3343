/** What a view is given: the model, and what it may ask to happen. */
import type { FigureContext } from '../panel/model/charts/figures';
import type { ViewName, WhatIfControl, WireLocation } from '../panel/model/messages';
import type { Model, Query, State } from './model';

export interface Actions {
  readonly update: (change: Partial<Model>) => void;
  /** Shows another view. */
  readonly show: (view: ViewName) => void;
  /** Changes the questions of the current view. `later`: with the last of several in quick order. */
  readonly ask: (change: Query, later?: boolean) => void;
  readonly figure: (id: string, change: Model['figures'][string]) => void;
  /** Shows a place in the text; with `stay` the keyboard stays here. */
  readonly reveal: (location: WireLocation | undefined, stay?: boolean) => void;
  /** Puts a value in the place of a written one; undefined takes it back. */
  readonly change: (control: WhatIfControl, value: number | undefined) => void;
  readonly forgetWhatIf: () => void;
  readonly write: () => void;
  readonly lock: () => void;
  /** Pins the state that is shown. */
  readonly pin: () => void;
  readonly renamePin: (id: number, name: string) => void;
  readonly removePin: (id: number) => void;
  /** Compares the shown scenario with a pin; undefined with none. */
  readonly compare: (id: number | undefined) => void;
  /** Exports the view: a picture, its numbers, or one of its tables. */
  readonly export: (what: 'svg' | 'png' | 'csv' | 'json' | 'markdown', table?: string) => void;
  /** Asks again for what was never answered. */
  readonly retry: () => void;
  readonly cancel: (token: string) => void;
  readonly report: (text: string) => void;
}

export interface Page {
  readonly model: Model;
  readonly act: Actions;
}

/** A page that has something to show. */
export interface ViewPage<View> extends Page {
  readonly state: State;
  readonly view: View;
  /** The same view with the what-if changes. */
  readonly whatIf?: View;
  /** The same view as it was: before the last edit, or when it was pinned. */
  readonly past?: { readonly label: string; readonly view: View };
}

/** What the figures of a view are drawn with. */
export function contextOf<View>({ state, model, whatIf, past }: ViewPage<View>): FigureContext<View> {
  return {
    hypotheses: state.hypotheses,
    unit: state.unit,
    whatIf,
    past,
    expanded: new Set(Object.entries(model.figures).flatMap(([id, { expanded }]) => (expanded ? [id] : []))),
    caret: model.followCaret ? model.caret : undefined,
    accountsPending: state.rivalsPending,
    scale: model.scale,
    shape: model.shape,
  };
}
