/**
 * What a row comes to, learned once for each skeleton: rows of training data are alike but for their texts, so which
 * entries of the tape are the turns and which give the names follows from the keys, kinds and roles alone. A plan is made only
 * where the formats look at nothing else (plain turns of a conversation, names that are constants or fields); all other
 * rows go the long way. Both ways give the same records, which a property test checks.
 */
import type { MethodName } from '../../syntax/tree';
import { type Row, roleMark, sideMark } from '../formats/row';
import { Kind, type Tape } from '../json/scan';
import { isKey, isString, keyOf, member, stringOf } from '../json/values';
import type { Mapping } from '../mapping/mapping';
import { follow } from '../mapping/path';

export interface RowPlan {
  readonly shape: number;
  readonly format: number;
  /** For each turn: the marks of its role and side, and its entry. */
  readonly turns: Int32Array;
  readonly situation: PlannedName;
  readonly response: PlannedName;
  readonly over: PlannedName;
  readonly weight: number;
  readonly tokens: number;
  readonly reward: number;
  readonly epochs: number;
}

/** A constant name, an entry, or neither. */
export interface PlannedName {
  readonly constant?: string;
  readonly node: number;
}

/** Plans by skeleton; undefined for a skeleton that has none. */
export type RowPlans = Map<number, RowPlan | undefined>;

/** Skeletons beyond this many are not planned: such a file has no two rows alike. */
const MOST_PLANS = 4096;

const key = {
  role: keyOf('role'),
  from: keyOf('from'),
  content: keyOf('content'),
  value: keyOf('value'),
  system: keyOf('system'),
  prompt: keyOf('system_prompt'),
  attachments: keyOf('attachments'),
};

/** Notes the plan of a row that was read the long way without a problem, or that it has none. */
export function learnPlan(
  plans: RowPlans,
  skeleton: number,
  tape: Tape,
  row: Row,
  known: {
    readonly mapping: Mapping;
    readonly method: MethodName | undefined;
    readonly shape: number;
    readonly format: number;
  },
): void {
  if (plans.size >= MOST_PLANS) return;
  plans.set(skeleton, planOf(tape, row, known));
}

function planOf(
  tape: Tape,
  row: Row,
  { mapping, method, shape, format }: Parameters<typeof learnPlan>[4],
): RowPlan | undefined {
  const plain =
    (row.format === 'chat' || row.format === 'sharegpt') &&
    row.problem === undefined &&
    row.desired === undefined &&
    row.entire === undefined;
  if (!plain || (method !== 'sft' && method !== 'prefer') || mapping.rules.length > 0) return undefined;
  if ([key.system, key.prompt, key.attachments].some((name) => member(tape, 0, name) >= 0)) return undefined;
  if (!hasPlainTurns(tape, row)) return undefined;
  const { constants } = mapping;
  const names = [constants.situation, constants.response, constants.over].map((value): PlannedName | undefined => {
    if (value === undefined) return { node: -1 };
    if (value.kind === 'name') return value.name === '' ? undefined : { constant: value.name, node: -1 };
    if (value.kind !== 'field' || value.path.role) return undefined;
    const node = follow(tape, value.path);
    return node >= 0 && isString(tape, node) ? { node } : undefined;
  });
  const numbers = [constants.weight, constants.tokens, constants.reward, constants.epochs].map((value) =>
    value === undefined ? Number.NaN : value.kind === 'number' ? value.value : undefined,
  );
  const [situation, response, over] = names;
  const [weight, tokens, reward, epochs] = numbers;
  if (!situation || !response || !over) return undefined;
  if (weight === undefined || tokens === undefined || reward === undefined || epochs === undefined) return undefined;
  const turns = row.pieces.flatMap(({ role, side, node }) => [roleMark(role), sideMark(side), node]);
  return { shape, format, turns: Int32Array.from(turns), situation, response, over, weight, tokens, reward, epochs };
}

/** Whether each turn is an object of a role and a text, and no other value has a role. */
function hasPlainTurns(tape: Tape, row: Row): boolean {
  const texts = new Set(row.pieces.map(({ node }) => node));
  if (row.pieces.some(({ node, text }) => node < 0 || text !== undefined)) return false;
  let turns = 0;
  for (let object = 0; object < tape.count; object++) {
    if (tape.kind[object] !== Kind.object) continue;
    const first = object + 1;
    if (first >= tape.next[object]!) continue;
    const members: number[] = [];
    for (let at = first; at < tape.next[object]!; at = tape.next[at + 1]!) members.push(at);
    if (!members.some((at) => isKey(tape, at, key.role) || isKey(tape, at, key.from))) continue;
    const [one, other] = members;
    if (members.length !== 2 || one === undefined || other === undefined) return false;
    const role = isKey(tape, one, key.role) || isKey(tape, one, key.from) ? one : other;
    const text = role === one ? other : one;
    if (!isKey(tape, text, key.content) && !isKey(tape, text, key.value)) return false;
    // Written with an escape the key would not be known as a role's in the skeleton.
    if (tape.kind[role] !== Kind.string || !isString(tape, role + 1) || !isString(tape, text + 1)) return false;
    if (!texts.has(text + 1)) return false;
    turns += 1;
  }
  return turns === row.pieces.length;
}

/** Names by the bytes that say them. */
export interface NameTable {
  readonly entries: Map<number, { readonly bytes: Uint8Array; readonly number: number }[]>;
  size: number;
}

export function createNameTable(): NameTable {
  return { entries: new Map(), size: 0 };
}

const MOST_NAMES = 1024;
const LONGEST_NAME = 256;

/**
 * The number of the name that an entry says, white space around it left out; -1 where it says none or is not to be had
 * without a closer look. `numberOf` gives the number of a new name.
 */
export function nameAt(table: NameTable, tape: Tape, node: number, numberOf: (name: string) => number): number {
  const start = tape.start[node]!;
  const length = tape.end[node]! - start;
  if (length > LONGEST_NAME) return -1;
  const hash = tape.low[node]!;
  const alike = table.entries.get(hash);
  if (alike) for (const { bytes, number } of alike) if (isSame(tape.bytes, start, length, bytes)) return number;
  if (table.size >= MOST_NAMES) return -1;
  const name = stringOf(tape, node).trim();
  if (name === '') return -1;
  const number = numberOf(name);
  if (number < 0) return -1;
  const entry = { bytes: tape.bytes.slice(start, start + length), number };
  if (alike) alike.push(entry);
  else table.entries.set(hash, [entry]);
  table.size += 1;
  return number;
}

function isSame(bytes: Uint8Array, start: number, length: number, other: Uint8Array): boolean {
  if (other.length !== length) return false;
  for (let i = 0; i < length; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}
