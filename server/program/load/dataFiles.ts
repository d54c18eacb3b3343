/**
 * The data files that a dataset names: paths, and globs that stand for the files that match them, in the order of their
 * paths. Finds files through the Host; reads none of them.
 */
import { URI, Utils } from 'vscode-uri';
import type { Host } from '../../host/host';
import type { DatasetDeclaration, StringLiteral } from '../../syntax/tree';
import { resolveAgainst } from '../uris';
import type { FoundPath } from './foundPath';

/** A glob may stand for so many files. */
export const maxGlobFiles = 10_000;
/** So many folders are looked into for one glob. */
const MOST_FOLDERS = 10_000;

/** A path as it is written, and where it leads: one place, or those of a glob. */
export interface DataPath {
  readonly literal: StringLiteral;
  readonly found: readonly FoundPath[];
  /** The path is a glob that no file matches, or more files than are read. */
  readonly glob?: 'empty' | 'many';
}

export interface DatasetPaths {
  readonly node: DatasetDeclaration;
  readonly paths: readonly DataPath[];
  readonly labels?: DataPath;
}

type Find = (from: string, path: string) => Promise<FoundPath>;

/** What every path of a dataset leads to. */
export async function findDataFiles(
  node: DatasetDeclaration,
  from: string,
  find: Find,
  host: Host,
): Promise<DatasetPaths> {
  const literals = node.path ? [node.path, ...node.morePaths] : [];
  const paths = await Promise.all(literals.map((literal) => findPath(literal, from, find, host)));
  const labels = node.mappings.find((mapping) => mapping.kind === 'labels')?.path;
  if (labels === undefined) return { node, paths };
  return { node, paths, labels: { literal: labels, found: [await find(from, labels.value)] } };
}

async function findPath(literal: StringLiteral, from: string, find: Find, host: Host): Promise<DataPath> {
  const itself = await find(from, literal.value);
  // A file may have a name that looks like a glob.
  if (itself.kind === 'place' || !isGlob(literal.value) || itself.kind === 'unsaved')
    return { literal, found: [itself] };
  const matches = await expand(from, literal.value, find, host);
  if (matches === 'many') return { literal, found: [], glob: 'many' };
  const found = await Promise.all(matches.map((path) => find(from, path)));
  return found.length === 0 ? { literal, found, glob: 'empty' } : { literal, found };
}

export function isGlob(path: string): boolean {
  return /[*?]/u.test(path);
}

/** The paths that match, relative as the glob is, in the order of their UTF-16 units. */
async function expand(from: string, glob: string, find: Find, host: Host): Promise<readonly string[] | 'many'> {
  const pieces = glob.split('/');
  const first = pieces.findIndex(isGlob);
  const matches: string[] = [];
  let folders = 0;
  const walk = async (folder: string, rest: readonly string[]): Promise<boolean> => {
    const [part, ...behind] = rest;
    if (part === undefined) return true;
    if (++folders > MOST_FOLDERS) return false;
    // Only folders of the workspace are looked into, links resolved.
    if ((await find(from, folder === '' ? '.' : folder)).kind !== 'place') return true;
    const uri = resolveAgainst(from, folder === '' ? '.' : folder);
    const entries = uri === undefined ? [] : await list(host, uri);
    if (part === '**' && behind.length > 0 && !(await walk(folder, behind))) return false;
    for (const entry of entries) {
      const isFolder = entry.endsWith('/');
      const name = isFolder ? entry.slice(0, -1) : entry;
      const path = `${folder}${name}`;
      if (part === '**') {
        if (isFolder && !name.startsWith('.') && !(await walk(`${path}/`, rest))) return false;
        if (isFolder || behind.length > 0) continue;
      } else if (!matcherOf(part).test(name)) continue;
      if (behind.length > 0) {
        if (isFolder && !(await walk(`${path}/`, behind))) return false;
      } else if (!isFolder) {
        matches.push(path);
        if (matches.length > maxGlobFiles) return false;
      }
    }
    return true;
  };
  const start = pieces.slice(0, first).map((part) => `${part}/`);
  if (!(await walk(start.join(''), pieces.slice(first)))) return 'many';
  return [...new Set(matches)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function list(host: Host, folder: string): Promise<readonly string[]> {
  try {
    return await host.list(Utils.joinPath(URI.parse(folder)).toString());
  } catch {
    return [];
  }
}

/** `*` is any run of characters of a name, `?` one; names that begin with a dot are asked for by a dot. */
function matcherOf(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|[\]\\]/gu, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${/^[*?]/u.test(part) ? '(?!\\.)' : ''}${source}$`, 'u');
}
