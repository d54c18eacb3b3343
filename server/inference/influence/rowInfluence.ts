/**
 * What one row of a dataset moved, by kind of row: leave one episode of the kind out of everything and see (LANGUAGE
 * section 5). Kinds are computed when they are asked for, from one standpoint, so that a window of rows costs little.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Program } from '../../program/model/program';
import { addedChange, type CountChange } from '../evidence/countChanges';
import type { Evidence } from '../evidence/effectiveCounts';
import { measuredSums } from '../evidence/measured';
import { validate } from '../likelihood/validate';
import { programHypotheses } from '../model/hypotheses';
import { type Structure, structureOf } from '../model/structure';
import { type PosteriorState, posteriorState } from '../posterior/posteriorState';
import { leaveOneOut, scratchFor } from './leaveOneOut';

interface RowWeight {
  /** Weight of evidence by hypothesis, nats; NaN where the posterior is undefined. */
  readonly weight: Float64Array;
  /** How far it moved the posterior, nats. */
  readonly shift: number;
}

/** By group of `DatasetCounts.groups` (or row of `measured`); undefined where such a row is no evidence. */
export type RowInfluence = (group: number) => RowWeight | undefined;

/** A change of counts smaller than this share of what was there is the rounding of a difference. */
const ROUNDING = 1e-12;

export function rowInfluence(
  program: Program,
  counts: ReadonlyMap<number, DatasetCounts>,
  dataset: number,
): RowInfluence {
  const read = counts.get(dataset);
  const structure = structureOf(program);
  const valid = validate(structure, programHypotheses(structure), counts);
  const { evidence } = valid;
  if (!read || !isEvidence(evidence, dataset)) return () => undefined;
  const state = posteriorState(evidence, valid.likelihood);
  const scratch = scratchFor(state);
  const stage = program.datasets.find((d) => d.index === dataset)?.stage ?? 0;
  const weightOfGroup = (group: number): RowWeight | undefined => {
    if (read.measured) {
      const sums = measuredRow(state, dataset, group);
      return sums && leaveOneOut(state, [], scratch, sums);
    }
    const change = oneLess(structure, evidence, read, stage, group);
    return change && leaveOneOut(state, [change], scratch);
  };
  const known = new Map<number, RowWeight | undefined>();
  return (group) => {
    if (!known.has(group)) known.set(group, weightOfGroup(group));
    return known.get(group);
  };
}

/** A dataset whose evidence has no meaning is left out as a whole. */
function isEvidence({ slots, measured }: Evidence, dataset: number): boolean {
  return (
    measured.some((rows) => rows.dataset === dataset) ||
    slots.some(({ pieces }) => pieces.some((part) => part.dataset === dataset))
  );
}

function measuredRow({ likelihood, evidence }: PosteriorState, dataset: number, row: number): Float64Array | undefined {
  const rows = evidence.measured.find((one) => one.dataset === dataset);
  return rows && measuredSums(likelihood, [rows], (index) => index === row);
}

/** The counts without one episode of the group. */
function oneLess(
  structure: Structure,
  evidence: Evidence,
  { groups, names, method: methodName }: DatasetCounts,
  stage: number,
  group: number,
): CountChange | undefined {
  const { program, offset, cells } = structure;
  const situation = program.situations.find(({ name }) => name === names[groups.situation[group]]);
  const cellOf = (name: number): number => {
    const response = situation?.responses.findIndex((one) => one.name === names[name]) ?? -1;
    return situation && response >= 0 ? offset[situation.index] + response : -1;
  };
  const cell = cellOf(groups.response[group]);
  let key = cell;
  if (groups.over[group] >= 0) {
    const over = cellOf(groups.over[group]);
    const pair = evidence.pairs.findIndex((one) => one.preferred === cell && one.over === over);
    key = pair < 0 ? -1 : cells + pair;
  }
  if (cell < 0 || key < 0) return undefined;
  const method = program.methods[methodName];
  const epochs = groups.epochs[group];
  const repeated = method.repeats === 0 || epochs === 1 ? 1 : epochs ** method.repeats;
  let term = groups.weight[group] * repeated;
  if (method.name === 'rl') term *= (Number.isNaN(groups.reward[group]) ? 1 : groups.reward[group]) / method.beta;
  const tokens = method.perToken && !Number.isNaN(groups.tokens[group]) ? groups.tokens[group] : 1;
  const { rest, delta } = addedChange(evidence, key, stage, method.name, -term, -term * tokens);
  const left = rest + delta;
  return { key, rest: Math.abs(left) <= ROUNDING * Math.abs(rest) ? 0 : left, delta: -delta };
}
