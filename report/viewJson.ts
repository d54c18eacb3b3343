/** A view as JSON: the keys, units and paths of the command line's result (LANGUAGE section 6), only those of the view. */
import type { ViewName } from '../panel/model/messages';
import { fromWire, inUnit, toWire } from '../panel/model/numbers';
import type { TrajectoryView } from '../panel/model/viewTypes';
import type { ViewExtra } from '../panel/views/extra';
import { trajectoryView } from '../panel/views/trajectory';
import { relativePath } from '../server/program/paths';
import type { PosteriorSnapshot } from '../server/snapshot';
import { result } from './result';

const KEYS: Readonly<Record<ViewName, readonly string[]>> = {
  posterior: ['scenario', 'units', 'complete', 'defined', 'logMarginal', 'personas', 'capabilities'],
  trajectory: ['scenario', 'units', 'complete', 'defined'],
  evidence: ['scenario', 'units', 'complete', 'defined', 'evidence', 'datasets', 'reinforcements'],
  predictions: ['scenario', 'units', 'complete', 'defined', 'probes', 'expectations', 'evaluations'],
  accounts: ['scenario', 'units', 'complete', 'defined', 'accounts', 'reinforcements'],
};

export function viewJson(snapshot: PosteriorSnapshot, view: ViewName, extra: ViewExtra): string {
  const entire: Readonly<Record<string, unknown>> = { ...result(snapshot) };
  const chosen = Object.fromEntries(KEYS[view].flatMap((key) => (key in entire ? [[key, entire[key]]] : [])));
  const more = view === 'trajectory' ? { trajectory: steps(snapshot, extra) } : {};
  // What the command line never prints: the numbers of a text before, marked with the cause.
  const mark = snapshot.outOfDate ? { outOfDate: snapshot.outOfDate.message } : {};
  return `${JSON.stringify({ ...chosen, ...mark, ...more }, undefined, 2)}\n`;
}

/** The posterior after each step; logs in the program's unit. */
function steps(snapshot: PosteriorSnapshot, extra: ViewExtra): unknown[] {
  const { program, evaluation } = snapshot;
  const view: TrajectoryView = trajectoryView(
    snapshot,
    { panel: '', view: 'trajectory', whatIf: [], query: {} },
    extra,
  );
  const root = program.files[0]?.uri ?? '';
  return view.points.map(({ step, label, location, posterior, surprise }) => ({
    step,
    ...(location
      ? { file: relativePath(root, location.uri) ?? location.uri, line: location.range.start.line + 1 }
      : {}),
    label: label ?? null,
    logPredictive: toWire(inUnit(fromWire(surprise), program.units)),
    posterior: Object.fromEntries(evaluation.hypotheses.map((name, h) => [name, posterior[h] ?? null])),
  }));
}
