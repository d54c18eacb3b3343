/** What-if changes as a page makes them: of a control that a state offers. */
import type { PanelState, WhatIfChange } from '../../panel/model/messages';

/** The change of the control with this label (and key, for an episode) to a value. */
export function changeOf(state: PanelState | undefined, label: string, value: number, key?: string): WhatIfChange {
  const control = state?.controls?.find((one) => one.label === label && (key === undefined || one.target.key === key));
  if (!state?.scenario || !control) throw new Error(`no control ${label} ${key ?? ''}`);
  return { scenario: state.scenario.uri, target: control.target, label, value };
}
