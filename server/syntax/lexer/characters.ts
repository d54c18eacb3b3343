/** What a character can be part of. Works on UTF-16 units; a character beyond the first plane is two of them. */

const LETTER = 1;
const DIGIT = 2;

const CLASS = new Uint8Array(128);
for (let c = 97; c <= 122; c++) CLASS[c] = LETTER;
for (let c = 65; c <= 90; c++) CLASS[c] = LETTER;
for (let c = 48; c <= 57; c++) CLASS[c] = DIGIT;
CLASS[95] = LETTER;

const WIDE_START = /^\p{L}/u;
// Marks may follow, or names in Devanagari and decomposed accents would break in two.
const WIDE_PART = /^[\p{L}\p{M}\p{Nd}]/u;
const WIDE_SPACE = /^[\s\uFEFF]/u;

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A letter of ASCII, or `_`. */
export function isPlainLetter(code: number): boolean {
  return code < 128 && CLASS[code] === LETTER;
}

/** Units of the letter or `_` at the offset, 0 where a name cannot begin. */
export function nameStartWidth(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return CLASS[code] === LETTER ? 1 : 0;
  return wideWidth(text, at, WIDE_START);
}

/** The end of the name that begins at the offset: letters, digits, `_`, and single `-` between them if `hyphens`. */
export function nameEnd(text: string, start: number, hyphens = true): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code < 128) {
      if (CLASS[code] !== 0) at++;
      else if (hyphens && code === 45 && at > start && namePartWidth(text, at + 1) > 0) at++;
      else return at;
    } else {
      const width = wideWidth(text, at, WIDE_PART);
      if (width === 0) return at;
      at += width;
    }
  }
}

/** White space beyond ASCII, as text pasted from a page has it. */
export function isWideSpace(text: string, at: number): boolean {
  return text.charCodeAt(at) >= 128 && WIDE_SPACE.test(text.charAt(at));
}

/** Units of whatever character stands at the offset. */
export function characterWidth(text: string, at: number): number {
  const code = text.codePointAt(at);
  return code !== undefined && code > 0xffff ? 2 : 1;
}

function namePartWidth(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return CLASS[code] !== 0 ? 1 : 0;
  return wideWidth(text, at, WIDE_PART);
}

function wideWidth(text: string, at: number, pattern: RegExp): number {
  const code = text.codePointAt(at);
  if (code === undefined || !pattern.test(String.fromCodePoint(code))) return 0;
  return code > 0xffff ? 2 : 1;
}
