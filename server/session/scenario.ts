/**
 * One scenario: a root text, the program around it, and its posterior.
 *
 * Every change begins a new *run* and ends the one before it. A run goes text → program → evaluation once, as far as it is
 * asked to; a request that waits for a run that has been replaced goes on to wait for the next one. Runs of a scenario in
 * the foreground begin by themselves, others when something is requested of them.
 *
 * Numbers are of one text only. While there are none of the text as it stands, the last valid ones are shown, marked.
 */
import { delay } from '../async/delay';
import type { Scheduler } from '../async/scheduler';
import { checkSuperseded, ignoreSuperseded, Superseded } from '../async/superseded';
import { Throttle } from '../async/throttle';
import { runInSlices, timeSlice } from '../async/timeSlice';
import { datasetError } from '../datasets/completeness';
import { leavesOut } from '../inference/completeness';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import { textError } from '../program/completeness';
import { loadProgram } from '../program/load/load';
import type { ParseCache } from '../program/load/parseCache';
import { isWithin, normalUri, resolveAgainst } from '../program/uris';
import { type LineIndex, lineIndex } from '../syntax/lines';
import type { ParseResult } from '../syntax/tree';
import { conditionCache, countsAt, datasetPool, evaluateConditions } from './conditionEvaluator';
import type { DatasetCache } from './datasetCache';
import { evaluateInSlices } from './evaluator';
import type { OpenDocuments } from './openDocuments';
import type { Evaluated, Loaded, Outcome, PanelSnapshot, StaleCause } from './outcome';

/** What a scenario needs of the session. */
export interface Surroundings {
  readonly openDocuments: OpenDocuments;
  readonly datasetCache: DatasetCache;
  readonly scheduler: Scheduler;
  readonly trees: ParseCache;
  readonly workspace: () => readonly string[];
  /** When a text is evaluated: by itself, by itself the first time and then on a save, or on a command. */
  readonly when: () => 'live' | 'onSave' | 'manual';
  /** Resolves when a scenario in the background may begin to load: one after the other. */
  readonly turn: () => Promise<void>;
  /**
   * What is shown of this scenario may have changed: its program was read, its numbers (or the reason why there are none)
   * are known, or the accounts' are.
   */
  readonly changed: (scenario: Scenario, what: ScenarioEvent) => void;
  /** Something threw that never should. */
  readonly failed: (error: unknown) => void;
}

export type ScenarioEvent = 'program' | 'posterior' | 'rivals';

/**
 * How much goes on without a request: nothing; everything that the settings allow, one scenario after the other; or
 * everything at once.
 */
export type Attention = 'idle' | 'background' | 'foreground';

interface Run {
  readonly revision: number;
  readonly abort: AbortController;
  /** Whether this run may go on to the evaluation. */
  allowed: boolean;
  readonly load: () => Promise<Loaded>;
  readonly evaluate: () => Promise<Outcome>;
  /** With the rival accounts. */
  readonly compare: () => Promise<Outcome>;
}

/** So long an evaluation waits for datasets that are being read, before it says that they are. */
const DATASET_TIMEOUT_MILLISECONDS = 300;
/** Typing has paused once no text changed for so long: only then are numbers kept as the last valid ones. */
const TYPING_PAUSE_MILLISECONDS = 400;

export class Scenario {
  readonly root: string;
  readonly #around: Surroundings;
  readonly #throttle = new Throttle();
  /** An edit's evaluation goes on from the one before. */
  readonly #evaluationCache: EvaluationCache = {};
  readonly #conditionCache = conditionCache();
  #attention: Attention = 'idle';
  #run: Run | undefined;
  #dependencies: ReadonlySet<string>;
  /** What the program that is being loaded has asked for so far. */
  #loading: ReadonlySet<string> = new Set();
  #loaded: Loaded | undefined;
  #outcome: Outcome | undefined;
  /** Counts the texts that this scenario has had. */
  #text = 0;
  #textChangedAt = Number.NEGATIVE_INFINITY;
  /** The last numbers, and which text they are of. */
  #valid: Evaluated | undefined;
  #validText = 0;
  /** The last numbers of a text at which typing paused. */
  #finished: Evaluated | undefined;
  #previous: Evaluated | undefined;
  #compared: Evaluated | undefined;
  readonly #reported = new WeakSet<object>();

  constructor(root: string, around: Surroundings) {
    this.root = root;
    this.#around = around;
    this.#dependencies = new Set([root]);
  }

  /** Whether a change of this file changes the program, as it was or as it is being loaded. */
  dependsOn(uri: string): boolean {
    return this.#dependencies.has(uri) || this.#loading.has(uri);
  }

  /** Every file that the program has asked for, there or not; while it is being loaded, those of the one before too. */
  get dependencies(): ReadonlySet<string> {
    return this.#loading.size > 0 ? new Set([...this.#dependencies, ...this.#loading]) : this.#dependencies;
  }

  /**
   * A text (or else a dataset, a setting, a folder) that this scenario depends on is another: new work begins, old work
   * ends. Only another text makes evaluation wait again for the save or command that the settings ask for.
   */
  changed(revision: number, what: 'text' | 'surroundings'): void {
    const before = this.#run;
    before?.abort.abort();
    if (before && what === 'text') this.#leaveText();
    const when = this.#around.when();
    const allowed = when === 'live' || (before ? what === 'surroundings' && before.allowed : when === 'onSave');
    this.#run = this.#newRun(revision, allowed);
    this.#advance();
  }

  /** From now on so much goes on without a request. */
  reconcile(attention: Attention): void {
    if (this.#attention === attention) return;
    this.#attention = attention;
    this.#advance();
  }

  /** Evaluate the text as it stands, though the setting says to wait. */
  evaluateNow(): void {
    if (!this.#run) return;
    this.#run.allowed = true;
    this.#advance();
  }

  close(): void {
    this.#run?.abort.abort();
    this.#run = undefined;
    this.#around.datasetCache.release(this.root);
  }

  /** The program of the newest text; waits for it. Undefined once closed. */
  async program(): Promise<Loaded | undefined> {
    return this.#newest((run) => run.load());
  }

  /**
   * The numbers of the newest text, or why there are none; waits for them, and for those of the rival accounts where
   * `accounts` is set. Undefined where the setting says to wait, and once closed.
   */
  async posterior({ accounts = false }: { readonly accounts?: boolean } = {}): Promise<Outcome | undefined> {
    return this.#newest(async (run) => {
      if (this.#around.when() === 'live') run.allowed = true;
      if (!run.allowed) return undefined;
      return accounts ? run.compare() : run.evaluate();
    });
  }

  /** How the newest revision's evaluation ended, if it has. */
  get outcome(): Outcome | undefined {
    return this.#outcome?.loaded.revision === this.#run?.revision ? this.#outcome : undefined;
  }

  /** The numbers of the newest revision if they are there. */
  get evaluated(): Evaluated | undefined {
    return this.outcome?.evaluated;
  }

  /** What a surface shows now: numbers of the text as it stands, else the last valid ones, marked. */
  displayed(): PanelSnapshot {
    const stale = this.#staleCause();
    const snapshot = stale && stale.kind !== 'waiting' ? this.#lastValid() : this.#valid;
    return { snapshot, previous: this.#previous, compared: this.#compared, stale };
  }

  /** A text that was typed through without a pause (`prior 5` on the way to `prior 50%`) was never a valid state. */
  #lastValid(): Evaluated | undefined {
    return this.#validText === this.#text ? this.#valid : this.#finished;
  }

  #leaveText(): void {
    const now = this.#around.scheduler.now();
    const paused = now - this.#textChangedAt >= TYPING_PAUSE_MILLISECONDS;
    if (paused && this.#validText === this.#text) this.#finished = this.#valid;
    this.#textChangedAt = now;
    this.#text++;
  }

  async #newest<T>(level: (run: Run) => Promise<T>): Promise<T | undefined> {
    for (let run = this.#run; run; run = this.#run) {
      try {
        const value = await level(run);
        if (this.#run === run || !this.#run) return value;
      } catch (error) {
        if (!(error instanceof Superseded)) throw error;
        if (this.#run === run) return undefined;
      }
    }
    return undefined;
  }

  #newRun(revision: number, allowed: boolean): Run {
    const abort = new AbortController();
    const { signal } = abort;
    const started = <T>(work: Promise<T>): Promise<T> => {
      work.catch(ignoreSuperseded((error) => this.#report(error)));
      return work;
    };
    let loaded: Promise<Loaded> | undefined;
    let outcome: Promise<Outcome> | undefined;
    let compared: Promise<Outcome> | undefined;
    const run: Run = {
      revision,
      abort,
      allowed,
      load: () => (loaded ??= started(this.#load(revision, signal))),
      evaluate: () => (outcome ??= started(run.load().then((program) => this.#evaluate(program, signal)))),
      compare: () => (compared ??= started(run.evaluate().then((own) => this.#compare(own, signal)))),
    };
    return run;
  }

  /** Begins what goes on without a request. */
  #advance(): void {
    const run = this.#run;
    if (!run || this.#attention === 'idle') return;
    void (run.allowed ? run.compare() : run.load());
  }

  async #load(revision: number, signal: AbortSignal): Promise<Loaded> {
    const { openDocuments, scheduler, trees: cache, workspace, turn } = this.#around;
    await (this.#attention === 'foreground' ? scheduler.next() : turn());
    checkSuperseded(signal);
    const dependencies = new Set([this.root]);
    this.#loading = dependencies;
    const slice = timeSlice(scheduler, signal);
    const pause = (): Promise<void> | undefined => (slice.over() ? slice.yield().then(() => undefined) : undefined);
    const program = await loadProgram(this.root, openDocuments.recording(dependencies, pause), {
      workspace: workspaceOf(this.root, workspace()),
      cache,
    });
    checkSuperseded(signal);
    this.#dependencies = dependencies;
    this.#loading = new Set();
    const uris = program.files.map((file) => normalUri(file.uri));
    const trees = program.files.map((file) => cache.parse(file.uri, file.text));
    this.#loaded = {
      root: this.root,
      revision,
      program,
      uris,
      reals: uris.map((uri) => openDocuments.realOf(uri)),
      trees,
      lines: trees.map((tree, index) => linesOf(tree, program.files[index]?.text ?? '')),
      versions: uris.map((uri) => openDocuments.opened(uri)?.version ?? 0),
      broken: textError(program),
    };
    this.#around.changed(this, 'program');
    return this.#loaded;
  }

  async #evaluate(loaded: Loaded, signal: AbortSignal): Promise<Outcome> {
    const { datasetCache, scheduler } = this.#around;
    const wait = this.#throttle.delay(scheduler.now());
    if (wait > 0) await delay(wait, scheduler, signal);
    checkSuperseded(signal);
    const { program, broken } = loaded;
    const pool = datasetPool(program);
    const own = program.datasets.map(({ declaration }) => declaration);
    const take = () => {
      const { counts, missing } = datasetCache.take(this.root, pool.sources, broken !== undefined);
      return { counts: countsAt(own, counts), pool: counts, missing };
    };
    let used = take();
    if (broken) return this.#finish({ loaded, counts: used.counts, findings: [], stale: brokenCause(loaded) });
    const readings = [...used.missing.values()].filter((reading) => !reading.stopped);
    if (readings.length > 0) {
      const all = Promise.all(readings.map((reading) => reading.done));
      await Promise.race([all, delay(DATASET_TIMEOUT_MILLISECONDS, scheduler, signal)]);
      used = take();
    }
    const { counts } = used;
    const [reading] = used.missing.values();
    if (reading) return this.#finish({ loaded, counts, findings: [], stale: { kind: 'reading', reading } });
    const unread = datasetError(counts);
    if (unread) return this.#finish({ loaded, counts, findings: [], stale: { kind: 'unread', ...unread, loaded } });
    const start = scheduler.now();
    try {
      const options = { scheduler, signal, evaluationCache: this.#evaluationCache };
      const { evaluation } = await evaluateInSlices({ program, counts }, {}, options);
      const { findings } = evaluation;
      const left = findings.find(leavesOut);
      if (left) return this.#finish({ loaded, counts, findings, stale: { kind: 'finding', finding: left, loaded } });
      const rivalsPending = program.accounts.length > 0;
      const sources = program.conditions.length === 0 ? {} : { conditionSources: { pool, counts: used.pool } };
      const evaluated = { ...loaded, counts, evaluation, rivalsPending, ...sources };
      return this.#finish({ loaded, counts, findings, evaluated });
    } finally {
      this.#throttle.ran(start, scheduler.now());
    }
  }

  /** The rival accounts may cost many times what the posterior does, so they follow it; the next change ends them. */
  async #compare(outcome: Outcome, signal: AbortSignal): Promise<Outcome> {
    const { evaluated } = outcome;
    if (!evaluated?.rivalsPending && !evaluated?.conditionSources) return outcome;
    const { scheduler } = this.#around;
    const conditions = await this.#evaluateConditions(evaluated, signal);
    if (!evaluated.rivalsPending) {
      checkSuperseded(signal);
      return this.#finish({ ...outcome, evaluated: { ...evaluated, ...conditions } }, evaluated);
    }
    const wanted = { known: evaluated.evaluation, accounts: true };
    const { evaluation } = await evaluateInSlices(evaluated, wanted, {
      scheduler,
      signal,
      evaluationCache: this.#evaluationCache,
    });
    checkSuperseded(signal);
    return this.#finish(
      { ...outcome, evaluated: { ...evaluated, ...conditions, evaluation, rivalsPending: false } },
      evaluated,
    );
  }

  /** Conditions follow the numbers of the program without one; those that an edit left as they were keep theirs. */
  async #evaluateConditions(
    { program, conditionSources }: Evaluated,
    signal: AbortSignal,
  ): Promise<Pick<Evaluated, 'conditions'>> {
    if (!conditionSources) return {};
    const { pool, counts } = conditionSources;
    const work = evaluateConditions(program, pool, counts, this.#conditionCache);
    return { conditions: await runInSlices(work, this.#around.scheduler, signal) };
  }

  /** `early`: the same numbers before the rivals were there, whose place these take. */
  #finish(outcome: Outcome, early?: Evaluated): Outcome {
    this.#outcome = outcome;
    const { evaluated } = outcome;
    if (evaluated) {
      if (!early) this.#previous = this.#valid;
      this.#valid = evaluated;
      if (!evaluated.rivalsPending) this.#compared = evaluated;
      this.#validText = this.#text;
      if (this.#around.when() !== 'live') this.#finished = evaluated;
    }
    this.#around.changed(this, early ? 'rivals' : 'posterior');
    return outcome;
  }

  /** One error ends several stages of a run: it is reported once. */
  #report(error: unknown): void {
    if (typeof error === 'object' && error !== null) {
      if (this.#reported.has(error)) return;
      this.#reported.add(error);
    }
    this.#around.failed(error);
  }

  #staleCause(): StaleCause | undefined {
    const loaded = this.#loaded;
    if (loaded?.broken) return brokenCause(loaded);
    if (this.#run && !this.#run.allowed && loaded) return { kind: 'waiting' };
    const stale = this.#outcome?.stale;
    if (stale?.kind === 'broken') return undefined;
    if (stale?.kind !== 'reading') return stale;
    const { reading } = stale;
    return { kind: 'reading', reading: this.#around.datasetCache.reading(reading.token) ?? reading };
  }
}

function brokenCause(loaded: Loaded): StaleCause | undefined {
  return loaded.broken && { kind: 'broken', diagnostic: loaded.broken, loaded };
}

const lineIndices = new WeakMap<ParseResult, LineIndex>();

/** The line index of a tree's text, made once. */
function linesOf(tree: ParseResult, text: string): LineIndex {
  const known = lineIndices.get(tree) ?? lineIndex(text);
  lineIndices.set(tree, known);
  return known;
}

/** A file outside every folder, and one opened without any, belongs to the folder that it stands in. */
function workspaceOf(root: string, folders: readonly string[]): readonly string[] {
  const home = resolveAgainst(root, '.');
  return isWithin(root, folders) || home === undefined ? folders : [...folders, home];
}
