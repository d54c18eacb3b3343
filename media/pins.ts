/**
 * Pins: states that a person keeps to compare with, each with its origin (scenario, revision, time) and a name. A pin
 * has every view, also those that were not looked at. Personas are matched by declaration, so that a renamed one keeps
 * its pinned value.
 */
import type { PanelHypothesis, PinRecord, ViewName, WireNumber } from '../panel/model/messages';
import type { PanelView } from '../panel/model/viewTypes';

export interface Pin extends PinRecord<PanelView> {
  readonly id: number;
  readonly name: string;
  /** Milliseconds since 1970, when it was pinned. */
  readonly time: number;
}

/** `14:05`, with the date where it is another day. */
export function timeText(time: number, now: number): string {
  const [then, today] = [new Date(time), new Date(now)];
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(then.getHours())}:${two(then.getMinutes())}`;
  if (then.toDateString() === today.toDateString()) return clock;
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} ${clock}`;
}

/** The name of the file that it was pinned of. */
export function fileOf({ scenario }: PinRecord<PanelView>): string {
  const last = scenario.uri.slice(scenario.uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** A pinned view in terms of the personas as they are now: under their names, in their order. */
export function pinnedView(pin: Pin, view: ViewName, hypotheses: readonly PanelHypothesis[]): PanelView | undefined {
  const pinned = pin.views[view];
  if (!pinned) return undefined;
  const old = hypotheses.map(({ name, declaration }) => {
    const same = pin.hypotheses.findIndex((one) => one.declaration !== '' && one.declaration === declaration);
    return same >= 0 ? same : pin.hypotheses.findIndex((one) => one.name === name);
  });
  const reordered = (values: readonly WireNumber[]): WireNumber[] => old.map((h) => values[h] ?? null);
  switch (pinned.kind) {
    case 'posterior':
      return {
        ...pinned,
        hypotheses: hypotheses.flatMap(({ name }, h) => {
          const row = pinned.hypotheses[old[h] ?? -1];
          return row ? [{ ...row, name }] : [];
        }),
      };
    case 'trajectory':
      return {
        ...pinned,
        points: pinned.points.map((point) => ({
          ...point,
          posterior: reordered(point.posterior),
          logPosterior: reordered(point.logPosterior),
        })),
      };
    case 'evidence':
      return { ...pinned, rows: pinned.rows.map((row) => ({ ...row, weight: reordered(row.weight) })) };
    default:
      return pinned;
  }
}
