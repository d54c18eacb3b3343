/**
 * Measured log-likelihoods: personas × episodes, as an object per row, as columns, or as a long table with one
 * (episode, hypothesis) per row. Values are taken exactly as written and turned into nats; sums and means, and bases,
 * are never mixed in silence.
 */

import { pairNumber } from '../formats/harness';
import { type Row, textHash } from '../formats/row';
import { Kind, type Tape } from '../json/scan';
import {
  isString,
  type Key,
  keyOf,
  looseNumber,
  member,
  numberAt,
  numberOfText,
  rawOf,
  stringOf,
} from '../json/values';
import { excerpt, type Mapped } from '../mapping/mapping';
import { follow } from '../mapping/path';
import type { RowProblemCode } from '../problems';
import { type Declared, type Measuring, newSlot, noteSlot, personaNumber } from './store';

interface Fault {
  readonly code: RowProblemCode;
  readonly detail: string;
}
const fault = (code: RowProblemCode, detail: string): Fault => ({ code, detail });

const KEYS = {
  episode: ['episode_id', 'id', 'doc_id'].map(keyOf),
  document: keyOf('doc'),
  hypothesis: ['hypothesis', 'persona'].map(keyOf),
  tokens: ['n_tokens', 'tokens'].map(keyOf),
  kind: keyOf('kind'),
  base: keyOf('base'),
  logprob: keyOf('logprob'),
};
/** Columns that are about the row and not a persona's value. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'episode_id id row index doc_id hypothesis persona logprob n_tokens tokens kind base model context_id method reward ' +
    'score weight epochs label prompt completion input output text question answer chosen rejected situation response over'
  ).split(' '),
);

const first = (tape: Tape, object: number, keys: readonly Key[]): number => {
  for (const key of keys) {
    const node = member(tape, object, key);
    if (node >= 0 && tape.kind[node] !== Kind.null) return node;
  }
  return -1;
};

/** Takes the row's values; the row's slot is noted. A fault leaves no trace of the row. */
export function takeMeasured(
  measuring: Measuring,
  tape: Tape,
  _row: Row,
  mapped: Mapped,
  row: number,
): Fault | undefined {
  const { declared } = measuring;
  const unlike = kindFault(tape, declared);
  if (unlike) return unlike;
  if (Number.isNaN(mapped.tokens)) {
    const node = first(tape, 0, KEYS.tokens);
    const tokens = node < 0 ? undefined : looseNumber(tape, node);
    if (tokens !== undefined && tokens >= 0) mapped.tokens = tokens;
  }
  if (declared.aggregate === 'mean' && Number.isNaN(mapped.tokens)) {
    return fault('dataset-row-measured-tokens', 'map `tokens`, or give the row `n_tokens`');
  }
  const node = follow(tape, declared.path);
  let about = 0;
  let hypothesis = first(tape, 0, KEYS.hypothesis);
  if (hypothesis < 0) {
    // A harness writes the row of its task into the sample as `doc`.
    about = member(tape, 0, KEYS.document);
    hypothesis = first(tape, about, KEYS.hypothesis);
  }
  const lone = node >= 0 ? node : member(tape, 0, KEYS.logprob);
  if (hypothesis >= 0 && lone >= 0 && tape.kind[lone] !== Kind.object)
    return takeLong(measuring, tape, row, about, hypothesis, lone);
  if (measuring.layout === 'long')
    return fault('dataset-row-measured', 'other rows of this table name a hypothesis, this one does not');
  const found = new Map<number, number>();
  const wrong = node >= 0 ? fromValue(measuring, tape, node, found) : fromColumns(measuring, tape, found);
  if (wrong) return wrong;
  if (found.size === 0) {
    return fault(
      'dataset-row-measured',
      `there is no object from persona to number at "${declared.path.text}", and no column of a persona`,
    );
  }
  const slot = newSlot(measuring, row);
  for (const [persona, value] of found) measuring.values[slot * measuring.stepSize + persona] = value;
  measuring.layout ??= node >= 0 ? 'object' : 'columns';
  mixValues(measuring, slot);
  return undefined;
}

/** Rows with the same text but other measurements are two: the values join the text's hash. */
function mixValues(measuring: Measuring, slot: number): void {
  if (textHash.low === 0 && textHash.high === 0) return;
  const bits = new Int32Array(
    measuring.values.slice(slot * measuring.stepSize, (slot + 1) * measuring.stepSize).buffer,
  );
  let hash = 0;
  for (let i = 0; i < bits.length; i++) {
    // A persona without a value must not count: a table may gain personas further down.
    if (!Number.isNaN(measuring.values[slot * measuring.stepSize + (i >> 1)]!))
      hash = Math.imul(hash ^ bits[i]!, 0x01000193 + 2 * i);
  }
  textHash.low ^= hash;
  textHash.high = (textHash.high + Math.imul(hash, 0x9e3779b1)) | 0;
}

function kindFault(tape: Tape, declared: Declared): Fault | undefined {
  const kind = member(tape, 0, KEYS.kind);
  if (kind >= 0 && isString(tape, kind)) {
    const text = stringOf(tape, kind).toLowerCase();
    if ((text === 'sum' || text === 'mean') && text !== declared.aggregate) {
      return fault('dataset-row-measured-kind', `kind is ${text}, the dataset declares ${declared.aggregate}`);
    }
  }
  const base = member(tape, 0, KEYS.base);
  if (base >= 0 && tape.kind[base] !== Kind.null) {
    const text = (isString(tape, base) ? stringOf(tape, base) : rawOf(tape, base)).toLowerCase();
    const known: Readonly<Record<string, string>> = {
      e: 'nats',
      nats: 'nats',
      ln: 'nats',
      '2': 'bits',
      bits: 'bits',
      '10': 'log10',
      log10: 'log10',
    };
    const means = Object.hasOwn(known, text) ? known[text] : undefined;
    if (means !== declared.base) {
      return fault('dataset-row-measured-kind', `base is ${excerpt(text)}, the dataset declares ${declared.base}`);
    }
  }
  return undefined;
}

/** Probabilities are at most 1; what rounding adds to a logarithm of 0 is less than this, in nats. */
const ROUNDING = 1e-6;

/** A log-likelihood of a response, in nats. */
function notPositive(value: number): number | Fault {
  if (value <= ROUNDING) return value;
  return fault('dataset-row-measured', `${value} is above 0: that is no logarithm of a probability`);
}

/** A log-likelihood; `missing` where nothing stands there. */
function logprobAt(measuring: Measuring, tape: Tape, node: number): number | 'missing' | Fault {
  const kind = tape.kind[node]!;
  const { scale } = measuring.declared;
  if (kind === Kind.null) return 'missing';
  if (kind === Kind.number) {
    const value = numberAt(tape, node) * scale;
    return Number.isFinite(value)
      ? notPositive(value)
      : fault('dataset-row-measured', `${excerpt(rawOf(tape, node))} is too large for a number`);
  }
  if (isString(tape, node)) {
    const text = stringOf(tape, node).trim();
    if (text === '' && measuring.textual) return 'missing';
    const value = numberOfText(text);
    return value === undefined
      ? fault('dataset-row-measured', `"${excerpt(text)}" is not a number`)
      : notPositive(value * scale);
  }
  const paired = kind === Kind.array ? pairNumber(tape, node) : undefined;
  if (paired !== undefined) return notPositive(paired * scale);
  return fault('dataset-row-measured', `${excerpt(rawOf(tape, node))} is not a number`);
}

/** An object from persona to number, also as JSON in a string. */
function fromValue(measuring: Measuring, tape: Tape, node: number, found: Map<number, number>): Fault | undefined {
  if (isString(tape, node)) {
    const text = stringOf(tape, node).trim();
    return text.startsWith('{') ? fromText(measuring, text, found) : noPersonas(tape, node);
  }
  if (tape.kind[node] !== Kind.object) return noPersonas(tape, node);
  for (let at = node + 1; at < tape.next[node]!; at = tape.next[at + 1]!) {
    const name = stringOf(tape, at);
    const value = logprobAt(measuring, tape, at + 1);
    if (typeof value === 'object') return fault(value.code, `${excerpt(name)}: ${value.detail}`);
    if (value !== 'missing') found.set(personaNumber(measuring, name), value);
  }
  return undefined;
}

function noPersonas(tape: Tape, node: number): Fault {
  const way =
    member(tape, 0, KEYS.document) >= 0 ? '; `dramatis score-join` makes one table of several personas’ samples' : '';
  return fault(
    'dataset-row-measured',
    `${excerpt(rawOf(tape, node))} is no object from persona to number, and the row names no hypothesis${way}`,
  );
}

function fromText(measuring: Measuring, text: string, found: Map<number, number>): Fault | undefined {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return fault('dataset-row-measured', `"${excerpt(text)}" is no JSON`);
  }
  for (const [name, value] of Object.entries(object as Readonly<Record<string, unknown>>)) {
    if (value === null) continue;
    const number = typeof value === 'string' ? numberOfText(value) : value;
    if (typeof number !== 'number' || !(Number.isFinite(number) || number === Number.NEGATIVE_INFINITY))
      return fault('dataset-row-measured', `${excerpt(name)}: ${excerpt(String(value))} is not a number`);
    const logprob = notPositive(number * measuring.declared.scale);
    if (typeof logprob === 'object') return fault(logprob.code, `${excerpt(name)}: ${logprob.detail}`);
    found.set(personaNumber(measuring, name), logprob);
  }
  return undefined;
}

/** Columns `<path>.<persona>`; where no column is called so, every column of numbers that is not about the row. */
function fromColumns(measuring: Measuring, tape: Tape, found: Map<number, number>): Fault | undefined {
  const prefix = measuring.declared.path.text;
  const columns: (readonly [name: string, node: number])[] = [];
  const prefixed: (readonly [name: string, node: number])[] = [];
  for (let at = 1; at < tape.next[0]!; at = tape.next[at + 1]!) {
    const name = stringOf(tape, at);
    if (prefix !== '' && name.startsWith(prefix) && /^[._:/]/u.test(name.slice(prefix.length))) {
      prefixed.push([name.slice(prefix.length + 1), at + 1]);
    } else if (!RESERVED.has(name)) columns.push([name, at + 1]);
  }
  for (const [name, node] of prefixed.length > 0 ? prefixed : columns) {
    const known = measuring.index.has(name);
    const numeric = tape.kind[node] === Kind.number || (isString(tape, node) && looseNumber(tape, node) !== undefined);
    if (!known && !numeric && prefixed.length === 0) continue;
    const value = logprobAt(measuring, tape, node);
    if (typeof value === 'object') return fault(value.code, `${excerpt(name)}: ${value.detail}`);
    if (value !== 'missing') found.set(personaNumber(measuring, name), value);
  }
  return undefined;
}

/** One (episode, hypothesis): joined by the episode's name, else the n-th value of every hypothesis is episode n. */
function takeLong(
  measuring: Measuring,
  tape: Tape,
  row: number,
  about: number,
  hypothesis: number,
  node: number,
): Fault | undefined {
  if (measuring.layout !== undefined && measuring.layout !== 'long') {
    return fault('dataset-row-measured', 'this row names a hypothesis, the rows before do not');
  }
  const name = isString(tape, hypothesis) ? stringOf(tape, hypothesis) : rawOf(tape, hypothesis);
  const value = logprobAt(measuring, tape, node);
  if (value === 'missing') return fault('dataset-row-measured', `${excerpt(name)} has no value`);
  if (typeof value === 'object') return fault(value.code, `${excerpt(name)}: ${value.detail}`);
  const persona = personaNumber(measuring, name);
  const id = first(tape, about, KEYS.episode);
  let slot: number | undefined;
  let remember: (slot: number) => void;
  if (id >= 0) {
    const episode = isString(tape, id) ? stringOf(tape, id) : rawOf(tape, id);
    slot = measuring.episodes.get(episode);
    remember = (made) => measuring.episodes.set(episode, made);
  } else {
    const order = measuring.seen.get(persona) ?? 0;
    slot = measuring.slotByOrder[order];
    measuring.seen.set(persona, order + 1);
    remember = (made) => {
      measuring.slotByOrder[order] = made;
    };
  }
  if (slot === undefined) {
    slot = newSlot(measuring, row);
    remember(slot);
  } else {
    if (!Number.isNaN(measuring.values[slot * measuring.stepSize + persona]!)) {
      return fault('dataset-row-measured-repeated', `${excerpt(name)} has a value for this episode already`);
    }
    noteSlot(measuring, row, slot);
  }
  measuring.values[slot * measuring.stepSize + persona] = value;
  measuring.layout = 'long';
  return undefined;
}
