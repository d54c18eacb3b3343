/** Where measured values are kept while a file is read: episodes × personas, growing in both directions. */
import type { Mapping } from '../mapping/mapping';

export type Declared = NonNullable<Mapping['logprobs']>;

export interface Measuring {
  readonly declared: Declared;
  readonly personas: string[];
  readonly index: Map<string, number>;
  /** slots × stride, nats; NaN where nothing was measured. */
  values: Float64Array;
  stepSize: number;
  slots: number;
  /** The slot of each usable row. A slot is an episode; in long tables several rows share one. */
  slotColumn: Int32Array;
  layout: 'object' | 'columns' | 'long' | undefined;
  /** Long tables: slots by episode, or how many values a hypothesis has had where episodes have no name. */
  readonly episodes: Map<string, number>;
  readonly seen: Map<number, number>;
  readonly slotByOrder: number[];
  /** Cells are text in a table of text: there a number written as text is a number. */
  textual: boolean;
}

export function createMeasuring(declared: Declared): Measuring {
  return {
    declared,
    personas: [],
    index: new Map(),
    values: new Float64Array(256),
    stepSize: 4,
    slots: 0,
    slotColumn: new Int32Array(256),
    layout: undefined,
    episodes: new Map(),
    seen: new Map(),
    slotByOrder: [],
    textual: false,
  };
}

/** The column of a persona; a new one is added for a name that was not seen before. */
export function personaNumber(measuring: Measuring, name: string): number {
  const known = measuring.index.get(name);
  if (known !== undefined) return known;
  const persona = measuring.personas.length;
  measuring.personas.push(name);
  measuring.index.set(name, persona);
  if (persona >= measuring.stepSize) {
    const stepSize = measuring.stepSize * 2;
    const values = new Float64Array(Math.max(256, measuring.slots * stepSize * 2)).fill(Number.NaN);
    for (let slot = 0; slot < measuring.slots; slot++) {
      values.set(
        measuring.values.subarray(slot * measuring.stepSize, (slot + 1) * measuring.stepSize),
        slot * stepSize,
      );
    }
    measuring.values = values;
    measuring.stepSize = stepSize;
  }
  return persona;
}

/** A new episode without values, begun by this row. */
export function newSlot(measuring: Measuring, row: number): number {
  const slot = measuring.slots;
  measuring.slots += 1;
  const needed = measuring.slots * measuring.stepSize;
  if (needed > measuring.values.length) {
    const values = new Float64Array(Math.max(needed, measuring.values.length * 2)).fill(Number.NaN);
    values.set(measuring.values);
    measuring.values = values;
  }
  measuring.values.fill(Number.NaN, slot * measuring.stepSize, needed);
  noteSlot(measuring, row, slot);
  return slot;
}

/** The row belongs to the episode. */
export function noteSlot(measuring: Measuring, row: number, slot: number): void {
  if (row >= measuring.slotColumn.length) {
    const column = new Int32Array(Math.max(row + 1, measuring.slotColumn.length * 2));
    column.set(measuring.slotColumn);
    measuring.slotColumn = column;
  }
  measuring.slotColumn[row] = slot;
}
