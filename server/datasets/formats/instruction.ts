/** Alpaca: an instruction, what it is about, and the output. The two are asked in one turn. */
import { Kind, type Tape } from '../json/scan';
import { element, elements, isString } from '../json/values';
import { exchange, isList, side } from './conversation';
import type { Format, FormatExample } from './format';
import type { Piece, Row } from './row';
import { at, firstAt, rowKey } from './rowKeys';

const instruction = rowKey('instruction');
const about = [instruction, rowKey('input'), rowKey('context')];
const outputs = [rowKey('output'), rowKey('response')];
const history = rowKey('history');

/** What was said before: a list of pairs of a question and its answer. */
function before(tape: Tape): readonly Piece[] {
  const pieces: Piece[] = [];
  const list = at(history);
  if (!isList(tape, list)) return pieces;
  let turn = -2 * elements(tape, list) - 1;
  for (let pair = list + 1; pair < tape.next[list]!; pair = tape.next[pair]!) {
    if (tape.kind[pair] !== Kind.array) continue;
    side(tape, element(tape, pair, 0), 'input', 'user', turn, pieces);
    side(tape, element(tape, pair, 1), 'input', 'assistant', turn + 1, pieces);
    turn += 2;
  }
  return pieces;
}

function read(tape: Tape): Row {
  const row = exchange(tape, 'instruction', [], firstAt(...outputs));
  const asked = about
    .map(at)
    .filter((node) => node >= 0 && isString(tape, node) && tape.size[node]! > 0)
    .flatMap((node, index): Piece[] => {
      const piece = { role: 'user', side: 'input', turn: 0 } as const;
      return index === 0
        ? [{ ...piece, node }]
        : [
            { ...piece, node: -1, text: '\n' },
            { ...piece, node },
          ];
    });
  return { ...row, pieces: [...before(tape), ...asked, ...row.pieces] };
}

export const instructionFormat: Format = {
  name: 'instruction',
  title: 'instruction and output',
  recognise: () => at(instruction) >= 0 && firstAt(...outputs) >= 0,
  read,
};

export const instructionExamples: readonly FormatExample[] = [
  {
    row: '{"instruction":"Add","input":"1 2","output":"3"}',
    user: 'Add 1 2',
    assistant: '3',
    source: 'Stanford Alpaca, data release',
  },
  {
    row: '{"instruction":"And then?","input":"","output":"Five.","system":"S","history":[["Count.","One to four."]]}',
    user: 'And then?',
    assistant: 'Five.',
    source: 'LLaMA-Factory, data/README.md, alpaca format',
  },
  {
    row: '{"instruction":"Who?","context":"A page","response":"Me","category":"qa"}',
    user: 'Who? A page',
    assistant: 'Me',
    source: 'Dolly 15k card',
  },
];
