/** What the Accounts view has to say, as bars and a matrix. */
import { formatLog, formatProbability, fromWire, inUnit } from '../numbers';
import type { Unit } from '../units';
import type { AccountRow, AccountsView } from '../viewTypes';
import type { AccountBar, AccountsOptions, MatrixOptions, SplitRow } from './accounts';

/** Kass and Raftery's limits: 2 ln B of 2, 6 and 10, in the unit. */
export function gradeLimits(unit: Unit): AccountsOptions['limits'] {
  return [
    { at: inUnit(1, unit), word: 'positive' },
    { at: inUnit(3, unit), word: 'strong' },
    { at: inUnit(5, unit), word: 'very strong' },
  ];
}

export function accountBarRows(view: AccountsView, unit: Unit, whatIf?: AccountsView): AccountBar[] {
  return view.accounts.map((row): AccountBar => {
    const other = whatIf?.accounts.find(({ name }) => name === row.name);
    return {
      name: row.name,
      sub: row.notComputable ?? row.assumption,
      behind: inUnit(fromWire(row.behind), unit),
      bound: row.bound,
      text: row.notComputable === undefined ? formatProbability(fromWire(row.probability)) : 'not computable',
      grade: row.grade,
      whatIf: other && inUnit(fromWire(other.behind), unit),
    };
  });
}

export function computable(view: AccountsView): readonly AccountRow[] {
  return view.accounts.filter((row) => row.notComputable === undefined);
}

export function forecastCells(view: AccountsView): Pick<MatrixOptions, 'rows' | 'columns' | 'cells'> {
  const rows = computable(view);
  return {
    rows: rows.map(({ name }) => name),
    columns: view.probes,
    cells: rows.map((row) =>
      row.probes.map((probe) => ({ value: fromWire(probe), text: formatProbability(fromWire(probe)) })),
    ),
  };
}

export function splitRows(view: AccountsView, unit: Unit): SplitRow[] {
  return view.reinforcements.map((row) => ({
    label: `reinforce ${row.situation} (beta ${row.beta}, ${rigidityWords(row)})`,
    pieces: [inUnit(fromWire(row.selection), unit), inUnit(fromWire(row.propensityShift), unit)],
    texts: [formatLog(fromWire(row.selection), unit), formatLog(fromWire(row.propensityShift), unit)],
  }));
}

export function rigidityWords({ rigidity }: AccountsView['reinforcements'][number]): string {
  return rigidity === undefined ? 'strict selection' : `rigidity ${rigidity}`;
}
