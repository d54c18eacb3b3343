/** Copies of the parts of declarations with every span moved. */
import type {
  AccountNode,
  AmountNode,
  Attribute,
  Cell,
  ContextItem,
  CountEntry,
  ExpectBound,
  Expression,
  Mapping,
  MappingEntry,
  MappingValue,
  Mark,
  MethodRef,
  MethodSetting,
  Name,
  NumberLiteral,
  NumberNode,
  Observed,
  ProbeTarget,
  ResponseNode,
  Row,
  ScaleRef,
  Span,
  StringLiteral,
  Turn,
  WhereTest,
  WhereValue,
} from '../tree';

export function each<T>(pieces: readonly T[], shift: (part: T, by: number) => T, by: number): readonly T[] {
  // Nothing has no place: an episode without turns may keep its empty list.
  if (pieces.length === 0) return pieces;
  const moved: T[] = [];
  for (let i = 0; i < pieces.length; i++) moved.push(shift(pieces[i]!, by));
  return moved;
}

export function span(s: Span, by: number): Span {
  return { start: s.start + by, end: s.end + by };
}

export function name(n: Name, by: number): Name {
  return { start: n.start + by, end: n.end + by, text: n.text };
}

export function literal(n: NumberLiteral, by: number): NumberLiteral {
  return { start: n.start + by, end: n.end + by, value: n.value, text: n.text };
}

export function number(n: NumberNode, by: number): NumberNode {
  if (n.expression === undefined) return literal(n, by);
  return { start: n.start + by, end: n.end + by, text: n.text, expression: expression(n.expression, by) };
}

function expression(e: Expression, by: number): Expression {
  const start = e.start + by;
  const end = e.end + by;
  switch (e.kind) {
    case 'literal':
      return { kind: 'literal', value: e.value, text: e.text, start, end };
    case 'use':
      return { kind: 'use', parameter: e.parameter && name(e.parameter, by), start, end };
    case 'minus':
      return { kind: 'minus', of: e.of && expression(e.of, by), start, end };
    case 'operation': {
      const left = e.left && expression(e.left, by);
      return { kind: 'operation', operator: e.operator, left, right: e.right && expression(e.right, by), start, end };
    }
  }
}

export function mark(m: Mark, by: number): Mark {
  return { source: m.source && name(m.source, by), start: m.start + by, end: m.end + by };
}

export function scale(s: ScaleRef, by: number): ScaleRef {
  return { value: s.value, start: s.start + by, end: s.end + by };
}

export function observed(o: Observed, by: number): Observed {
  const start = o.start + by;
  const end = o.end + by;
  if (o.kind === 'counts') return { kind: 'counts', counts: each(o.counts, count, by), start, end };
  const response = name(o.response, by);
  switch (o.kind) {
    case 'runs':
      return { kind: 'runs', response, runs: each(o.runs, amount, by), start, end };
    case 'rate': {
      const rate = o.rate && number(o.rate, by);
      const low = o.low && number(o.low, by);
      return { kind: 'rate', response, rate, low, high: o.high && number(o.high, by), start, end };
    }
    case 'planned':
      return { kind: 'planned', response, of: o.of && number(o.of, by), start, end };
  }
}

function amount(a: AmountNode, by: number): AmountNode {
  const value = a.amount && number(a.amount, by);
  return { amount: value, of: a.of && number(a.of, by), start: a.start + by, end: a.end + by };
}

export function string(s: StringLiteral, by: number): StringLiteral {
  return { start: s.start + by, end: s.end + by, value: s.value };
}

export function methodRef(m: MethodRef, by: number): MethodRef {
  return { method: m.method, start: m.start + by, end: m.end + by };
}

export function setting(s: MethodSetting, by: number): MethodSetting {
  const perToken = s.perToken && span(s.perToken, by);
  const value = s.value && number(s.value, by);
  return { key: s.key, keySpan: span(s.keySpan, by), value, perToken, start: s.start + by, end: s.end + by };
}

export function response(r: ResponseNode, by: number): ResponseNode {
  return {
    name: name(r.name, by),
    title: r.title && string(r.title, by),
    needs: r.needs && name(r.needs, by),
    fallback: r.fallback && name(r.fallback, by),
    start: r.start + by,
    end: r.end + by,
  };
}

export function row(r: Row, by: number): Row {
  const start = r.start + by;
  const end = r.end + by;
  const m = r.mark && mark(r.mark, by);
  switch (r.kind) {
    case 'cells':
      return { kind: 'cells', situation: name(r.situation, by), cells: each(r.cells, cell, by), mark: m, start, end };
    case 'as':
      return {
        kind: 'as',
        situation: name(r.situation, by),
        persona: r.persona && name(r.persona, by),
        mark: m,
        start,
        end,
      };
    case 'concentration':
      return {
        kind: 'concentration',
        keyword: span(r.keyword, by),
        value: r.value && number(r.value, by),
        mark: m,
        start,
        end,
      };
    case 'can': {
      const capability = r.capability && name(r.capability, by);
      return {
        kind: 'can',
        keyword: span(r.keyword, by),
        capability,
        value: r.value && number(r.value, by),
        mark: m,
        start,
        end,
      };
    }
    case 'system':
      return {
        kind: 'system',
        keyword: span(r.keyword, by),
        prompt: r.prompt && string(r.prompt, by),
        mark: m,
        start,
        end,
      };
  }
}

function cell(x: Cell, by: number): Cell {
  return {
    response: name(x.response, by),
    value: x.value && number(x.value, by),
    start: x.start + by,
    end: x.end + by,
  };
}

export function attribute(a: Attribute, by: number): Attribute {
  const value = a.value && number(a.value, by);
  return { key: a.key, keySpan: span(a.keySpan, by), value, start: a.start + by, end: a.end + by };
}

export function turn(t: Turn, by: number): Turn {
  const text = t.text && string(t.text, by);
  return { role: t.role, roleSpan: span(t.roleSpan, by), text, start: t.start + by, end: t.end + by };
}

export function mapping(m: Mapping, by: number): Mapping {
  const start = m.start + by;
  const end = m.end + by;
  switch (m.kind) {
    case 'set':
      return { kind: 'set', entry: entry(m.entry, by), start, end };
    case 'when': {
      const entries = each(m.entries, entry, by);
      const pattern = m.pattern && string(m.pattern, by);
      return { kind: 'when', path: m.path && string(m.path, by), pattern, entries, start, end };
    }
    case 'logprobs': {
      const value = m.value && mappingValue(m.value, by);
      return { kind: 'logprobs', aggregate: m.aggregate, base: m.base, value, start, end };
    }
    case 'where':
      return {
        ...m,
        keyword: span(m.keyword, by),
        path: m.path && string(m.path, by),
        test: m.test && whereTest(m.test, by),
        start,
        end,
      };
    case 'rows': {
      const first = m.first && literal(m.first, by);
      return {
        ...m,
        keyword: span(m.keyword, by),
        ...(first ? { first } : {}),
        last: m.last && literal(m.last, by),
        start,
        end,
      };
    }
    case 'sample':
      return { ...m, keyword: span(m.keyword, by), count: m.count && literal(m.count, by), start, end };
    case 'turn':
      return { ...m, keyword: span(m.keyword, by), start, end };
    case 'labels': {
      const path = m.path && string(m.path, by);
      const corrected = m.corrected && span(m.corrected, by);
      return { ...m, keyword: span(m.keyword, by), path, by: m.by && string(m.by, by), corrected, start, end };
    }
  }
}

function whereTest(t: WhereTest, by: number): WhereTest {
  if (t.kind === 'matches') return { kind: 'matches', pattern: t.pattern && string(t.pattern, by) };
  if (t.kind === 'exists') return t;
  return { kind: 'is', value: t.value && whereValue(t.value, by) };
}

function whereValue(v: WhereValue, by: number): WhereValue {
  switch (v.kind) {
    case 'string':
      return { kind: 'string', ...string(v, by) };
    case 'number':
      return { kind: 'number', ...literal(v, by) };
    case 'name':
      return { kind: 'name', ...name(v, by) };
  }
}

function entry(e: MappingEntry, by: number): MappingEntry {
  const value = e.value && mappingValue(e.value, by);
  return { key: e.key, keySpan: span(e.keySpan, by), value, start: e.start + by, end: e.end + by };
}

function mappingValue(v: MappingValue, by: number): MappingValue {
  switch (v.kind) {
    case 'name':
      return { kind: 'name', ...name(v, by) };
    case 'number':
      return { kind: 'number', ...number(v, by) } as MappingValue;
    case 'field':
      return { kind: 'field', path: v.path && string(v.path, by), start: v.start + by, end: v.end + by };
  }
}

/** A response with a number: of `reinforce` and of `evaluation`. */
export function count(e: CountEntry, by: number): CountEntry {
  return {
    response: name(e.response, by),
    value: e.value && number(e.value, by),
    start: e.start + by,
    end: e.end + by,
  };
}

export function target(t: ProbeTarget, by: number): ProbeTarget {
  const response = t.response && name(t.response, by);
  const given = each(t.given, contextItem, by);
  return { situation: name(t.situation, by), response, given, start: t.start + by, end: t.end + by };
}

export function contextItem(item: ContextItem, by: number): ContextItem {
  const response = item.response && name(item.response, by);
  const times = item.times && number(item.times, by);
  return { situation: name(item.situation, by), response, times, start: item.start + by, end: item.end + by };
}

export function bound(b: ExpectBound, by: number): ExpectBound {
  const low = b.low && number(b.low, by);
  return { kind: b.kind, low, high: b.high && number(b.high, by), start: b.start + by, end: b.end + by };
}

export function account(a: AccountNode, by: number): AccountNode {
  return { account: a.account, numbers: each(a.numbers, number, by), start: a.start + by, end: a.end + by };
}
