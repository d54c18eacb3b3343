/**
 * The syntax layer: text to tree and back. Reading never throws and always gives a tree; what is wrong becomes an
 * issue. It must not know programs, files on disk, or editors: a tree says what was written, not what it means.
 */

import { expectedTokens, tokensFrom } from '../lexer/lexer';
import type { ParseResult } from '../tree';
import { chunkStart, FIRST_STATE, growing, grown, readChunk } from './chunks';
import { cursorFrom } from './cursor';

/** Reads one text. Bad text gives issues, one for each mistake, and every declaration that could be read. */
export function parse(text: string): ParseResult {
  const c = cursorFrom(tokensFrom(text, 0, expectedTokens(text)));
  const g = growing(FIRST_STATE);
  while (readChunk(c, g, chunkStart(c, 0)));
  return grown(g, text.length);
}
