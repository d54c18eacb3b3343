/**
 * The formats that training data comes in, recognised by a row's keys (names of fields as the tools write them).
 * A format says which turns a row has, which of them are the answer, and what else its keys mean; it knows nothing of
 * situations, responses or personas.
 */

import { Kind, type Tape } from '../json/scan';
import { element, elements, isKey, isString, keyOf, looseNumber, stringOf } from '../json/values';
import { attached } from './attachments';
import { chat, contentParts, exchange, pair, roleAt, stripPrompt } from './conversation';
import { FORMAT_NAMES, type FormatName } from './formatNames';
import { harnessSample } from './harness';
import type { Piece, Row } from './row';
import { isTranscript, transcripts } from './transcripts';

const FORMAT_NUMBERS: ReadonlyMap<FormatName, number> = new Map(FORMAT_NAMES.map((name, index) => [name, index]));

/** Position in `FORMAT_NAMES`. */
export function formatNumber(name: FormatName): number {
  return FORMAT_NUMBERS.get(name)!;
}

/** The method that a format asks for; undefined is no opinion (sft). */
export function methodOf(format: FormatName): 'prefer' | 'rl' | undefined {
  if (format === 'openai-preference' || format === 'preference' || format === 'transcripts') return 'prefer';
  if (format === 'rollout' || format === 'rollout-summary') return 'rl';
  return undefined;
}

/** Keys that formats are known by, and where a row's value of each is found. */
const SLOT = {
  messages: 0,
  conversations: 1,
  prompt: 2,
  completion: 3,
  completions: 4,
  labels: 5,
  label: 6,
  input: 7,
  output: 8,
  instruction: 9,
  response: 10,
  question: 11,
  answer: 12,
  chosen: 13,
  rejected: 14,
  preferred_output: 15,
  non_preferred_output: 16,
  preferred_completion: 17,
  non_preferred_completion: 18,
  reward: 19,
  score: 20,
  total_reward: 21,
  traj_idx: 22,
  text: 23,
  doc_id: 24,
  arguments: 25,
  resps: 26,
  filtered_resps: 27,
  target: 28,
  answer_matching_behavior: 29,
  scores: 30,
  epoch: 31,
  system: 32,
  system_prompt: 33,
  conversation: 34,
  contents: 35,
  context: 36,
  query: 37,
  role: 38,
} as const;
const KNOWN = Object.keys(SLOT);
const KNOWN_KEYS = KNOWN.map((text) => keyOf(text));
const LONGEST_KEY = Math.max(...KNOWN_KEYS.map(({ bytes }) => bytes.length));
/** The first known key of a length and first byte, and the next such key of each; -1 ends the chain. */
const FIRST_KNOWN = new Int8Array((LONGEST_KEY + 1) * 128).fill(-1);
const NEXT_KNOWN = new Int8Array(KNOWN.length).fill(-1);
KNOWN_KEYS.forEach(({ bytes }, index) => {
  const place = bytes.length * 128 + bytes[0]!;
  NEXT_KNOWN[index] = FIRST_KNOWN[place]!;
  FIRST_KNOWN[place] = index;
});

const slots = new Int32Array(KNOWN.length);

/** Reads the row on the tape (entry 0). Never fails: what fits no format is a `record` without text. */
export function readRow(tape: Tape): Row {
  if (tape.kind[0] !== Kind.object) return { format: 'record', pieces: [], problem: 'dataset-row-shape' };
  fillSlots(tape);
  return withSystem(tape, formatOf(tape));
}

/** A system prompt that stands beside the turns and not among them. */
function withSystem(tape: Tape, row: Row): Row {
  const node = slots[SLOT.system]! >= 0 ? slots[SLOT.system]! : slots[SLOT.system_prompt]!;
  if (node < 0 || row.format === 'record' || row.entire) return row;
  if (row.pieces.some((piece) => piece.role === 'system')) return row;
  const pieces: Piece[] = [];
  const add = (piece: number) => pieces.push({ role: 'system', side: 'input', node: piece, turn: -1 });
  if (isString(tape, node) && tape.size[node]! > 0) add(node);
  else if (isList(tape, node)) contentParts(tape, node, add);
  return { ...row, pieces: [...pieces, ...row.pieces] };
}

const isList = (tape: Tape, node: number) => node >= 0 && tape.kind[node] === Kind.array;

function formatOf(tape: Tape): Row {
  // Sets of pairs often bring the better answer a second time, as `messages`.
  if (slots[SLOT.chosen]! >= 0 && slots[SLOT.rejected]! >= 0) return chosenRejected(tape);
  const conversation = slots[SLOT.messages]! >= 0 && tape.kind[slots[SLOT.messages]!] === Kind.array;
  if (conversation)
    return slots[SLOT.scores]! >= 0 && slots[SLOT.epoch]! >= 0
      ? inspectSample(tape)
      : chat(tape, 'chat', slots[SLOT.messages]!, -1);
  if (slots[SLOT.conversations]! >= 0 && tape.kind[slots[SLOT.conversations]!] === Kind.array) {
    return chat(tape, 'sharegpt', slots[SLOT.conversations]!, -1);
  }
  for (const list of [slots[SLOT.conversation]!, slots[SLOT.contents]!]) {
    if (isList(tape, list) && tape.kind[element(tape, list, 0)] === Kind.object) return chat(tape, 'chat', list, -1);
  }
  const better = slots[SLOT.preferred_output]! >= 0 ? slots[SLOT.preferred_output]! : slots[SLOT.preferred_completion]!;
  const worse =
    slots[SLOT.non_preferred_output]! >= 0 ? slots[SLOT.non_preferred_output]! : slots[SLOT.non_preferred_completion]!;
  if (better >= 0 && worse >= 0) return pair(tape, 'openai-preference', slots[SLOT.input]!, better, worse);
  if (slots[SLOT.doc_id]! >= 0 && (slots[SLOT.resps]! >= 0 || slots[SLOT.filtered_resps]! >= 0))
    return harnessSample(
      tape,
      slots[SLOT.resps]! >= 0 ? slots[SLOT.resps]! : slots[SLOT.filtered_resps]!,
      slots[SLOT.target]!,
    );
  if (slots[SLOT.traj_idx]! >= 0 && slots[SLOT.total_reward]! >= 0) {
    return { format: 'rollout-summary', pieces: [], ...rewardOf(tape, slots[SLOT.total_reward]!) };
  }
  if (slots[SLOT.question]! >= 0 && slots[SLOT.answer_matching_behavior]! >= 0) {
    return exchange(tape, 'persona-statements', [slots[SLOT.question]!], slots[SLOT.answer_matching_behavior]!);
  }
  const done = slots[SLOT.output]! >= 0 ? slots[SLOT.output]! : slots[SLOT.response]!;
  if (slots[SLOT.instruction]! >= 0 && done >= 0) return instruction(tape, done);
  return promptFormats(tape);
}

function inspectSample(tape: Tape): Row {
  const row = chat(tape, 'inspect-sample', slots[SLOT.messages]!, slots[SLOT.output]!);
  return { ...row, pieces: row.pieces.map((piece) => ({ ...piece, node: attached(tape, piece.node) })) };
}

/** An instruction and what it is about are asked in one turn. */
function instruction(tape: Tape, output: number): Row {
  const row = exchange(tape, 'instruction', [], output);
  const asked = [SLOT.instruction, SLOT.input, SLOT.context]
    .map((slot) => slots[slot]!)
    .filter((node) => node >= 0 && isString(tape, node) && tape.size[node]! > 0)
    .flatMap((node, index) => {
      const piece = { role: 'user', side: 'input', turn: 0 } as const;
      return index === 0
        ? [{ ...piece, node }]
        : [
            { ...piece, node: -1, text: '\n' },
            { ...piece, node },
          ];
    });
  return { ...row, pieces: [...asked, ...row.pieces] };
}

function promptFormats(tape: Tape): Row {
  const prompt = slots[SLOT.prompt]! >= 0 ? slots[SLOT.prompt]! : slots[SLOT.input]!;
  const completion = slots[SLOT.completion]! >= 0 ? slots[SLOT.completion]! : slots[SLOT.output]!;
  const reward = slots[SLOT.reward]! >= 0 ? slots[SLOT.reward]! : slots[SLOT.score]!;
  const inputs = prompt >= 0 ? [prompt] : [];
  if (completion >= 0 && (prompt >= 0 || reward >= 0)) {
    if (reward >= 0) return { ...exchange(tape, 'rollout', inputs, completion), ...rewardOf(tape, reward) };
    const label = slots[SLOT.label]!;
    const verdict = label < 0 ? -1 : tape.kind[label]!;
    const desired = verdict === Kind.true ? true : verdict === Kind.false ? false : truthOf(tape, label);
    if (desired !== undefined) return { ...exchange(tape, 'unpaired', inputs, completion), desired };
    return exchange(tape, 'prompt-completion', inputs, completion);
  }
  if (prompt >= 0 && slots[SLOT.completions]! >= 0) {
    const steps = exchange(tape, 'stepwise', inputs, slots[SLOT.completions]!);
    const isSteps = slots[SLOT.labels]! >= 0 || elements(tape, slots[SLOT.completions]!) === 1;
    return isSteps ? steps : { ...steps, problem: 'dataset-row-several' };
  }
  if (slots[SLOT.query]! >= 0 && slots[SLOT.response]! >= 0) {
    return exchange(tape, 'question-answer', [slots[SLOT.query]!], slots[SLOT.response]!);
  }
  if (slots[SLOT.question]! >= 0 && (slots[SLOT.answer]! >= 0 || slots[SLOT.response]! >= 0)) {
    return exchange(
      tape,
      'question-answer',
      [slots[SLOT.question]!],
      slots[SLOT.answer]! >= 0 ? slots[SLOT.answer]! : slots[SLOT.response]!,
    );
  }
  if (slots[SLOT.prompt]! >= 0 && slots[SLOT.response]! >= 0 && isString(tape, slots[SLOT.response]!)) {
    return exchange(tape, 'prompt-completion', inputs, slots[SLOT.response]!);
  }
  if (slots[SLOT.text]! >= 0 && isString(tape, slots[SLOT.text]!)) {
    // A turn of a tree of turns, where it is not the assistant's.
    const role = roleAt(tape, slots[SLOT.role]!);
    const asked = role !== undefined && role !== 'assistant';
    return asked ? exchange(tape, 'text', [slots[SLOT.text]!], -1) : exchange(tape, 'text', [], slots[SLOT.text]!);
  }
  if (slots[SLOT.prompt]! >= 0) {
    return { ...exchange(tape, 'prompt-only', [slots[SLOT.prompt]!], -1), problem: 'dataset-row-no-output' };
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
    const letter = tape.bytes[tape.start[entry]!]!;
    if (length === 0 || length > LONGEST_KEY || letter >= 128) continue;
    for (let index = FIRST_KNOWN[length * 128 + letter]!; index >= 0; index = NEXT_KNOWN[index]!) {
      if (isKey(tape, entry, KNOWN_KEYS[index]!)) {
        slots[index] = entry + 1;
        break;
      }
    }
  }
}

/** A truth value as tables write it, in text. */
function truthOf(tape: Tape, node: number): boolean | undefined {
  if (node < 0 || !isString(tape, node) || tape.size[node]! > 5) return undefined;
  const text = stringOf(tape, node).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** A reward of a field: a number, or a string written like one. */
function rewardOf(tape: Tape, node: number): { reward?: number; badReward?: boolean } {
  if (node < 0) return {};
  const reward = looseNumber(tape, node);
  return reward === undefined ? { badReward: true } : { reward };
}

/** The reward that stands in a row of any format, for datasets that are declared `rl`. */
export function looseReward(tape: Tape): { reward?: number; badReward?: boolean } {
  fillSlots(tape);
  return rewardOf(tape, slots[SLOT.reward]! >= 0 ? slots[SLOT.reward]! : slots[SLOT.score]!);
}

function chosenRejected(tape: Tape): Row {
  const chosen = slots[SLOT.chosen]!;
  const rejected = slots[SLOT.rejected]!;
  const asked = [SLOT.prompt, SLOT.conversations, SLOT.question, SLOT.instruction, SLOT.input, SLOT.query]
    .map((slot) => slots[slot]!)
    .find((node) => node >= 0 && tape.kind[node] !== Kind.null);
  if (asked !== undefined) return stripPrompt(tape, pair(tape, 'preference', asked, chosen, rejected));
  if (isString(tape, chosen) && isString(tape, rejected)) {
    const better = stringOf(tape, chosen);
    const worse = stringOf(tape, rejected);
    if (isTranscript(better) && isTranscript(worse)) return transcripts(better, worse, [chosen, rejected]);
  }
  return stripPrompt(tape, pair(tape, 'preference', -1, chosen, rejected));
}
