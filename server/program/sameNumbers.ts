/**
 * Whether two programs come to the same numbers: they differ in places, titles and documentation at most. Must not know
 * what is computed from a program.
 */
import { METHODS } from '../syntax/tree';
import type { Account, GivenItem, Observation, Program, Target } from './model/program';

export function sameNumbers(a: Program, b: Program): boolean {
  return (
    a.units === b.units &&
    same(
      a.situations,
      b.situations,
      (x, y) =>
        x.name === y.name &&
        x.parent === y.parent &&
        same(x.responses, y.responses, (p, q) => p.name === q.name && p.needs === q.needs && p.fallback === q.fallback),
    ) &&
    same(
      a.capabilities,
      b.capabilities,
      (x, y) => x.name === y.name && x.value === y.value && x.learnable === y.learnable && x.strength === y.strength,
    ) &&
    METHODS.every((name) => {
      const [x, y] = [a.methods[name], b.methods[name]];
      return (
        x.strength === y.strength &&
        x.perToken === y.perToken &&
        x.repeats === y.repeats &&
        x.discount === y.discount &&
        x.beta === y.beta
      );
    }) &&
    same(
      a.personas,
      b.personas,
      (x, y) =>
        x.name === y.name &&
        x.weight === y.weight &&
        x.prior === y.prior &&
        x.concentration === y.concentration &&
        equal(x.can, y.can) &&
        equal(x.row, y.row) &&
        same(x.rowSource, y.rowSource, (p, q) => p.kind === q.kind),
    ) &&
    a.novel?.prior === b.novel?.prior &&
    a.novel?.weight === b.novel?.weight &&
    a.novel?.concentration === b.novel?.concentration &&
    sameEvidence(a, b) &&
    same(a.probes, b.probes, (x, y) => sameTarget(x.target, y.target)) &&
    same(
      a.expectations,
      b.expectations,
      (x, y) =>
        x.persona === y.persona &&
        x.bound === y.bound &&
        x.low === y.low &&
        x.high === y.high &&
        sameTarget(x.target, y.target),
    ) &&
    same(a.observed, b.observed, sameObservation) &&
    same(a.accounts, b.accounts, sameAccount) &&
    a.fit?.overdispersion === b.fit?.overdispersion
  );
}

function sameEvidence(a: Program, b: Program): boolean {
  return (
    same(a.stages, b.stages, (x, y) => x.retention === y.retention) &&
    same(a.evidence, b.evidence, (x, y) => x.kind === y.kind && x.index === y.index) &&
    same(
      a.episodes,
      b.episodes,
      (x, y) =>
        x.situation === y.situation &&
        x.response === y.response &&
        x.over === y.over &&
        x.method === y.method &&
        x.times === y.times &&
        x.epochs === y.epochs &&
        x.weight === y.weight &&
        x.tokens === y.tokens &&
        x.reward === y.reward &&
        x.stage === y.stage,
    ) &&
    same(a.datasets, b.datasets, (x, y) => x.name === y.name && x.method === y.method && x.stage === y.stage) &&
    same(
      a.reinforcements,
      b.reinforcements,
      (x, y) =>
        x.situation === y.situation &&
        x.beta === y.beta &&
        x.rigidity === y.rigidity &&
        x.stage === y.stage &&
        equal(x.reward, y.reward),
    )
  );
}

function sameTarget(a: Target | undefined, b: Target | undefined): boolean {
  if (!a || !b) return a === b;
  return a.situation === b.situation && a.response === b.response && sameGiven(a.given, b.given);
}

function sameGiven(a: readonly GivenItem[], b: readonly GivenItem[]): boolean {
  return same(a, b, (x, y) => x.situation === y.situation && x.response === y.response && x.times === y.times);
}

function sameObservation(a: Observation, b: Observation): boolean {
  return (
    a.situation === b.situation &&
    a.heldOut === b.heldOut &&
    a.planned === b.planned &&
    a.overdispersion === b.overdispersion &&
    same(a.outcomes, b.outcomes, equal) &&
    same(a.runs, b.runs, (x, y) => equal(x.counts, y.counts)) &&
    sameGiven(a.given, b.given)
  );
}

function sameAccount(a: Account, b: Account): boolean {
  return a.kind === b.kind && a.value === b.value && a.concentration === b.concentration && a.name === b.name;
}

function same<T>(a: readonly T[], b: readonly T[], equals: (x: T, y: T) => boolean): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((x, i) => x === b[i] || equals(x, b[i] as T));
}

/** Equal numbers, NaN included. */
function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
