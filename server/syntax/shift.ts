/**
 * Copies of declarations, comments and issues with every span moved. Written out by kind, and not as a walk over
 * properties: an edit near the top of a large file moves a hundred thousand nodes.
 */
import type {
  AccountNode,
  Attribute,
  Cell,
  Comment,
  ContextItem,
  CountEntry,
  Declaration,
  EpisodeDeclaration,
  ExpectBound,
  Mapping,
  MappingEntry,
  MappingValue,
  MethodRef,
  MethodSetting,
  Name,
  NumberLiteral,
  ProbeTarget,
  ResponseNode,
  Row,
  Span,
  StringLiteral,
  SyntaxIssue,
  Turn,
} from './tree';

/** `readonly` arrays and optional parts keep their shape, so that a moved tree equals one read from the moved text. */
export function shiftDeclaration(d: Declaration, by: number): Declaration {
  if (d.kind === 'episode') return shiftEpisode(d, by);
  const { doc } = d;
  const docSpan = d.docSpan && span(d.docSpan, by);
  const keyword = span(d.keyword, by);
  const start = d.start + by;
  const end = d.end + by;
  switch (d.kind) {
    case 'import':
      return { kind: 'import', doc, docSpan, keyword, path: d.path && string(d.path, by), start, end };
    case 'scenario':
      return { kind: 'scenario', doc, docSpan, keyword, title: d.title && string(d.title, by), start, end };
    case 'units': {
      const unit = d.unit && { ...d.unit, start: d.unit.start + by, end: d.unit.end + by };
      return { kind: 'units', doc, docSpan, keyword, unit, start, end };
    }
    case 'method': {
      const method = d.method && methodRef(d.method, by);
      const settings = each(d.settings, setting, by);
      return { kind: 'method', doc, docSpan, keyword, method, settings, start, end };
    }
    case 'capability':
      return {
        kind: 'capability',
        doc,
        docSpan,
        keyword,
        name: d.name && name(d.name, by),
        title: d.title && string(d.title, by),
        value: d.value && number(d.value, by),
        learnable: d.learnable && span(d.learnable, by),
        strength: d.strength && number(d.strength, by),
        start,
        end,
      };
    case 'situation':
      return {
        kind: 'situation',
        doc,
        docSpan,
        keyword,
        name: d.name && name(d.name, by),
        title: d.title && string(d.title, by),
        extends: d.extends && name(d.extends, by),
        arrow: d.arrow && span(d.arrow, by),
        responses: each(d.responses, response, by),
        start,
        end,
      };
    case 'persona':
      return {
        kind: 'persona',
        doc,
        docSpan,
        keyword,
        name: d.name && name(d.name, by),
        title: d.title && string(d.title, by),
        extends: d.extends && name(d.extends, by),
        prior: d.prior && number(d.prior, by),
        body: d.body && span(d.body, by),
        rows: each(d.rows, row, by),
        start,
        end,
      };
    case 'novel':
      return {
        kind: 'novel',
        doc,
        docSpan,
        keyword,
        title: d.title && string(d.title, by),
        prior: d.prior && number(d.prior, by),
        concentration: d.concentration && number(d.concentration, by),
        start,
        end,
      };
    case 'dataset':
      return {
        kind: 'dataset',
        doc,
        docSpan,
        keyword,
        method: d.method && methodRef(d.method, by),
        name: d.name && name(d.name, by),
        path: d.path && string(d.path, by),
        body: d.body && span(d.body, by),
        mappings: each(d.mappings, mapping, by),
        start,
        end,
      };
    case 'reinforce':
      return {
        kind: 'reinforce',
        doc,
        docSpan,
        keyword,
        situation: d.situation && name(d.situation, by),
        beta: d.beta && number(d.beta, by),
        rigidity: d.rigidity && number(d.rigidity, by),
        rewards: each(d.rewards, count, by),
        start,
        end,
      };
    case 'probe':
      return { kind: 'probe', doc, docSpan, keyword, target: d.target && target(d.target, by), start, end };
    case 'expect':
      return {
        kind: 'expect',
        doc,
        docSpan,
        keyword,
        target: d.target && target(d.target, by),
        persona: d.persona && name(d.persona, by),
        bound: d.bound && bound(d.bound, by),
        start,
        end,
      };
    case 'evaluation':
      return {
        kind: 'evaluation',
        doc,
        docSpan,
        keyword,
        label: d.label && string(d.label, by),
        situation: d.situation && name(d.situation, by),
        counts: each(d.counts, count, by),
        start,
        end,
      };
    case 'compare':
      return { kind: 'compare', doc, docSpan, keyword, accounts: each(d.accounts, account, by), start, end };
  }
}

function shiftEpisode(d: EpisodeDeclaration, by: number): EpisodeDeclaration {
  return {
    kind: 'episode',
    doc: d.doc,
    docSpan: d.docSpan && span(d.docSpan, by),
    keyword: span(d.keyword, by),
    method: d.method && methodRef(d.method, by),
    label: d.label && string(d.label, by),
    situation: d.situation && name(d.situation, by),
    response: d.response && name(d.response, by),
    over: d.over && name(d.over, by),
    attributes: each(d.attributes, attribute, by),
    body: d.body && span(d.body, by),
    turns: each(d.turns, turn, by),
    start: d.start + by,
    end: d.end + by,
  };
}

export function shiftComment(c: Comment, by: number): Comment {
  return { start: c.start + by, end: c.end + by, style: c.style };
}

export function shiftIssue(issue: SyntaxIssue, by: number): SyntaxIssue {
  return { ...issue, start: issue.start + by, end: issue.end + by };
}

function each<T>(parts: readonly T[], shift: (part: T, by: number) => T, by: number): readonly T[] {
  // Nothing has no place: an episode without turns may keep its empty list.
  if (parts.length === 0) return parts;
  const moved: T[] = [];
  for (let i = 0; i < parts.length; i++) moved.push(shift(parts[i]!, by));
  return moved;
}

function span(s: Span, by: number): Span {
  return { start: s.start + by, end: s.end + by };
}

function name(n: Name, by: number): Name {
  return { start: n.start + by, end: n.end + by, text: n.text };
}

function number(n: NumberLiteral, by: number): NumberLiteral {
  return { start: n.start + by, end: n.end + by, value: n.value, text: n.text };
}

function string(s: StringLiteral, by: number): StringLiteral {
  return { start: s.start + by, end: s.end + by, value: s.value };
}

function methodRef(m: MethodRef, by: number): MethodRef {
  return { method: m.method, start: m.start + by, end: m.end + by };
}

function setting(s: MethodSetting, by: number): MethodSetting {
  const perToken = s.perToken && span(s.perToken, by);
  const value = s.value && number(s.value, by);
  return { key: s.key, keySpan: span(s.keySpan, by), value, perToken, start: s.start + by, end: s.end + by };
}

function response(r: ResponseNode, by: number): ResponseNode {
  return {
    name: name(r.name, by),
    title: r.title && string(r.title, by),
    needs: r.needs && name(r.needs, by),
    fallback: r.fallback && name(r.fallback, by),
    start: r.start + by,
    end: r.end + by,
  };
}

function row(r: Row, by: number): Row {
  const start = r.start + by;
  const end = r.end + by;
  switch (r.kind) {
    case 'cells':
      return { kind: 'cells', situation: name(r.situation, by), cells: each(r.cells, cell, by), start, end };
    case 'as':
      return { kind: 'as', situation: name(r.situation, by), persona: r.persona && name(r.persona, by), start, end };
    case 'concentration':
      return { kind: 'concentration', keyword: span(r.keyword, by), value: r.value && number(r.value, by), start, end };
    case 'can': {
      const capability = r.capability && name(r.capability, by);
      return {
        kind: 'can',
        keyword: span(r.keyword, by),
        capability,
        value: r.value && number(r.value, by),
        start,
        end,
      };
    }
    case 'system':
      return { kind: 'system', keyword: span(r.keyword, by), prompt: r.prompt && string(r.prompt, by), start, end };
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

function attribute(a: Attribute, by: number): Attribute {
  const value = a.value && number(a.value, by);
  return { key: a.key, keySpan: span(a.keySpan, by), value, start: a.start + by, end: a.end + by };
}

function turn(t: Turn, by: number): Turn {
  const text = t.text && string(t.text, by);
  return { role: t.role, roleSpan: span(t.roleSpan, by), text, start: t.start + by, end: t.end + by };
}

function mapping(m: Mapping, by: number): Mapping {
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
      return { kind: 'number', ...number(v, by) };
    case 'field':
      return { kind: 'field', path: v.path && string(v.path, by), start: v.start + by, end: v.end + by };
  }
}

/** A response with a number: of `reinforce` and of `evaluation`. */
function count(e: CountEntry, by: number): CountEntry {
  return {
    response: name(e.response, by),
    value: e.value && number(e.value, by),
    start: e.start + by,
    end: e.end + by,
  };
}

function target(t: ProbeTarget, by: number): ProbeTarget {
  const response = t.response && name(t.response, by);
  const given = each(t.given, contextItem, by);
  return { situation: name(t.situation, by), response, given, start: t.start + by, end: t.end + by };
}

function contextItem(item: ContextItem, by: number): ContextItem {
  const response = item.response && name(item.response, by);
  const times = item.times && number(item.times, by);
  return { situation: name(item.situation, by), response, times, start: item.start + by, end: item.end + by };
}

function bound(b: ExpectBound, by: number): ExpectBound {
  const low = b.low && number(b.low, by);
  return { kind: b.kind, low, high: b.high && number(b.high, by), start: b.start + by, end: b.end + by };
}

function account(a: AccountNode, by: number): AccountNode {
  return { account: a.account, numbers: each(a.numbers, number, by), start: a.start + by, end: a.end + by };
}
