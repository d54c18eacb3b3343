/**
 * One scenario: a root text, the program around it, and its posterior.
 *
 * Every change begins a new *run* and ends the one before it. A run goes once through the house, text → program →
 * evaluation, and whoever waits for a run that has been replaced goes on to wait for the next one. The last posterior
 * of a text without an error is kept, so that a panel has something to show while the text is broken.
 */

import { delay } from '../async/delay';
import type { Scheduler } from '../async/scheduler';
import { checkSuperseded, Superseded } from '../async/superseded';
import { Throttle } from '../async/throttle';
import { runInSlices } from '../async/timeSlice';
import type { DatasetCounts } from '../datasets/counts';
import { evaluation, rivals } from '../inference/evaluate';
import type { Evaluation } from '../inference/evaluation';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import type { Diagnostic } from '../program/diagnostic';
import { loadProgram } from '../program/load/load';
import type { ParseCache } from '../program/load/parseCache';
import type { Program } from '../program/model/program';
import { isWithin, resolveAgainst } from '../program/uris';
import { type LineIndex, lineIndex } from '../syntax/lines';
import type { DatasetCache, Reading } from './datasetCache';
import type { OpenDocuments } from './openDocuments';

/** The semantic level: the program of one revision. */
export interface Loaded {
  readonly root: string;
  readonly revision: number;
  readonly program: Program;
  /** Line index and editor's version (0 where not open) of each file of the program. */
  readonly lines: readonly LineIndex[];
  readonly versions: readonly number[];
  /** The first error of the text: the panel keeps what it has. */
  readonly broken?: Diagnostic;
}

/** The posterior level: the same with numbers. */
export interface Evaluated extends Loaded {
  readonly counts: ReadonlyMap<number, DatasetCounts>;
  /** Datasets that were still being read: their evidence is not in these numbers. */
  readonly missing: ReadonlyMap<number, Reading>;
  readonly evaluation: Evaluation;
  /** The rival accounts are still being computed: those in `evaluation` are of the text before, or none yet. */
  readonly rivalsPending: boolean;
}

/** Why a panel's numbers are not those of the text as it stands. */
export type StaleCause =
  | { readonly kind: 'broken'; readonly diagnostic: Diagnostic; readonly loaded: Loaded }
  | { readonly kind: 'reading'; readonly reading: Reading }
  | { readonly kind: 'unread'; readonly dataset: number; readonly message: string; readonly loaded: Loaded }
  | { readonly kind: 'waiting' };

export interface PanelSnapshot {
  readonly snapshot?: Evaluated;
  /** The posterior before the last edit that moved it, for the ghost. */
  readonly previous?: Evaluated;
  readonly stale?: StaleCause;
}

/** What a scenario needs of the session. */
export interface Surroundings {
  readonly openDocuments: OpenDocuments;
  readonly datasetCache: DatasetCache;
  readonly scheduler: Scheduler;
  readonly trees: ParseCache;
  readonly workspace: () => readonly string[];
  /** False where evaluation waits for a save or a command. */
  readonly live: () => boolean;
  /** What a panel shows of this scenario may have changed: its text was read, its numbers or the rivals' are there. */
  readonly changed: (scenario: Scenario, what: 'program' | 'posterior' | 'rivals') => void;
  /** Something threw that never should. */
  readonly failed: (error: unknown) => void;
}

interface Run {
  readonly revision: number;
  readonly abort: AbortController;
  readonly loaded: Promise<Loaded>;
  readonly evaluated: Promise<Evaluated>;
  /** Whether this run may go on to the evaluation; `allow` lets it. */
  allowed: boolean;
  readonly allow: () => void;
}

/** How long an evaluation waits for datasets that are being read, before it goes ahead without them. */
const PATIENCE = 300;

export class Scenario {
  readonly root: string;
  readonly #around: Surroundings;
  readonly #throttle = new Throttle();
  /** An edit's evaluation goes on from the one before. */
  readonly #memory: EvaluationCache = {};
  #attended = false;
  #run: Run | undefined;
  #dependencies: ReadonlySet<string>;
  #loaded: Loaded | undefined;
  #evaluated: Evaluated | undefined;
  #good: Evaluated | undefined;
  #previous: Evaluated | undefined;

  constructor(root: string, around: Surroundings) {
    this.root = root;
    this.#around = around;
    this.#dependencies = new Set([root]);
  }

  /** Whether a change of this file changes the program. */
  dependsOn(uri: string): boolean {
    return this.#dependencies.has(uri);
  }

  get dependencies(): ReadonlySet<string> {
    return this.#dependencies;
  }

  /** A text, a dataset or a setting that this scenario depends on is another: new work begins, old work ends. */
  changed(revision: number): void {
    this.#run?.abort.abort();
    this.#run = this.#begin(revision, this.#attended && this.#around.live());
  }

  /** Somebody looks at this scenario: from now on its numbers come by themselves, the first time too if `evaluate`. */
  reconcile(evaluate: boolean): void {
    if (this.#attended) return;
    this.#attended = true;
    if (evaluate) this.evaluateNow();
  }

  /** Evaluate the text as it stands, though the setting says to wait. */
  evaluateNow(): void {
    this.#run?.allow();
  }

  close(): void {
    this.#run?.abort.abort();
    this.#run = undefined;
    this.#around.datasetCache.release(this.root);
  }

  /** The program of the newest text; waits for it. Undefined once closed. */
  async program(): Promise<Loaded | undefined> {
    return this.#newest((run) => run.loaded);
  }

  /** The numbers of the newest text; waits for them. Undefined where the setting says to wait, and once closed. */
  async posterior(): Promise<Evaluated | undefined> {
    return this.#newest(async (run) => {
      if (this.#around.live()) run.allow();
      return run.allowed ? run.evaluated : undefined;
    });
  }

  /** The numbers of the newest text if they are there. */
  get evaluated(): Evaluated | undefined {
    return this.#evaluated?.revision === this.#run?.revision ? this.#evaluated : undefined;
  }

  /** What a panel shows now: never nothing where there once was something. */
  displayed(): PanelSnapshot {
    const snapshot = this.#good ?? this.#evaluated;
    const stale = this.#staleCause();
    return { snapshot, previous: this.#previous, stale };
  }

  async #newest<T>(level: (run: Run) => Promise<T>): Promise<T | undefined> {
    for (let run = this.#run; run; run = this.#run) {
      try {
        return await level(run);
      } catch (error) {
        if (!(error instanceof Superseded)) throw error;
        if (this.#run === run) return undefined;
      }
    }
    return undefined;
  }

  #begin(revision: number, allowed: boolean): Run {
    let allow = (): void => undefined;
    const permission = allowed
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          allow = resolve;
        });
    const abort = new AbortController();
    const loaded = this.#load(revision, abort.signal);
    const evaluated = loaded.then(async (program) => {
      await permission;
      return this.#evaluate(program, abort.signal);
    });
    const run: Run = {
      revision,
      abort,
      loaded,
      evaluated,
      allowed,
      allow: () => {
        run.allowed = true;
        allow();
      },
    };
    evaluated.catch((error: unknown) => {
      if (!(error instanceof Superseded)) this.#around.failed(error);
    });
    return run;
  }

  async #load(revision: number, signal: AbortSignal): Promise<Loaded> {
    const { openDocuments, scheduler, trees, workspace } = this.#around;
    await scheduler.next();
    checkSuperseded(signal);
    const dependencies = new Set([this.root]);
    const program = await loadProgram(this.root, openDocuments.recording(dependencies), {
      workspace: workspaceOf(this.root, workspace()),
      cache: trees,
    });
    checkSuperseded(signal);
    this.#dependencies = dependencies;
    this.#loaded = {
      root: this.root,
      revision,
      program,
      lines: program.files.map((file) => lineIndex(file.text)),
      versions: program.files.map((file) => openDocuments.opened(file.uri)?.version ?? 0),
      broken: program.diagnostics.find((diagnostic) => diagnostic.severity === 'error'),
    };
    this.#around.changed(this, 'program');
    return this.#loaded;
  }

  async #evaluate(loaded: Loaded, signal: AbortSignal): Promise<Evaluated> {
    const { datasetCache, scheduler } = this.#around;
    const rest = this.#throttle.delay(scheduler.now());
    if (rest > 0) await delay(rest, scheduler, signal);
    checkSuperseded(signal);
    const sources = loaded.program.datasets;
    const broken = loaded.broken !== undefined;
    let used = datasetCache.take(this.root, sources, broken);
    const readings = [...used.missing.values()].filter((reading) => !reading.stopped);
    if (readings.length > 0) {
      await Promise.race([Promise.all(readings.map((reading) => reading.done)), delay(PATIENCE, scheduler, signal)]);
      used = datasetCache.take(this.root, sources, broken);
    }
    const start = scheduler.now();
    try {
      const options = { accounts: false, evaluationCache: this.#memory };
      const own = await runInSlices(evaluation(loaded.program, used.counts, options), scheduler, signal);
      const rivalsPending = loaded.program.accounts.length > 0;
      const numbers = rivalsPending ? { ...own, ...carriedOver(this.#evaluated, loaded.program) } : own;
      const evaluated = this.#finish({ ...loaded, ...used, evaluation: numbers, rivalsPending });
      if (rivalsPending) void this.#compare(evaluated, signal);
      return evaluated;
    } finally {
      this.#throttle.ran(start, scheduler.now());
    }
  }

  /** The rival accounts may cost many times what the posterior does, so they follow it; the next edit ends them. */
  async #compare(evaluated: Evaluated, signal: AbortSignal): Promise<void> {
    const { scheduler, failed } = this.#around;
    try {
      const options = { evaluationCache: this.#memory };
      const rest = await runInSlices(rivals(evaluated.program, evaluated.counts, options), scheduler, signal);
      this.#finish({ ...evaluated, evaluation: { ...evaluated.evaluation, ...rest }, rivalsPending: false }, evaluated);
    } catch (error) {
      if (!(error instanceof Superseded)) failed(error);
    }
  }

  /** `early`: the same evaluation before its rivals were there, whose place this one takes. */
  #finish(evaluated: Evaluated, early?: Evaluated): Evaluated {
    this.#evaluated = evaluated;
    if (!evaluated.broken && !unreadDataset(evaluated) && evaluated.missing.size === 0) {
      if (this.#good !== early) this.#previous = this.#good;
      this.#good = evaluated;
    }
    this.#around.changed(this, early ? 'rivals' : 'posterior');
    return evaluated;
  }

  #staleCause(): StaleCause | undefined {
    const loaded = this.#loaded;
    if (!loaded) return undefined;
    if (loaded.broken) return { kind: 'broken', diagnostic: loaded.broken, loaded };
    if (this.#run && !this.#run.allowed) return { kind: 'waiting' };
    const evaluated = this.#evaluated;
    if (!evaluated) return undefined;
    const [reading] = evaluated.missing.values();
    if (reading) return { kind: 'reading', reading: this.#around.datasetCache.reading(reading.token) ?? reading };
    const unread = unreadDataset(evaluated);
    return unread && { kind: 'unread', ...unread, loaded: evaluated };
  }
}

/** A file outside every folder, and one opened without any, is at home in the folder that it stands in. */
function workspaceOf(root: string, folders: readonly string[]): readonly string[] {
  const home = resolveAgainst(root, '.');
  return isWithin(root, folders) || home === undefined ? folders : [...folders, home];
}

/** The rivals of the text before, where the same ones are compared on the same probes. */
function carriedOver(before: Evaluated | undefined, program: Program): Partial<Evaluation> {
  if (!before || before.evaluation.accounts.length !== program.accounts.length) return {};
  const same =
    before.program.probes.length === program.probes.length &&
    before.program.cellOffset.at(-1) === program.cellOffset.at(-1) &&
    program.accounts.every(({ name }, at) => before.evaluation.accounts[at]?.name === name);
  return same ? { accounts: before.evaluation.accounts, verdict: before.evaluation.verdict } : {};
}

/** The first dataset that cannot be used at all. */
function unreadDataset(evaluated: Evaluated): { readonly dataset: number; readonly message: string } | undefined {
  for (const [dataset, { failure }] of evaluated.counts) if (failure) return { dataset, message: failure.message };
  return undefined;
}
