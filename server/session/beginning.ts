/** A program that declares nothing to weigh yet: a beginning, not a failure. */
import type { Program } from '../program/model/program';

/** What to write first, as declarations; undefined where there is a persona, so that there is something to evaluate. */
export function firstSteps({ personas, novel, situations }: Program): readonly string[] | undefined {
  if (personas.length > 0 || novel) return undefined;
  const situation = situations[0];
  const [name, response] = [situation?.name ?? 'coding', situation?.responses[0]?.name ?? 'secure'];
  const other = situation ? situation.responses[1]?.name : 'insecure';
  const row = other ? `${name} -> ${response} 90%, ${other}` : `${name} -> ${response}`;
  return [
    ...(situation ? [] : ['situation coding -> secure | insecure']),
    `persona helpful prior 90% { ${row} }`,
    `episode: ${name} -> ${response}`,
  ];
}
