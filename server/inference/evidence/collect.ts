/** From a program's episodes and datasets' groups to slots: what all evidence of one kind comes to, episode by episode. */
import type { DatasetCounts } from '../../datasets/counts';
import type { Episode, Method, Program } from '../../program/model/program';
import type { MethodName } from '../../syntax/tree';
import type { Structure } from '../model/structure';
import { ExactSum } from '../numbers/exactSum';
import {
  type DatasetPart,
  discountFactor,
  type EpisodeTerms,
  type Evidence,
  type MeasuredEvidence,
  type Slot,
} from './effectiveCounts';
import { methodIn, slotRank, slotRanks } from './stages';

/** What is not to count, because it broke a rule of the mathematics. */
export interface LeftOut {
  readonly episodes: ReadonlySet<number>;
  readonly datasets: ReadonlySet<number>;
}

/** How often a text shown that many times counts. */
export function repeated(epochs: number, repeats: number): number {
  return epochs === 1 || repeats === 0 ? 1 : epochs ** repeats;
}

export function emptySlot(key: number, rank: number, method: Method): Slot {
  const terms = new ExactSum();
  const amounts = method.perToken ? new ExactSum() : terms;
  return { key, rank, method, pieces: [], episodes: 0, terms, amounts, term: 0, amount: 0 };
}

/** Terms of so many episodes, all left out. */
export function blankTerms(size: number): EpisodeTerms {
  return {
    slot: new Int32Array(size).fill(-1),
    term: new Float64Array(size),
    amount: new Float64Array(size),
    single: new Float64Array(size),
  };
}

/** term, amount and single of one episode (`EpisodeTerms`). */
export function episodeTerms(e: Episode, method: Method): readonly [number, number, number] {
  let term = e.weight * e.times * repeated(e.epochs, method.repeats);
  if (e.method === 'rl') term *= (e.reward ?? 1) / method.beta;
  return [term, method.perToken ? term * (e.tokens ?? 1) : term, e.times > 1 ? 1 / e.times : 1];
}

/** Slots while they are filled. */
class SlotTable {
  readonly slots: { -readonly [K in keyof Slot]: Slot[K] extends readonly DatasetPart[] ? DatasetPart[] : Slot[K] }[] =
    [];
  readonly slotsOfKey: number[][];
  negatives = 0;
  private readonly index: Int32Array;

  constructor(
    private readonly program: Program,
    keys: number,
  ) {
    this.index = new Int32Array(keys * slotRanks(program)).fill(-1);
    this.slotsOfKey = Array.from({ length: keys }, () => []);
  }

  slot(key: number, stage: number, method: MethodName): number {
    const rank = slotRank(stage, method);
    const at = key * slotRanks(this.program) + rank;
    let index = this.index[at];
    if (index < 0) {
      index = this.slots.length;
      this.index[at] = index;
      this.slots.push({ ...emptySlot(key, rank, methodIn(this.program, stage, method)), pieces: [] });
      this.slotsOfKey[key].push(index);
    }
    return index;
  }

  add(index: number, term: number, amount: number): void {
    const slot = this.slots[index];
    slot.episodes++;
    slot.terms.add(term);
    if (slot.amounts !== slot.terms) slot.amounts.add(amount);
    if (term < 0) this.negatives++;
  }

  part(slot: number, dataset: number, term: number, amount: number): void {
    const { pieces } = this.slots[slot];
    let part = pieces[pieces.length - 1];
    if (part?.dataset !== dataset) {
      part = { dataset, term: 0, amount: 0, negative: false };
      pieces.push(part);
    }
    part.term += term;
    part.amount += amount;
    if (term < 0) {
      part.negative = true;
      this.negatives++;
    }
  }

  /** Sum the slots, and order each key's slots by method. */
  close(): void {
    for (const slot of this.slots) {
      for (const part of slot.pieces) {
        slot.terms.add(part.term);
        if (slot.amounts !== slot.terms) slot.amounts.add(part.amount);
      }
      slot.term = slot.terms.value;
      slot.amount = slot.amounts.value;
    }
    for (const list of this.slotsOfKey)
      if (list.length > 1) list.sort((a, b) => this.slots[a].rank - this.slots[b].rank);
  }
}

/** A dataset's rows in the program's own indices: names that the program no longer has are passed over. */
interface ResolvedNames {
  readonly situation: Int32Array;
  /** response(x, name): index of the response or -1. */
  readonly response: (situation: number, name: number) => number;
}

function resolveNames(program: Program, names: readonly string[]): ResolvedNames {
  const bySituation = new Map(program.situations.map((s) => [s.name, s.index]));
  const situation = Int32Array.from(names, (name) => bySituation.get(name) ?? -1);
  const byResponse = program.situations.map((s) => new Map(s.responses.map((r, y) => [r.name, y])));
  return { situation, response: (x, name) => byResponse[x].get(names[name]) ?? -1 };
}

/** A dataset group's cells, or undefined where it names what the program does not have. */
function groupCells(
  structure: Structure,
  names: ResolvedNames,
  counts: DatasetCounts,
  g: number,
): { situation: number; cell: number; over: number } | undefined {
  const { groups } = counts;
  if (groups.situation[g] < 0 || groups.response[g] < 0) return undefined;
  const situation = names.situation[groups.situation[g]];
  if (situation < 0) return undefined;
  const response = names.response(situation, groups.response[g]);
  const over = groups.over[g] < 0 ? -1 : names.response(situation, groups.over[g]);
  if (response < 0 || (groups.over[g] >= 0 && over < 0)) return undefined;
  const first = structure.offset[situation];
  return { situation, cell: first + response, over: over < 0 ? -1 : first + over };
}

/**
 * Gather the program's evidence. Episodes are taken as they are (the program leaves faulty ones out); datasets that are
 * still being read, or failed, count nothing.
 */
export function collectEvidence(
  structure: Structure,
  counts: ReadonlyMap<number, DatasetCounts>,
  leftOut: LeftOut = { episodes: new Set(), datasets: new Set() },
): Evidence {
  const { program, cells, offset } = structure;
  const datasets = program.datasets
    .filter((d) => counts.has(d.index) && !leftOut.datasets.has(d.index))
    .map((d) => {
      const c = counts.get(d.index) as DatasetCounts;
      return { index: d.index, stage: d.stage, counts: c, names: resolveNames(program, c.names) };
    });
  const pairOf = new Map<number, number>();
  const notePair = (preferred: number, over: number) => pairOf.set(preferred * cells + over, 0);
  for (const e of program.episodes) {
    if (e.over !== undefined && e.over !== e.response) {
      notePair(offset[e.situation] + e.response, offset[e.situation] + e.over);
    }
  }
  for (const d of datasets) {
    for (let g = 0; g < d.counts.groups.size; g++) {
      if (d.counts.groups.over[g] < 0) continue;
      const at = groupCells(structure, d.names, d.counts, g);
      if (at && at.over >= 0 && at.over !== at.cell) notePair(at.cell, at.over);
    }
  }
  const codes = [...pairOf.keys()].sort((a, b) => a - b);
  const pairs = codes.map((code, i) => {
    pairOf.set(code, cells + i);
    const preferred = Math.floor(code / cells);
    return { situation: structure.situationOf[preferred], preferred, over: code % cells };
  });
  const keys = cells + pairs.length;
  const table = new SlotTable(program, keys);
  const episodes = blankTerms(program.episodes.length);
  for (const e of program.episodes) {
    if (leftOut.episodes.has(e.index) || e.over === e.response) continue;
    const cell = offset[e.situation] + e.response;
    const key = e.over === undefined ? cell : (pairOf.get(cell * cells + offset[e.situation] + e.over) as number);
    const [term, amount, single] = episodeTerms(e, program.methods[e.method]);
    const slot = table.slot(key, e.stage, e.method);
    episodes.slot[e.index] = slot;
    episodes.term[e.index] = term;
    episodes.amount[e.index] = amount;
    episodes.single[e.index] = single;
    table.add(slot, term, amount);
  }
  const measured: MeasuredEvidence[] = [];
  for (const d of datasets) {
    const { groups } = d.counts;
    const method = methodIn(program, d.stage, d.counts.method);
    for (let g = 0; g < groups.size; g++) {
      const at = groupCells(structure, d.names, d.counts, g);
      if (!at || at.over === at.cell) continue;
      let term = groups.weight[g] * groups.times[g] * repeated(groups.epochs[g], method.repeats);
      if (method.name === 'rl') term *= (Number.isNaN(groups.reward[g]) ? 1 : groups.reward[g]) / method.beta;
      const key = at.over < 0 ? at.cell : (pairOf.get(at.cell * cells + at.over) as number);
      const tokens = method.perToken && !Number.isNaN(groups.tokens[g]) ? groups.tokens[g] : 1;
      table.part(table.slot(key, d.stage, method.name), d.index, term, term * tokens);
    }
    if (d.counts.measured) measured.push(collectMeasured(program, d.index, d.counts, d.names, method));
  }
  table.close();
  return {
    structure,
    keys,
    pairs,
    slots: table.slots,
    slotsOfKey: table.slotsOfKey,
    episodes,
    measured,
    negatives: table.negatives,
  };
}

function collectMeasured(
  program: Program,
  dataset: number,
  counts: DatasetCounts,
  names: ResolvedNames,
  method: Method,
): MeasuredEvidence {
  const rows = counts.measured as NonNullable<DatasetCounts['measured']>;
  const count = new Float64Array(rows.rows);
  const situation = new Int32Array(rows.rows).fill(-1);
  for (let i = 0; i < rows.rows; i++) {
    const c = rows.weight[i] * repeated(rows.epochs[i], method.repeats);
    count[i] = method.strength * c * discountFactor(c, method.discount);
    if (rows.situation[i] >= 0) situation[i] = names.situation[rows.situation[i]];
  }
  const width = rows.personas.length;
  const column = (name: string): Float64Array | undefined => {
    const at = rows.personas.indexOf(name);
    if (at < 0) return undefined;
    return Float64Array.from({ length: rows.rows }, (_, i) => {
      const value = rows.logprob[i * width + at];
      const tokens = Number.isNaN(rows.tokens[i]) ? 1 : rows.tokens[i];
      return rows.aggregate === 'mean' ? value * tokens : value;
    });
  };
  const columns = [...program.personas.map((p) => column(p.name)), column('novel')];
  return { dataset, rl: method.name === 'rl', rows: rows.rows, situation, count, columns };
}
