/** The views of the panel in the order of their tabs: what people call them. */
import type { ViewName } from './messages';

export const VIEW_TITLES: Readonly<Record<ViewName, string>> = {
  posterior: 'Posterior',
  trajectory: 'Trajectory',
  evidence: 'Evidence',
  predictions: 'Predictions',
  accounts: 'Accounts',
};
