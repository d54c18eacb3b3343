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
import { colourSlots } from '../../panel/model/palette';
import { closerWindow, type TrajectoryWindow } from '../../panel/views/trajectory';
import { panelView, type ViewExtra } from '../../panel/views/view';
import { applyWhatIf, type ProgramChange } from '../../panel/whatIf/apply';
import { changesForWriting, resolveChanges, whatIfControls } from '../../panel/whatIf/controls';
import { DeclarationTracker } from '../../panel/whatIf/declarations';
import { Debouncer } from '../async/debounce';
import { LatestRunner } from '../async/latest';
import { ignoreSuperseded } from '../async/superseded';
import type { Trajectory } from '../inference/evaluation';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import { fileName, normalUri } from '../program/uris';
import { type PosteriorSnapshot, type SemanticSnapshot, toLocation } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import { causeOf } from './cause';
import { evaluateInSlices } from './evaluator';
import type { Evaluated } from './outcome';
import type { Scenario } from './scenario';
import type { Session } from './session';
import { posteriorSnapshot } from './snapshots';
import { WarmUp } from './warmUp';

export interface PanelListener {
  state(state: PanelState): void;
  caret(panel: string, evidence: number | undefined): void;
  failed(error: unknown): void;
}

/** What an export is made of: what the panel shows, marked where that is not of the text as it stands. */
export interface Exported {
  readonly request: PanelRequest;
  readonly snapshot: PosteriorSnapshot;
  readonly extra: ViewExtra;
}

interface Panel {
  request: PanelRequest;
  /** What the panel shows comes from here; undefined while nothing is active. */
  root: string | undefined;
  /** At most one state is computed at a time; requests meanwhile are answered by one more afterwards. */
  readonly runner: LatestRunner;
  /** The state sent last, and the wait until it says that it is being updated. */
  last: PanelState | undefined;
  readonly updating: Debouncer;
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

/** An evaluation that takes longer than this after an edit is announced. */
const UPDATING_MILLISECONDS = 200;

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
    panel.updating.cancel();
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
      if (what === 'program' && panel.root === before && !scenario.displayed().stale) {
        if (!panel.updating.pending) panel.updating.request();
        continue;
      }
      if (what === 'rivals' && !SHOW_RIVALS.has(panel.request.view)) continue;
      panel.abort.abort();
      panel.abort = new AbortController();
      panel.runner.request();
    }
  }

  /** The caret stands here: panels of this text's scenario mark the evidence under it. */
  async caretMoved(uri: string, position: WirePosition): Promise<void> {
    if (this.#panels.size === 0 || !this.#session.isScenarioText(uri)) return;
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
  async displayedIn(name: string): Promise<Exported | undefined> {
    const panel = this.#panels.get(name);
    if (panel?.root === undefined) return undefined;
    const { root, request } = panel;
    const snapshot = await this.#session.shownWhole(root);
    if (!snapshot) return undefined;
    // Of these numbers, whatever changes while they are written.
    const { signal } = new AbortController();
    return { request, snapshot, extra: await this.#extra(panel, snapshot, signal) };
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
      last: undefined,
      updating: new Debouncer(this.#session.scheduler, UPDATING_MILLISECONDS, () => this.#sayUpdating(panel)),
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
    panel.last = state;
    panel.updating.cancel();
    if (this.#isBehind(panel)) panel.updating.request();
    this.#listener.state(state);
    this.#resumeWarmUp(panel, state);
  }

  #resumeWarmUp(panel: Panel, { status }: PanelState): void {
    const evaluated = panel.root === undefined ? undefined : this.#session.scenarioOf(panel.root).evaluated;
    if (status === 'live' && evaluated)
      this.#warmUp.resume(evaluated, panel.request).catch((error: unknown) => this.#listener.failed(error));
  }

  /** Whether the newest text of what the panel shows is still on its way to its numbers. */
  #isBehind({ root }: Panel): boolean {
    if (root === undefined) return false;
    const scenario = this.#session.scenarioOf(root);
    return !scenario.outcome && !scenario.displayed().stale;
  }

  #sayUpdating(panel: Panel): void {
    if (panel.last?.status === 'live' && this.#isBehind(panel)) this.#listener.state({ ...panel.last, updating: true });
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
    const { snapshot: evaluated, compared, stale } = this.#session.scenarioOf(root).displayed();
    const entire = evaluated && withAccountsBefore(evaluated, compared);
    const snapshot = entire && posteriorSnapshot(entire, root);
    const cause = stale && causeOf(stale);
    const progress = this.#progress(root);
    if (!evaluated || !snapshot) {
      const scenario = { uri: root, title: fileName(root) };
      return cause || progress ? { ...nothing, cause, progress, scenario } : undefined;
    }

    const { program } = snapshot;
    const { unit } = this.#session.settings;
    if (request.view === 'accounts' && evaluated.rivalsPending && snapshot.evaluation.accounts.length === 0)
      return undefined;
    const data = panelView(snapshot, request, await this.#extra(panel, snapshot, panel.abort.signal));
    const tracker = trackerOf(panel, root);
    tracker.follow(program);
    const { changes, lost } = resolveChanges(tracker, program, request.whatIf);
    return {
      ...nothing,
      revision: Math.max(panel.revision, snapshot.revision),
      status: stale ? 'stale' : snapshot.evaluation.defined ? 'live' : 'undefined',
      cause: cause ?? undefinedCause(snapshot),
      rivalsPending: evaluated.rivalsPending,
      scenario: { uri: root, title: program.scenario?.title ?? fileName(root) },
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
  async #extra(panel: Panel, snapshot: PosteriorSnapshot, signal: AbortSignal): Promise<ViewExtra> {
    if (panel.request.view !== 'trajectory') return {};
    const { program, counts, evaluation } = snapshot;
    const known = this.#trajectories.get(evaluation.episodes) ?? new Map<string, Trajectory>();
    const closer = closerWindow(panel.request, program.evidence.length);
    const windows: TrajectoryWindow[] = closer ? [{}, closer] : [{}];
    const unknown = windows.filter((window) => !known.has(windowName(window)));
    const options = { scheduler: this.#session.scheduler, signal };
    const wanted = { known: evaluation, along: unknown };
    const { trajectories } = await evaluateInSlices({ program, counts }, wanted, options);
    // A strip that is dragged asks for many windows: none is worth keeping for long.
    const entire = known.get(windowName({}));
    if (known.size > MOST_WINDOWS) known.clear();
    if (entire) known.set(windowName({}), entire);
    for (const [at, window] of unknown.entries()) {
      const found = trajectories[at];
      if (found) known.set(windowName(window), found);
    }
    this.#trajectories.set(evaluation.episodes, known);
    return { trajectory: known.get(windowName({})), window: closer && known.get(windowName(closer)) };
  }

  async #whatIf(panel: Panel, snapshot: PosteriorSnapshot, changes: readonly ProgramChange[]): Promise<unknown> {
    const { view } = panel.request;
    const changed = applyWhatIf(snapshot.program, snapshot.counts, changes);
    const wanted = { accounts: view === 'accounts', along: view === 'trajectory' ? [{}] : [] };
    const options = {
      scheduler: this.#session.scheduler,
      signal: panel.abort.signal,
      evaluationCache: panel.evaluationCache,
    };
    const { evaluation, trajectories } = await evaluateInSlices(changed, wanted, options);
    return panelView({ ...snapshot, ...changed, evaluation }, panel.request, { trajectory: trajectories[0] });
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

const windowName = ({ from, to }: TrajectoryWindow): string => `${from} ${to}`;

/** With the rival accounts of the text before, while those of this one are computed, where the same ones are compared. */
function withAccountsBefore(evaluated: Evaluated, before: Evaluated | undefined): Evaluated {
  const { program, evaluation } = evaluated;
  if (!evaluated.rivalsPending || before?.evaluation.accounts.length !== program.accounts.length) return evaluated;
  const { accounts, verdict } = before.evaluation;
  const same =
    before.program.probes.length === program.probes.length &&
    before.program.cellOffset.at(-1) === program.cellOffset.at(-1) &&
    program.accounts.every(({ name }, at) => accounts[at]?.name === name);
  return same ? { ...evaluated, evaluation: { ...evaluation, accounts, verdict } } : evaluated;
}

function hypothesesOf({ program, evaluation }: PosteriorSnapshot): readonly PanelHypothesis[] {
  const slots = colourSlots(evaluation.hypotheses);
  return evaluation.hypotheses.map((name, h) => ({
    name,
    title: (program.personas[h] ?? program.novel)?.title,
    colour: slots[h]!,
  }));
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
