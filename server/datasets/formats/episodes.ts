/** The episodes of a row where every answer of the assistant is one (`turn each`). */
import type { Piece, Row } from './row';

/** One row for each answer that is trained on, with what stands before it; the row itself where it has no such answers. */
export function episodesOf(row: Row): readonly Row[] {
  if (row.each) return row.each;
  const { answers } = row;
  if (!answers || answers.length === 0 || row.problem === 'dataset-row-shape') return [row];
  return answers.map((answer): Row => {
    const before = row.pieces.filter((piece) => piece.turn <= answer);
    const pieces = before.map((piece): Piece => ({ ...piece, side: piece.turn === answer ? 'output' : 'input' }));
    return { ...row, pieces };
  });
}
