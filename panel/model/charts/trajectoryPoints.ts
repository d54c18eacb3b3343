/** What the Trajectory view has to say, as points of its chart. */
import { fromWire, inUnit } from '../numbers';
import type { Unit } from '../units';
import type { TrajectoryPoint, TrajectoryView } from '../viewTypes';
import type { TrajectoryChartPoint } from './trajectory';

/** Logs of the impossible are −∞: the curve goes to the edge. */
const difference = (a: number, b: number): number => (a === b ? 0 : a - b);

/** The points in terms of a persona and a rival, which may be others than the view's own (What-if beside the text). */
export function chartPoints(
  view: TrajectoryView,
  unit: Unit,
  persona = view.persona,
  rival = view.rival,
): TrajectoryChartPoint[] {
  const oddsOf = (point: TrajectoryPoint): number[] => {
    const logs = point.logPosterior.map(fromWire);
    return logs.map((log) => inUnit(difference(log, logs[rival]!), unit));
  };
  return view.points.map((point, index) => {
    const odds = oddsOf(point);
    const before = view.points[index - 1];
    return {
      step: point.step,
      shares: point.posterior.map(fromWire),
      odds,
      brought: before ? odds[persona]! - oddsOf(before)[persona]! : inUnit(fromWire(point.brought), unit),
      measured: point.measured ?? false,
      label: point.label ?? 'prior',
    };
  });
}
