/**
 * Effective counts (LANGUAGE section 5): what all episodes of one kind, under one method, come to. A *key* is what a
 * likelihood has a factor for: a cell, or an ordered preference pair of cells. A *slot* is a key under one method; its
 * terms are summed, discounted and scaled together, and the slots of a key are added.
 */
import type { DatasetCounts } from '../datasets/counts';
import type { Method, Program } from '../program/program';
import { METHODS, type MethodName } from '../syntax/tree';
import type { Structure } from './structure';

/** One answer preferred over another in the same situation; both are cells. */
export interface PreferencePair {
  readonly situation: number;
  readonly preferred: number;
  readonly over: number;
}

/** Episodes that say exactly the same, so that leaving one out is computed once for all of them. */
export interface EpisodeKind {
  readonly slot: number;
  /** weight · times · epochs^repeats (· reward/beta under rl). */
  readonly term: number;
  /** term · tokens where the method is per token, else the term. */
  readonly amount: number;
  /** The part of it that one single of its `times` is. */
  readonly single: number;
  count: number;
}

/** A dataset's share of a slot. */
interface DatasetPart {
  readonly dataset: number;
  term: number;
  amount: number;
  negative: boolean;
}

interface Slot {
  readonly key: number;
  readonly method: Method;
  readonly kinds: number[];
  readonly parts: DatasetPart[];
  term: number;
  amount: number;
}

/** Measured log-likelihoods that count, one entry per row: they enter as N · logprob. */
export interface MeasuredEvidence {
  readonly dataset: number;
  readonly rl: boolean;
  readonly rows: number;
  /** Situation of the row, -1 for none. */
  readonly situation: Int32Array;
  /** strength · weight · epochs^repeats, discounted as a cell of its own. */
  readonly count: Float64Array;
  /** Columns by persona index (and `novel` last where the file names it), nats for the whole row; undefined where missing. */
  readonly columns: readonly (Float64Array | undefined)[];
}

export interface Evidence {
  readonly structure: Structure;
  /** Cells, then pairs. */
  readonly keys: number;
  readonly pairs: readonly PreferencePair[];
  readonly slots: readonly Slot[];
  readonly slotsOfKey: readonly (readonly number[])[];
  readonly kinds: readonly EpisodeKind[];
  /** By episode of the program: its kind, -1 where it is left out. */
  readonly kindOf: Int32Array;
  readonly measured: readonly MeasuredEvidence[];
  /** Whether any term is negative: only then can a count be. */
  readonly signed: boolean;
}

/** What is not to count, because it broke a rule of the mathematics. */
export interface LeftOut {
  readonly episodes: ReadonlySet<number>;
  readonly datasets: ReadonlySet<number>;
}

/** A key whose count changes: the count without the evidence in question, and what that evidence adds. */
export interface CountChange {
  readonly key: number;
  readonly rest: number;
  readonly delta: number;
}

/** c'/c: 1 up to one effective episode, then c^−discount. */
export function discountFactor(c: number, discount: number): number {
  return c > 1 && discount !== 0 ? c ** -discount : 1;
}

function repeated(epochs: number, repeats: number): number {
  return epochs === 1 || repeats === 0 ? 1 : epochs ** repeats;
}

const METHOD_INDEX = new Map<MethodName, number>(METHODS.map((name, index) => [name, index]));

class SlotTable {
  readonly slots: Slot[] = [];
  readonly kinds: EpisodeKind[] = [];
  readonly slotsOfKey: number[][];
  signed = false;
  private readonly byKeyAndMethod: Int32Array;
  private readonly known: Map<number, Map<number, number[]>>[] = [];

  constructor(
    private readonly program: Program,
    keys: number,
  ) {
    this.byKeyAndMethod = new Int32Array(keys * METHODS.length).fill(-1);
    this.slotsOfKey = Array.from({ length: keys }, () => []);
  }

  slot(key: number, method: MethodName): number {
    const at = key * METHODS.length + (METHOD_INDEX.get(method) ?? 0);
    let index = this.byKeyAndMethod[at];
    if (index < 0) {
      index = this.slots.length;
      this.byKeyAndMethod[at] = index;
      this.slots.push({ key, method: this.program.methods[method], kinds: [], parts: [], term: 0, amount: 0 });
      this.slotsOfKey[key].push(index);
      this.known.push(new Map());
    }
    return index;
  }

  kind(slot: number, term: number, amount: number, single: number): number {
    if (term < 0) this.signed = true;
    const byAmount = this.known[slot].get(term) ?? new Map<number, number[]>();
    if (byAmount.size === 0) this.known[slot].set(term, byAmount);
    const list = byAmount.get(amount) ?? [];
    if (list.length === 0) byAmount.set(amount, list);
    for (const index of list) {
      if (this.kinds[index].single === single) {
        this.kinds[index].count++;
        return index;
      }
    }
    const index = this.kinds.length;
    this.kinds.push({ slot, term, amount, single, count: 1 });
    this.slots[slot].kinds.push(index);
    list.push(index);
    return index;
  }

  part(slot: number, dataset: number, term: number, amount: number): void {
    const parts = this.slots[slot].parts;
    let part = parts[parts.length - 1];
    if (part?.dataset !== dataset) {
      part = { dataset, term: 0, amount: 0, negative: false };
      parts.push(part);
    }
    part.term += term;
    part.amount += amount;
    if (term < 0) {
      part.negative = true;
      this.signed = true;
    }
  }

  /** Sum the slots, and order each key's slots by method so that the order of the text does not matter. */
  close(): void {
    for (const slot of this.slots) {
      for (const index of slot.kinds) {
        const kind = this.kinds[index];
        slot.term += kind.count * kind.term;
        slot.amount += kind.count * kind.amount;
      }
      for (const part of slot.parts) {
        slot.term += part.term;
        slot.amount += part.amount;
      }
    }
    const rank = (s: number) => METHOD_INDEX.get(this.slots[s].method.name) ?? 0;
    for (const list of this.slotsOfKey) if (list.length > 1) list.sort((a, b) => rank(a) - rank(b));
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
export function gatherEvidence(
  structure: Structure,
  counts: ReadonlyMap<number, DatasetCounts>,
  leftOut: LeftOut = { episodes: new Set(), datasets: new Set() },
): Evidence {
  const { program, cells, offset } = structure;
  const datasets = program.datasets
    .filter((d) => counts.has(d.index) && !leftOut.datasets.has(d.index))
    .map((d) => {
      const c = counts.get(d.index) as DatasetCounts;
      return { index: d.index, counts: c, names: resolveNames(program, c.names) };
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
  const kindOf = new Int32Array(program.episodes.length).fill(-1);
  for (const e of program.episodes) {
    if (leftOut.episodes.has(e.index) || e.over === e.response) continue;
    const method = program.methods[e.method];
    let term = e.weight * e.times * repeated(e.epochs, method.repeats);
    if (e.method === 'rl') term *= (e.reward ?? 1) / method.beta;
    const cell = offset[e.situation] + e.response;
    const key = e.over === undefined ? cell : (pairOf.get(cell * cells + offset[e.situation] + e.over) as number);
    const single = e.times > 1 ? 1 / e.times : 1;
    const amount = method.perToken ? term * (e.tokens ?? 1) : term;
    kindOf[e.index] = table.kind(table.slot(key, e.method), term, amount, single);
  }
  const measured: MeasuredEvidence[] = [];
  for (const d of datasets) {
    const { groups } = d.counts;
    const method = program.methods[d.counts.method];
    for (let g = 0; g < groups.size; g++) {
      const at = groupCells(structure, d.names, d.counts, g);
      if (!at || at.over === at.cell) continue;
      let term = groups.weight[g] * groups.times[g] * repeated(groups.epochs[g], method.repeats);
      if (method.name === 'rl') term *= (Number.isNaN(groups.reward[g]) ? 1 : groups.reward[g]) / method.beta;
      const key = at.over < 0 ? at.cell : (pairOf.get(at.cell * cells + at.over) as number);
      const tokens = method.perToken && !Number.isNaN(groups.tokens[g]) ? groups.tokens[g] : 1;
      table.part(table.slot(key, method.name), d.index, term, term * tokens);
    }
    if (d.counts.measured) measured.push(gatherMeasured(program, d.index, d.counts, d.names, method));
  }
  table.close();
  return {
    structure,
    keys,
    pairs,
    slots: table.slots,
    slotsOfKey: table.slotsOfKey,
    kinds: table.kinds,
    kindOf,
    measured,
    signed: table.signed,
  };
}

function gatherMeasured(
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

/** N of a slot from its sums. */
function slotCount(method: Method, term: number, amount: number): number {
  return amount === 0 ? 0 : method.strength * discountFactor(term, method.discount) * amount;
}

/** N by key. Without `incentives` the rl episodes, which are incentives and not observations, are left out. */
export function countsOf(evidence: Evidence, incentives = true): Float64Array {
  const counts = new Float64Array(evidence.keys);
  for (let key = 0; key < evidence.keys; key++) {
    for (const s of evidence.slotsOfKey[key]) {
      const slot = evidence.slots[s];
      if (incentives || slot.method.name !== 'rl') counts[key] += slotCount(slot.method, slot.term, slot.amount);
    }
  }
  return counts;
}

/** f(c) − f(c0) for the discount factor f, with c0 = c − term, without cancellation. */
function discountGain(c: number, c0: number, term: number, discount: number): number {
  if (discount === 0 || (c <= 1 && c0 <= 1)) return 0;
  if (c > 1 && c0 > 1) return -(c ** -discount) * Math.expm1(-discount * Math.log1p(-term / c));
  return c > 1 ? Math.expm1(-discount * Math.log(c)) : -Math.expm1(-discount * Math.log(c0));
}

/** What (term, amount) changes in a slot whose other terms sum to (restTerm, restAmount). */
function slotChange(slot: Slot, restTerm: number, restAmount: number, term: number, amount: number): [number, number] {
  const { strength, discount } = slot.method;
  const gain = discountGain(slot.term, restTerm, term, discount);
  const delta = strength * (discountFactor(slot.term, discount) * amount + restAmount * gain);
  return [slotCount(slot.method, restTerm, restAmount), delta];
}

/** The rest of the key's count: the other slots in their order, with one slot's own rest in its place. */
function keyRest(evidence: Evidence, key: number, replaced: number, rest: number): number {
  let sum = 0;
  for (const s of evidence.slotsOfKey[key]) {
    const slot = evidence.slots[s];
    sum += s === replaced ? rest : slotCount(slot.method, slot.term, slot.amount);
  }
  return sum;
}

/** By kind: the change that one of its episodes makes, and the change that one single of the episode's `times` makes. */
export function kindChanges(evidence: Evidence): { whole: CountChange[]; single: CountChange[] } {
  const whole: CountChange[] = new Array(evidence.kinds.length);
  const single: CountChange[] = new Array(evidence.kinds.length);
  evidence.slots.forEach((slot, s) => {
    // Sums before and after each kind, so that what remains of nothing is exactly nothing.
    const size = slot.kinds.length;
    const afterTerm = new Float64Array(size + 1);
    const afterAmount = new Float64Array(size + 1);
    for (const part of slot.parts) {
      afterTerm[size] += part.term;
      afterAmount[size] += part.amount;
    }
    for (let i = size - 1; i >= 0; i--) {
      const kind = evidence.kinds[slot.kinds[i]];
      afterTerm[i] = afterTerm[i + 1] + kind.count * kind.term;
      afterAmount[i] = afterAmount[i + 1] + kind.count * kind.amount;
    }
    let beforeTerm = 0;
    let beforeAmount = 0;
    for (let i = 0; i < size; i++) {
      const kind = evidence.kinds[slot.kinds[i]];
      const change = (part: number): CountChange => {
        const restTerm = beforeTerm + (kind.count - part) * kind.term + afterTerm[i + 1];
        const restAmount = beforeAmount + (kind.count - part) * kind.amount + afterAmount[i + 1];
        const [rest, delta] = slotChange(slot, restTerm, restAmount, part * kind.term, part * kind.amount);
        return { key: slot.key, rest: keyRest(evidence, slot.key, s, rest), delta };
      };
      whole[slot.kinds[i]] = change(1);
      single[slot.kinds[i]] = kind.single === 1 ? whole[slot.kinds[i]] : change(kind.single);
      beforeTerm += kind.count * kind.term;
      beforeAmount += kind.count * kind.amount;
    }
  });
  return { whole, single };
}

/** The changes that a whole dataset makes (its measured rows apart). */
export function datasetChanges(evidence: Evidence, dataset: number): CountChange[] {
  const byKey = new Map<number, { rest: Map<number, number>; delta: number }>();
  evidence.slots.forEach((slot, s) => {
    const part = slot.parts.find((p) => p.dataset === dataset);
    if (!part) return;
    let restTerm = 0;
    let restAmount = 0;
    for (const index of slot.kinds) {
      const kind = evidence.kinds[index];
      restTerm += kind.count * kind.term;
      restAmount += kind.count * kind.amount;
    }
    for (const other of slot.parts) {
      if (other === part) continue;
      restTerm += other.term;
      restAmount += other.amount;
    }
    const [rest, delta] = slotChange(slot, restTerm, restAmount, part.term, part.amount);
    const entry = byKey.get(slot.key) ?? { rest: new Map<number, number>(), delta: 0 };
    entry.rest.set(s, rest);
    entry.delta += delta;
    byKey.set(slot.key, entry);
  });
  return [...byKey.keys()]
    .sort((a, b) => a - b)
    .map((key) => {
      const entry = byKey.get(key) as { rest: Map<number, number>; delta: number };
      let rest = 0;
      for (const s of evidence.slotsOfKey[key]) {
        const slot = evidence.slots[s];
        rest += entry.rest.get(s) ?? slotCount(slot.method, slot.term, slot.amount);
      }
      return { key, rest, delta: entry.delta };
    });
}

/** The change that adding (or with a negative `times`, taking away) a single hypothetical episode of a key makes. */
export function addedChange(
  evidence: Evidence,
  key: number,
  method: Method,
  term: number,
  amount: number,
): CountChange {
  const s = evidence.slotsOfKey[key]?.find((index) => evidence.slots[index].method.name === method.name);
  const slot = s === undefined ? undefined : evidence.slots[s];
  const oldTerm = slot?.term ?? 0;
  const oldAmount = slot?.amount ?? 0;
  const c = oldTerm + term;
  const gain = discountGain(c, oldTerm, term, method.discount);
  const delta = method.strength * (discountFactor(c, method.discount) * amount + oldAmount * gain);
  let rest = 0;
  for (const index of evidence.slotsOfKey[key] ?? []) {
    const other = evidence.slots[index];
    rest += slotCount(other.method, other.term, other.amount);
  }
  return { key, rest, delta };
}
