/**
 * A world's numbers written as a scenario without capabilities: what each persona is seen to answer. Must not know where
 * the numbers come from.
 */
import { cellsOf, type World } from './world';

/** Digits of a written probability; the last response of a row has no number and takes what is left. */
const DIGITS = 10;
/** No response is impossible in the text: a zero would be a claim that no measurement can make (Cromwell's rule). */
const LEAST = 1e-7;

/** The scenario of the same situations and personas with another prior (H) and other rows (H × C). */
export function plainText(
  world: World,
  prior: ArrayLike<number> = world.prior,
  rows: Float64Array = world.rows,
  extra: readonly string[] = [],
): string {
  const lines = [
    'scenario "Lab world as rows"',
    '',
    'method context strength 1',
    '',
    ...world.situations.map(({ name, responses }) => `situation ${name} -> ${responses.join(' | ')}`),
    ...extra,
  ];
  const weights = possible(Array.from({ length: world.personas.length }, (_, h) => prior[h] ?? 0));
  world.personas.forEach((name, h) => {
    lines.push('', `persona ${name} prior ${(weights[h] ?? 0).toFixed(DIGITS)} {`);
    world.situations.forEach((situation, x) => {
      const [from, to] = cellsOf(world, x);
      const row = possible(Array.from({ length: to - from }, (_, y) => rows[h * world.cells + from + y] ?? 0));
      const cells = situation.responses.map((response, y) =>
        y === situation.responses.length - 1 ? response : `${response} ${(row[y] ?? 0).toFixed(DIGITS)}`,
      );
      lines.push(`  ${situation.name} -> ${cells.join(', ')}`);
    });
    lines.push('}');
  });
  return `${lines.join('\n')}\n`;
}

function possible(probabilities: readonly number[]): number[] {
  const raised = probabilities.map((p) => Math.max(p, LEAST));
  const sum = raised.reduce((total, p) => total + p, 0);
  return raised.map((p) => p / sum);
}
