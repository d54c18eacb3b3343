/**
 * The session: what is open now. It knows which texts are open over the files on disk, which scenario each belongs to,
 * and how far each scenario is on its way from text to numbers; it answers requests at the level that they need.
 * It must not know the language server protocol, how a file is read, or what any number means.
 *
 * Read on in this order: `overlay` (texts over files), `roots` (which scenario a text belongs to), `scenario` (one
 * scenario's runs), `shelf` (datasets), `panels`, and below them `scheduler` and `pace` (time).
 */

import type { Scheduler } from '../async/scheduler';
import type { Matcher } from '../datasets/mapping/patterns';
import type { Host } from '../host/host';
import { parseCache } from '../program/load/parseCache';
import { normalUri } from '../program/uris';
import { DEFAULT_SETTINGS, type Settings } from '../settings';
import type { PosteriorSnapshot, SemanticSnapshot, SyntaxSnapshot } from '../snapshot';
import { lineIndex } from '../syntax/lines';
import { DatasetCache, type DatasetCacheListener } from './datasetCache';
import { OpenDocuments } from './openDocuments';
import { type Evaluated, type Loaded, Scenario } from './scenario';
import { Roots } from './scenarioIndex';

/** The editor's id of our language: texts in any other are data. */
const LANGUAGE = 'dramatis';

/** Whom the session tells. */
export interface SessionListener {
  /** A scenario's text was read or its numbers are there; `program` comes before `posterior`. */
  changed(scenario: Scenario, what: 'program' | 'posterior' | 'rivals'): void;
  /** A dataset's reading went on. */
  progressed(scenario: Scenario): void;
  /** Nobody looks at this scenario any more. */
  closed(scenario: Scenario): void;
  /** Something threw that never should. */
  failed(error: unknown): void;
}

export class Session {
  readonly openDocuments: OpenDocuments;
  readonly scenarioIndex: Roots;
  readonly datasetCache: DatasetCache;
  readonly scheduler: Scheduler;
  readonly #listener: SessionListener;
  readonly #scenarios = new Map<string, Scenario>();
  /** Roots that somebody looks at without a text of theirs being open: panels. */
  readonly #referenced = new Map<string, ReadonlySet<string>>();
  /** Roots whose programs somebody is collecting: not to be ended meanwhile, nor to be evaluated for it. */
  readonly #pending = new Map<string, ReadonlySet<string>>();
  readonly #trees = parseCache();
  readonly #syntax = new Map<string, SyntaxSnapshot>();
  #settings: Settings = DEFAULT_SETTINGS;
  #revision = 0;
  #active: string | undefined;
  /** The editor may name its active text before it sends it. */
  #awaited: string | undefined;
  #holders = 0;

  /** `matcher` runs patterns that may not end; without one they are refused. */
  constructor(host: Host, scheduler: Scheduler, listener: SessionListener, matcher?: Matcher) {
    this.scheduler = scheduler;
    this.#listener = listener;
    this.openDocuments = new OpenDocuments(host, (uri) => this.#textChanged(uri));
    this.scenarioIndex = new Roots(this.openDocuments, this.#trees);
    const of = (users: ReadonlySet<string>): Scenario[] =>
      [...users].flatMap((root) => this.#scenarios.get(root) ?? []);
    const reader: DatasetCacheListener = {
      arrived: (users) => {
        for (const scenario of of(users)) scenario.changed(++this.#revision);
      },
      progressed: (users) => {
        for (const scenario of of(users)) this.#listener.progressed(scenario);
      },
    };
    this.datasetCache = new DatasetCache(this.openDocuments, reader, matcher);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Grows with every change that the session has seen. */
  get revision(): number {
    return this.#revision;
  }

  /** The scenario that was active last: what panels follow. */
  get active(): string | undefined {
    return this.#active;
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    for (const scenario of this.#scenarios.values()) scenario.changed(++this.#revision);
  }

  setFolders(folders: readonly string[]): void {
    this.scenarioIndex.setFolders(folders.map(normalUri));
    for (const scenario of this.#scenarios.values()) scenario.changed(++this.#revision);
    void this.#reconcile();
  }

  /** A text was opened or edited in the editor. */
  put(uri: string, version: number, text: string, language: string): void {
    const key = normalUri(uri);
    const fresh = this.openDocuments.opened(key) === undefined;
    this.openDocuments.put({ uri: key, version, text, language });
    this.#textChanged(key);
    if (fresh) void this.#reconcile();
    if (key === this.#awaited) void this.activate(key);
  }

  /** The editor has let go of a text: the file on disk counts again. */
  remove(uri: string): void {
    const key = normalUri(uri);
    this.openDocuments.remove(key);
    this.#syntax.delete(key);
    this.#textChanged(key);
    void this.#reconcile();
  }

  saved(uri: string): void {
    if (this.#settings.when !== 'onSave') return;
    for (const scenario of this.#scenarios.values()) if (scenario.dependsOn(normalUri(uri))) scenario.evaluateNow();
  }

  /** A file changed on disk, came or went. */
  fileChanged(uri: string): void {
    const key = normalUri(uri);
    this.openDocuments.forget(key);
    this.scenarioIndex.changed(key);
    if (!this.openDocuments.opened(key)) this.#textChanged(key);
    void this.#reconcile();
  }

  /** The editor that has the keyboard shows this text. */
  async activate(uri: string): Promise<void> {
    const key = normalUri(uri);
    this.#awaited = this.openDocuments.opened(key) ? undefined : key;
    const root = this.isScenarioText(key) ? await this.scenarioIndex.rootOf(key) : this.#userOf(key);
    if (root === undefined || root === this.#active) return;
    this.#active = root;
    this.scenarioIndex.activate(root);
    const scenario = this.#scenario(root);
    this.#listener.changed(scenario, 'program');
  }

  async evaluateNow(uri: string): Promise<Evaluated | undefined> {
    const scenario = this.#scenario(await this.scenarioIndex.rootOf(normalUri(uri)));
    scenario.evaluateNow();
    return scenario.posterior();
  }

  /** A panel holds these scenarios, open or not. */
  hold(holder: string, scenarioIndex: ReadonlySet<string>): void {
    if (scenarioIndex.size > 0) this.#referenced.set(holder, scenarioIndex);
    else this.#referenced.delete(holder);
    void this.#reconcile();
  }

  /** Whether an open text is in our language; any other is data. */
  isScenarioText(uri: string): boolean {
    return this.openDocuments.opened(normalUri(uri))?.language === LANGUAGE;
  }

  /** The scenario of this root, begun if it is not yet. */
  scenarioOf(root: string): Scenario {
    return this.#scenario(root);
  }

  /** Level *syntax*: of an open text, at once. */
  syntax(uri: string): SyntaxSnapshot | undefined {
    const open = this.openDocuments.opened(normalUri(uri));
    return open && this.#parsed(open.uri, open.version, open.text);
  }

  /** Level *semantic*: waits for the program around the newest text. */
  async semantic(uri: string): Promise<SemanticSnapshot | undefined> {
    const key = normalUri(uri);
    const owner = this.#scenario(await this.scenarioIndex.rootOf(key));
    const loaded = await owner.program();
    const snapshot = loaded && this.#around(loaded, key);
    if (snapshot || owner.root === key) return snapshot;
    const own = await this.#scenario(key).program();
    return own && this.#around(own, key);
  }

  /**
   * Level *posterior*: waits for the numbers of the newest text. Undefined where they are not to be had: evaluation
   * waits for a save, or nobody knows the text.
   */
  async posterior(uri: string): Promise<PosteriorSnapshot | undefined> {
    const key = normalUri(uri);
    const owner = this.#scenario(await this.scenarioIndex.rootOf(key));
    const evaluated = await owner.posterior();
    const snapshot = evaluated && this.#withNumbers(evaluated, key);
    if (snapshot || !evaluated || owner.root === key) return snapshot;
    const own = await this.#scenario(key).posterior();
    return own && this.#withNumbers(own, key);
  }

  /** The programs of every scenario of the workspace and of every open text, each seen from its root. */
  async everyProgram(): Promise<readonly SemanticSnapshot[]> {
    const scenarioIndex = new Set([...(await this.scenarioIndex.scenarios()), ...this.#scenarios.keys()]);
    const holder = `every-program-${++this.#holders}`;
    this.#pending.set(holder, scenarioIndex);
    const snapshots: SemanticSnapshot[] = [];
    for (const root of [...scenarioIndex].sort()) {
      const loaded = await this.#scenario(root).program();
      const snapshot = loaded && this.#around(loaded, root);
      if (snapshot) snapshots.push(snapshot);
    }
    this.#pending.delete(holder);
    void this.#reconcile();
    return snapshots;
  }

  /**
   * Open scenarios that read this data file, with numbers of its newest text; where those are not to be had, because a
   * scenario is broken or waits for a save, with the last good ones.
   */
  async usersOf(dataUri: string): Promise<readonly PosteriorSnapshot[]> {
    const key = normalUri(dataUri);
    await this.datasetCache.finished(key);
    const users: PosteriorSnapshot[] = [];
    for (const scenario of [...this.#scenarios.values()].filter((one) => one.dependsOn(key))) {
      const newest = await scenario.posterior();
      const evaluated = [newest, scenario.displayed().snapshot].find((one) => one && readsWithNumbers(one, key));
      const snapshot = evaluated && this.#withNumbers(evaluated, scenario.root);
      if (snapshot) users.push(snapshot);
    }
    return users;
  }

  /** A snapshot of numbers as a feature sees it from one of the program's files. */
  viewFrom(evaluated: Evaluated, uri: string): PosteriorSnapshot | undefined {
    return this.#withNumbers(evaluated, normalUri(uri));
  }

  dispose(): void {
    for (const scenario of this.#scenarios.values()) scenario.close();
    this.#scenarios.clear();
    this.openDocuments.keepOnly(new Set());
  }

  #userOf(dataUri: string): string | undefined {
    const users = [...this.#scenarios.values()].filter((scenario) => scenario.dependsOn(dataUri));
    return users.find((scenario) => scenario.root === this.#active)?.root ?? users[0]?.root;
  }

  #scenario(root: string): Scenario {
    const known = this.#scenarios.get(root);
    if (known) return known;
    const scenario = new Scenario(root, {
      openDocuments: this.openDocuments,
      datasetCache: this.datasetCache,
      scheduler: this.scheduler,
      trees: this.#trees,
      workspace: () => this.scenarioIndex.folders,
      live: () => this.#settings.when === 'live',
      changed: (changed, what) => this.#listener.changed(changed, what),
      failed: (error) => this.#listener.failed(error),
    });
    this.#scenarios.set(root, scenario);
    scenario.changed(++this.#revision);
    return scenario;
  }

  #textChanged(uri: string): void {
    this.scenarioIndex.edited(uri);
    this.datasetCache.fileChanged(uri);
    const revision = ++this.#revision;
    for (const scenario of this.#scenarios.values())
      if (scenario.dependsOn(uri) && !this.datasetCache.uses(uri)) scenario.changed(revision);
  }

  /** Begin the scenarios that somebody looks at, end those that nobody does, forget the files that none depends on. */
  async #reconcile(): Promise<void> {
    const wanted = new Set([...this.#referenced.values()].flatMap((scenarioIndex) => [...scenarioIndex]));
    for (const { uri } of this.openDocuments.allOpened())
      if (this.isScenarioText(uri)) wanted.add(await this.scenarioIndex.rootOf(uri));
    for (const root of wanted) this.#scenario(root).reconcile(this.#settings.when !== 'manual');
    for (const scenarioIndex of this.#pending.values()) for (const root of scenarioIndex) wanted.add(root);
    for (const [root, scenario] of this.#scenarios) {
      if (wanted.has(root)) continue;
      scenario.close();
      this.#scenarios.delete(root);
      this.#listener.closed(scenario);
    }
    const needed = [...this.#scenarios.values()].flatMap((scenario) => [...scenario.dependencies]);
    this.openDocuments.keepOnly(new Set(needed));
  }

  #parsed(uri: string, version: number, text: string): SyntaxSnapshot {
    const known = this.#syntax.get(uri);
    if (known?.text === text && known.version === version) return known;
    const snapshot = { uri, version, text, lines: lineIndex(text), parsed: this.#trees.parse(uri, text) };
    this.#syntax.set(uri, snapshot);
    return snapshot;
  }

  #around(loaded: Loaded, uri: string): SemanticSnapshot | undefined {
    const { program, lines, versions } = loaded;
    const file = program.files.findIndex((candidate) => normalUri(candidate.uri) === uri);
    if (file < 0) return undefined;
    const syntax = this.#parsed(uri, versions[file]!, program.files[file]!.text);
    return { ...syntax, program, file, fileLines: lines };
  }

  #withNumbers(evaluated: Evaluated, uri: string): PosteriorSnapshot | undefined {
    const around = this.#around(evaluated, uri);
    const { revision, counts, evaluation } = evaluated;
    return around && { ...around, revision, counts, evaluation };
  }
}

function readsWithNumbers({ program, counts }: Evaluated, dataUri: string): boolean {
  return program.datasets.some(({ uri, index }) => uri && normalUri(uri) === dataUri && counts.has(index));
}
