/**
 * Which scenario a text belongs to. A `.scenario` is its own root; any other text belongs to a scenario, open or in the
 * workspace, that imports it (however far away), and is its own root where none does.
 */
import { URI, Utils } from 'vscode-uri';
import type { Host } from '../host/host';
import type { ParseCache } from '../program/load/parseCache';
import { normalUri, resolveAgainst } from '../program/uris';
import type { SourceFile } from '../syntax/tree';
import type { OpenDocuments } from './openDocuments';

/** Folders are searched for scenarios no deeper and no longer than this. */
const DEEPEST = 12;
const MOST_FOLDERS = 5000;

export class Roots {
  readonly #openDocuments: OpenDocuments;
  readonly #trees: ParseCache;
  readonly #isUsed: (uri: string) => boolean;
  readonly #imports = new Map<string, readonly string[]>();
  /** Answers that hold until a text, the workspace or the order of activity changes. */
  readonly #owners = new Map<string, Promise<string>>();
  #found: Promise<Set<string>> | undefined;
  #folders: readonly string[] = [];
  /** The scenarios that were active, the latest last: of several owners the latest one wins. */
  readonly #active = new Set<string>();

  /** `isUsed`: whether a file belongs to a program that is open, so that its tree is wanted again. */
  constructor(openDocuments: OpenDocuments, trees: ParseCache, isUsed: (uri: string) => boolean) {
    this.#openDocuments = openDocuments;
    this.#trees = trees;
    this.#isUsed = isUsed;
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.#found = undefined;
    this.#owners.clear();
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** A text is another, is new or has gone. */
  changed(uri: string): void {
    this.edited(uri);
    if (isScenario(uri)) this.#found = undefined;
  }

  /** The text's imports are another, the files of the workspace are the same. */
  edited(uri: string): void {
    this.#imports.delete(uri);
    this.#owners.clear();
  }

  activate(root: string): void {
    this.#active.delete(root);
    this.#active.add(root);
    this.#owners.clear();
  }

  /** The root that this text belongs to. */
  rootOf(uri: string): Promise<string> {
    if (isScenario(uri)) return Promise.resolve(uri);
    const known = this.#owners.get(uri) ?? this.#findOwner(uri);
    this.#owners.set(uri, known);
    return known;
  }

  async #findOwner(uri: string): Promise<string> {
    const owners = [];
    for (const root of await this.#candidates()) if (await this.#reaches(root, uri)) owners.push(root);
    const order = [...this.#active];
    const rank = (root: string): number => order.indexOf(root) + (this.#openDocuments.opened(root) ? 0.5 : 0);
    owners.sort((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1));
    return owners[0] ?? uri;
  }

  /** Every scenario of the workspace, and every open one. */
  async scenarios(): Promise<readonly string[]> {
    return [...(await this.#candidates())].sort();
  }

  async #candidates(): Promise<ReadonlySet<string>> {
    this.#found ??= findScenarios(this.#openDocuments, this.#folders);
    const open = this.#openDocuments
      .allOpened()
      .map((text) => text.uri)
      .filter(isScenario);
    return new Set([...(await this.#found), ...open]);
  }

  async #reaches(root: string, uri: string): Promise<boolean> {
    const seen = new Set([root]);
    for (const file of seen) {
      if (file === uri || this.#openDocuments.realOf(file) === this.#openDocuments.realOf(uri)) return true;
      for (const imported of await this.#importsOf(file)) seen.add(imported);
    }
    return false;
  }

  async #importsOf(uri: string): Promise<readonly string[]> {
    const known = this.#imports.get(uri);
    if (known) return known;
    const text = (await this.#openDocuments.readText(uri)) ?? '';
    const imports = importsOf(uri, this.#trees.parse(uri, text).file);
    this.#imports.set(uri, imports);
    // Of a file that is only looked through for its imports nothing else is kept.
    if (!this.#isUsed(uri)) this.#trees.forget(uri);
    return imports;
  }
}

function isScenario(uri: string): boolean {
  return uri.endsWith('.scenario');
}

function importsOf(uri: string, tree: SourceFile): readonly string[] {
  return tree.declarations.flatMap((declaration) => {
    const path = declaration.kind === 'import' ? declaration.path?.value : undefined;
    const target = path === undefined ? undefined : resolveAgainst(uri, path);
    return target === undefined ? [] : [normalUri(target)];
  });
}

async function findScenarios(host: Host, folders: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const queue = folders.map((uri) => ({ uri, depth: 0 }));
  for (let visited = 0; visited < queue.length && visited < MOST_FOLDERS; visited++) {
    const { uri, depth } = queue[visited]!;
    for (const name of await host.list(uri)) {
      const child = Utils.joinPath(URI.parse(uri), name).toString();
      if (isScenario(child)) found.add(normalUri(child));
      else if (name.endsWith('/') && depth < DEEPEST && !name.startsWith('.') && name !== 'node_modules/')
        queue.push({ uri: child.replace(/\/$/, ''), depth: depth + 1 });
    }
  }
  return found;
}
