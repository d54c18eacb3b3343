/**
 * The panel's data: a snapshot and a request in, one view as plain JSON out. Each view has a file of its own; what they
 * send is typed in `types.ts`. Nothing here knows the session, the page, or how a number is painted.
 */
import type { Trajectory } from '../../server/inference/evaluation';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { PanelRequest } from '../model/messages';
import type { PanelView } from '../model/viewTypes';
import { accountsView } from './accounts';
import { evidenceView } from './evidence';
import { posteriorView } from './posterior';
import { predictionsView } from './predictions';
import { trajectoryView } from './trajectory';

export interface ViewExtra {
  /** For the Trajectory view; without it the view says that it is on its way. */
  readonly trajectory?: Trajectory;
  /** The same between the steps that `closerWindow` names, with more points there. */
  readonly window?: Trajectory;
}

/** The data of the view that is asked for. Questions in `query` that make no sense have their default. */
export function panelView(snapshot: PosteriorSnapshot, request: PanelRequest, extra: ViewExtra = {}): PanelView {
  switch (request.view) {
    case 'trajectory':
      return trajectoryView(snapshot, request, extra.trajectory, extra.window);
    case 'evidence':
      return evidenceView(snapshot, request);
    case 'predictions':
      return predictionsView(snapshot);
    case 'accounts':
      return accountsView(snapshot);
    default:
      return posteriorView(snapshot);
  }
}
