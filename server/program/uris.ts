/** Paths in a text to URIs, and whether a URI lies within a folder. Nothing here looks at a disk. */
import { URI, Utils } from 'vscode-uri';

/** So many URIs are kept parsed: more than a program names, less than would be felt. */
const MOST_PARSED = 20_000;
const parsed = new Map<string, URI>();

/** Parsing takes longer than all else that is done with a URI, and a program asks for the same ones again and again. */
function parseUri(uri: string): URI {
  const known = parsed.get(uri);
  if (known) return known;
  if (parsed.size >= MOST_PARSED) parsed.clear();
  const fresh = URI.parse(uri);
  parsed.set(uri, fresh);
  return fresh;
}

/** One spelling for URIs that mean the same place. */
export function normalUri(uri: string): string {
  return parseUri(uri).toString();
}

/**
 * Where a path in the file `from` leads: relative to its folder, always with `/`. Undefined where the file has no
 * folder: an unsaved one.
 */
export function resolveAgainst(from: string, path: string): string | undefined {
  const uri = parseUri(from);
  if (uri.scheme === 'untitled' || !uri.path.startsWith('/')) return undefined;
  return Utils.resolvePath(Utils.dirname(uri), path).toString();
}

export function isWithin(uri: string, folders: readonly string[]): boolean {
  const place = parseUri(uri);
  return folders.some((text) => {
    const folder = parseUri(text);
    if (folder.scheme !== place.scheme || folder.authority.toLowerCase() !== place.authority.toLowerCase())
      return false;
    const path = folder.path.endsWith('/') ? folder.path : `${folder.path}/`;
    return place.path.startsWith(path);
  });
}

/** The last part of a URI's path, for messages. */
export function fileName(uri: string): string {
  return Utils.basename(parseUri(uri)) || uri;
}
