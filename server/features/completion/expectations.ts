/**
 * What the grammar lets stand at the end of an unfinished declaration. The tokens before the caret are walked along the
 * grammar of LANGUAGE section 4; where they run out, everything that could come next is noted.
 */
import {
  ACCOUNTS,
  type AccountKind,
  ATTRIBUTES,
  MAPPING_KEYS,
  METHODS,
  PLAIN_ACCOUNTS,
  ROLES,
  SCALES,
  UNITS,
} from '../../syntax/tree';

export interface WalkToken {
  readonly kind: 'word' | 'number' | 'string' | 'arrow' | 'pipe' | 'comma' | 'colon' | 'open' | 'close' | 'other';
  readonly text: string;
}

export type Expectation =
  | { readonly kind: 'keyword'; readonly words: readonly string[] }
  | { readonly kind: 'sign'; readonly signs: readonly string[] }
  | { readonly kind: 'parameter' }
  | {
      readonly kind: 'name';
      readonly of: 'situation' | 'persona' | 'capability' | 'condition';
      readonly before?: 'row';
    }
  /** A response of the situation with this name; `used` are those already written beside it. */
  | {
      readonly kind: 'response';
      readonly situation: string;
      readonly used: readonly string[];
      readonly row?: { readonly numbers: readonly string[] };
    }
  /** A response of the situation that is being declared: those written so far. */
  | { readonly kind: 'own-response'; readonly written: readonly string[] }
  /** `of` is a key of the signatures' table. */
  | { readonly kind: 'number'; readonly of: string; readonly parameter: number; readonly rest?: readonly string[] }
  | {
      readonly kind: 'string';
      readonly of: 'title' | 'import' | 'dataset' | 'field' | 'fieldValue' | 'pattern' | 'text';
    };

export interface Walked {
  readonly expected: readonly Expectation[];
  /** The tokens make a whole declaration: a new one may begin. */
  readonly entire: boolean;
}

interface Walk {
  readonly tokens: readonly WalkToken[];
  at: number;
  /** Nothing more can be learnt: the tokens ran out before a part that must be there, or do not fit the grammar. */
  stopped: boolean;
  readonly expected: Expectation[];
}

/** Walk the tokens of one declaration, its keyword first. */
export function walk(tokens: readonly WalkToken[]): Walked {
  const w: Walk = { tokens, at: 1, stopped: false, expected: [] };
  RULES[tokens[0]?.text ?? '']?.(w);
  return { expected: w.expected, entire: !w.stopped && w.at >= tokens.length };
}

const RULES: Readonly<Record<string, (w: Walk) => void>> = {
  import: (w) => text(w, 'import'),
  scenario: (w) => text(w, 'title'),
  units: (w) => keyword(w, UNITS),
  method,
  capability,
  situation,
  persona,
  novel,
  episode,
  dataset,
  reinforce,
  probe: (w) => {
    target(w);
  },
  expect,
  evaluation,
  compare,
  source: (w) => {
    newName(w);
    text(w, 'title');
    maybeText(w, 'title');
  },
  parameter: declaredParameter,
  condition,
  fit,
  sweep: (w) => {
    parameter(w);
    range(w);
    maybeKeyword(w, SCALES);
  },
  set: (w) => {
    parameter(w);
    minus(w);
    number(w, 'set');
  },
};

// The parts of a rule. Each takes what fits, or notes what is missing; `maybe…` lets the rule go on without it.

const ended = (w: Walk) => w.at >= w.tokens.length;
const peek = (w: Walk) => (w.stopped ? undefined : w.tokens[w.at]);

function note(w: Walk, expectation: Expectation): void {
  if (!w.stopped && ended(w)) w.expected.push(expectation);
}

function take(w: Walk, fits: (token: WalkToken) => boolean, expectation: Expectation): string | undefined {
  const token = peek(w);
  if (token && fits(token)) {
    w.at++;
    return token.text;
  }
  note(w, expectation);
  return undefined;
}

function must(w: Walk, used: string | undefined): string {
  if (used === undefined) w.stopped = true;
  return used ?? '';
}

const maybeKeyword = (w: Walk, words: readonly string[]) =>
  take(w, (t) => t.kind === 'word' && words.includes(t.text), { kind: 'keyword', words });
const keyword = (w: Walk, words: readonly string[]) => must(w, maybeKeyword(w, words));
const SIGNS = { '->': 'arrow', '|': 'pipe', ',': 'comma', ':': 'colon', '{': 'open', '}': 'close' } as const;
const maybeSign = (w: Walk, sign: keyof typeof SIGNS) =>
  take(w, (t) => t.kind === SIGNS[sign], { kind: 'sign', signs: [sign] });
const sign = (w: Walk, wanted: keyof typeof SIGNS) => must(w, maybeSign(w, wanted));
const maybeNumber = (w: Walk, of: string, parameter = 0, rest?: readonly string[]) =>
  take(w, (t) => t.kind === 'number', { kind: 'number', of, parameter, ...(rest ? { rest } : {}) });
const number = (w: Walk, of: string, parameter = 0) => must(w, maybeNumber(w, of, parameter));
const maybeText = (w: Walk, of: 'title' | 'text') => take(w, (t) => t.kind === 'string', { kind: 'string', of });
const text = (w: Walk, of: (Expectation & { kind: 'string' })['of']) =>
  void must(
    w,
    take(w, (t) => t.kind === 'string', { kind: 'string', of }),
  );
const isWord = (t: WalkToken) => t.kind === 'word';
/** A name that is being made: nothing can be proposed. */
const newName = (w: Walk) => {
  const token = peek(w);
  if (token?.kind === 'word') w.at++;
  else w.stopped = true;
  return token?.text ?? '';
};
/** `$name`, which the walk's tokens have as a number. */
const parameter = (w: Walk) =>
  must(
    w,
    take(w, (t) => t.text.startsWith('$'), { kind: 'parameter' }),
  );
const name = (w: Walk, of: 'situation' | 'persona' | 'capability' | 'condition') =>
  must(w, take(w, isWord, { kind: 'name', of }));
const response = (w: Walk, of: string, used: readonly string[] = []) =>
  must(w, take(w, isWord, { kind: 'response', situation: of, used }));

/** The entries of a list with commas, at least one. */
function list(w: Walk, entry: (w: Walk) => void): void {
  do entry(w);
  while (!w.stopped && maybeSign(w, ','));
}

function method(w: Walk): void {
  keyword(w, METHODS);
  for (;;) {
    const key = maybeKeyword(w, ['strength', 'repeats', 'discount', 'beta']);
    if (!key) return;
    number(w, key);
    if (key === 'strength' && maybeKeyword(w, ['per token', 'per'])) keyword(w, ['token']);
    if (w.stopped) return;
  }
}

function capability(w: Walk): void {
  newName(w);
  maybeText(w, 'title');
  number(w, 'capability');
  if (maybeKeyword(w, ['learnable'])) {
    keyword(w, ['strength']);
    number(w, 'learnable');
  }
}

function situation(w: Walk): void {
  newName(w);
  maybeText(w, 'title');
  if (maybeKeyword(w, ['extends'])) name(w, 'situation');
  if (!maybeSign(w, '->')) return;
  const written: string[] = [];
  do {
    written.push(newName(w));
    maybeText(w, 'title');
    if (maybeKeyword(w, ['needs'])) {
      name(w, 'capability');
      keyword(w, ['else']);
      must(w, take(w, isWord, { kind: 'own-response', written }));
    }
  } while (!w.stopped && maybeSign(w, '|'));
}

function persona(w: Walk): void {
  newName(w);
  maybeText(w, 'title');
  if (maybeKeyword(w, ['extends'])) name(w, 'persona');
  if (maybeKeyword(w, ['prior'])) number(w, 'prior');
  if (!maybeSign(w, '{')) return;
  while (!w.stopped) {
    if (ended(w)) {
      note(w, { kind: 'name', of: 'situation', before: 'row' });
      note(w, { kind: 'keyword', words: ['concentration', 'can', 'system'] });
    }
    if (maybeSign(w, '}')) return;
    row(w);
  }
}

function row(w: Walk): void {
  const first = newName(w);
  const next = peek(w);
  if (first === 'concentration' && next?.kind !== 'arrow') number(w, 'concentration');
  else if (first === 'can' && next?.kind !== 'arrow') {
    name(w, 'capability');
    number(w, 'can');
  } else if (first === 'system' && next?.kind !== 'arrow') text(w, 'text');
  else if (maybeKeyword(w, ['as'])) name(w, 'persona');
  else {
    sign(w, '->');
    cells(w, first);
  }
}

function cells(w: Walk, of: string): void {
  const used: string[] = [];
  const numbers: string[] = [];
  list(w, () => {
    const cell = must(w, take(w, isWord, { kind: 'response', situation: of, used: [...used], row: { numbers } }));
    used.push(cell);
    const value = maybeNumber(w, 'cell', 0, numbers);
    if (value) numbers.push(value);
  });
}

function novel(w: Walk): void {
  maybeText(w, 'title');
  keyword(w, ['prior']);
  number(w, 'prior');
  if (maybeKeyword(w, ['concentration'])) number(w, 'concentration');
}

function attributes(w: Walk): void {
  const left = new Set<string>(ATTRIBUTES);
  for (;;) {
    const key = maybeKeyword(w, [...left]);
    if (!key) return;
    left.delete(key);
    if (key === 'reward' && peek(w)?.text === '-') w.at++;
    number(w, key);
    if (w.stopped) return;
  }
}

function episode(w: Walk): void {
  maybeKeyword(w, METHODS);
  attributes(w);
  maybeText(w, 'title');
  sign(w, ':');
  const of = name(w, 'situation');
  sign(w, '->');
  const first = response(w, of);
  if (maybeKeyword(w, ['over'])) response(w, of, [first]);
  attributes(w);
  if (!maybeSign(w, '{')) return;
  while (!w.stopped && !maybeSign(w, '}')) {
    keyword(w, ROLES);
    text(w, 'text');
  }
}

function dataset(w: Walk): void {
  maybeKeyword(w, METHODS);
  newName(w);
  keyword(w, ['from']);
  do text(w, 'dataset');
  while (maybeSign(w, ','));
  sign(w, '{');
  const known = { situation: '' };
  while (!w.stopped && !maybeSign(w, '}')) {
    if (maybeKeyword(w, ['when'])) {
      text(w, 'field');
      keyword(w, ['matches']);
      text(w, 'pattern');
      sign(w, ':');
      list(w, () => mapping(w, known));
    } else if (maybeKeyword(w, ['logprobs'])) {
      keyword(w, ['sum', 'mean']);
      keyword(w, ['nats', 'bits', 'log10']);
      field(w);
    } else if (!selection(w)) mapping(w, known);
  }
}

/** Which rows are read: true where one of its words stood there. */
function selection(w: Walk): boolean {
  if (maybeKeyword(w, ['where'])) {
    text(w, 'field');
    maybeKeyword(w, ['not']);
    const test = keyword(w, ['matches', 'is', 'exists']);
    if (test === 'matches') text(w, 'pattern');
    if (test === 'is') constant(w);
  } else if (maybeKeyword(w, ['rows'])) {
    number(w, 'rows');
    if (maybeKeyword(w, ['to'])) number(w, 'rows', 1);
  } else if (maybeKeyword(w, ['sample'])) number(w, 'sample');
  else if (maybeKeyword(w, ['turn'])) keyword(w, ['each', 'last']);
  else if (maybeKeyword(w, ['labels'])) {
    text(w, 'dataset');
    if (maybeKeyword(w, ['by'])) text(w, 'field');
    maybeKeyword(w, ['corrected']);
  } else return false;
  return true;
}

/** What a field is compared with: a string, a number or a name. */
function constant(w: Walk): void {
  note(w, { kind: 'keyword', words: ['true', 'false', 'null'] });
  if (peek(w)?.text === '-') w.at++;
  const fits = ({ kind }: WalkToken) => kind === 'string' || kind === 'number' || kind === 'word';
  must(w, take(w, fits, { kind: 'string', of: 'fieldValue' }));
}

function mapping(w: Walk, known: { situation: string }): void {
  const key = keyword(w, MAPPING_KEYS);
  if (maybeKeyword(w, ['field'])) text(w, 'field');
  else if (key === 'situation') known.situation = name(w, 'situation');
  else if (key === 'response' || key === 'over') response(w, known.situation);
  else if (key === 'tokens' && maybeKeyword(w, ['counted'])) return;
  else number(w, key);
}

function field(w: Walk): void {
  keyword(w, ['field']);
  text(w, 'field');
}

function reinforce(w: Walk): void {
  const of = name(w, 'situation');
  keyword(w, ['beta']);
  number(w, 'reinforce beta');
  if (maybeKeyword(w, ['rigidity'])) number(w, 'rigidity');
  keyword(w, ['reward']);
  const used: string[] = [];
  list(w, () => {
    used.push(response(w, of, [...used]));
    if (peek(w)?.text === '-') w.at++;
    number(w, 'reward');
  });
}

function target(w: Walk): void {
  const of = name(w, 'situation');
  sign(w, '->');
  response(w, of);
  given(w);
}

function given(w: Walk): void {
  if (!maybeKeyword(w, ['given'])) return;
  list(w, () => {
    const of = name(w, 'situation');
    sign(w, '->');
    response(w, of);
    if (maybeKeyword(w, ['times'])) number(w, 'times');
  });
}

function expect(w: Walk): void {
  note(w, { kind: 'name', of: 'persona' });
  const first = name(w, 'situation');
  if (peek(w)?.kind === 'arrow' || ended(w)) {
    if (maybeSign(w, '->')) {
      response(w, first);
      given(w);
    }
  }
  const bound = keyword(w, ['below', 'above', 'between']);
  number(w, 'bound');
  if (bound === 'between') {
    keyword(w, ['and']);
    number(w, 'bound');
  }
}

function minus(w: Walk): void {
  if (peek(w)?.text === '-') w.at++;
}

function range(w: Walk): void {
  if (!maybeKeyword(w, ['from'])) return;
  minus(w);
  number(w, 'range');
  keyword(w, ['to']);
  minus(w);
  number(w, 'range');
}

function declaredParameter(w: Walk): void {
  newName(w);
  maybeText(w, 'title');
  minus(w);
  number(w, 'parameter');
  range(w);
  if (maybeKeyword(w, ['sd'])) number(w, 'sd');
  maybeKeyword(w, SCALES);
}

/** The head of a condition; its parts are walked by themselves. */
function condition(w: Walk): void {
  newName(w);
  maybeText(w, 'title');
  const relation = maybeKeyword(w, ['extends', 'after']);
  if (relation) name(w, 'condition');
  if (relation === 'after' && maybeKeyword(w, ['retaining'])) number(w, 'retaining');
  if (maybeKeyword(w, ['unit'])) newName(w);
  sign(w, '{');
  // What stands inside is not of the head.
  while (!w.stopped && peek(w)) w.at++;
}

function fit(w: Walk): void {
  list(w, parameter);
  if (maybeKeyword(w, ['overdispersion'])) number(w, 'overdispersion');
  if (maybeKeyword(w, ['under'])) compare(w);
}

function evaluation(w: Walk): void {
  const heldOut = maybeKeyword(w, ['held out', 'held']);
  if (heldOut) maybeKeyword(w, ['out']);
  maybeText(w, 'title');
  sign(w, ':');
  const of = name(w, 'situation');
  sign(w, '->');
  const first = response(w, of);
  if (!heldOut || peek(w)?.kind === 'number') {
    number(w, 'count');
    observed(w, of, first);
  } else if (maybeKeyword(w, ['of'])) number(w, 'of');
  given(w);
  if (maybeKeyword(w, ['among'])) {
    const used: string[] = [];
    list(w, () => {
      used.push(response(w, of, [...used]));
    });
  }
  if (maybeKeyword(w, ['overdispersion'])) number(w, 'overdispersion');
}

/** What follows the first number: other counts, runs, or the interval of a rate. */
function observed(w: Walk, of: string, first: string): void {
  const word = maybeKeyword(w, ['of', 'from']);
  if (word === 'from') {
    number(w, 'rate');
    keyword(w, ['to']);
    number(w, 'rate');
  } else if (word === 'of') {
    number(w, 'of');
    while (!w.stopped && maybeSign(w, ',')) {
      number(w, 'amount');
      keyword(w, ['of']);
      number(w, 'of');
    }
  } else {
    const used = [first];
    while (!w.stopped && maybeSign(w, ',')) {
      used.push(response(w, of, [...used]));
      number(w, 'count');
    }
  }
}

function compare(w: Walk): void {
  list(w, () => {
    const account = keyword(w, ACCOUNTS) as AccountKind;
    if (w.stopped || PLAIN_ACCOUNTS.includes(account)) return;
    number(w, account);
    if (account === 'novel') maybeNumber(w, 'novel', 1);
  });
}
