/**
 * The views of the page, each loaded when it is first shown. A view draws itself and lists its figures; what it is
 * called, how it is built and its tables are in the panel's own list.
 */
import type { TemplateResult } from 'lit/html.js';
// What all views share comes with the page; each loaded view is only what is its own.
import '../../panel/model/tables';
import '../widgets/figure';
import type { Figure } from '../../panel/model/charts/figures';
import type { ViewName } from '../../panel/model/messages';
import type { ViewPage } from '../page';

/** A view is given pages with data of its own kind only: the server answers with the kind that was asked for. */
export interface LoadedView {
  readonly draw: (page: ViewPage<never>) => TemplateResult;
  readonly figures: (page: ViewPage<never>) => readonly Figure[];
}

const LOADERS: Readonly<Record<ViewName, () => Promise<LoadedView>>> = {
  posterior: () => import('./posterior'),
  trajectory: () => import('./trajectory'),
  evidence: () => import('./evidence'),
  predictions: () => import('./predictions'),
  accounts: () => import('./accounts'),
};

const loaded = new Map<ViewName, LoadedView>();
const loading = new Set<ViewName>();

/** The view where it is here; else it is loaded, and `then` is called once it is. */
export function loadedView(view: ViewName, then: (error?: unknown) => void): LoadedView | undefined {
  const known = loaded.get(view);
  if (known || loading.has(view)) return known;
  loading.add(view);
  LOADERS[view]().then(
    (module) => {
      loaded.set(view, module);
      loading.delete(view);
      then();
    },
    (error: unknown) => {
      loading.delete(view);
      then(error);
    },
  );
  return undefined;
}
