/** The text that a string literal stands for. */
import { ESCAPED, TRIPLE, UNTERMINATED } from './lexer';

export interface BadEscape {
  /** Offsets into the whole text. */
  readonly start: number;
  readonly end: number;
}

const ESCAPE = /\\(?:u\{([0-9a-fA-F_]*)\}|u\{?|[\s\S]|$)/g;
const SIMPLE: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' };

/**
 * The value of the string token from `start` to `end` with the lexer's flags. Escapes hold in both kinds of string.
 * A string in three quotes loses the line break after its opening, the one before its closing, and the indent that all
 * its lines share; its lines end in LF. An escape that there is none of stays as written and is told to `bad`.
 */
export function stringValue(
  text: string,
  start: number,
  end: number,
  flags: number,
  bad: (at: BadEscape) => void,
): string {
  const quotes = (flags & TRIPLE) !== 0 ? 3 : 1;
  const from = start + quotes;
  const raw = text.slice(from, Math.max(from, (flags & UNTERMINATED) !== 0 ? end : end - quotes));
  if ((flags & ESCAPED) !== 0) {
    for (const match of raw.matchAll(ESCAPE)) {
      if (resolved(match) === undefined) bad({ start: from + match.index, end: from + match.index + match[0].length });
    }
  }
  const laid = (flags & TRIPLE) !== 0 ? withoutIndent(raw) : raw;
  if ((flags & ESCAPED) === 0) return detached(laid);
  return laid.replace(
    ESCAPE,
    (parseDeclaration, hex: string | undefined) => escapeValue(parseDeclaration, hex) ?? parseDeclaration,
  );
}

/**
 * A copy that does not keep the text alive which it was cut from. Trees outlive the version of the text that they were
 * parsed from, and an engine may hold a long slice as a view.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}

function resolved(match: RegExpMatchArray): string | undefined {
  return escapeValue(match[0], match[1]);
}

function escapeValue(parseDeclaration: string, hex: string | undefined): string | undefined {
  if (hex === undefined) return SIMPLE[parseDeclaration.slice(1)];
  const code = /^[0-9a-fA-F]{1,6}$/.test(hex) ? Number.parseInt(hex, 16) : -1;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code < 0 || code > 0x10ffff || isSurrogate ? undefined : String.fromCodePoint(code);
}

function withoutIndent(raw: string): string {
  const lines = raw.split(/\r?\n/);
  if (lines.length === 1) return raw;
  const first = lines.shift()!;
  const blank = (line: string) => line.trim() === '';
  let indent: string | undefined;
  for (const line of lines) {
    if (!blank(line)) indent = indent === undefined ? leading(line) : shared(indent, line);
  }
  const width = indent?.length ?? 0;
  const laid = lines.map((line) => (blank(line) ? '' : line.slice(width)));
  if (blank(lines[lines.length - 1]!)) laid.pop();
  if (!blank(first)) laid.unshift(first);
  return laid.join('\n');
}

function leading(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}

function shared(indent: string, line: string): string {
  let length = 0;
  while (length < indent.length && indent.charCodeAt(length) === line.charCodeAt(length)) length++;
  return indent.slice(0, length);
}
