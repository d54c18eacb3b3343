/** A program or an evaluation as a feature sees it: from one of its files. */

import { leavesOut } from '../inference/completeness';
import type { Evaluation } from '../inference/evaluation';
import type { OutOfDate, PosteriorSnapshot, SemanticSnapshot } from '../snapshot';
import { causeOf } from './cause';
import { carryCounts, carryOver } from './lastValid';
import type { Evaluated, Loaded, Outcome, PanelSnapshot, StaleCause } from './outcome';

/** Seen from the file with this name, or whose links lead to the same place as `real`; undefined where there is none. */
export function semanticSnapshot(loaded: Loaded, uri: string, real: string = uri): SemanticSnapshot | undefined {
  const exact = loaded.uris.indexOf(uri);
  const index = exact >= 0 ? exact : loaded.reals.indexOf(real);
  const file = loaded.program.files[index];
  const [parsed, lines, version] = [loaded.trees[index], loaded.lines[index], loaded.versions[index]];
  if (!file || !parsed || !lines || version === undefined) return undefined;
  const { program, lines: fileLines } = loaded;
  return { uri, version, text: file.text, lines, parsed, program, file: index, fileLines };
}

export function posteriorSnapshot(evaluated: Evaluated, uri: string, real?: string): PosteriorSnapshot | undefined {
  const around = semanticSnapshot(evaluated, uri, real);
  const { revision, counts, evaluation, conditions } = evaluated;
  return around && { ...around, revision, counts, evaluation, ...(conditions ? { conditions } : {}) };
}

const carried = new WeakMap<Loaded, { readonly from: Evaluated; readonly evaluation: Evaluation }>();

/** Of a text without numbers: the last valid ones of its scenario, marked, where there are any. */
export function lastValidSnapshot(
  { snapshot: valid, stale }: PanelSnapshot,
  loaded: Loaded,
  outcome: Outcome | undefined,
  uri: string,
  real?: string,
): SemanticSnapshot | PosteriorSnapshot | undefined {
  const around = semanticSnapshot(loaded, uri, real);
  if (!around) return undefined;
  const { program, revision } = loaded;
  const partial = outcome && { counts: outcome.counts, findings: outcome.findings.filter(leavesOut) };
  if (!valid || !stale) return { ...around, partial };
  const known = carried.get(loaded);
  const { evaluation } = known?.from === valid ? known : { evaluation: carryOver(valid, program) };
  carried.set(loaded, { from: valid, evaluation });
  const outOfDate = markOf(stale);
  return {
    ...around,
    partial,
    revision,
    counts: outcome?.counts ?? carryCounts(valid, program),
    evaluation,
    outOfDate,
  };
}

/** What is shown of a scenario, seen from its root: text and numbers are of one revision. */
export function shownSnapshot({ snapshot, stale }: PanelSnapshot): PosteriorSnapshot | undefined {
  const seen = snapshot && posteriorSnapshot(snapshot, snapshot.root);
  return seen && stale ? { ...seen, outOfDate: markOf(stale) } : seen;
}

function markOf(stale: StaleCause): OutOfDate {
  return { mark: stale.kind === 'reading' ? 'reading …' : 'out of date', message: causeOf(stale).message };
}
