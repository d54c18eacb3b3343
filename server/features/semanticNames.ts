/** Which names stand where in a tree, as numbers for semantic tokens. */
import { Kind } from '../syntax/lexer/lexer';
import type {
  AccountNode,
  ContextItem,
  Declaration,
  MappingEntry,
  Name,
  ProbeTarget,
  Row,
  SetDeclaration,
  SourceFile,
  Span,
} from '../syntax/tree';

/** Of the protocol's own types, so that every theme has a colour for them. */
export const TOKEN_TYPES = [
  'keyword',
  'number',
  'string',
  'operator',
  'comment',
  'class',
  'type',
  'enumMember',
  'property',
  'function',
  'variable',
  'parameter',
  'namespace',
  'decorator',
] as const;
export const TOKEN_MODIFIERS = ['declaration', 'documentation', 'defaultLibrary'] as const;

type TokenType = (typeof TOKEN_TYPES)[number];
type TokenModifier = (typeof TOKEN_MODIFIERS)[number];

/** A type in the low eight bits, modifiers above. */
function code(type: TokenType, modifier?: TokenModifier): number {
  const bits = modifier === undefined ? 0 : 1 << TOKEN_MODIFIERS.indexOf(modifier);
  return TOKEN_TYPES.indexOf(type) + (bits << 8);
}

const CODES = {
  doc: code('comment', 'documentation'),
  keyword: code('keyword'),
  persona: code('class'),
  situation: code('type'),
  response: code('enumMember'),
  capability: code('property'),
  dataset: code('variable'),
  parameter: code('parameter'),
  condition: code('namespace'),
  source: code('decorator'),
  method: code('function', 'defaultLibrary'),
  account: code('function', 'defaultLibrary'),
  novel: code('class', 'defaultLibrary'),
} as const;

type Role = keyof typeof CODES;
const DECLARES = 1 << 8;

export function wordCode(role: Role): number {
  return CODES[role];
}

/** Of tokens that look the same wherever they stand. */
export function tokenCode(kind: Kind): number | undefined {
  switch (kind) {
    case Kind.number:
      return code('number');
    case Kind.string:
      return code('string');
    case Kind.arrow:
    case Kind.pipe:
    case Kind.minus:
    case Kind.plus:
    case Kind.star:
    case Kind.slash:
      return code('operator');
    case Kind.parameter:
      return code('parameter');
    case Kind.mark:
      return code('decorator');
    default:
      return undefined;
  }
}

type Put = (role: Role, span: Span | undefined, declares?: boolean) => void;

/** The code of each name, by the offset where it begins. */
export function namesIn(file: SourceFile): ReadonlyMap<number, number> {
  const names = new Map<number, number>();
  const put: Put = (role, span, declares = false) => {
    if (span !== undefined) names.set(span.start, CODES[role] | (declares ? DECLARES : 0));
  };
  for (const declaration of file.declarations) putDeclaration(put, declaration);
  return names;
}

function putAccounts(put: Put, accounts: readonly AccountNode[]): void {
  for (const account of accounts) put('account', account);
}

function putDeclaration(put: Put, d: Declaration | SetDeclaration): void {
  switch (d.kind) {
    case 'method':
      return put('method', d.method);
    case 'capability':
      return put('capability', d.name, true);
    case 'situation':
      put('situation', d.name, true);
      put('situation', d.extends);
      for (const response of d.responses) {
        put('response', response.name, true);
        put('capability', response.needs);
        put('response', response.fallback);
      }
      return;
    case 'persona':
      put('persona', d.name, true);
      put('persona', d.extends);
      for (const row of d.rows) putRow(put, row);
      return;
    case 'episode':
      put('method', d.method);
      put('situation', d.situation);
      put('response', d.response);
      return put('response', d.over);
    case 'dataset':
      put('method', d.method);
      put('dataset', d.name, true);
      for (const mapping of d.mappings) {
        if (mapping.kind === 'set') putEntry(put, mapping.entry);
        else if (mapping.kind === 'when') for (const entry of mapping.entries) putEntry(put, entry);
      }
      return;
    case 'reinforce':
      put('situation', d.situation);
      for (const { response } of d.rewards) put('response', response);
      return;
    case 'probe':
      return putTarget(put, d.target);
    case 'expect':
      putTarget(put, d.target);
      return putPersona(put, d.persona);
    case 'evaluation':
      put('situation', d.situation);
      if (d.observed?.kind === 'counts') for (const { response } of d.observed.counts) put('response', response);
      else put('response', d.observed?.response);
      for (const item of d.given) putItem(put, item);
      for (const name of d.among) put('response', name);
      return;
    case 'compare':
      return putAccounts(put, d.accounts);
    case 'source':
      return put('source', d.name, true);
    case 'parameter':
      return put('parameter', d.name, true);
    case 'fit':
      return putAccounts(put, d.accounts);
    case 'condition':
      put('condition', d.name, true);
      put('condition', d.base?.name);
      put('condition', d.unit);
      for (const piece of d.pieces) putDeclaration(put, piece);
  }
}

function putPersona(put: Put, name: Name | undefined): void {
  put(name?.text === 'novel' ? 'novel' : 'persona', name);
}

function putRow(put: Put, row: Row): void {
  switch (row.kind) {
    case 'cells':
      put('situation', row.situation);
      for (const { response } of row.cells) put('response', response);
      return;
    case 'as':
      put('situation', row.situation);
      return putPersona(put, row.persona);
    case 'can':
      return put('capability', row.capability);
  }
}

function putEntry(put: Put, { key, value }: MappingEntry): void {
  if (value?.kind !== 'name') return;
  if (key === 'situation') put('situation', value);
  else if (key === 'response' || key === 'over') put('response', value);
}

function putTarget(put: Put, target: ProbeTarget | undefined): void {
  if (target === undefined) return;
  putItem(put, target);
  for (const item of target.given) putItem(put, item);
}

function putItem(put: Put, { situation, response }: Pick<ContextItem, 'situation' | 'response'>): void {
  put('situation', situation);
  put('response', response);
}
