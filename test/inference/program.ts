/** Numbers from text: the program is loaded as the product loads it, and results are looked up by name. */
import assert from 'node:assert/strict';
import { evaluate } from '../../server/inference/evaluate';
import type { AccountResult, CapabilityStanding, Evaluation, Standing } from '../../server/inference/evaluation';
import { loadProgram } from '../../server/program/load/load';
import type { Program } from '../../server/program/model/program';
import { memoryHost } from '../support/memoryHost';

const FOLDER = 'file:///w';
const ROOT = `${FOLDER}/main.scenario`;

export interface Numbers {
  readonly text: string;
  readonly program: Program;
  readonly evaluation: Evaluation;
  readonly persona: (name: string) => Standing;
  readonly capability: (name: string) => CapabilityStanding;
  readonly account: (name: string) => AccountResult;
  /** W of an episode (by its order) for a persona, nats; `single` for one of its `times`. */
  readonly weight: (episode: number, persona: string) => number;
  readonly single: (episode: number, persona: string) => number;
  /** Index of `situation -> response` among the cells. */
  readonly cell: (situation: string, response: string) => number;
  /** A persona's prediction of a cell, after the evidence. */
  readonly predicts: (persona: string, situation: string, response: string) => number;
  /** A persona's propensity of a cell, after the evidence. */
  readonly row: (persona: string, situation: string, response: string) => number;
}

export async function load(text: string): Promise<Program> {
  return loadProgram(ROOT, memoryHost({ [ROOT]: text }), { workspace: [FOLDER] });
}

/** Load and evaluate a text that is expected to have no error. */
export async function numbersFrom(text: string): Promise<Numbers> {
  const program = await load(text);
  const errors = program.diagnostics.filter((d) => d.severity === 'error');
  assert.deepEqual(errors, [], text);
  return lookUp(text, program, evaluate(program, new Map()));
}

function lookUp(text: string, program: Program, evaluation: Evaluation): Numbers {
  const cells = program.cellOffset[program.situations.length]!;
  const hypothesis = (name: string) => indexOf(evaluation.hypotheses, name);
  const cell = (situation: string, response: string) => {
    const x = program.situations.find((s) => s.name === situation);
    assert.ok(x, situation);
    return (
      program.cellOffset[x.index]! +
      indexOf(
        x.responses.map((r) => r.name),
        response,
      )
    );
  };
  const named = <T extends { readonly name: string }>(list: readonly T[], name: string): T =>
    list[
      indexOf(
        list.map((one) => one.name),
        name,
      )
    ]!;
  const { episodes } = evaluation;
  const size = evaluation.hypotheses.length;
  return {
    text,
    program,
    evaluation,
    persona: (name) => named(evaluation.personas, name),
    capability: (name) => named(evaluation.capabilities, name),
    account: (name) => named(evaluation.accounts, name),
    weight: (episode, persona) => episodes.weight[episode * size + hypothesis(persona)]!,
    single: (episode, persona) => episodes.single[episode * size + hypothesis(persona)]!,
    cell,
    predicts: (persona, x, y) => evaluation.predictiveAfter[hypothesis(persona) * cells + cell(x, y)]!,
    row: (persona, x, y) => evaluation.rowsAfter[hypothesis(persona) * cells + cell(x, y)]!,
  };
}

function indexOf(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  assert.ok(index >= 0, `${name} is not among ${names.join(', ')}`);
  return index;
}

/**
 * Equal up to the relative error, and up to the same number absolutely where a log or a difference of logs is below 1.
 * Infinities equal themselves, and NaN (a number that is not defined) equals NaN.
 */
export function close(actual: number | undefined, expected: number, what = '', tolerance = 1e-9): void {
  assert.ok(actual !== undefined, what);
  if (Object.is(actual, expected) || actual === expected) return;
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${what}: ${actual} should be ${expected}`);
}

/** Equal up to the relative error alone: for probabilities and counts, however small. */
export function assertNear(actual: number | undefined, expected: number, what = '', tolerance = 1e-9): void {
  assert.ok(actual !== undefined, what);
  if (Object.is(actual, expected) || actual === expected) return;
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${what}: ${actual} should be ${expected}`);
}

export const ln = Math.log;

/** KL divergence in nats. */
export function divergence(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, v, i) => (v === 0 ? sum : sum + v * ln(v / q[i]!)), 0);
}

/** x·(x+1)·…·(x+n−1) = Γ(x+n)/Γ(x), for whole n. */
export function rising(x: number, n: number): number {
  let product = 1;
  for (let i = 0; i < n; i++) product *= x + i;
  return product;
}

/** B(a+n, b+m)/B(a, b) for whole n and m. */
export function betaRatio(a: number, b: number, n: number, m: number): number {
  return (rising(a, n) * rising(b, m)) / rising(a + b, n + m);
}
