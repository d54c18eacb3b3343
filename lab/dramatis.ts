/**
 * The one place where the lab meets the product: scenario text to a program and to numbers, by the product's own parser
 * and evaluator. The product never imports the lab.
 */
import { evaluate, rivals } from '../server/inference/evaluate';
import type { AccountResult, Evaluation } from '../server/inference/evaluation';
import { givenWeights, withLogs } from '../server/inference/posterior/predictions';
import { runToEnd } from '../server/inference/stepwise';
import { buildProgram } from '../server/program/build/build';
import type { Program } from '../server/program/model/program';
import { parse } from '../server/syntax/parser/parser';

export type { AccountResult, Evaluation, Program };

/** The messages of a text's errors, in its program and in those of its conditions. */
export function errorsIn(text: string): readonly string[] {
  const program = built(text);
  return [program, ...program.conditions.map((condition) => condition.program)]
    .flatMap(({ diagnostics }) => diagnostics)
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message);
}

/** The program of one text without imports. Throws with every error's message: the lab writes its texts itself. */
export function programOf(text: string): Program {
  const program = built(text);
  const errors = program.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`${errors.map(({ message }) => message).join('\n')}\n${text}`);
  return program;
}

function built(text: string): Program {
  return buildProgram([{ uri: 'memory:/lab.scenario', text, parsed: parse(text) }]);
}

/** The evaluation of a text that needs no file (LANGUAGE section 5). */
export function evaluateText(text: string): { readonly program: Program; readonly evaluation: Evaluation } {
  const program = programOf(text);
  return { program, evaluation: evaluate(program, new Map(), { datasets: false }) };
}

/** The evaluation of each condition of a text, by its name (LANGUAGE section 7). */
export function evaluateConditions(
  text: string,
): ReadonlyMap<string, { readonly program: Program; readonly evaluation: Evaluation }> {
  return new Map(
    programOf(text).conditions.map(({ name, program }) => [
      name,
      { program, evaluation: evaluate(program, new Map(), { datasets: false, accounts: false }) },
    ]),
  );
}

/** The accounts of `compare` alone, with their predictions of every cell and probe. */
export function accountsOf(text: string): { readonly program: Program; readonly accounts: readonly AccountResult[] } {
  const program = programOf(text);
  return { program, accounts: runToEnd(rivals(program, new Map())).accounts };
}

/** Posterior weights after a context, each episode in full: `given` under `method context strength 1`. */
export function weightsGiven(
  weights: Float64Array,
  context: readonly { readonly cell: number; readonly count: number }[],
  predictive: Float64Array,
  cells: number,
): Float64Array {
  return givenWeights(withLogs(weights), context, { predictive }, cells);
}
