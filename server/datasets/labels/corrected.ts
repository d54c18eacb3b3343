/**
 * Counts corrected for a judge's mistakes (`labels … corrected`): what only a judge labelled j is spread over the responses
 * t of its situation by P(t | j) = (n_tj + 1/|Y|) / (n_j + 1), with n from the things that people labelled too. The weights
 * of 200 Dirichlet draws with a fixed seed say how uncertain that is.
 */
import type { EpisodeGroups } from '../counts';
import { dirichlet, seeded, seedOf } from './random';
import type { CorrectedCount } from './report';
import { isJudge, type Label, type LabelTable } from './table';

export const correctionDraws = 200;
/** Fewer things than this that people and judges both labelled say too little about a situation. */
export const fewestDoubly = 20;

/** n_tj by situation: how often people said t where a judge said j. */
export type Confusion = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;

/** From the things with a label by a person and one by a judge, in one situation. The first of each counts. */
export function confusionOf({ byId }: LabelTable): {
  readonly confusion: Confusion;
  readonly doubly: ReadonlyMap<string, number>;
} {
  const confusion = new Map<string, Map<string, Map<string, number>>>();
  const doubly = new Map<string, number>();
  for (const labels of byId.values()) {
    const truth = labels.find(({ by }) => !isJudge(by));
    const judged = labels.find(({ by }) => isJudge(by));
    if (!truth || !judged || !isWhole(truth) || !isWhole(judged) || truth.situation !== judged.situation) continue;
    const inSituation = confusion.get(judged.situation) ?? new Map<string, Map<string, number>>();
    confusion.set(judged.situation, inSituation);
    const row = inSituation.get(judged.response) ?? new Map<string, number>();
    inSituation.set(judged.response, row);
    row.set(truth.response, (row.get(truth.response) ?? 0) + 1);
    doubly.set(judged.situation, (doubly.get(judged.situation) ?? 0) + 1);
  }
  return { confusion, doubly };
}

function isWhole(label: Label): label is Label & { readonly situation: string; readonly response: string } {
  return label.situation !== undefined && label.response !== undefined;
}

/** Dirichlet parameters n_tj + 1/|Y|, in the order of the responses. */
function shapesOf(
  confusion: Confusion,
  situation: string,
  judged: string,
  responses: readonly string[],
): readonly number[] {
  const row = confusion.get(situation)?.get(judged);
  return responses.map((response) => (row?.get(response) ?? 0) + 1 / responses.length);
}

/** P(t | j), in the order of the responses. */
export function predictive(
  confusion: Confusion,
  situation: string,
  judged: string,
  responses: readonly string[],
): readonly number[] {
  const shapes = shapesOf(confusion, situation, judged, responses);
  const total = shapes.reduce((sum, shape) => sum + shape, 0);
  return shapes.map((shape) => shape / total);
}

export interface Corrected {
  readonly groups: EpisodeGroups;
  readonly names: readonly string[];
  /** The weights of all groups, one array for each draw. */
  readonly draws: readonly Float64Array[];
}

const SEED = 1010;

/** The groups with those that only a judge has labelled spread over the responses of their situation. */
export function spreadJudged(
  groups: EpisodeGroups,
  names: readonly string[],
  judged: Uint8Array,
  confusion: Confusion,
  responsesOf: ReadonlyMap<string, readonly string[]>,
): Corrected {
  const all = [...names];
  const numbers = new Map(names.map((name, index) => [name, index]));
  const numberOf = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, all.length);
    all.push(name);
    return all.length - 1;
  };
  /** For each new group: the one that it comes from, its response, its share and its share in each draw. */
  const spread: { from: number; response: number; share: number; draws: readonly number[] }[] = [];
  /** Groups keep their places: what the judge said stays where rows refer to it. */
  const own = new Map<number, { share: number; draws: readonly number[] }>();
  const drawn = new Map<string, readonly (readonly number[])[]>();
  for (let group = 0; group < groups.size; group++) {
    if (judged[group] !== 1) continue;
    const situation = names[groups.situation[group]!]!;
    const said = names[groups.response[group]!]!;
    const responses = responsesOf.get(situation);
    if (!responses?.includes(said)) continue;
    const shares = predictive(confusion, situation, said, responses);
    const cell = JSON.stringify([situation, said]);
    let draws = drawn.get(cell);
    if (!draws) {
      const random = seeded(SEED ^ seedOf(cell));
      const shapes = shapesOf(confusion, situation, said, responses);
      draws = Array.from({ length: correctionDraws }, () => dirichlet(shapes, random));
      drawn.set(cell, draws);
    }
    responses.forEach((response, i) => {
      const part = { share: shares[i]!, draws: draws.map((draw) => draw[i]!) };
      if (response === said) own.set(group, part);
      else spread.push({ from: group, response: numberOf(response), ...part });
    });
  }
  const source = Int32Array.from({ length: groups.size + spread.length }, (_, i) =>
    i < groups.size ? i : spread[i - groups.size]!.from,
  );
  const partOf = (i: number) => (i < groups.size ? own.get(i) : spread[i - groups.size]);
  const take = (column: Float64Array) => Float64Array.from(source, (from) => column[from]!);
  const weights = (share: (part: { share: number; draws: readonly number[] }) => number) =>
    Float64Array.from(source, (from, i) => {
      const part = partOf(i);
      return groups.weight[from]! * (part ? share(part) : 1);
    });
  return {
    groups: {
      size: source.length,
      situation: Int32Array.from(source, (from) => groups.situation[from]!),
      response: Int32Array.from(source, (from, i) =>
        i < groups.size ? groups.response[from]! : spread[i - groups.size]!.response,
      ),
      over: Int32Array.from(source, (from) => groups.over[from]!),
      weight: weights(({ share }) => share),
      tokens: take(groups.tokens),
      reward: take(groups.reward),
      epochs: take(groups.epochs),
      times: take(groups.times),
    },
    names: all,
    draws: Array.from({ length: correctionDraws }, (_, draw) => weights(({ draws }) => draws[draw]!)),
  };
}

/** The count of every cell with its interval, in order of first appearance. */
export function correctedCounts({ groups, names, draws }: Corrected): readonly CorrectedCount[] {
  const cells = new Map<string, number[]>();
  for (let group = 0; group < groups.size; group++) {
    const cell = `${groups.situation[group]} ${groups.response[group]}`;
    cells.set(cell, [...(cells.get(cell) ?? []), group]);
  }
  const sum = (members: readonly number[], weight: Float64Array) =>
    members.reduce((total, group) => total + weight[group]! * groups.times[group]!, 0);
  return [...cells.values()].map((members) => {
    const values = draws.map((draw) => sum(members, draw)).sort((a, b) => a - b);
    const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
    return {
      situation: names[groups.situation[members[0]!]!] ?? '',
      response: names[groups.response[members[0]!]!] ?? '',
      count: sum(members, groups.weight),
      interval: [at(0.05), at(0.95)],
    };
  });
}
