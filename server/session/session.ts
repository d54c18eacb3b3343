/**
 * The session: what is open now. It knows which texts are open over the files on disk, which scenario each belongs to,
 * and how far each scenario is on its way from text to numbers; it answers requests at the level that they need.
 * It must not know the language server protocol, how a file is read, or what any number means.
 *
 * Read on in this order: `overlay` (texts over files), `roots` (which scenario a text belongs to), `scenario` (one
 * scenario's runs), `outcome` (what comes out of them), `shelf` (datasets), `panels`.
 */
import { Debouncer } from '../async/debounce';
import { LatestRunner, LatestTicket } from '../async/latest';
import type { Scheduler } from '../async/scheduler';
import { SerialQueue } from '../async/serialQueue';
import type { Matcher } from '../datasets/mapping/patterns';
import type { Host } from '../host/host';
import { parseCache } from '../program/load/parseCache';
import { normalUri } from '../program/uris';
import { DEFAULT_SETTINGS, type Settings } from '../settings';
import type { PosteriorSnapshot, SemanticSnapshot, SyntaxSnapshot } from '../snapshot';
import { lineIndex } from '../syntax/lines';
import { causeOf } from './cause';
import { DatasetCache, type DatasetCacheListener } from './datasetCache';
import { OpenDocuments } from './openDocuments';
import type { Evaluated, Outcome } from './outcome';
import { Scenario, type ScenarioEvent } from './scenario';
import { Roots } from './scenarioIndex';
import { lastValidSnapshot, posteriorSnapshot, semanticSnapshot, shownSnapshot } from './snapshots';

/** The editor's id of our language: texts in any other are data. */
const LANGUAGE = 'dramatis';

/** Schemes under which editors show other versions of a file: a text of ours that belongs to no scenario. */
const OTHER_VERSIONS = /^(?:git|gitlens|gitlens-git|gitfs|hg|svn|pr|review|scm|conflictResolution|chat-editing\S*):/;

/** What a text of ours that is not open is known by. */
const ENDINGS = /\.(?:persona|episodes|scenario)$/;

/** Of so many open scenarios the numbers are kept up to date without a request; of more only those in the foreground. */
const MOST_KEPT_UP = 32;

/** Programs that were loaded for a search over the workspace stay for so long after the last one. */
const SEARCHED_MILLISECONDS = 60_000;

/** What the session reports to. */
export interface SessionListener {
  /** `program` comes before `posterior`, and that before `rivals`. */
  changed(scenario: Scenario, what: ScenarioEvent): void;
  /** A dataset's reading went on. */
  progressed(scenario: Scenario): void;
  /** This scenario is no longer open, active or in a panel. */
  closed(scenario: Scenario): void;
  /** Something threw that never should. */
  failed(error: unknown): void;
}

/** What is wanted of the posterior level. */
export interface PosteriorRequest {
  /** The rival accounts too: the answer waits for those of this text. */
  readonly accounts?: boolean;
}

export class Session {
  readonly openDocuments: OpenDocuments;
  readonly scenarioIndex: Roots;
  readonly datasetCache: DatasetCache;
  readonly scheduler: Scheduler;
  readonly #listener: SessionListener;
  readonly #scenarios = new Map<string, Scenario>();
  /** Roots that panels show, by panel. */
  readonly #referenced = new Map<string, ReadonlySet<string>>();
  /** How many requests wait for each root: it is not closed under them. */
  readonly #requested = new Map<string, number>();
  /** Roots that a search over the workspace has loaded. */
  readonly #searched = new Set<string>();
  readonly #forgetSearched: Debouncer;
  readonly #trees = parseCache();
  readonly #syntax = new Map<string, SyntaxSnapshot>();
  readonly #attending: LatestRunner;
  readonly #activation = new LatestTicket();
  readonly #background = new SerialQueue();
  #settings: Settings = DEFAULT_SETTINGS;
  #revision = 0;
  #active: string | undefined;
  /** The editor may name its active text before it sends it. */
  #awaited: string | undefined;
  /** The scenario whose own text was edited last. */
  #edited: string | undefined;
  /** How many scenarios are open, or in a panel. */
  #open = 0;
  #disposed = false;

  /** `matcher` runs patterns that may not end; without one they are refused. */
  constructor(host: Host, scheduler: Scheduler, listener: SessionListener, matcher?: Matcher) {
    this.scheduler = scheduler;
    this.#listener = listener;
    this.openDocuments = new OpenDocuments(host, scheduler, (uris) => this.#textsChanged(uris));
    this.scenarioIndex = new Roots(this.openDocuments, this.#trees, (uri) => this.#isUsed(uri));
    this.#attending = new LatestRunner(
      () => this.#reconcile(),
      (error) => listener.failed(error),
    );
    this.#forgetSearched = new Debouncer(scheduler, SEARCHED_MILLISECONDS, () => {
      this.#searched.clear();
      this.#attending.request();
    });
    const of = (users: ReadonlySet<string>): Scenario[] =>
      [...users].flatMap((root) => this.#scenarios.get(root) ?? []);
    const reader: DatasetCacheListener = {
      arrived: (users) => {
        for (const scenario of of(users)) scenario.changed(++this.#revision, 'surroundings');
      },
      progressed: (users) => {
        for (const scenario of of(users)) this.#listener.progressed(scenario);
      },
      failed: (error) => listener.failed(error),
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
    this.#surroundingsChanged();
  }

  setFolders(folders: readonly string[]): void {
    this.scenarioIndex.setFolders(folders.map(normalUri));
    this.#surroundingsChanged();
    this.#attending.request();
  }

  /** A text was opened or edited in the editor. */
  put(uri: string, version: number, text: string, language: string): void {
    const key = normalUri(uri);
    const fresh = !this.openDocuments.isOpen(key);
    this.openDocuments.put({ uri: key, version, text, language });
    if (!fresh && this.isScenarioText(key)) this.#focus(key);
    this.#textsChanged(new Set([key]));
    if (fresh) this.#attending.request();
    if (key === this.#awaited) void this.activate(key);
  }

  /** The editor has closed a text: the file on disk counts again. */
  remove(uri: string): void {
    const key = normalUri(uri);
    this.openDocuments.remove(key);
    this.#syntax.delete(key);
    this.#textsChanged(new Set([key]));
    this.#attending.request();
  }

  saved(uri: string): void {
    if (this.#settings.when !== 'onSave') return;
    for (const scenario of this.#scenarios.values()) if (scenario.dependsOn(normalUri(uri))) scenario.evaluateNow();
  }

  /** Files changed on disk, came or went: together they are one revision. */
  filesChanged(uris: readonly string[]): void {
    const keys = uris.map(normalUri);
    for (const key of keys) {
      this.openDocuments.forget(key);
      this.scenarioIndex.changed(key);
    }
    this.#textsChanged(new Set(keys.filter((key) => !this.openDocuments.opened(key))));
    this.#attending.request();
  }

  /** The editor that has the keyboard shows this text. Of several calls the latest wins, however long each takes. */
  async activate(uri: string): Promise<void> {
    const key = normalUri(uri);
    const isLatest = this.#activation.take();
    this.#awaited = this.openDocuments.isOpen(key) ? undefined : key;
    const root = this.isScenarioText(key) ? await this.scenarioIndex.rootOf(key) : this.#userOf(key);
    if (root === undefined || root === this.#active || !isLatest()) return;
    this.#active = root;
    this.scenarioIndex.activate(root);
    const scenario = this.#scenario(root);
    this.#attending.request();
    this.#listener.changed(scenario, 'program');
  }

  async evaluateNow(uri: string): Promise<Outcome | undefined> {
    return this.#during(await this.scenarioIndex.rootOf(normalUri(uri)), (scenario) => {
      scenario.evaluateNow();
      return scenario.posterior();
    });
  }

  /** A panel shows these scenarios, open or not. */
  hold(holder: string, scenarioIndex: ReadonlySet<string>): void {
    if (scenarioIndex.size > 0) this.#referenced.set(holder, scenarioIndex);
    else this.#referenced.delete(holder);
    for (const root of scenarioIndex) this.#scenario(root).reconcile('foreground');
    this.#attending.request();
  }

  /** Whether an open text is in our language, and not another version of a file; any other is data. */
  isScenarioText(uri: string): boolean {
    return this.openDocuments.opened(normalUri(uri))?.language === LANGUAGE && !OTHER_VERSIONS.test(uri);
  }

  /** The scenario of this root, begun if it is not yet. */
  scenarioOf(root: string): Scenario {
    return this.#scenario(root);
  }

  /** Level *syntax*: of an open text, at once. */
  syntax(uri: string): SyntaxSnapshot | undefined {
    const open = this.openDocuments.opened(normalUri(uri));
    return open && this.#parsed(normalUri(uri), open.version, open.text);
  }

  /** Level *semantic*: waits for the program around the newest text. Undefined for a text that is no scenario's. */
  async semantic(uri: string): Promise<SemanticSnapshot | undefined> {
    return this.#around(uri, async (scenario, key, real) => {
      const loaded = await scenario.program();
      return loaded && semanticSnapshot(loaded, key, real);
    });
  }

  /**
   * Level *posterior*: waits for the numbers of the newest text. Undefined where there are none: the text is broken, a
   * dataset is still being read, or evaluation waits for a save.
   */
  async posterior(uri: string, request: PosteriorRequest = {}): Promise<PosteriorSnapshot | undefined> {
    return this.#around(uri, async (scenario, key, real) => {
      const outcome = await scenario.posterior(request);
      return outcome?.evaluated && posteriorSnapshot(outcome.evaluated, key, real);
    });
  }

  /**
   * The best that there is of a text: the numbers of the newest text; where there are none, the last valid ones, marked;
   * where there never were any, the text alone. What is known without numbers is in `partial`.
   */
  async best(uri: string, request: PosteriorRequest = {}): Promise<SemanticSnapshot | PosteriorSnapshot | undefined> {
    return this.#around(uri, async (scenario, key, real) => {
      const outcome = await scenario.posterior(request);
      if (outcome?.evaluated) return posteriorSnapshot(outcome.evaluated, key, real);
      const loaded = outcome?.loaded ?? (await scenario.program());
      return loaded && lastValidSnapshot(scenario.displayed(), loaded, outcome, key, real);
    });
  }

  /** The same as it is now, without waiting for more than the program. */
  async bestNow(uri: string): Promise<SemanticSnapshot | PosteriorSnapshot | undefined> {
    return this.#around(uri, async (scenario, key, real) => {
      const loaded = await scenario.program();
      const { outcome } = scenario;
      if (outcome?.evaluated) return posteriorSnapshot(outcome.evaluated, key, real);
      return loaded && lastValidSnapshot(scenario.displayed(), loaded, outcome, key, real);
    });
  }

  /**
   * What surfaces with a history show of a scenario, text and numbers together: those of the text as it stands, else the
   * last valid ones, marked. Waits for the newest evaluation where the setting allows one, with the rival accounts.
   */
  async shownWhole(root: string): Promise<PosteriorSnapshot | undefined> {
    const key = normalUri(root);
    return this.#during(key, async (scenario) => {
      await scenario.posterior({ accounts: true });
      return shownSnapshot(scenario.displayed());
    });
  }

  /** Why nothing is shown of a scenario, in words. */
  reasonWithout(root: string): string {
    const { stale } = this.#scenario(normalUri(root)).displayed();
    return stale ? causeOf(stale).message : 'The scenario has not been evaluated.';
  }

  /** The scenario that a text belongs to. */
  async rootOf(uri: string): Promise<string> {
    return this.scenarioIndex.rootOf(normalUri(uri));
  }

  /** The programs of every scenario of the workspace and of every open text, each seen from its root. */
  async everyProgram(): Promise<readonly SemanticSnapshot[]> {
    const scenarioIndex = new Set([...(await this.scenarioIndex.scenarios()), ...this.#scenarios.keys()]);
    for (const { uri } of this.openDocuments.allOpened())
      if (this.isScenarioText(uri)) scenarioIndex.add(await this.scenarioIndex.rootOf(uri));
    for (const root of scenarioIndex) this.#searched.add(root);
    this.#forgetSearched.request();
    const snapshots: SemanticSnapshot[] = [];
    for (const root of [...scenarioIndex].sort()) {
      const loaded = await this.#during(root, (scenario) => scenario.program());
      const snapshot = loaded && semanticSnapshot(loaded, root);
      if (snapshot) snapshots.push(snapshot);
    }
    return snapshots;
  }

  /**
   * Open scenarios that read this data file, with numbers of its newest text; where there are none, because a scenario is
   * broken or waits for a save, with the last valid ones.
   */
  async usersOf(dataUri: string): Promise<readonly PosteriorSnapshot[]> {
    const key = normalUri(dataUri);
    await this.datasetCache.finished(key);
    const users: PosteriorSnapshot[] = [];
    for (const scenario of [...this.#scenarios.values()].filter((one) => one.dependsOn(key))) {
      const newest = await this.#during(scenario.root, () => scenario.posterior());
      const evaluated = [newest?.evaluated, scenario.displayed().snapshot].find(
        (one) => one && readsWithNumbers(one, key),
      );
      const snapshot = evaluated && posteriorSnapshot(evaluated, scenario.root);
      if (snapshot) users.push(snapshot);
    }
    return users;
  }

  /** How many trees are kept: of open texts and of the files of open programs. */
  get trees(): number {
    return this.#trees.size;
  }

  dispose(): void {
    this.#disposed = true;
    this.#forgetSearched.cancel();
    this.#attending.cancel();
    for (const scenario of this.#scenarios.values()) scenario.close();
    this.#scenarios.clear();
    this.openDocuments.keepOnly(new Set());
  }

  /**
   * Asks the scenario that a text belongs to. A text that the owner does not import after all is its own scenario; a text
   * of no scenario, such as another version of a file, has no answer.
   */
  async #around<T>(
    uri: string,
    ask: (scenario: Scenario, key: string, real: string) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const key = normalUri(uri);
    if (this.openDocuments.opened(key) ? !this.isScenarioText(key) : !ENDINGS.test(key)) return undefined;
    const owner = await this.scenarioIndex.rootOf(key);
    const answer = await this.#during(owner, (scenario) => ask(scenario, key, this.openDocuments.realOf(key)));
    if (answer !== undefined || owner === key || this.#scenarios.get(owner)?.dependsOn(key)) return answer;
    return this.#during(key, (scenario) => ask(scenario, key, key));
  }

  /** Keeps a scenario while a request waits for it. */
  async #during<T>(root: string, ask: (scenario: Scenario) => Promise<T>): Promise<T> {
    this.#requested.set(root, (this.#requested.get(root) ?? 0) + 1);
    try {
      return await ask(this.#scenario(root));
    } finally {
      const left = (this.#requested.get(root) ?? 1) - 1;
      if (left > 0) this.#requested.set(root, left);
      else this.#requested.delete(root);
      if (left === 0 && !this.#isWanted(root)) this.#attending.request();
    }
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
      when: () => this.#settings.when,
      turn: () => this.#background.add(() => this.scheduler.next()),
      changed: (changed, what) => this.#listener.changed(changed, what),
      failed: (error) => this.#listener.failed(error),
    });
    this.#scenarios.set(root, scenario);
    scenario.changed(++this.#revision, 'text');
    return scenario;
  }

  #surroundingsChanged(): void {
    const revision = ++this.#revision;
    for (const scenario of this.#scenarios.values()) scenario.changed(revision, 'surroundings');
  }

  /** Texts have changed, by an edit or on disk. Scenarios that read one of them as data follow when it has been read. */
  #textsChanged(uris: ReadonlySet<string>): void {
    const names = new Set(uris);
    for (const uri of uris) names.add(this.openDocuments.realOf(uri));
    const readers = new Set<string>();
    for (const uri of names) {
      this.scenarioIndex.edited(uri);
      for (const root of this.datasetCache.fileChanged(uri)) readers.add(root);
    }
    const files = this.datasetCache.files();
    const texts = [...names].filter((uri) => !files.has(uri));
    const revision = ++this.#revision;
    for (const scenario of this.#scenarios.values())
      if (texts.some((uri) => scenario.dependsOn(uri))) scenario.changed(revision, 'text');
      else if (readers.has(scenario.root)) scenario.changed(revision, 'surroundings');
  }

  /** The scenario whose own text is edited is in the foreground, whatever the editor says is active. */
  #focus(uri: string): void {
    const before = this.#edited;
    this.#edited = uri;
    if (before !== uri)
      for (const root of [before, uri]) this.#scenarios.get(root ?? '')?.reconcile(this.#attention(root ?? ''));
  }

  #isHeld(root: string): boolean {
    return [...this.#referenced.values()].some((scenarioIndex) => scenarioIndex.has(root));
  }

  /** Wanted for another reason than that its text is open. */
  #isWanted(root: string): boolean {
    return (
      this.#isHeld(root) || this.#requested.has(root) || this.#searched.has(root) || this.openDocuments.isOpen(root)
    );
  }

  #isUsed(uri: string): boolean {
    return this.openDocuments.isOpen(uri) || [...this.#scenarios.values()].some((scenario) => scenario.dependsOn(uri));
  }

  #attention(root: string): 'foreground' | 'background' | 'idle' {
    if (root === this.#active || root === this.#edited || this.#isHeld(root)) return 'foreground';
    return this.#open <= MOST_KEPT_UP ? 'background' : 'idle';
  }

  /**
   * Begins the scenarios that are open, active or in a panel, ends the others, and forgets the files that none depends on.
   * Runs again where anything changed meanwhile, so nothing is ended on old knowledge.
   */
  async #reconcile(): Promise<void> {
    const open = new Set<string>();
    for (const { uri } of this.openDocuments.allOpened())
      if (this.isScenarioText(uri)) open.add(await this.scenarioIndex.rootOf(uri));
    if (this.#disposed || this.#attending.requested) return;
    for (const scenarioIndex of this.#referenced.values()) for (const root of scenarioIndex) open.add(root);
    this.#open = open.size;
    for (const root of open) this.#scenario(root).reconcile(this.#attention(root));
    for (const [root, scenario] of this.#scenarios) {
      if (open.has(root)) continue;
      scenario.reconcile('idle');
      if (this.#requested.has(root) || this.#searched.has(root)) continue;
      scenario.close();
      this.#scenarios.delete(root);
      if (root === this.#active) this.#active = undefined;
      this.#listener.closed(scenario);
    }
    const needed = new Set(this.datasetCache.files());
    for (const scenario of this.#scenarios.values()) for (const uri of scenario.dependencies) needed.add(uri);
    for (const { uri } of this.openDocuments.allOpened()) needed.add(uri);
    this.#trees.keepOnly(needed);
    this.openDocuments.keepOnly(needed);
  }

  #parsed(uri: string, version: number, text: string): SyntaxSnapshot {
    const known = this.#syntax.get(uri);
    if (known?.text === text && known.version === version) return known;
    const snapshot = { uri, version, text, lines: lineIndex(text), parsed: this.#trees.parse(uri, text) };
    this.#syntax.set(uri, snapshot);
    return snapshot;
  }
}

function readsWithNumbers({ program, counts }: Evaluated, dataUri: string): boolean {
  return program.datasets.some(({ uri, index }) => uri && normalUri(uri) === dataUri && counts.has(index));
}
