/** Programs as analyses ask about them, and brute force by writing other numbers into the text. */
import assert from 'node:assert/strict';
import type { Subject } from '../../server/analysis/subject/subject';
import { evaluate } from '../../server/inference/evaluate';
import type { Evaluation } from '../../server/inference/evaluation';
import { load } from '../inference/program';

export async function subject(text: string): Promise<Subject> {
  const program = await load(text);
  assert.deepEqual(
    program.diagnostics.filter((d) => d.severity === 'error'),
    [],
  );
  return { program, counts: new Map() };
}

/** The whole evaluation of a text, of the program or of a condition. */
export async function evaluated(text: string, condition?: string): Promise<Evaluation> {
  const program = await load(text);
  const own = condition === undefined ? program : program.conditions.find((c) => c.name === condition)?.program;
  assert.ok(own);
  return evaluate(own, new Map());
}

export const probeAfter = (evaluation: Evaluation, index = 0): number => evaluation.probes[index]?.after ?? Number.NaN;

export function weightOf(evaluation: Evaluation, name: string): number {
  return evaluation.personas.find((p) => p.name === name)?.posterior ?? Number.NaN;
}
