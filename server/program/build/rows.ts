/**
 * Rows: what a persona would do in a situation, given the capability (θ). A row is written, copied (`as`), taken from the
 * personas that it extends, taken from the situation that its situation extends, or uniform, in this order
 * (LANGUAGE section 4, Rows).
 */
import type { AsRow, CellsRow } from '../../syntax/tree';
import { originOf } from '../files';
import type { Origin } from '../model/origin';
import { CellForm, type Persona, type RowSource } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { type NameTable, resolveName } from './names';
import { numberIn, probability } from './ranges';
import { resolveResponse, type Situations } from './situations';

/** Sums may miss 1 by this much. */
const TOLERANCE = 1e-9;
/** What is left of 1 below this is the rounding of the sum, no response's share. */
const ROUNDING = 1e-15;

type WrittenRow =
  | { readonly kind: 'cells'; readonly values: Float64Array; readonly forms: Uint8Array; readonly origin: Origin }
  | { readonly kind: 'as'; readonly persona: number; readonly origin: Origin };

/** By situation; rows with a mistake are not in it. */
export type WrittenRows = Map<number, WrittenRow>;

/** Read one row of a persona into `rows`. A row with a mistake is reported and its situation noted in `excused`. */
export function readRow(
  ctx: BuildContext,
  file: number,
  row: CellsRow | AsRow,
  persona: string,
  into: {
    readonly personas: NameTable;
    readonly situations: Situations;
    readonly rows: WrittenRows;
    readonly excused: Set<number>;
  },
): void {
  const { situations, rows, excused } = into;
  const situation = resolveName(ctx, 'situation', situations.table, file, row.situation);
  const copied = row.kind === 'as' ? resolveName(ctx, 'persona', into.personas, file, row.persona) : undefined;
  if (situation === undefined) return;
  const first = rows.get(situation);
  if (first) {
    const message = `'${persona}' already has a row for '${row.situation.text}'; this one is not used.`;
    report(ctx, file, row.situation, 'duplicate-row', message, {
      related: [{ origin: first.origin, message: 'First written here.' }],
    });
  }
  const origin = originOf(file, row);
  const read: WrittenRow | undefined =
    row.kind === 'cells'
      ? readCells(ctx, file, row, situation, situations)
      : copied === undefined
        ? undefined
        : { kind: 'as', persona: copied, origin };
  if (first) return;
  if (read && !isDamaged(ctx, file, row)) rows.set(situation, read);
  else excused.add(situation);
}

function readCells(
  ctx: BuildContext,
  file: number,
  row: CellsRow,
  situation: number,
  situations: Situations,
): WrittenRow | undefined {
  const { responses, name } = situations.list[situation]!;
  const values = new Float64Array(responses.length);
  const forms = new Uint8Array(responses.length);
  let broken = responses.length === 0;
  let sum = 0;
  for (const cell of row.cells) {
    const response = resolveResponse(ctx, situations, situation, file, cell.response);
    const value = numberIn(ctx, file, cell.value, probability, 'A probability');
    if (response === undefined || (cell.value && value === undefined)) {
      broken = true;
    } else if (forms[response] !== CellForm.absent) {
      report(ctx, file, cell, 'duplicate-cell', `This row already has '${cell.response.text}'.`);
      broken = true;
    } else if (value === undefined) {
      forms[response] = CellForm.shared;
    } else {
      forms[response] = CellForm.written;
      values[response] = value;
      sum += value;
    }
  }
  if (broken || isDamaged(ctx, file, row)) return undefined;

  const left = 1 - sum;
  if (forms.every((form) => form !== CellForm.shared)) shareAmongUnnamed(responses, forms);
  else shareAmongUnnamed(responses, forms, true);
  const sharers = forms.reduce((count, form) => count + (form === CellForm.shared ? 1 : 0), 0);
  if (left < -TOLERANCE || (left > TOLERANCE && sharers === 0)) {
    const said = `The row for '${name}' sums to ${asPercent(sum)}`;
    const message =
      left < 0
        ? `${said}, which is more than 100%: lower a cell by ${asPercent(-left)}.`
        : `${said}, and no response is left to share the remaining ${asPercent(left)}: raise a cell, or leave out a number.`;
    report(ctx, file, row, 'row-sum', message, { data: { situation: name, sum } });
    return undefined;
  }
  const share = left > ROUNDING ? left / sharers : 0;
  forms.forEach((form, response) => {
    if (form === CellForm.shared) values[response] = share;
  });
  return { kind: 'cells', values, forms, origin: originOf(file, row) };
}

/** Responses that the row does not name share too; a fallback among them only if nothing else does. */
function shareAmongUnnamed(
  responses: Situations['list'][number]['responses'],
  forms: Uint8Array,
  othersShare = false,
): void {
  const fallbacks = new Set(responses.map((response) => response.fallback));
  const unnamed = responses.map((_, index) => index).filter((index) => forms[index] === CellForm.absent);
  const plain = unnamed.filter((index) => !fallbacks.has(index));
  for (const index of plain.length > 0 || othersShare ? plain : unnamed) forms[index] = CellForm.shared;
}

/** Enough digits to see what is wrong with a sum, no more. */
function asPercent(value: number): string {
  return `${Number((value * 100).toPrecision(6))}%`;
}

type PersonaRows = Pick<Persona, 'row' | 'cellForm' | 'rowSource'>;

interface Resolved {
  readonly values: Float64Array;
  readonly forms: Uint8Array;
  readonly source: RowSource;
  /** It is what it is through a mistake that has been reported. */
  readonly excused?: true;
}

/** Every persona's row for every situation. */
export function completeRows(
  ctx: BuildContext,
  situations: Situations,
  parents: readonly (number | undefined)[],
  written: readonly WrittenRows[],
  /** Only of these personas; all, where it is not given. */
  wanted?: ReadonlySet<number>,
): { readonly personas: readonly (PersonaRows | undefined)[]; readonly excused: readonly (readonly number[])[] } {
  const size = situations.list.length;
  const writers = nearestWriters(size, parents, written);
  const done: (Resolved | undefined)[] = new Array(written.length * size);
  const isWanted = (persona: number) => wanted === undefined || wanted.has(persona);
  for (let start = 0; start < done.length; start++)
    if (!done[start] && isWanted(Math.floor(start / size))) followTo(start);
  return {
    personas: written.map((_, persona) =>
      isWanted(persona)
        ? layOut(situations, done.slice(persona * size, (persona + 1) * size) as Resolved[])
        : undefined,
    ),
    excused: written.map((_, persona) => {
      const rows = done.slice(persona * size, (persona + 1) * size);
      return rows.flatMap((row, situation) => (row?.excused ? [situation] : []));
    }),
  };

  /** Where the row comes from: each (persona, situation) has one next place to look, so a walk ends or closes a circle. */
  function next(at: number): number | undefined {
    const persona = Math.floor(at / size);
    const situation = at % size;
    const row = written[persona]!.get(situation);
    if (row) return row.kind === 'as' ? row.persona * size + situation : undefined;
    const writer = writers[at]!;
    if (writer >= 0) return writer * size + situation;
    const parent = situations.list[situation]!.parent;
    return parent === undefined ? undefined : persona * size + parent;
  }

  function followTo(start: number): void {
    const path: number[] = [];
    const onPath = new Set<number>();
    let at: number | undefined = start;
    while (at !== undefined && !done[at] && !onPath.has(at)) {
      path.push(at);
      onPath.add(at);
      at = next(at);
    }
    if (at !== undefined && onPath.has(at)) {
      reportCircle(path.slice(path.indexOf(at)));
      for (const place of path) done[place] = { ...uniform(place % size), excused: true };
      return;
    }
    for (const place of path.reverse()) {
      const from = next(place);
      done[place] = from === undefined ? beginning(place) : derived(place, from, done[from]!);
    }
  }

  function beginning(place: number): Resolved {
    const row = written[Math.floor(place / size)]!.get(place % size);
    if (row?.kind !== 'cells') return uniform(place % size);
    return { values: row.values, forms: row.forms, source: { kind: 'written', origin: row.origin } };
  }

  function derived(place: number, from: number, found: Resolved): Resolved {
    const persona = Math.floor(place / size);
    const row = written[persona]!.get(place % size);
    if (row?.kind === 'as') return { ...found, source: { kind: 'copied', from: row.persona, origin: row.origin } };
    const origin = 'origin' in found.source ? found.source.origin : undefined;
    const giver = Math.floor(from / size);
    if (giver !== persona) return { ...found, source: { kind: 'extended', from: giver, origin } };
    if (found.source.kind === 'uniform')
      return { ...uniform(place % size), ...(found.excused ? { excused: true } : {}) };
    if (found.source.kind === 'parent') return found;
    const writer = found.source.kind === 'extended' ? found.source.from : persona;
    return { ...found, source: { kind: 'parent', situation: from % size, from: writer, origin } };
  }

  function uniform(situation: number): Resolved {
    const count = situations.list[situation]!.responses.length;
    return {
      values: new Float64Array(count).fill(1 / count),
      forms: new Uint8Array(count),
      source: { kind: 'uniform' },
    };
  }

  function reportCircle(circle: readonly number[]): void {
    const copies = circle.flatMap((place) => {
      const row = written[Math.floor(place / size)]!.get(place % size);
      return row?.kind === 'as' ? [row] : [];
    });
    const last = copies.at(-1)!;
    const message =
      circle.length === 1
        ? 'A persona cannot copy its own row.'
        : 'These personas copy this row from each other in a circle: write it out in one of them.';
    report(ctx, last.origin.file, last.origin, 'cyclic-row', message, {
      related: copies.slice(0, -1).map((copy) => ({ origin: copy.origin, message: 'Copied here.' })),
    });
  }
}

/** By persona and situation: the nearest of the personas that it extends which writes the row, -1 where none does. */
function nearestWriters(
  size: number,
  parents: readonly (number | undefined)[],
  written: readonly WrittenRows[],
): Int32Array {
  const writers = new Int32Array(parents.length * size).fill(-1);
  const done = new Uint8Array(parents.length);
  for (let start = 0; start < parents.length; start++) {
    const chain: number[] = [];
    for (let at: number | undefined = start; at !== undefined && !done[at]; at = parents[at]) chain.push(at);
    for (const persona of chain.reverse()) {
      done[persona] = 1;
      const parent = parents[persona];
      if (parent === undefined) continue;
      for (let situation = 0; situation < size; situation++) {
        const above = writers[parent * size + situation]!;
        writers[persona * size + situation] = written[parent]!.has(situation) ? parent : above;
      }
    }
  }
  return writers;
}

function layOut(situations: Situations, resolved: readonly Resolved[]): PersonaRows {
  const cells = situations.list.reduce((count, situation) => count + situation.responses.length, 0);
  const row = new Float64Array(cells);
  const cellForm = new Uint8Array(cells);
  let at = 0;
  for (const { values, forms } of resolved) {
    row.set(values, at);
    cellForm.set(forms, at);
    at += values.length;
  }
  return { row, cellForm, rowSource: resolved.map(({ source }) => source) };
}
