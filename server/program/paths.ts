/** Relative paths in the text against URIs, both ways. */
import { URI } from 'vscode-uri';
import { resolveAgainst } from './uris';

/** The URI that a path in the file at `base` names, undefined where the file has no place of its own (an unsaved one). */
export function resolvePath(base: string, path: string): string | undefined {
  return path === '' ? undefined : resolveAgainst(base, path);
}

/** The shortest relative path from the file at `from` to `to`; undefined where they have no root in common. */
export function relativePath(from: string, to: string): string | undefined {
  const source = URI.parse(from);
  const target = URI.parse(to);
  if (source.scheme !== target.scheme || source.authority !== target.authority) return undefined;
  const here = source.path.split('/').slice(0, -1);
  const there = target.path.split('/');
  let common = 0;
  while (common < here.length && common < there.length - 1 && here[common] === there[common]) common++;
  return [...here.slice(common).map(() => '..'), ...there.slice(common)].join('/');
}
