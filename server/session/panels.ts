/**
 * Panels: what each one asks for, and the state that answers it. A panel follows the active scenario or is locked to
 * one. Each has at most one state in the making; what happens meanwhile makes one more afterwards, so that dragging a
 * slider shows the last value and as many in between as the work allows.
 */

import {
  type CaretMessage,
  type PanelCause,
  type PanelProgress,
  type PanelRequest,
  type PanelState,
  type PinRecord,
  VIEWS,
  type ViewName,
  type WirePosition,
} from '../../panel/model/messages';
import { caretInfo } from '../../panel/views/caret';
import { type ExtraCache, type ViewExtra, viewExtra } from '../../panel/views/extra';
import { panelHypotheses } from '../../panel/views/hypotheses';
import { panelView } from '../../panel/views/view';
import { applyWhatIf, type ProgramChange } from '../../panel/whatIf/apply';
import { changesForWriting, resolveChanges, whatIfControls } from '../../panel/whatIf/controls';
import { DeclarationTracker } from '../../panel/whatIf/declarations';
import { Debouncer } from '../async/debounce';
import { LatestRunner } from '../async/latest';
import { ignoreSuperseded } from '../async/superseded';
import { runInSlices } from '../async/timeSlice';
import type { Evaluation } from '../inference/evaluation';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import type { Program } from '../program/model/program';
import { fileName, normalUri } from '../program/uris';
import { type PosteriorSnapshot, type SemanticSnapshot, toLocation } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import { firstSteps } from './beginning';
import { causeOf } from './cause';
import { evaluateInSlices } from './evaluator';
import type { Evaluated } from './outcome';
import type { Scenario } from './scenario';
import type { Session } from './session';
import { posteriorSnapshot } from './snapshots';
import { WarmUp } from './warmUp';

export interface PanelListener {
  state(state: PanelState): void;
  caret(message: CaretMessage): void;
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
  /** What it was told last of the caret, as text. */
  caret: string;
  /** Of the last state: a panel's revisions never go back, though it goes over to another scenario. */
  revision: number;
}

/** The views in which the rival accounts stand: the others need no second state when those arrive. */
const SHOW_RIVALS: ReadonlySet<string> = new Set(['posterior', 'predictions', 'accounts']);

/** Rows of evidence that a pin keeps: more than people compare. */
const MOST_PINNED = 500;

/** An evaluation that takes longer than this after an edit is announced. */
const UPDATING_MILLISECONDS = 200;

export class Panels {
  readonly #session: Session;
  readonly #listener: PanelListener;
  readonly #panels = new Map<string, Panel>();
  readonly #warmUp: WarmUp;
  /** By what an evaluation keeps when its rivals arrive. */
  readonly #extras = new WeakMap<Evaluation['episodes'], ExtraCache>();
  #caret: { readonly uri: string; readonly position: WirePosition } | undefined;

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

  /** The caret is here: panels of this text's scenario mark what it is on. */
  caretMoved(uri: string, position: WirePosition): void {
    this.#caret = { uri: normalUri(uri), position };
    for (const panel of this.#panels.values()) this.#showCaret(panel);
  }

  /** What the caret is on, in the numbers that the panel shows; nothing where those are of another text. */
  #showCaret(panel: Panel): void {
    if (panel.root === undefined) return;
    const { snapshot: evaluated, stale } = this.#session.scenarioOf(panel.root).displayed();
    const { uri, position } = this.#caret ?? {};
    const seen = evaluated && !stale && uri !== undefined ? posteriorSnapshot(evaluated, uri) : undefined;
    const current = seen && uri !== undefined && this.#session.syntax(uri)?.text === seen.text;
    const found =
      current && position
        ? caretInfo(seen, seen.file, offsetAt(seen.lines, position), this.#unitOf(seen.program))
        : undefined;
    const message: CaretMessage = { panel: panel.request.panel, evidence: found?.evidence, line: found?.text };
    const text = JSON.stringify(message);
    if (text === panel.caret) return;
    // The absence of a line is published only after a line was.
    if (panel.caret !== '' || found) this.#listener.caret(message);
    panel.caret = text;
  }

  #unitOf(program: Program): Program['units'] {
    const { unit } = this.#session.settings;
    return unit === 'scenario' ? program.units : unit;
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
    return { request, snapshot, extra: await this.#extra(snapshot, request, signal) };
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
      caret: '',
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
    panel.caret = '';
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
    this.#showCaret(panel);
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
    const steps = stale ? undefined : firstSteps(program);
    if (steps) {
      const title = program.scenario?.title ?? fileName(root);
      const revision = Math.max(panel.revision, snapshot.revision);
      return { ...nothing, revision, scenario: { uri: root, title }, firstSteps: steps };
    }
    if (request.view === 'accounts' && evaluated.rivalsPending && snapshot.evaluation.accounts.length === 0)
      return undefined;
    const data = panelView(snapshot, request, await this.#extra(snapshot, request, panel.abort.signal));
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
      unit: this.#unitOf(program),
      hypotheses: panelHypotheses(snapshot, tracker),
      data,
      controls: whatIfControls(snapshot, tracker, changes, request.query['controls']),
      lost: lost.length > 0 ? lost : undefined,
      whatIf: changes.length > 0 ? await this.#whatIf(panel, snapshot, changes) : undefined,
      progress,
      pin: request.pin ? await this.#pinned(panel, snapshot, tracker) : undefined,
    };
  }

  /** Every view of this evaluation with its default questions, for comparison later. */
  async #pinned(panel: Panel, snapshot: PosteriorSnapshot, tracker: DeclarationTracker): Promise<PinRecord> {
    const views: Partial<Record<ViewName, unknown>> = {};
    for (const view of VIEWS) {
      const request = { panel: panel.request.panel, view, whatIf: [], query: { count: MOST_PINNED } };
      views[view] = panelView(snapshot, request, await this.#extra(snapshot, request, panel.abort.signal));
    }
    const { program, revision, uri } = snapshot;
    return {
      scenario: { uri, title: program.scenario?.title ?? fileName(uri) },
      revision,
      hypotheses: panelHypotheses(snapshot, tracker),
      views: views as Record<ViewName, unknown>,
    };
  }

  /** What a view needs beyond the snapshot: computed in slices, once per evaluation. */
  async #extra(snapshot: PosteriorSnapshot, request: PanelRequest, signal: AbortSignal): Promise<ViewExtra> {
    const key = snapshot.evaluation.episodes;
    const known: ExtraCache = this.#extras.get(key) ?? new Map();
    this.#extras.set(key, known);
    const extra = await runInSlices(viewExtra(snapshot, request, known), this.#session.scheduler, signal);
    return { ...extra, unit: this.#unitOf(snapshot.program) };
  }

  async #whatIf(panel: Panel, snapshot: PosteriorSnapshot, changes: readonly ProgramChange[]): Promise<unknown> {
    const { request, abort, evaluationCache } = panel;
    const changed = applyWhatIf(snapshot.program, snapshot.counts, changes);
    const options = { scheduler: this.#session.scheduler, signal: abort.signal, evaluationCache };
    const { evaluation } = await evaluateInSlices(changed, { accounts: request.view === 'accounts' }, options);
    const other = { ...snapshot, ...changed, evaluation };
    return panelView(other, request, await this.#extra(other, request, abort.signal));
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

/** With the rival accounts of the text before, while those of this one are computed, where the same ones are compared. */
function withAccountsBefore(evaluated: Evaluated, before: Evaluated | undefined): Evaluated {
  const { program, evaluation } = evaluated;
  if (!evaluated.rivalsPending || before?.evaluation.accounts.length !== program.accounts.length) return evaluated;
  const { accounts } = before.evaluation;
  const same =
    before.program.probes.length === program.probes.length &&
    before.program.cellOffset.at(-1) === program.cellOffset.at(-1) &&
    program.accounts.every(({ name }, at) => accounts[at]?.name === name);
  return same ? { ...evaluated, evaluation: { ...evaluation, accounts } } : evaluated;
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
