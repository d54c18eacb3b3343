/** Fixes for personas' rows: add the missing one, normalise, copy instead of repeating. */
import type { Situation } from '../../program/model/program';
import type { SemanticSnapshot } from '../../snapshot';
import type { CellsRow, PersonaDeclaration } from '../../syntax/tree';
import {
  declarationAround,
  declarationNamed,
  type Finding,
  type Fix,
  type Fixer,
  insert,
  newline,
  remove,
  removeFromList,
  replace,
  sourceOf,
  stringOf,
} from './fix';

/** Uniform, or copied from a persona that has the row. */
export const addMissingRow: Fixer = (snapshot, finding) => {
  const persona = stringOf(finding.data['persona']);
  const name = stringOf(finding.data['situation']);
  const declaration = persona ? declarationNamed(snapshot, 'persona', persona) : undefined;
  const situation = snapshot.program.situations.find((one) => one.name === name);
  if (!declaration || !situation) return [];
  const uniform: Fix = {
    title: `Add the row for ${situation.name}, uniform`,
    edits: [addRow(snapshot, declaration, uniformRow(situation))],
    preferred: true,
  };
  const copies = snapshot.program.personas
    .filter((one) => one.name !== persona && one.rowSource[situation.index]?.kind === 'written')
    .slice(0, 3)
    .map(
      (from): Fix => ({
        title: `Copy the row for ${situation.name} from ${from.name}`,
        edits: [addRow(snapshot, declaration, `${situation.name} as ${from.name}`)],
      }),
    );
  return [uniform, ...copies];
};

/** Without numbers all named responses share equally; a fallback takes part only where it is named. */
function uniformRow({ name, responses }: Situation): string {
  return `${name} -> ${responses.map((response) => response.name).join(', ')}`;
}

/** As the last row of the persona's body; makes a body where there is none. */
export function addRow(snapshot: SemanticSnapshot, persona: PersonaDeclaration, row: string) {
  const eol = newline(snapshot);
  const last = persona.rows.at(-1);
  if (!persona.body) return insert(snapshot, persona.end, ` {${eol}  ${row}${eol}}`);
  if (last) return insert(snapshot, last.end, `${eol}  ${row}`);
  return insert(snapshot, persona.body.start + 1, `${eol}  ${row}${eol}`);
}

/** Scales the written numbers so that they sum to 1, in their own proportions. */
export const normaliseRow: Fixer = (snapshot, finding) => {
  const row = cellsRowAt(snapshot, finding);
  const cells = row?.cells.filter((cell) => cell.value) ?? [];
  // A number that a parameter decides is not scaled: it would no longer be the parameter's.
  const total = cells.reduce((sum, cell) => sum + (cell.value?.value ?? Number.NaN), 0);
  if (!row || !(total > 0) || !Number.isFinite(total)) return [];
  const shares = rounded(cells.map((cell) => (cell.value?.value ?? Number.NaN) / total));
  return [
    {
      title: 'Scale the row so that it sums to 100%',
      edits: cells.map((cell, at) => replace(snapshot, cell.value!, shares[at]!)),
      preferred: true,
    },
  ];
};

/** Percentages with up to four decimals that sum to exactly 100%: the largest share takes what rounding leaves. */
function rounded(shares: readonly number[]): readonly string[] {
  const scale = 10_000;
  const units = shares.map((share) => Math.round(share * 100 * scale));
  const largest = units.indexOf(Math.max(...units));
  const rest = 100 * scale - units.reduce((sum, one) => sum + one, 0);
  return units.map((one, at) => `${(one + (at === largest ? rest : 0)) / scale}%`);
}

/** The row says number for number what another persona's says: let it say so. */
export const copyRow: Fixer = (snapshot, finding) => {
  const from = stringOf(finding.data['from']);
  const row = cellsRowAt(snapshot, finding);
  if (!from || !row) return [];
  const newText = `${row.situation.text} as ${from}`;
  return [{ title: `Replace by '${newText}'`, edits: [replace(snapshot, row, newText)], preferred: true }];
};

export const removeRow: Fixer = (snapshot, finding) => {
  const persona = declarationAround(snapshot, finding, 'persona');
  const row = persona?.rows.find(({ start, end }) => start <= finding.start && finding.end <= end);
  return row ? [{ title: 'Remove this row', edits: [remove(snapshot, row)] }] : [];
};

export const removeCell: Fixer = (snapshot, finding) => {
  const row = cellsRowAt(snapshot, finding);
  const at = row?.cells.findIndex(({ start, end }) => start <= finding.start && finding.end <= end) ?? -1;
  if (!row || at < 0) return [];
  return [{ title: 'Remove this cell', edits: [removeFromList(snapshot, row.cells, at)] }];
};

export function cellsRowAt(snapshot: SemanticSnapshot, finding: Pick<Finding, 'start' | 'end'>): CellsRow | undefined {
  const persona = declarationAround(snapshot, finding, 'persona');
  return persona?.rows.find(
    (row): row is CellsRow => row.kind === 'cells' && row.start <= finding.start && finding.end <= row.end,
  );
}

/** A prior for a persona that lacks one, or a small one in the place of 0. */
export const addPrior: Fixer = (snapshot, finding) => {
  const name = stringOf(finding.data['persona']);
  const persona = name ? declarationNamed(snapshot, 'persona', name) : undefined;
  if (!persona?.name || persona.prior) return [];
  const at = (persona.extends ?? persona.title ?? persona.name).end;
  return [{ title: 'Give it a prior of 1%', edits: [insert(snapshot, at, ' prior 1%')], preferred: true }];
};

export const raiseZeroPrior: Fixer = (snapshot, finding) =>
  /^[\d._/%eE+-]+$/.test(sourceOf(snapshot, finding))
    ? [{ title: 'Give it a small weight: 0.1%', edits: [replace(snapshot, finding, '0.1%')] }]
    : [];
