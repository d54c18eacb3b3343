/** Paths in a text to URIs, and whether a URI lies within a folder. Nothing here looks at a disk. */
import { URI, Utils } from 'vscode-uri';

/** One spelling for URIs that mean the same place. */
export function normalUri(uri: string): string {
  return URI.parse(uri).toString();
}

/**
 * Where a path in the file `from` leads: relative to its folder, always with `/`. Undefined where the file has no
 * folder: an unsaved one.
 */
export function resolveAgainst(from: string, path: string): string | undefined {
  const uri = URI.parse(from);
  if (uri.scheme === 'untitled' || !uri.path.startsWith('/')) return undefined;
  return Utils.resolvePath(Utils.dirname(uri), path).toString();
}

export function isWithin(uri: string, folders: readonly string[]): boolean {
  const place = URI.parse(uri);
  return folders.some((text) => {
    const folder = URI.parse(text);
    if (folder.scheme !== place.scheme || folder.authority.toLowerCase() !== place.authority.toLowerCase())
      return false;
    const path = folder.path.endsWith('/') ? folder.path : `${folder.path}/`;
    return place.path.startsWith(path);
  });
}

/** The last part of a URI's path, for messages. */
export function fileName(uri: string): string {
  return Utils.basename(URI.parse(uri)) || uri;
}
