/**
 * Panels: what each one asks for, and the state that answers it. A panel follows the active scenario or is locked to
 * one. Each has at most one state in the making; what happens meanwhile makes one more afterwards, so that dragging a
 * slider shows the last value and as many in between as the work allows.
 */

import type {
  PanelCause,
  PanelHypothesis,
  PanelProgress,
  PanelRequest,
  PanelState,
  WirePosition,
} from '../../panel/model/messages';
import { formatProbability } from '../../panel/model/numbers';
import { colourSlots } from '../../panel/model/palette';
import { closerWindow, type TrajectoryWindow } from '../../panel/views/trajectory';
import { panelView, type ViewExtra } from '../../panel/views/view';
import { applyWhatIf, type ProgramChange } from '../../panel/whatIf/apply';
import { changesForWriting, resolveChanges, whatIfControls } from '../../panel/whatIf/controls';
import { DeclarationTracker } from '../../panel/whatIf/declarations';
import { LatestRunner } from '../async/latest';
import { ignoreSuperseded } from '../async/superseded';
import { runInSlices } from '../async/timeSlice';
import { evaluation } from '../inference/evaluate';
import type { Trajectory } from '../inference/evaluation';
import { trajectory } from '../inference/influence/trajectory';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import type { Origin } from '../program/model/origin';
import { normalUri } from '../program/uris';
import { type PosteriorSnapshot, type SemanticSnapshot, toLocation } from '../snapshot';
import { offsetAt, positionAt } from '../syntax/lines';
import type { Evaluated, Loaded, Scenario, StaleCause } from './scenario';
import type { Session } from './session';
import { WarmUp } from './warmUp';

export interface PanelListener {
  state(state: PanelState): void;
  caret(panel: string, evidence: number | undefined): void;
  failed(error: unknown): void;
}

interface Panel {
  request: PanelRequest;
  /** What the panel shows comes from here; undefined while nothing is active. */
  root: string | undefined;
  /** At most one state is computed at a time; requests meanwhile are answered by one more afterwards. */
  readonly runner: LatestRunner;
  /** Ends long work (trajectory, what-if) when the numbers under it are others. */
  abort: AbortController;
  /** By scenario: the declarations that the page's what-if changes belong to, as of the text that it shows. */
  readonly declarations: Map<string, DeclarationTracker>;
  /** A slider's next place goes on from the one before. */
  readonly evaluationCache: EvaluationCache;
  caret: number | undefined;
  /** Of the last state: a panel's revisions never go back, though it goes over to another scenario. */
  revision: number;
}

/** The views in which the rival accounts stand: the others need no second state when those arrive. */
const SHOW_RIVALS: ReadonlySet<string> = new Set(['posterior', 'predictions', 'accounts']);

const MOST_WINDOWS = 16;

export class Panels {
  readonly #session: Session;
  readonly #listener: PanelListener;
  readonly #panels = new Map<string, Panel>();
  readonly #warmUp: WarmUp;
  /** By what an evaluation keeps when its rivals arrive. */
  readonly #trajectories = new WeakMap<Evaluated['evaluation']['episodes'], Map<string, Trajectory>>();

  constructor(session: Session, listener: PanelListener) {
    this.#session = session;
    this.#listener = listener;
    this.#warmUp = new WarmUp(session);
  }

  /** A panel opens, or asks for something else. */
  open(request: PanelRequest): void {
    const panel = this.#panels.get(request.panel) ?? this.#newPanel(request);
    this.#panels.set(request.panel, panel);
    panel.request = request;
    this.#follow(panel);
    panel.runner.request();
  }

  close(name: string): void {
    const panel = this.#panels.get(name);
    if (!panel) return;
    panel.abort.abort();
    panel.runner.cancel();
    this.#warmUp.interrupt();
    this.#panels.delete(name);
    this.#session.hold(name, new Set());
  }

  /** What a scenario shows may be another, or another scenario may be active. */
  changed(scenario: Scenario, what: 'program' | 'posterior' | 'rivals' | 'progress'): void {
    if (what === 'program') this.#warmUp.interrupt();
    for (const panel of this.#panels.values()) {
      const before = panel.root;
      this.#follow(panel);
      if (panel.root !== scenario.root && panel.root === before) continue;
      // A text that was read says nothing new to a panel, unless it is broken now; else its numbers follow.
      if (what === 'program' && panel.root === before && !scenario.displayed().stale) continue;
      if (what === 'rivals' && !SHOW_RIVALS.has(panel.request.view)) continue;
      panel.abort.abort();
      panel.abort = new AbortController();
      panel.runner.request();
    }
  }

  /** The caret stands here: panels of this text's scenario mark the evidence under it. */
  async caretMoved(uri: string, position: WirePosition): Promise<void> {
    if (this.#panels.size === 0) return;
    const snapshot = await this.#session.semantic(uri);
    if (!snapshot) return;
    const { program, file, lines } = snapshot;
    const offset = offsetAt(lines, position);
    const found = program.evidence.findIndex(({ kind, index }) => {
      const { origin } = kind === 'episode' ? program.episodes[index]! : program.datasets[index]!;
      return origin.file === file && origin.start <= offset && offset <= origin.end;
    });
    const evidence = found < 0 ? undefined : found;
    const root = normalUri(program.files[0]!.uri);
    for (const [name, panel] of this.#panels) {
      if (panel.root !== root || panel.caret === evidence) continue;
      panel.caret = evidence;
      this.#listener.caret(name, evidence);
    }
  }

  /** What the panel asks for, and the numbers under it. */
  async displayedIn(
    name: string,
  ): Promise<{ request: PanelRequest; snapshot: PosteriorSnapshot; extra: ViewExtra } | undefined> {
    const panel = this.#panels.get(name);
    const evaluated = panel?.root === undefined ? undefined : this.#session.scenarioOf(panel.root).displayed().snapshot;
    const snapshot = evaluated && this.#session.viewFrom(evaluated, evaluated.root);
    if (!panel || !evaluated || !snapshot) return undefined;
    return { request: panel.request, snapshot, extra: await this.#extra(panel, evaluated, snapshot) };
  }

  /** The what-if changes of a panel in terms of the newest text; undefined where the declaration of one has gone. */
  async changesToWrite(
    name: string,
  ): Promise<{ snapshot: SemanticSnapshot; changes: readonly ProgramChange[] | undefined } | undefined> {
    const panel = this.#panels.get(name);
    const snapshot = panel?.root === undefined ? undefined : await this.#session.semantic(panel.root);
    if (!panel || panel.root === undefined || !snapshot) return undefined;
    return {
      snapshot,
      changes: changesForWriting(trackerOf(panel, panel.root), snapshot, panel.request.whatIf),
    };
  }

  #newPanel(request: PanelRequest): Panel {
    const panel: Panel = {
      request,
      root: undefined,
      runner: new LatestRunner(() => this.#update(panel), ignoreSuperseded(this.#listener.failed)),
      evaluationCache: {},
      declarations: new Map(),
      abort: new AbortController(),
      caret: undefined,
      revision: 0,
    };
    return panel;
  }

  #follow(panel: Panel): void {
    const { lockedTo } = panel.request;
    const root = lockedTo === undefined ? this.#session.active : normalUri(lockedTo);
    if (root === panel.root) return;
    panel.root = root;
    panel.caret = undefined;
    if (root === undefined) return;
    this.#session.hold(panel.request.panel, new Set([root]));
    const scenario = this.#session.scenarioOf(root);
    if (!scenario.displayed().snapshot) scenario.evaluateNow();
  }

  async #update(panel: Panel): Promise<void> {
    const state = await this.#state(panel);
    if (!state || this.#panels.get(panel.request.panel) !== panel) return;
    panel.revision = state.revision;
    this.#listener.state(state);
    this.#practise(panel, state);
  }

  #practise(panel: Panel, { status }: PanelState): void {
    const evaluated = panel.root === undefined ? undefined : this.#session.scenarioOf(panel.root).evaluated;
    if (status === 'live' && evaluated)
      this.#warmUp.resume(evaluated, panel.request).catch((error: unknown) => this.#listener.failed(error));
  }

  /** Undefined while the first numbers are on their way. */
  async #state(panel: Panel): Promise<PanelState | undefined> {
    const { request, root } = panel;
    const nothing = {
      panel: request.panel,
      revision: panel.revision,
      status: 'empty',
      unit: 'bits',
      hypotheses: [],
      view: request.view,
    } as const;
    if (root === undefined) return nothing;
    const { snapshot: evaluated, stale } = this.#session.scenarioOf(root).displayed();
    const snapshot = evaluated && this.#session.viewFrom(evaluated, root);
    const cause = stale && causeOf(stale);
    const progress = this.#progress(root);
    if (!evaluated || !snapshot) return cause || progress ? { ...nothing, cause, progress } : undefined;

    const { program } = snapshot;
    const { unit } = this.#session.settings;
    if (request.view === 'accounts' && evaluated.rivalsPending && snapshot.evaluation.accounts.length === 0)
      return undefined;
    const data = panelView(snapshot, request, await this.#extra(panel, evaluated, snapshot));
    const tracker = trackerOf(panel, root);
    tracker.follow(program);
    const { changes, lost } = resolveChanges(tracker, program, request.whatIf);
    return {
      ...nothing,
      revision: Math.max(panel.revision, snapshot.revision),
      status: stale ? 'stale' : snapshot.evaluation.defined ? 'live' : 'undefined',
      cause: cause ?? undefinedCause(snapshot),
      rivalsPending: evaluated.rivalsPending,
      scenario: { uri: root, title: program.scenario?.title ?? root.slice(root.lastIndexOf('/') + 1) },
      unit: unit === 'scenario' ? program.units : unit,
      hypotheses: hypothesesOf(snapshot),
      data,
      controls: whatIfControls(snapshot, tracker, changes, request.query['controls']),
      lost: lost.length > 0 ? lost : undefined,
      whatIf: changes.length > 0 ? await this.#whatIf(panel, snapshot, changes) : undefined,
      progress,
    };
  }

  /** What a view needs beyond the snapshot: computed in slices, once per evaluation. */
  async #extra(panel: Panel, evaluated: Evaluated, { program, counts }: PosteriorSnapshot): Promise<ViewExtra> {
    if (panel.request.view !== 'trajectory') return {};
    const key = evaluated.evaluation.episodes;
    const known = this.#trajectories.get(key) ?? new Map<string, Trajectory>();
    const along = async (window: TrajectoryWindow): Promise<Trajectory> => {
      const name = `${window.from} ${window.to}`;
      const fresh =
        known.get(name) ??
        (await runInSlices(trajectory(program, counts, window), this.#session.scheduler, panel.abort.signal));
      // A strip that is dragged asks for many windows: none is worth keeping for long.
      if (known.size > MOST_WINDOWS) known.clear();
      known.set(name, fresh);
      return fresh;
    };
    this.#trajectories.set(key, known);
    const entire = await along({});
    const closer = closerWindow(panel.request, program.evidence.length);
    return { trajectory: entire, window: closer && (await along(closer)) };
  }

  async #whatIf(panel: Panel, snapshot: PosteriorSnapshot, changes: readonly ProgramChange[]): Promise<unknown> {
    const { scheduler } = this.#session;
    const { signal } = panel.abort;
    const changed = applyWhatIf(snapshot.program, snapshot.counts, changes);
    const accounts = panel.request.view === 'accounts';
    const numbers = await runInSlices(
      evaluation(changed.program, changed.counts, { accounts, evaluationCache: panel.evaluationCache }),
      scheduler,
      signal,
    );
    const extra: ViewExtra =
      panel.request.view === 'trajectory'
        ? { trajectory: await runInSlices(trajectory(changed.program, changed.counts), scheduler, signal) }
        : {};
    return panelView({ ...snapshot, ...changed, evaluation: numbers }, panel.request, extra);
  }

  #progress(root: string): PanelProgress | undefined {
    const [reading] = this.#session.datasetCache.readings(root);
    return reading && { label: `Reading ${reading.name}`, fraction: reading.fraction, token: reading.token };
  }
}

function trackerOf(panel: Panel, root: string): DeclarationTracker {
  const tracker = panel.declarations.get(root) ?? new DeclarationTracker();
  panel.declarations.set(root, tracker);
  return tracker;
}

function hypothesesOf({ program, evaluation }: PosteriorSnapshot): readonly PanelHypothesis[] {
  const slots = colourSlots(evaluation.hypotheses);
  return evaluation.hypotheses.map((name, h) => ({
    name,
    title: (program.personas[h] ?? program.novel)?.title,
    colour: slots[h]!,
  }));
}

function causeOf(stale: StaleCause): PanelCause {
  switch (stale.kind) {
    case 'waiting':
      return { message: 'The text has changed since it was evaluated.' };
    case 'reading': {
      const { name, fraction, stopped } = stale.reading;
      const how = stopped ? 'was stopped' : fraction === undefined ? 'goes on' : `is at ${formatProbability(fraction)}`;
      return { message: `Reading dataset ${name} ${how}: its evidence is not in these numbers.` };
    }
    case 'unread': {
      const { loaded, dataset, message } = stale;
      const source = loaded.program.datasets[dataset]!;
      return atLine(loaded, source.pathOrigin, `dataset ${source.name}: ${message}`);
    }
    case 'broken':
      return atLine(stale.loaded, stale.diagnostic.origin, stale.diagnostic.message);
  }
}

function undefinedCause(snapshot: PosteriorSnapshot): PanelCause | undefined {
  const found = snapshot.evaluation.findings.find((finding) => finding.kind === 'undefined-posterior');
  if (found?.kind !== 'undefined-posterior') return undefined;
  const { kind, index } = snapshot.program.evidence[found.evidence]!;
  const { origin } = kind === 'episode' ? snapshot.program.episodes[index]! : snapshot.program.datasets[index]!;
  const location = toLocation(snapshot, origin);
  const line = location.range.start.line + 1;
  return { message: `Line ${line}: with this evidence no persona that has a prior is left.`, location };
}

function atLine(loaded: Loaded, origin: Origin, message: string): PanelCause {
  const lines = loaded.lines[origin.file]!;
  const { uri } = loaded.program.files[origin.file]!;
  const start = positionAt(lines, origin.start);
  const file = origin.file === 0 ? '' : ` of ${uri.slice(uri.lastIndexOf('/') + 1)}`;
  const location = { uri: uri, range: { start, end: positionAt(lines, origin.end) } };
  return { message: `Line ${start.line + 1}${file}: ${message}`, location };
}
