/**
 * Numbers where the grammar says `number`: a literal, `$name`, or a sum in parentheses; and the marks behind them. What
 * an expression comes to is not known here.
 */

import { Kind } from '../lexer/lexer';
import { numberValue } from '../lexer/numbers';
import type { Expression, Mark, Name, NumberLiteral, NumberNode, Span } from '../tree';
import { type Cursor, complain, expectKind, fail, kind, kindAt, take, textAt } from './cursor';

/** Deeper expressions are not readable, and would need a deep stack. */
const MOST_TERMS = 1000;
const DEEPEST = 64;

/** Whether a number may begin with a token of this kind; a `-` before it is not looked at. */
export function beginsNumber(found: Kind): boolean {
  return found === Kind.number || found === Kind.parameter || found === Kind.openParen;
}

/**
 * A number. One that is badly written is told and taken, but has no node: its value is unknown.
 * Only where `signed` may a `-` stand before it.
 */
export function expectNumber(c: Cursor, what: string, signed = false): NumberNode | undefined {
  const hasMinus = kind(c) === Kind.minus && beginsNumber(kindAt(c, c.index + 1));
  if (!hasMinus && !beginsNumber(kind(c))) return fail(c, what);
  if (kindAt(c, hasMinus ? c.index + 1 : c.index) === Kind.number) return expectLiteral(c, what, signed);
  const minus = hasMinus ? take(c) : undefined;
  const of = kind(c) === Kind.parameter ? readUse(c) : readParentheses(c, { terms: 0, depth: 0 });
  if (of === undefined) return undefined;
  const span = { start: minus?.start ?? of.start, end: of.end };
  if (minus && !signed) return tooNegative(c, span);
  const expression: Expression = minus ? { kind: 'minus', of: of.expression, ...span } : of.expression;
  return { text: `${minus ? '-' : ''}${textOf(of.expression, !of.isUse)}`, expression, ...span };
}

/** A number as such, where no expression may stand. */
export function expectLiteral(c: Cursor, what: string, signed = false): NumberLiteral | undefined {
  const minus = kind(c) === Kind.minus && kindAt(c, c.index + 1) === Kind.number ? take(c) : undefined;
  if (kind(c) !== Kind.number) return fail(c, beginsNumber(kind(c)) ? `${what} and no expression` : what);
  const index = c.index;
  const { start, end } = take(c);
  const literal = literalOf(c, textAt(c, index), start, end);
  if (literal === undefined || minus === undefined) return literal;
  const parseDeclaration = { start: minus.start, end };
  if (!signed) return tooNegative(c, parseDeclaration);
  return { ...parseDeclaration, value: -literal.value, text: `-${literal.text}` };
}

export function takeNumber(c: Cursor): NumberNode | undefined {
  return beginsNumber(kind(c)) ? expectNumber(c, '') : undefined;
}

/** `$name`, as the name of a parameter; the name's span is without the `$`. */
export function expectParameter(c: Cursor): Name | undefined {
  if (kind(c) !== Kind.parameter) return fail(c, "'$' and the name of a parameter", ['$']);
  const index = c.index;
  const { start, end } = take(c);
  const name = nameAfterSign(c, index, start, end);
  if (name !== undefined) return name;
  // What follows cannot be told apart from the missing name.
  c.halted = true;
  return complain(c, missingName(start, end, "a parameter's name after '$'"));
}

/** `@name`, if it stands here. */
export function takeMark(c: Cursor): Mark | undefined {
  if (kind(c) !== Kind.mark) return undefined;
  const index = c.index;
  const { start, end } = take(c);
  const source = nameAfterSign(c, index, start, end);
  if (source === undefined) complain(c, missingName(start, end, "a source's name after '@'"));
  return { source, start, end };
}

function missingName(start: number, end: number, what: string) {
  return { start, end, code: 'syntax-unexpected', message: `expected ${what}` } as const;
}

function nameAfterSign(c: Cursor, index: number, start: number, end: number): Name | undefined {
  const text = textAt(c, index).slice(1).normalize('NFC');
  return text === '' ? undefined : { start: start + 1, end, text };
}

function tooNegative(c: Cursor, place: Span): undefined {
  const message = "only a reward, a parameter or a 'set' may be below zero";
  return complain(c, { start: place.start, end: place.end, code: 'syntax-negative-number', message });
}

function literalOf(c: Cursor, text: string, start: number, end: number): NumberLiteral | undefined {
  const value = numberValue(text);
  if (value !== undefined) return { start, end, value, text };
  const message = `'${text}' is not a number: write it like 3, 0.25, 1e-6, 30%, 1/1000 or 6_000`;
  return complain(c, { start, end, code: 'syntax-bad-number', message });
}

interface Operand extends Span {
  readonly expression: Expression;
  readonly isUse: boolean;
}

function readUse(c: Cursor): Operand | undefined {
  const { start, end } = { start: c.tokens.starts[c.index]!, end: c.tokens.ends[c.index]! };
  const parameter = expectParameter(c);
  if (parameter === undefined) return undefined;
  return { expression: { kind: 'use', parameter, start, end }, isUse: true, start, end };
}

/** How large the expression has become. */
interface Size {
  terms: number;
  depth: number;
}

function readParentheses(c: Cursor, size: Size): Operand | undefined {
  const open = take(c);
  if (++size.depth > DEEPEST) return fail(c, `at most ${DEEPEST} parentheses inside each other`);
  const expression = readSum(c, size);
  const close = c.halted ? undefined : expectKind(c, Kind.closeParen, ')');
  size.depth--;
  if (expression === undefined || close === undefined) return undefined;
  return { expression, isUse: false, start: open.start, end: close.end };
}

function readSum(c: Cursor, size: Size): Expression | undefined {
  let left = readProduct(c, size);
  while (!c.halted && (kind(c) === Kind.plus || kind(c) === Kind.minus)) {
    const operator = kind(c) === Kind.plus ? '+' : '-';
    take(c);
    left = operation(operator, left, readProduct(c, size));
  }
  return left;
}

function readProduct(c: Cursor, size: Size): Expression | undefined {
  let left = readFactor(c, size, undefined, '*');
  while (!c.halted && (kind(c) === Kind.star || kind(c) === Kind.slash)) {
    const operator = kind(c) === Kind.star ? '*' : '/';
    take(c);
    left = readFactor(c, size, left, operator);
  }
  return left;
}

/**
 * One factor, joined to what stands before it. The lexer takes `6/2` for one number; inside parentheses `/` is always
 * division, so that it is several factors here.
 */
function readFactor(c: Cursor, size: Size, left: Expression | undefined, operator: '*' | '/'): Expression | undefined {
  if (++size.terms > MOST_TERMS) return fail(c, `at most ${MOST_TERMS} terms`);
  const isFirst = left === undefined;
  const join = (right: Expression | undefined) => (isFirst ? right : operation(operator, left, right));
  const found = kind(c);
  if (found === Kind.minus) {
    const minus = take(c);
    if (++size.depth > DEEPEST) return fail(c, `at most ${DEEPEST} signs`);
    const of = kind(c) === Kind.number ? readPieces(c) : [readFactor(c, size, undefined, '*')];
    size.depth--;
    const [first, ...others] = of;
    const negative = first && ({ kind: 'minus', of: first, start: minus.start, end: first.end } as const);
    return others.reduce<Expression | undefined>((all, piece) => operation('/', all, piece), join(negative));
  }
  if (found === Kind.number) {
    const [first, ...others] = readPieces(c);
    size.terms += others.length;
    return others.reduce<Expression | undefined>((all, piece) => operation('/', all, piece), join(first));
  }
  if (found === Kind.parameter) return join(readUse(c)?.expression);
  if (found === Kind.openParen) return join(readParentheses(c, size)?.expression);
  return fail(c, "a number, '$' and a parameter's name, or '('", ['$', '(']);
}

/** The numbers of a token, divided by `/`. */
function readPieces(c: Cursor): (Expression | undefined)[] {
  const index = c.index;
  const pieces = textAt(c, index).split('/');
  if (pieces.length > MOST_TERMS) return [fail(c, `at most ${MOST_TERMS} terms`)];
  let at = take(c).start;
  return pieces.map((text) => {
    const literal = literalOf(c, text, at, at + text.length);
    at += text.length + 1;
    return literal && { kind: 'literal', ...literal };
  });
}

function operation(
  operator: '+' | '-' | '*' | '/',
  left: Expression | undefined,
  right: Expression | undefined,
): Expression | undefined {
  if (left === undefined || right === undefined) return undefined;
  return { kind: 'operation', operator, left, right, start: left.start, end: right.end };
}

/** The expression as text, with the least parentheses that keep its meaning. */
function textOf(e: Expression, enclosed: boolean): string {
  const text = printed(e, 0);
  return enclosed ? `(${text})` : text;
}

const TIGHTNESS = { '+': 1, '-': 1, '*': 2, '/': 2 } as const;

function printed(e: Expression, around: number): string {
  switch (e.kind) {
    case 'literal':
      return e.text;
    case 'use':
      return `$${e.parameter?.text ?? ''}`;
    case 'minus':
      return `-${e.of ? printed(e.of, 3) : ''}`;
    case 'operation': {
      const own = TIGHTNESS[e.operator];
      const left = e.left ? printed(e.left, own) : '';
      const right = e.right ? printed(e.right, own + 1) : '';
      const text = `${left} ${e.operator} ${right}`;
      return own < around ? `(${text})` : text;
    }
  }
}
