/** Whether two programs differ in their episodes and questions only: then what is known about the rest may be kept. */
import type { DatasetCounts } from '../../datasets/counts';
import type { Method, Program, Reinforcement } from '../../program/model/program';
import { METHODS } from '../../syntax/tree';
import type { Hypothesis } from './hypotheses';
import type { Structure } from './structure';

/** What an evaluation stands on, beside episodes. */
export interface ModelInputs {
  readonly structure: Structure;
  readonly hypotheses: readonly Hypothesis[];
  readonly counts: ReadonlyMap<number, DatasetCounts>;
}

export function sameModelInputs(a: ModelInputs, b: ModelInputs): boolean {
  return (
    sameStructure(a.structure, b.structure) &&
    sameNames(a.structure.program, b.structure.program) &&
    sameList(a.hypotheses, b.hypotheses, sameHypothesis) &&
    METHODS.every((name) => sameMethod(a.structure.program.methods[name], b.structure.program.methods[name])) &&
    sameList(a.structure.program.stages, b.structure.program.stages, (x, y) => x.retention === y.retention) &&
    sameList(a.structure.program.reinforcements, b.structure.program.reinforcements, sameReinforcement) &&
    a.structure.program.datasets.length === b.structure.program.datasets.length &&
    a.counts.size === b.counts.size &&
    [...a.counts].every(([dataset, read]) => b.counts.get(dataset) === read)
  );
}

/** Equal numbers, NaN included. */
function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((x, i) => same(x, b[i]));
}

function sameStructure(a: Structure, b: Structure): boolean {
  return (
    sameNumbers(a.offset, b.offset) &&
    sameNumbers(a.needs, b.needs) &&
    sameNumbers(a.fallback, b.fallback) &&
    sameList(a.learnable, b.learnable, Object.is) &&
    sameNumbers(a.value, b.value) &&
    sameNumbers(a.priorHit, b.priorHit) &&
    sameNumbers(a.priorMiss, b.priorMiss)
  );
}

/** The names by which a dataset's rows find their cells and columns. */
function sameNames(a: Program, b: Program): boolean {
  return (
    sameList(
      a.situations,
      b.situations,
      (x, y) => x.name === y.name && sameList(x.responses, y.responses, (p, q) => p.name === q.name),
    ) && sameList(a.personas, b.personas, (x, y) => x.name === y.name)
  );
}

function sameHypothesis(a: Hypothesis, b: Hypothesis): boolean {
  return (
    a.name === b.name &&
    a.prior === b.prior &&
    a.logPrior === b.logPrior &&
    a.persona === b.persona &&
    a.concentration === b.concentration &&
    sameNumbers(a.row, b.row) &&
    sameNumbers(a.capability, b.capability)
  );
}

function sameMethod(a: Method, b: Method): boolean {
  return (
    a.strength === b.strength &&
    a.perToken === b.perToken &&
    a.repeats === b.repeats &&
    a.discount === b.discount &&
    a.beta === b.beta
  );
}

function sameReinforcement(a: Reinforcement, b: Reinforcement): boolean {
  return (
    a.situation === b.situation &&
    a.stage === b.stage &&
    a.beta === b.beta &&
    a.rigidity === b.rigidity &&
    sameNumbers(a.reward, b.reward)
  );
}
