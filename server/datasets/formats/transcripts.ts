/** Pairs of transcripts in one string each, `\n\nHuman: …\n\nAssistant: …`, as in hh-rlhf. */
import { OUTPUT_TURN, REJECTED_TURN } from './conversation';
import type { Piece, Row, Side, TurnRole } from './row';

const marker = /(?:^|\n\n)(Human|Assistant|H|A|User|System): ?/u;

/** Whether a text is written as a transcript. */
export function isTranscript(text: string): boolean {
  return marker.test(text);
}

/** The turns that both share are the input; `whole` are the entries that hold the two texts. */
export function transcripts(better: string, worse: string, entire: readonly number[]): Row {
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
    entire,
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
