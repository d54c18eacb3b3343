/**
 * The views of the panel as data: each has a name, a title, how it is built from an evaluation (with its first
 * sentence), how it is drawn, and its tables. A new view is a file of each kind and a line here. Nothing here knows
 * the session or the page.
 */
import type { PosteriorSnapshot } from '../../server/snapshot';
import { accountFigures } from '../model/charts/accountFigures';
import { evidenceFigures } from '../model/charts/evidenceFigures';
import type { Figure, FigureContext } from '../model/charts/figures';
import { posteriorFigures } from '../model/charts/posteriorFigures';
import { predictionFigures } from '../model/charts/predictionFigures';
import { trajectoryFigures } from '../model/charts/trajectoryFigures';
import type { PanelRequest, ViewName } from '../model/messages';
import { type DataTable, viewTables } from '../model/tables';
import type { Unit } from '../model/units';
import { VIEW_TITLES } from '../model/viewNames';
import type { PanelView } from '../model/viewTypes';
import { accountsView } from './accounts';
import { evidenceView } from './evidence';
import type { ViewExtra } from './extra';
import { posteriorView } from './posterior';
import { predictionsView } from './predictions';
import { trajectoryView } from './trajectory';

/** One view: `draw` and `table` take what `build` gives. */
export interface ViewKind {
  readonly id: ViewName;
  readonly title: string;
  readonly build: (snapshot: PosteriorSnapshot, request: PanelRequest, extra: ViewExtra) => PanelView;
  readonly headline: (view: PanelView) => string;
  readonly draw: (view: PanelView, context: FigureContext<PanelView>) => readonly Figure[];
  readonly table: (view: PanelView, names: readonly string[], unit: Unit) => readonly DataTable[];
}

function viewKind<View extends PanelView>(
  id: View['kind'],
  build: (snapshot: PosteriorSnapshot, request: PanelRequest, extra: ViewExtra) => View,
  draw: (view: View, context: FigureContext<View>) => readonly Figure[],
): ViewKind {
  return {
    id,
    title: VIEW_TITLES[id],
    build,
    headline: ({ headline }) => headline,
    // A view is drawn with views of its own kind only: `id` tells them apart.
    draw: (view, context) => (view.kind === id ? draw(view as View, context as FigureContext<View>) : []),
    table: viewTables,
  };
}

export const VIEW_KINDS: readonly ViewKind[] = [
  viewKind('posterior', (snapshot, _, extra) => posteriorView(snapshot, extra), posteriorFigures),
  viewKind('trajectory', trajectoryView, trajectoryFigures),
  viewKind('evidence', evidenceView, evidenceFigures),
  viewKind('predictions', predictionsView, predictionFigures),
  viewKind('accounts', (snapshot, _, extra) => accountsView(snapshot, extra), accountFigures),
];

/** The data of the view that is asked for. Questions in `query` that make no sense have their default. */
export function panelView(snapshot: PosteriorSnapshot, request: PanelRequest, extra: ViewExtra = {}): PanelView {
  const kind = VIEW_KINDS.find(({ id }) => id === request.view);
  return kind ? kind.build(snapshot, request, extra) : posteriorView(snapshot, extra);
}
