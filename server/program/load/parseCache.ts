/** The last tree of each file: a text that did not change is not read again, one that did only where it did. */

import { changeBetween, reparse } from '../../syntax/incremental/reparse';
import { parse } from '../../syntax/parser/parser';
import type { ParseResult } from '../../syntax/tree';

export interface ParseCache {
  parse(uri: string, text: string): ParseResult;
  /** Let go of a file's tree. */
  forget(uri: string): void;
  /** Let go of the trees of all other files. */
  keepOnly(uris: ReadonlySet<string>): void;
  /** How many trees are kept. */
  readonly size: number;
}

export function parseCache(): ParseCache {
  const retained = new Map<string, { readonly text: string; readonly parsed: ParseResult }>();
  return {
    parse(uri, text) {
      const last = retained.get(uri);
      if (last?.text === text) return last.parsed;
      const parsed = last ? reparse(text, last.parsed, changeBetween(last.text, text)) : parse(text);
      retained.set(uri, { text, parsed });
      return parsed;
    },
    forget: (uri) => void retained.delete(uri),
    keepOnly(uris) {
      for (const uri of retained.keys()) if (!uris.has(uri)) retained.delete(uri);
    },
    get size() {
      return retained.size;
    },
  };
}
