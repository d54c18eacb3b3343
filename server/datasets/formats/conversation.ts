/** Turns of a row: messages with their content parts and tool calls, and the sides of an exchange or a pair. */

import { Kind, type Tape } from '../json/scan';
import { element, isKey, isString, keyOf, looseNumber, member, stringOf } from '../json/values';
import type { Piece, Row, RowFault, Side, TurnRole } from './row';

const key = {
  role: keyOf('role'),
  from: keyOf('from'),
  value: keyOf('value'),
  content: keyOf('content'),
  pieces: keyOf('parts'),
  type: keyOf('type'),
  input: keyOf('input'),
  text: keyOf('text'),
  refusal: keyOf('refusal'),
  thinking: keyOf('thinking'),
  reasoning: keyOf('reasoning_content'),
  weight: keyOf('weight'),
  train: keyOf('train'),
  training: keyOf('training'),
  loss: keyOf('loss'),
  masked: keyOf('masked'),
  mask: keyOf('mask'),
  toolCalls: keyOf('tool_calls'),
  functionCall: keyOf('function_call'),
  function: keyOf('function'),
  name: keyOf('name'),
  arguments: keyOf('arguments'),
  messages: keyOf('messages'),
  choices: keyOf('choices'),
  message: keyOf('message'),
};

const ROLES: Readonly<Record<string, TurnRole>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  prompter: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  tool: 'tool',
  function: 'tool',
  function_call: 'assistant',
  tool_call: 'assistant',
  observation: 'tool',
  tool_response: 'tool',
  ipython: 'tool',
  chatgpt: 'assistant',
  bing: 'assistant',
  bard: 'assistant',
  ai: 'assistant',
};
/** Whether an entry is there and is a list. */
export const isList = (tape: Tape, node: number): boolean => node >= 0 && tape.kind[node] === Kind.array;

const COMMON_ROLES = (['user', 'assistant', 'system', 'tool'] as const).map((role) => keyOf(role));

/** The role that a text says, in any format's words; undefined where it says none. */
export function roleAt(tape: Tape, node: number): TurnRole | undefined {
  if (node < 0 || !isString(tape, node)) return undefined;
  for (const role of COMMON_ROLES) if (isKey(tape, node, role)) return role.text as TurnRole;
  const name = stringOf(tape, node);
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}

/** Pieces of one message; false where it is no message. */
function message(tape: Tape, node: number, side: Side, turn: number, pieces: Piece[]): TurnRole | undefined {
  if (tape.kind[node] !== Kind.object) return undefined;
  let roleNode = -1;
  let content = -1;
  let text = -1;
  let extra = false;
  for (let entry = node + 1; entry < tape.next[node]!; entry = tape.next[entry + 1]!) {
    if (isKey(tape, entry, key.role) || isKey(tape, entry, key.from)) roleNode = entry + 1;
    else if (isKey(tape, entry, key.content) || isKey(tape, entry, key.value) || isKey(tape, entry, key.pieces)) {
      content = entry + 1;
    } else if (isKey(tape, entry, key.text)) text = entry + 1;
    else extra = true;
  }
  // Some exports call a message's content its text.
  if (content < 0) content = text;
  const role = roleAt(tape, roleNode);
  if (role === undefined) return undefined;
  const add = (piece: number) => pieces.push({ role, side, node: piece, turn });
  if (extra) {
    for (const thought of [key.thinking, key.reasoning]) {
      const entry = member(tape, node, thought);
      if (entry >= 0 && isString(tape, entry)) add(entry);
    }
  }
  if (content >= 0) {
    if (isString(tape, content)) add(content);
    else if (tape.kind[content] === Kind.array) {
      contentParts(tape, content, add);
    } else if (tape.kind[content] !== Kind.null) add(content);
  }
  if (extra) calls(tape, node, add);
  return role;
}

const toolUse = keyOf('tool_use');

/** Text and all else of a list of content parts. */
export function contentParts(tape: Tape, list: number, add: (piece: number) => void): void {
  for (let part = list + 1; part < tape.next[list]!; part = tape.next[part]!) contentPart(tape, part, add);
}

/** One part of a content: text and thoughts as such, of a tool's call its name and input, else the part as it is. */
function contentPart(tape: Tape, part: number, add: (piece: number) => void): void {
  for (const name of [key.text, key.thinking]) {
    const text = member(tape, part, name);
    if (text >= 0 && isString(tape, text)) return add(text);
  }
  const type = member(tape, part, key.type);
  const name = member(tape, part, key.name);
  if (type >= 0 && isString(tape, type) && isKey(tape, type, toolUse) && name >= 0) {
    add(name);
    const input = member(tape, part, key.input);
    if (input >= 0) add(input);
  } else add(part);
}

function calls(tape: Tape, node: number, add: (piece: number) => void): void {
  const refusal = member(tape, node, key.refusal);
  if (refusal >= 0 && isString(tape, refusal)) add(refusal);
  const one = (call: number) => {
    const inner = member(tape, call, key.function);
    const body = inner >= 0 ? inner : call;
    const name = member(tape, body, key.name);
    const args = member(tape, body, key.arguments);
    if (name >= 0) add(name);
    if (args >= 0) add(args);
    if (name < 0 && args < 0) add(body);
  };
  const list = member(tape, node, key.toolCalls);
  if (list >= 0 && tape.kind[list] === Kind.array) {
    for (let call = list + 1; call < tape.next[list]!; call = tape.next[call]!) one(call);
  }
  const old = member(tape, node, key.functionCall);
  if (old >= 0 && tape.kind[old] === Kind.object) one(old);
}

/** What a message says about being trained on; undefined where it says nothing that is understood. */
type Trained = boolean | undefined;

/** A truth value or a number, of which 0 is false; undefined where the entry is neither or not there. */
function flagAt(tape: Tape, node: number): Trained {
  if (node < 0) return undefined;
  if (tape.kind[node] === Kind.true) return true;
  if (tape.kind[node] === Kind.false) return false;
  const number = looseNumber(tape, node);
  return number === undefined ? undefined : number !== 0;
}

const TRAINED = [key.weight, key.train, key.training, key.loss];

/** Whether a message is trained on: not with `weight`, `train`, `training` or `loss` of 0 or false, or when masked. */
function isSilenced(tape: Tape, node: number): boolean {
  if (TRAINED.some((flag) => flagAt(tape, member(tape, node, flag)) === false)) return true;
  return MASKED.some((flag) => tape.kind[member(tape, node, flag)] === Kind.true);
}

const MASKED = [key.masked, key.mask];

/** A `mask` that is a number: 1 means "trained on" to some tools and the opposite to others. */
function hasUnclearMask(tape: Tape, node: number): boolean {
  const mask = member(tape, node, key.mask);
  return mask >= 0 && tape.kind[mask] === Kind.number;
}

/**
 * A conversation: the last assistant turn that is trained on is the answer, all others are the input.
 * Turns after it stay part of the text, so that two rows that differ there are two rows.
 */
export function chat(tape: Tape, format: string, list: number, output: number): Row {
  const pieces: Piece[] = [];
  const answers: number[] = [];
  let turn = 0;
  let silenced = false;
  let problem: RowFault | undefined;
  let detail: string | undefined;
  for (let node = list + 1; node < tape.next[list]!; node = tape.next[node]!) {
    const before = pieces.length;
    const role = message(tape, node, 'input', turn, pieces);
    if (role === undefined) {
      problem = 'dataset-row-shape';
      detail ??= whyNoMessage(tape, node);
    } else if (role === 'assistant' && pieces.length > before) {
      if (hasUnclearMask(tape, node)) {
        problem = 'dataset-row-shape';
        detail ??= 'a message has a number as `mask`, and tools disagree on what it means: write `train`';
      }
      if (isSilenced(tape, node)) silenced = true;
      else answers.push(turn);
    }
    turn += 1;
  }
  if (answers.length === 0 && output >= 0) {
    const answer = inspectOutput(tape, output, turn, pieces);
    if (answer >= 0) answers.push(answer);
  }
  const answer = answers.at(-1);
  if (answer === undefined) problem ??= silenced ? 'dataset-row-weight-zero' : 'dataset-row-no-output';
  for (const piece of pieces) if (piece.turn === answer) piece.side = 'output';
  return { format, pieces, problem, answers, ...(detail ? { detail } : {}) };
}

/** What a message lacks, in words. */
function whyNoMessage(tape: Tape, node: number): string | undefined {
  if (tape.kind[node] !== Kind.object) return 'a message is no object';
  const role = Math.max(member(tape, node, key.role), member(tape, node, key.from));
  if (role < 0) return 'a message has no role';
  return isString(tape, role) ? `the role "${stringOf(tape, role).slice(0, 40)}" is not known` : 'a role is no text';
}

/** Inspect keeps the answer in `output` as well; in some logs only there. */
function inspectOutput(tape: Tape, output: number, turn: number, pieces: Piece[]): number {
  const choices = member(tape, output, key.choices);
  const answer = member(tape, element(tape, choices, 0), key.message);
  return answer >= 0 && message(tape, answer, 'output', turn, pieces) === 'assistant' ? turn : -1;
}

/** A value that is text, or a list of messages, or a list of texts. Returns whether anything is there. */
export function side(tape: Tape, node: number, of: Side, role: TurnRole, turn: number, pieces: Piece[]): boolean {
  if (node < 0 || tape.kind[node] === Kind.null) return false;
  if (isString(tape, node)) {
    pieces.push({ role, side: of, node, turn });
    return true;
  }
  if (tape.kind[node] === Kind.object) {
    const list = member(tape, node, key.messages);
    if (list >= 0) return side(tape, list, of, role, turn, pieces);
    if (message(tape, node, of, turn, pieces) !== undefined) return true;
  }
  if (tape.kind[node] !== Kind.array) {
    pieces.push({ role, side: of, node, turn });
    return true;
  }
  let some = false;
  let number = turn;
  for (let item = node + 1; item < tape.next[node]!; item = tape.next[item]!) {
    if (isString(tape, item)) pieces.push({ role, side: of, node: item, turn });
    else if (message(tape, item, of, number, pieces) === undefined) pieces.push({ role, side: of, node: item, turn });
    number += 1;
    some = true;
  }
  return some;
}

/** Turn numbers of the three sides: far enough apart that lists of messages do not meet. */
export const OUTPUT_TURN = 1 << 20;
export const REJECTED_TURN = 1 << 21;

export function exchange(tape: Tape, format: string, inputs: readonly number[], output: number): Row {
  const pieces: Piece[] = [];
  inputs.forEach((node, index) => {
    side(tape, node, 'input', 'user', index, pieces);
  });
  const replied = side(tape, output, 'output', 'assistant', OUTPUT_TURN, pieces);
  return { format, pieces, problem: replied ? undefined : 'dataset-row-no-output' };
}

export function pair(tape: Tape, format: string, input: number, better: number, worse: number): Row {
  const pieces: Piece[] = [];
  side(tape, input, 'input', 'user', 0, pieces);
  const replied = side(tape, better, 'output', 'assistant', OUTPUT_TURN, pieces);
  const also = side(tape, worse, 'rejected', 'assistant', REJECTED_TURN, pieces);
  return { format, pieces, problem: replied && also ? undefined : 'dataset-row-no-output' };
}

/** Lists of messages that begin alike: what they share is the input, whether or not `prompt` repeats it. */
export function stripPrompt(tape: Tape, row: Row): Row {
  const better = row.pieces.filter((piece) => piece.side === 'output');
  const worse = row.pieces.filter((piece) => piece.side === 'rejected');
  let common = 0;
  while (common < better.length - 1 && common < worse.length - 1) {
    const a = better[common]!;
    const b = worse[common]!;
    if (a.role !== b.role || tape.low[a.node] !== tape.low[b.node] || tape.high[a.node] !== tape.high[b.node]) break;
    if (!isString(tape, a.node) || !isString(tape, b.node)) break;
    common += 1;
  }
  if (common === 0) return row;
  const prompted = row.pieces.some((piece) => piece.side === 'input');
  const input = prompted
    ? row.pieces.filter((piece) => piece.side === 'input')
    : better.slice(0, common).map((piece) => ({ ...piece, side: 'input' as const }));
  return { ...row, pieces: [...input, ...better.slice(common), ...worse.slice(common)] };
}
