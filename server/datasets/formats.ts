/**
 * The formats that training data comes in, recognised by a row's keys (names of fields as the tools write them).
 * A format says which turns a row has, which of them are the answer, and what else its keys mean; it knows nothing of
 * situations, responses or personas.
 */

import { attached } from './attachments';
import { chat, exchange, pair, stripPrompt } from './conversation';
import { harnessSample } from './harness';
import { Kind, type Tape } from './json-scan';
import { isKey, isString, keyOf, looseNumber, stringOf } from './json-values';
import type { Row } from './row';
import { isTranscript, transcripts } from './transcripts';

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
  const conversation = slots[SLOT.messages]! >= 0 && tape.kind[slots[SLOT.messages]!] === Kind.array;
  if (conversation)
    return slots[SLOT.scores]! >= 0 && slots[SLOT.epoch]! >= 0
      ? inspectSample(tape)
      : chat(tape, 'chat', slots[SLOT.messages]!, -1);
  if (slots[SLOT.conversations]! >= 0 && tape.kind[slots[SLOT.conversations]!] === Kind.array) {
    return chat(tape, 'sharegpt', slots[SLOT.conversations]!, -1);
  }
  const better = slots[SLOT.preferred_output]! >= 0 ? slots[SLOT.preferred_output]! : slots[SLOT.preferred_completion]!;
  const worse =
    slots[SLOT.non_preferred_output]! >= 0 ? slots[SLOT.non_preferred_output]! : slots[SLOT.non_preferred_completion]!;
  if (better >= 0 && worse >= 0) return pair(tape, 'openai-preference', slots[SLOT.input]!, better, worse);
  if (slots[SLOT.chosen]! >= 0 && slots[SLOT.rejected]! >= 0) return chosenRejected(tape);
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
  if (slots[SLOT.instruction]! >= 0 && (slots[SLOT.output]! >= 0 || slots[SLOT.response]! >= 0)) {
    const inputs =
      slots[SLOT.input]! >= 0 ? [slots[SLOT.instruction]!, slots[SLOT.input]!] : [slots[SLOT.instruction]!];
    return exchange(
      tape,
      'instruction',
      inputs,
      slots[SLOT.output]! >= 0 ? slots[SLOT.output]! : slots[SLOT.response]!,
    );
  }
  return promptFormats(tape);
}

function inspectSample(tape: Tape): Row {
  const row = chat(tape, 'inspect-sample', slots[SLOT.messages]!, slots[SLOT.output]!);
  return { ...row, pieces: row.pieces.map((piece) => ({ ...piece, node: attached(tape, piece.node) })) };
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
    if (verdict === Kind.true || verdict === Kind.false) {
      return { ...exchange(tape, 'unpaired', inputs, completion), desired: verdict === Kind.true };
    }
    return exchange(tape, 'prompt-completion', inputs, completion);
  }
  if (prompt >= 0 && slots[SLOT.completions]! >= 0) return exchange(tape, 'stepwise', inputs, slots[SLOT.completions]!);
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
  if (slots[SLOT.text]! >= 0 && isString(tape, slots[SLOT.text]!)) return exchange(tape, 'text', [], slots[SLOT.text]!);
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

/** A reward of a field: a number, or a string written like one. */
function rewardOf(tape: Tape, node: number): { reward?: number; badReward?: boolean } {
  if (node < 0 || tape.kind[node] === Kind.null) return {};
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
  if (slots[SLOT.prompt]! >= 0)
    return stripPrompt(tape, pair(tape, 'preference', slots[SLOT.prompt]!, chosen, rejected));
  if (isString(tape, chosen) && isString(tape, rejected)) {
    const better = stringOf(tape, chosen);
    const worse = stringOf(tape, rejected);
    if (isTranscript(better) && isTranscript(worse)) return transcripts(better, worse, [chosen, rejected]);
  }
  return stripPrompt(tape, pair(tape, 'preference', -1, chosen, rejected));
}
