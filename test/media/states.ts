/** Real states for the page: a scenario's text through parser, program, datasets, inference and view, as the server does it. */

import { type PanelRequest, type PanelState, type PinRecord, VIEWS, type ViewName } from '../../panel/model/messages';
import type { PanelView } from '../../panel/model/viewTypes';
import { viewExtra } from '../../panel/views/extra';
import { panelHypotheses } from '../../panel/views/hypotheses';
import { panelView } from '../../panel/views/view';
import { applyWhatIf } from '../../panel/whatIf/apply';
import { resolveChanges, whatIfControls } from '../../panel/whatIf/controls';
import { DeclarationTracker } from '../../panel/whatIf/declarations';
import type { DatasetCounts } from '../../server/datasets/counts';
import { readDataset } from '../../server/datasets/reading/read';
import { evaluate } from '../../server/inference/evaluate';
import { runToEnd } from '../../server/inference/stepwise';
import { loadProgram } from '../../server/program/load/load';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { lineIndex } from '../../server/syntax/lines';
import { parse } from '../../server/syntax/parser/parser';
import { memoryHost } from '../support/memoryHost';

const FOLDER = 'file:///w';

/** The snapshot of the first of these files (paths under one folder), as a feature gets it. */
export async function snapshotOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  revision = 1,
): Promise<PosteriorSnapshot> {
  const host = memoryHost(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${FOLDER}/${path}`, text])));
  const uri = `${FOLDER}/${Object.keys(files)[0]!}`;
  const program = await loadProgram(uri, host, { workspace: [FOLDER] });
  const counts = new Map<number, DatasetCounts>();
  for (const source of program.datasets) counts.set(source.index, await readDataset(source, source.method, host));
  const { text } = program.files[0]!;
  return {
    uri,
    version: 1,
    text,
    lines: lineIndex(text),
    parsed: parse(text),
    program,
    file: 0,
    fileLines: program.files.map((file) => lineIndex(file.text)),
    revision,
    counts,
    evaluation: evaluate(program, counts),
  };
}

/** What the server would send for this request. */
export function stateOf(
  snapshot: PosteriorSnapshot,
  view: ViewName,
  request: Partial<PanelRequest> = {},
  change: Partial<PanelState<PanelView>> = {},
): PanelState<PanelView> {
  const entire: PanelRequest = { panel: 'test', view, whatIf: [], query: {}, ...request };
  const extra = (of: PosteriorSnapshot) => runToEnd(viewExtra(of, entire, new Map()));
  const { defined } = snapshot.evaluation;
  const tracker = new DeclarationTracker();
  tracker.follow(snapshot.program);
  const { changes, lost } = resolveChanges(tracker, snapshot.program, entire.whatIf);
  const changed = applyWhatIf(snapshot.program, snapshot.counts, changes);
  const other: PosteriorSnapshot | undefined =
    changes.length > 0 ? { ...snapshot, ...changed, evaluation: evaluate(changed.program, changed.counts) } : undefined;
  return {
    panel: entire.panel,
    revision: snapshot.revision,
    status: defined ? 'live' : 'undefined',
    scenario: { uri: snapshot.uri, title: snapshot.program.scenario?.title ?? snapshot.uri.split('/').pop()! },
    unit: snapshot.program.units,
    hypotheses: panelHypotheses(snapshot, tracker),
    view,
    data: panelView(snapshot, entire, extra(snapshot)),
    controls: whatIfControls(snapshot, tracker, changes, entire.query['controls']),
    lost: lost.length > 0 ? lost : undefined,
    whatIf: other && panelView(other, entire, extra(other)),
    pin: entire.pin ? pinOf(snapshot, tracker) : undefined,
    ...change,
  };
}

/** What a pin keeps of a snapshot. */
function pinOf(snapshot: PosteriorSnapshot, tracker: DeclarationTracker): PinRecord<PanelView> {
  const views = VIEWS.map((view) => {
    const request = { panel: 'test', view, whatIf: [], query: {} };
    return [view, panelView(snapshot, request, runToEnd(viewExtra(snapshot, request, new Map())))] as const;
  });
  return {
    scenario: { uri: snapshot.uri, title: snapshot.program.scenario?.title ?? '' },
    revision: snapshot.revision,
    hypotheses: panelHypotheses(snapshot, tracker),
    views: Object.fromEntries(views) as Record<ViewName, PanelView>,
  };
}
