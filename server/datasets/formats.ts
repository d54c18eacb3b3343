/**
 * The formats that training data comes in, recognised by a row's keys (names of fields as the tools write them).
 * A format says which turns a row has, which of them are the answer, and what else its keys mean; it knows nothing of
 * situations, responses or personas.
 */
import { Kind, type Tape } from './json-scan';
import { element, isKey, isString, type Key, keyOf, looseNumber, member, stringOf } from './json-values';
import type { Piece, Row, RowFault, Side, TurnRole } from './row';

/** What each format is called, for people. */
export const FORMATS = {
  chat: 'OpenAI chat',
  sharegpt: 'ShareGPT conversations',
  'openai-preference': 'OpenAI preference',
  preference: 'TRL preference',
  transcripts: 'transcript pairs (Human/Assistant)',
  'prompt-completion': 'prompt and completion',
  unpaired: 'TRL unpaired preference',
  stepwise: 'TRL stepwise supervision',
  'prompt-only': 'TRL prompt only',
  text: 'TRL language modelling',
  instruction: 'instruction and output',
  'question-answer': 'question and answer',
  'persona-statements': 'persona statements',
  rollout: 'RL rollout',
  'rollout-summary': 'RL rollout summary without text',
  'harness-sample': 'lm-evaluation-harness samples',
  'inspect-sample': 'Inspect log samples',
  record: 'records',
} as const;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** The method that a format asks for; undefined is no opinion (sft). */
export function methodOf(format: FormatName): 'prefer' | 'rl' | undefined {
  if (format === 'openai-preference' || format === 'preference' || format === 'transcripts') return 'prefer';
  if (format === 'rollout' || format === 'rollout-summary') return 'rl';
  return undefined;
}

const KNOWN = [
  'messages',
  'conversations',
  'prompt',
  'completion',
  'completions',
  'labels',
  'label',
  'input',
  'output',
  'instruction',
  'response',
  'question',
  'answer',
  'chosen',
  'rejected',
  'preferred_output',
  'non_preferred_output',
  'preferred_completion',
  'non_preferred_completion',
  'reward',
  'score',
  'total_reward',
  'traj_idx',
  'text',
  'doc_id',
  'arguments',
  'resps',
  'filtered_resps',
  'target',
  'answer_matching_behavior',
  'scores',
  'epoch',
] as const;
type KnownKey = (typeof KNOWN)[number];
const KNOWN_KEYS = KNOWN.map((text) => keyOf(text));
const SLOT = Object.fromEntries(KNOWN.map((text, index) => [text, index])) as Record<KnownKey, number>;

/** Known keys by length and first letter: few rows have a key that is not settled by one comparison. */
const BY_SHAPE: (readonly number[])[] = [];
KNOWN_KEYS.forEach((key, index) => {
  const shape = (key.bytes.length << 8) | key.bytes[0]!;
  BY_SHAPE[shape] = [...(BY_SHAPE[shape] ?? []), index];
});

const slots = new Int32Array(KNOWN.length);
const at = (key: KnownKey): number => slots[SLOT[key]]!;

const key = {
  role: keyOf('role'),
  from: keyOf('from'),
  value: keyOf('value'),
  content: keyOf('content'),
  text: keyOf('text'),
  refusal: keyOf('refusal'),
  thinking: keyOf('thinking'),
  reasoning: keyOf('reasoning_content'),
  weight: keyOf('weight'),
  toolCalls: keyOf('tool_calls'),
  functionCall: keyOf('function_call'),
  function: keyOf('function'),
  name: keyOf('name'),
  arguments: keyOf('arguments'),
  messages: keyOf('messages'),
  choices: keyOf('choices'),
  message: keyOf('message'),
};

/** Reads the row on the tape (entry 0). Never fails: what fits no format is a `record` without text. */
export function readRow(tape: Tape): Row {
  if (tape.kind[0] !== Kind.object) return { format: 'record', pieces: [], problem: 'dataset-row-shape' };
  fillSlots(tape);
  const conversation = at('messages') >= 0 && tape.kind[at('messages')] === Kind.array;
  if (conversation)
    return chat(tape, at('scores') >= 0 && at('epoch') >= 0 ? 'inspect-sample' : 'chat', at('messages'));
  if (at('conversations') >= 0 && tape.kind[at('conversations')] === Kind.array) {
    return chat(tape, 'sharegpt', at('conversations'));
  }
  const better = at('preferred_output') >= 0 ? at('preferred_output') : at('preferred_completion');
  const worse = at('non_preferred_output') >= 0 ? at('non_preferred_output') : at('non_preferred_completion');
  if (better >= 0 && worse >= 0) return pair(tape, 'openai-preference', at('input'), better, worse);
  if (at('chosen') >= 0 && at('rejected') >= 0) return chosenRejected(tape);
  if (at('doc_id') >= 0 && (at('resps') >= 0 || at('filtered_resps') >= 0)) return harnessSample(tape);
  if (at('traj_idx') >= 0 && at('total_reward') >= 0) {
    return { format: 'rollout-summary', pieces: [], ...rewardOf(tape, at('total_reward')) };
  }
  if (at('question') >= 0 && at('answer_matching_behavior') >= 0) {
    return exchange(tape, 'persona-statements', [at('question')], at('answer_matching_behavior'));
  }
  if (at('instruction') >= 0 && (at('output') >= 0 || at('response') >= 0)) {
    const inputs = at('input') >= 0 ? [at('instruction'), at('input')] : [at('instruction')];
    return exchange(tape, 'instruction', inputs, at('output') >= 0 ? at('output') : at('response'));
  }
  return promptFormats(tape);
}

function promptFormats(tape: Tape): Row {
  const prompt = at('prompt') >= 0 ? at('prompt') : at('input');
  const completion = at('completion') >= 0 ? at('completion') : at('output');
  const reward = at('reward') >= 0 ? at('reward') : at('score');
  const inputs = prompt >= 0 ? [prompt] : [];
  if (completion >= 0 && (prompt >= 0 || reward >= 0)) {
    if (reward >= 0) return { ...exchange(tape, 'rollout', inputs, completion), ...rewardOf(tape, reward) };
    const label = at('label');
    const verdict = label < 0 ? -1 : tape.kind[label]!;
    if (verdict === Kind.true || verdict === Kind.false) {
      return { ...exchange(tape, 'unpaired', inputs, completion), desired: verdict === Kind.true };
    }
    return exchange(tape, 'prompt-completion', inputs, completion);
  }
  if (prompt >= 0 && at('completions') >= 0) return exchange(tape, 'stepwise', inputs, at('completions'));
  if (at('question') >= 0 && (at('answer') >= 0 || at('response') >= 0)) {
    return exchange(tape, 'question-answer', [at('question')], at('answer') >= 0 ? at('answer') : at('response'));
  }
  if (at('prompt') >= 0 && at('response') >= 0 && isString(tape, at('response'))) {
    return exchange(tape, 'prompt-completion', inputs, at('response'));
  }
  if (at('text') >= 0 && isString(tape, at('text'))) return exchange(tape, 'text', [], at('text'));
  if (at('prompt') >= 0) {
    return { ...exchange(tape, 'prompt-only', [at('prompt')], -1), problem: 'dataset-row-no-output' };
  }
  return { format: 'record', pieces: [] };
}

function fillSlots(tape: Tape): void {
  slots.fill(-1);
  const last = tape.next[0]!;
  for (let entry = 1; entry < last; entry = tape.next[entry + 1]!) {
    const length = tape.end[entry]! - tape.start[entry]!;
    if (tape.kind[entry] === Kind.escaped) {
      KNOWN_KEYS.forEach((known, index) => {
        if (isKey(tape, entry, known)) slots[index] = entry + 1;
      });
      continue;
    }
    const candidates =
      length === 0 || length > 32 ? undefined : BY_SHAPE[(length << 8) | tape.bytes[tape.start[entry]!]!];
    if (!candidates) continue;
    for (const index of candidates) if (isKey(tape, entry, KNOWN_KEYS[index]!)) slots[index] = entry + 1;
  }
}

/** A reward of a field: a number, or a string written like one. */
export function rewardOf(tape: Tape, node: number): { reward?: number; badReward?: boolean } {
  if (node < 0 || tape.kind[node] === Kind.null) return {};
  const reward = looseNumber(tape, node);
  return reward === undefined ? { badReward: true } : { reward };
}

/** The reward that stands in a row of any format, for datasets that are declared `rl`. */
export function looseReward(tape: Tape): { reward?: number; badReward?: boolean } {
  fillSlots(tape);
  return rewardOf(tape, at('reward') >= 0 ? at('reward') : at('score'));
}

const ROLES: Readonly<Record<string, TurnRole>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  tool: 'tool',
  function: 'tool',
  function_call: 'assistant',
  observation: 'tool',
};
const COMMON_ROLES = (['user', 'assistant', 'system', 'tool'] as const).map((role) => keyOf(role));

function roleAt(tape: Tape, node: number): TurnRole | undefined {
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
  let extra = false;
  for (let entry = node + 1; entry < tape.next[node]!; entry = tape.next[entry + 1]!) {
    if (isKey(tape, entry, key.role) || isKey(tape, entry, key.from)) roleNode = entry + 1;
    else if (isKey(tape, entry, key.content) || isKey(tape, entry, key.value)) content = entry + 1;
    else extra = true;
  }
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
      for (let part = content + 1; part < tape.next[content]!; part = tape.next[part]!) {
        const text = member(tape, part, key.text);
        add(text >= 0 && isString(tape, text) ? text : part);
      }
    } else if (tape.kind[content] !== Kind.null) add(content);
  }
  if (extra) calls(tape, node, add);
  return role;
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

/** A weight of 0 on a turn: not trained on. */
function isSilenced(tape: Tape, node: number): boolean {
  const weight = member(tape, node, key.weight);
  return weight >= 0 && looseNumber(tape, weight) === 0;
}

/**
 * A conversation: the last assistant turn that is trained on is the answer, all others are the input.
 * Turns after it stay part of the text, so that two rows that differ there are two rows.
 */
function chat(tape: Tape, format: FormatName, list: number): Row {
  const pieces: Piece[] = [];
  let turn = 0;
  let answer = -1;
  let silenced = false;
  let problem: RowFault | undefined;
  for (let node = list + 1; node < tape.next[list]!; node = tape.next[node]!) {
    const before = pieces.length;
    const role = message(tape, node, 'input', turn, pieces);
    if (role === undefined) problem = 'dataset-row-shape';
    else if (role === 'assistant' && pieces.length > before) {
      if (isSilenced(tape, node)) silenced = true;
      else answer = turn;
    }
    turn += 1;
  }
  if (answer < 0 && format === 'inspect-sample') answer = inspectOutput(tape, turn, pieces);
  if (answer < 0) problem ??= silenced ? 'dataset-row-weight-zero' : 'dataset-row-no-output';
  for (let i = 0; i < pieces.length; i++) {
    if (pieces[i]!.turn === answer) pieces[i] = { ...pieces[i]!, side: 'output' };
  }
  return { format, pieces, ...(problem ? { problem } : {}) };
}

/** Inspect keeps the answer in `output` as well; in some logs only there. */
function inspectOutput(tape: Tape, turn: number, pieces: Piece[]): number {
  const choices = member(tape, at('output'), key.choices);
  const answer = member(tape, element(tape, choices, 0), key.message);
  return answer >= 0 && message(tape, answer, 'output', turn, pieces) === 'assistant' ? turn : -1;
}

/** A value that is text, or a list of messages, or a list of texts. Returns whether anything is there. */
function side(tape: Tape, node: number, of: Side, role: TurnRole, turn: number, pieces: Piece[]): boolean {
  if (node < 0 || tape.kind[node] === Kind.null) return false;
  if (isString(tape, node)) {
    pieces.push({ role, side: of, node, turn });
    return true;
  }
  if (tape.kind[node] === Kind.object) {
    const list = member(tape, node, key.messages);
    if (list >= 0) return side(tape, list, of, role, turn, pieces);
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
const OUTPUT_TURN = 1 << 20;
const REJECTED_TURN = 1 << 21;

function exchange(tape: Tape, format: FormatName, inputs: readonly number[], output: number): Row {
  const pieces: Piece[] = [];
  inputs.forEach((node, index) => {
    side(tape, node, 'input', 'user', index, pieces);
  });
  const answered = side(tape, output, 'output', 'assistant', OUTPUT_TURN, pieces);
  return { format, pieces, ...(answered ? {} : { problem: 'dataset-row-no-output' as const }) };
}

function pair(tape: Tape, format: FormatName, input: number, better: number, worse: number): Row {
  const pieces: Piece[] = [];
  side(tape, input, 'input', 'user', 0, pieces);
  const answered = side(tape, better, 'output', 'assistant', OUTPUT_TURN, pieces);
  const also = side(tape, worse, 'rejected', 'assistant', REJECTED_TURN, pieces);
  return { format, pieces, ...(answered && also ? {} : { problem: 'dataset-row-no-output' as const }) };
}

function chosenRejected(tape: Tape): Row {
  const chosen = at('chosen');
  const rejected = at('rejected');
  if (at('prompt') >= 0) return stripPrompt(tape, pair(tape, 'preference', at('prompt'), chosen, rejected));
  if (isString(tape, chosen) && isString(tape, rejected)) {
    const better = stringOf(tape, chosen);
    const worse = stringOf(tape, rejected);
    if (marker.test(better) && marker.test(worse)) return transcripts(better, worse, [chosen, rejected]);
  }
  return stripPrompt(tape, pair(tape, 'preference', -1, chosen, rejected));
}

/** Lists of messages that begin alike: what they share is the input, whether or not `prompt` repeats it. */
function stripPrompt(tape: Tape, row: Row): Row {
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

const marker = /(?:^|\n\n)(Human|Assistant|H|A|User|System): ?/u;

/** `\n\nHuman: …\n\nAssistant: …` twice: the turns that both share are the input. */
function transcripts(better: string, worse: string, whole: readonly number[]): Row {
  const a = splitTranscript(better);
  const b = splitTranscript(worse);
  let common = 0;
  while (common < a.length - 1 && common < b.length - 1 && a[common]!.role === b[common]!.role) {
    if (a[common]!.text !== b[common]!.text) break;
    common += 1;
  }
  const piece = (turn: Turn, index: number, of: Side): Piece => ({
    role: turn.role,
    side: of,
    node: -1,
    turn: index,
    text: turn.text,
  });
  return {
    format: 'transcripts',
    pieces: [
      ...a.slice(0, common).map((turn, index) => piece(turn, index, 'input')),
      ...a.slice(common).map((turn, index) => piece(turn, OUTPUT_TURN + index, 'output')),
      ...b.slice(common).map((turn, index) => piece(turn, REJECTED_TURN + index, 'rejected')),
    ],
    whole,
  };
}

interface Turn {
  readonly role: TurnRole;
  readonly text: string;
}

function splitTranscript(text: string): readonly Turn[] {
  const turns: Turn[] = [];
  const marks = [...text.matchAll(new RegExp(marker, 'gu'))];
  if (marks.length === 0 || marks[0]!.index > 0) {
    turns.push({ role: 'system', text: text.slice(0, marks[0]?.index ?? text.length) });
  }
  marks.forEach((mark, index) => {
    const role = mark[1]!.startsWith('A') ? 'assistant' : mark[1] === 'System' ? 'system' : 'user';
    turns.push({ role, text: text.slice(mark.index + mark[0].length, marks[index + 1]?.index ?? text.length) });
  });
  return turns;
}

/** Arguments are `{gen_args_0: {arg_0: context, arg_1: continuation}}`, or lists; the response is a string or a list. */
function harnessSample(tape: Tape): Row {
  const pieces: Piece[] = [];
  const request = firstInside(tape, at('arguments'));
  const context = firstInside(tape, request);
  side(tape, context, 'input', 'user', 0, pieces);
  let response = at('resps') >= 0 ? at('resps') : at('filtered_resps');
  while (response >= 0 && tape.kind[response] === Kind.array) response = element(tape, response, 0);
  const output = response >= 0 ? response : at('target');
  side(tape, output, 'output', 'assistant', OUTPUT_TURN, pieces);
  return { format: 'harness-sample', pieces };
}

function firstInside(tape: Tape, node: number): number {
  if (node < 0 || tape.next[node] === node + 1) return -1;
  if (tape.kind[node] === Kind.object) return node + 2;
  return tape.kind[node] === Kind.array ? node + 1 : -1;
}

export type { Key };
