/** Where the lines of a text begin, to turn offsets into positions and back. Lines end at LF, CRLF or a lone CR, as in the language server protocol. */

export interface Position {
  /** 0-based. */
  readonly line: number;
  /** 0-based, in UTF-16 units. */
  readonly character: number;
}

export interface LineIndex {
  /** Offset of each line's first character. */
  readonly starts: readonly number[];
  /** Offset of each line's end, before the characters that end it. */
  readonly ends: readonly number[];
  readonly length: number;
}

export function lineIndex(text: string): LineIndex {
  const starts = [0];
  const ends: number[] = [];
  if (text.includes('\r')) {
    for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) {
      ends.push(index);
      starts.push(index + end.length);
    }
  } else {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      ends.push(at);
      starts.push(at + 1);
    }
  }
  ends.push(text.length);
  return { starts, ends, length: text.length };
}

/** Offsets outside the text are taken to its nearest end. */
export function positionAt(lines: LineIndex, offset: number): Position {
  const at = Math.max(0, Math.min(offset, lines.length));
  let low = 0;
  let high = lines.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lines.starts[middle]! <= at) low = middle;
    else high = middle;
  }
  return { line: low, character: at - lines.starts[low]! };
}

/** Positions outside the text, and behind the end of a line, are taken to the nearest one inside. */
export function offsetAt(lines: LineIndex, position: Position): number {
  if (position.line < 0) return 0;
  if (position.line >= lines.starts.length) return lines.length;
  const start = lines.starts[position.line]!;
  return Math.max(start, Math.min(start + position.character, lines.ends[position.line]!));
}
