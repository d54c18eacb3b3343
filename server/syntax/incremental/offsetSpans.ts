/**
 * Copies of declarations, comments and issues with every span moved. Written out by kind, and not as a walk over
 * properties: an edit near the top of a large file moves a hundred thousand nodes.
 */

import type { Comment, Declaration, EpisodeDeclaration, SetDeclaration, SyntaxIssue } from '../tree';
import {
  account,
  attribute,
  bound,
  contextItem,
  count,
  each,
  literal,
  mapping,
  mark,
  methodRef,
  name,
  number,
  observed,
  response,
  row,
  scale,
  setting,
  span,
  string,
  target,
  turn,
} from './offsetPartSpans';

/** `readonly` arrays and optional parts keep their shape, so that a moved tree equals one read from the moved text. */
export function offsetDeclaration<D extends Declaration | SetDeclaration>(d: D, by: number): D {
  return shifted(d, by) as D;
}

function shifted(d: Declaration | SetDeclaration, by: number): Declaration | SetDeclaration {
  if (d.kind === 'episode') return offsetEpisode(d, by);
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
      return { kind: 'method', doc, docSpan, keyword, method, settings, mark: d.mark && mark(d.mark, by), start, end };
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
        mark: d.mark && mark(d.mark, by),
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
        mark: d.mark && mark(d.mark, by),
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
        mark: d.mark && mark(d.mark, by),
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
        morePaths: each(d.morePaths, string, by),
        mark: d.mark && mark(d.mark, by),
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
        mark: d.mark && mark(d.mark, by),
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
        heldOut: d.heldOut && span(d.heldOut, by),
        label: d.label && string(d.label, by),
        situation: d.situation && name(d.situation, by),
        observed: d.observed && observed(d.observed, by),
        given: each(d.given, contextItem, by),
        among: each(d.among, name, by),
        overdispersion: d.overdispersion && number(d.overdispersion, by),
        mark: d.mark && mark(d.mark, by),
        start,
        end,
      };
    case 'compare':
      return { kind: 'compare', doc, docSpan, keyword, accounts: each(d.accounts, account, by), start, end };
    case 'source':
      return {
        kind: 'source',
        doc,
        docSpan,
        keyword,
        name: d.name && name(d.name, by),
        title: d.title && string(d.title, by),
        address: d.address && string(d.address, by),
        start,
        end,
      };
    case 'parameter':
      return {
        kind: 'parameter',
        doc,
        docSpan,
        keyword,
        name: d.name && name(d.name, by),
        title: d.title && string(d.title, by),
        value: d.value && literal(d.value, by),
        from: d.from && literal(d.from, by),
        to: d.to && literal(d.to, by),
        sd: d.sd && literal(d.sd, by),
        scale: d.scale && scale(d.scale, by),
        mark: d.mark && mark(d.mark, by),
        start,
        end,
      };
    case 'fit':
      return {
        kind: 'fit',
        doc,
        docSpan,
        keyword,
        parameters: each(d.parameters, name, by),
        overdispersion: d.overdispersion && number(d.overdispersion, by),
        accounts: each(d.accounts, account, by),
        start,
        end,
      };
    case 'sweep':
      return {
        kind: 'sweep',
        doc,
        docSpan,
        keyword,
        parameter: d.parameter && name(d.parameter, by),
        from: d.from && literal(d.from, by),
        to: d.to && literal(d.to, by),
        scale: d.scale && scale(d.scale, by),
        start,
        end,
      };
    case 'set': {
      const value = d.value && number(d.value, by);
      return { kind: 'set', doc, docSpan, keyword, parameter: d.parameter && name(d.parameter, by), value, start, end };
    }
    case 'condition':
      return {
        kind: 'condition',
        doc,
        docSpan,
        keyword,
        name: d.name && name(d.name, by),
        title: d.title && string(d.title, by),
        base: d.base && {
          relation: d.base.relation,
          name: d.base.name && name(d.base.name, by),
          start: d.base.start + by,
          end: d.base.end + by,
        },
        retaining: d.retaining && number(d.retaining, by),
        unit: d.unit && name(d.unit, by),
        mark: d.mark && mark(d.mark, by),
        body: d.body && span(d.body, by),
        pieces: each(d.pieces, offsetDeclaration, by),
        start,
        end,
      };
  }
}

function offsetEpisode(d: EpisodeDeclaration, by: number): EpisodeDeclaration {
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
    mark: d.mark && mark(d.mark, by),
    body: d.body && span(d.body, by),
    turns: each(d.turns, turn, by),
    start: d.start + by,
    end: d.end + by,
  };
}

export function offsetComment(c: Comment, by: number): Comment {
  return { start: c.start + by, end: c.end + by, style: c.style };
}

export function offsetIssue(issue: SyntaxIssue, by: number): SyntaxIssue {
  return { ...issue, start: issue.start + by, end: issue.end + by };
}
