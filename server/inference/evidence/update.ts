/**
 * Evidence after an edit, from the evidence before it: episodes that went are taken out of their slots, new ones added.
 * Sums are exact, so nothing shows that they were ever different. Finding what differs compares one episode after the
 * other, which costs next to nothing beside reading the text.
 */
import type { Structure } from '../model/structure';
import { ExactSum } from '../numbers/exactSum';
import { blankTerms, emptySlot, episodeTerms } from './collect';
import type { EpisodeTerms, Evidence, Slot } from './effectiveCounts';
import { methodIn, slotRank, slotRanks } from './stages';

/**
 * The evidence of a program that differs from the one before in its episodes only. Undefined where the set of
 * preference pairs is another, because they number the keys.
 */
export function updateEvidence(before: Evidence, structure: Structure): Evidence | undefined {
  const table = new SlotChanges(before);
  const episodes = readEpisodes(before, structure, table);
  if (!episodes) return undefined;
  const old = before.episodes;
  const same = (a: number, b: number) =>
    old.slot[a] === episodes.slot[b] && old.term[a] === episodes.term[b] && old.amount[a] === episodes.amount[b];
  let start = 0;
  let oldEnd = old.slot.length;
  let newEnd = episodes.slot.length;
  while (start < Math.min(oldEnd, newEnd) && same(start, start)) start++;
  while (oldEnd > start && newEnd > start && same(oldEnd - 1, newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  for (let e = start; e < oldEnd; e++) table.change(old.slot[e], -old.term[e], -old.amount[e], -1);
  for (let e = start; e < newEnd; e++) table.change(episodes.slot[e], episodes.term[e], episodes.amount[e], 1);
  return table.close(structure, episodes);
}

/** What each episode adds, to slots by their old numbers and to new ones. */
function readEpisodes(before: Evidence, structure: Structure, table: SlotChanges): EpisodeTerms | undefined {
  const { program, cells, offset } = structure;
  const pairs = new Map(before.pairs.map((p, i) => [p.preferred * cells + p.over, cells + i]));
  const episodes = blankTerms(program.episodes.length);
  for (const e of program.episodes) {
    if (e.over === e.response) continue;
    const first = offset[e.situation];
    const cell = first + e.response;
    const key = e.over === undefined ? cell : pairs.get(cell * cells + first + e.over);
    if (key === undefined) return undefined;
    const method = methodIn(program, e.stage, e.method);
    const [term, amount, single] = episodeTerms(e, method);
    const rank = slotRank(e.stage, e.method);
    episodes.slot[e.index] = table.slotAt(key, rank, () => emptySlot(key, rank, method));
    episodes.term[e.index] = term;
    episodes.amount[e.index] = amount;
    episodes.single[e.index] = single;
  }
  return episodes;
}

/** The slots of before, and those that an edit changes, each copied once. */
class SlotChanges {
  private readonly slots: Slot[];
  private readonly changed = new Map<number, { -readonly [K in keyof Slot]: Slot[K] }>();
  private readonly ranks: number;
  private readonly index: Int32Array;
  private negatives: number;

  constructor(private readonly before: Evidence) {
    this.slots = [...before.slots];
    this.negatives = before.negatives;
    this.ranks = slotRanks(before.structure.program);
    this.index = new Int32Array(before.keys * this.ranks).fill(-1);
    before.slots.forEach((slot, s) => {
      this.index[slot.key * this.ranks + slot.rank] = s;
    });
  }

  slotAt(key: number, rank: number, make: () => Slot): number {
    const at = key * this.ranks + rank;
    if (this.index[at] < 0) this.index[at] = this.slots.push(make()) - 1;
    return this.index[at];
  }

  change(s: number, term: number, amount: number, episodes: 1 | -1): void {
    if (s < 0) return;
    let slot = this.changed.get(s);
    if (!slot) {
      const old = this.slots[s];
      const terms = new ExactSum(old.terms);
      slot = { ...old, terms, amounts: old.amounts === old.terms ? terms : new ExactSum(old.amounts) };
      this.changed.set(s, slot);
      this.slots[s] = slot;
    }
    slot.terms.add(term);
    if (slot.amounts !== slot.terms) slot.amounts.add(amount);
    slot.episodes += episodes;
    if (term * episodes < 0) this.negatives += episodes;
  }

  close(structure: Structure, episodes: EpisodeTerms): Evidence | undefined {
    const { before, slots } = this;
    const slotsOfKey = [...before.slotsOfKey];
    for (const [s, slot] of this.changed) {
      if (!slot.terms.finite || !slot.amounts.finite) return undefined;
      slot.term = slot.terms.value;
      slot.amount = slot.amounts.value;
      const rest = slotsOfKey[slot.key].filter((other) => other !== s);
      if (used(slot)) rest.push(s);
      rest.sort((a, b) => slots[a].rank - slots[b].rank);
      slotsOfKey[slot.key] = rest;
      // Without its last episode a preference pair is none, and the keys have other numbers.
      if (slot.key >= structure.cells && rest.length === 0) return undefined;
    }
    return { ...before, structure, slots, slotsOfKey, episodes, negatives: this.negatives };
  }
}

/** Whether anything is in the slot. */
function used(slot: Slot): boolean {
  return slot.episodes > 0 || slot.pieces.length > 0;
}
