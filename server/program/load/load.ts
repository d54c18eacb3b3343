/**
 * Reads a file and everything that it imports, through the Host. A path leaves the workspace neither by its text nor
 * through a link; an import that cannot be followed is one diagnostic on the import, and the rest of the program stays.
 */
import type { Host } from '../../host/host';
import type { ImportDeclaration } from '../../syntax/tree';
import { buildProgram } from '../build/build';
import { datasetDeclarations, type ParsedFile } from '../files';
import type { Program } from '../model/program';
import { isWithin, normalUri, resolveAgainst } from '../uris';
import { arrangeFiles, type LoadedFile } from './arrange';
import { findDataFiles } from './dataFiles';
import type { FoundPath } from './foundPath';
import { type ParseCache, parseCache } from './parseCache';

export interface LoadOptions {
  /** URIs of the workspace folders; imports and datasets must lie in one of them. */
  readonly workspace: readonly string[];
  /** Kept by the caller between loads, so that only changed texts are parsed. */
  readonly cache?: ParseCache;
}

/** The Program of `root`. A root that cannot be read gives an empty Program with one diagnostic. */
export async function loadProgram(root: string, host: Host, options: LoadOptions): Promise<Program> {
  return buildProgram(await loadFiles(root, host, options));
}

/** The files of a program, the root first, then imports in evidence order, with what was wrong on the way. */
async function loadFiles(root: string, host: Host, options: LoadOptions): Promise<readonly ParsedFile[]> {
  const cache = options.cache ?? parseCache();
  const find = await pathFinder(host, options.workspace);
  const uri = normalUri(root);
  const text = await quietly(() => host.readText(uri));
  const first = beginFile(uri, text ?? '', cache);
  // By real path: one file is read once, whichever way leads to it.
  const known = new Map([[normalUri((await quietly(() => host.realpath(uri))) ?? uri), first]]);

  // One file after the other, so that which of several paths names a shared file does not depend on the disk.
  const queue = [first];
  for (const file of queue) {
    const importNodes = file.parsed.file.declarations.filter(
      (node) => node.kind === 'import' && node.path !== undefined,
    );
    const datasetNodes = datasetDeclarations(file.parsed.file.declarations).filter((node) => node.path !== undefined);
    const [imports, datasets] = await Promise.all([
      Promise.all(importNodes.map((node) => find(file.uri, (node as ImportDeclaration).path!.value))),
      Promise.all(datasetNodes.map((node) => findDataFiles(node, file.uri, find, host))),
    ]);
    const texts = await Promise.all(
      imports.map(async (found) => {
        return found.kind === 'place' && !known.has(found.real) ? quietly(() => host.readText(found.uri)) : undefined;
      }),
    );
    importNodes.forEach((node, at) => {
      const found = imports[at]!;
      let to = found.kind === 'place' ? known.get(found.real) : undefined;
      if (!to && found.kind === 'place' && texts[at] !== undefined) {
        to = beginFile(found.uri, texts[at], cache);
        known.set(found.real, to);
        queue.push(to);
      }
      const failure = found.kind === 'place' ? 'nowhere' : found.kind;
      file.imports.push({ node: node as ImportDeclaration, to: to ?? failure });
    });
    file.datasets.push(...datasets);
  }
  return arrangeFiles(first, text === undefined);
}

function beginFile(uri: string, text: string, cache: ParseCache): LoadedFile {
  return { uri, text, parsed: cache.parse(uri, text), imports: [], datasets: [] };
}

/** Where paths lead, checked against the workspace by their text and, links resolved, by where they really lead. */
async function pathFinder(host: Host, workspace: readonly string[]) {
  const written = workspace.map(normalUri);
  const real = await Promise.all(
    written.map(async (folder) => normalUri((await quietly(() => host.realpath(folder))) ?? folder)),
  );
  return async (from: string, path: string): Promise<FoundPath> => {
    const uri = resolveAgainst(from, path);
    if (uri === undefined) return { kind: 'unsaved' };
    if (!isAtOrWithin(uri, [...written, ...real])) return { kind: 'outside' };
    const there = await quietly(() => host.realpath(uri));
    if (there === undefined) return { kind: 'nowhere' };
    return isAtOrWithin(there, real) ? { kind: 'place', uri, real: normalUri(there) } : { kind: 'outside' };
  };
}

/** The folders themselves count: a glob looks into them. */
function isAtOrWithin(uri: string, folders: readonly string[]): boolean {
  const bare = (text: string) => normalUri(text).replace(/\/$/u, '');
  return isWithin(uri, folders) || folders.some((folder) => bare(folder) === bare(uri));
}

/** A host that fails has found nothing. */
async function quietly<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}
