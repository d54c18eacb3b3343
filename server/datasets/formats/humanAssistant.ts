/** Exchanges as objects with a key for each side, `{"human": …, "assistant": …}`: one in a row, or a list of them. */
import { Kind, type Tape } from '../json/scan';
import { element, keyOf, member } from '../json/values';
import { exchange, isList, side } from './conversation';
import type { Format, FormatExample } from './format';
import type { Piece, Row } from './row';
import { at, firstAt, rowKey } from './rowKeys';

const lists = [rowKey('conversation'), rowKey('conversations')];
const human = rowKey('human');
const assistant = rowKey('assistant');
const keys = { human: keyOf('human'), assistant: keyOf('assistant') };

function listOf(tape: Tape): number {
  const list = firstAt(...lists);
  if (!isList(tape, list)) return -1;
  const first = element(tape, list, 0);
  const isPair = first >= 0 && member(tape, first, keys.human) >= 0 && member(tape, first, keys.assistant) >= 0;
  return isPair ? list : -1;
}

/** Every exchange is two turns; the last answer is the one that counts. */
function readList(tape: Tape, list: number): Row {
  const pieces: Piece[] = [];
  const answers: number[] = [];
  let turn = 0;
  let problem: Row['problem'];
  for (let pair = list + 1; pair < tape.next[list]!; pair = tape.next[pair]!) {
    if (tape.kind[pair] !== Kind.object) problem = 'dataset-row-shape';
    side(tape, member(tape, pair, keys.human), 'input', 'user', turn, pieces);
    if (side(tape, member(tape, pair, keys.assistant), 'input', 'assistant', turn + 1, pieces)) answers.push(turn + 1);
    turn += 2;
  }
  const last = answers.at(-1);
  for (const piece of pieces) if (piece.turn === last) piece.side = 'output';
  if (last === undefined) problem ??= 'dataset-row-no-output';
  return { format: 'human-assistant', pieces, problem, answers };
}

export const humanAssistantFormat: Format = {
  name: 'human-assistant',
  title: 'human and assistant',
  recognise: (tape) => listOf(tape) >= 0 || (at(human) >= 0 && at(assistant) >= 0),
  read(tape) {
    const list = listOf(tape);
    return list >= 0 ? readList(tape, list) : exchange(tape, 'human-assistant', [at(human)], at(assistant));
  },
};

export const humanAssistantExamples: readonly FormatExample[] = [
  {
    row: '{"human":"Hi","assistant":"Hello"}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'Firefly, data format of one exchange',
  },
  {
    row: '{"system":"S","conversation":[{"human":"Hi","assistant":"Hello"},{"human":"Bye","assistant":"Goodbye"}]}',
    user: 'Bye',
    assistant: 'Goodbye',
    source: 'ms-swift, custom datasets, ShareGPT format',
  },
];
