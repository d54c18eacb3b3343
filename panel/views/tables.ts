/** Every view as plain tables, each cell with its full number and with the text that people read. */

import type { Unit } from '../../server/syntax/tree';
import type { WireNumber } from '../model/messages';
import { formatCount, formatLog, formatProbability, fromWire, inUnit } from '../model/numbers';
import type {
  AccountsView,
  EvidenceView,
  PanelView,
  PosteriorView,
  PredictionsView,
  TrajectoryView,
} from '../model/viewTypes';

export interface Cell {
  /** Full precision, logs in the unit of the table's head; texts as they are. */
  readonly raw: number | string;
  readonly displayed: string;
}

export interface DataTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const text = (value: string | undefined): Cell => ({ raw: value ?? '', displayed: value ?? '' });
const count = (value: number): Cell => ({ raw: value, displayed: formatCount(value) });
const share = (value: WireNumber | undefined): Cell => {
  const p = fromWire(value);
  return { raw: Number.isNaN(p) ? '' : p, displayed: formatProbability(p) };
};

/** A log: infinite ones as `-inf` and `inf`, what is not defined as nothing. */
const logIn =
  (unit: Unit) =>
  (value: WireNumber | undefined): Cell => {
    const nats = fromWire(value);
    if (Number.isNaN(nats)) return { raw: '', displayed: formatLog(nats, unit) };
    const raw = Number.isFinite(nats) ? inUnit(nats, unit) : nats > 0 ? 'inf' : '-inf';
    return { raw, displayed: formatLog(nats, unit, { bare: true }) };
  };

/** The tables of a view, the main one first. `names` are the hypotheses'. */
export function viewTables(view: PanelView, names: readonly string[], unit: Unit): DataTable[] {
  const tables = tablesOf(view, names, unit);
  return tables.filter(({ rows }, index) => index === 0 || rows.length > 0);
}

function tablesOf(view: PanelView, names: readonly string[], unit: Unit): DataTable[] {
  switch (view.kind) {
    case 'posterior':
      return posteriorTables(view, names, unit);
    case 'trajectory':
      return [trajectoryTable(view, names, unit)];
    case 'evidence':
      return [evidenceTable(view, names, unit)];
    case 'predictions':
      return predictionsTables(view, names);
    case 'accounts':
      return accountsTables(view, unit);
  }
}

function posteriorTables(view: PosteriorView, names: readonly string[], unit: Unit): DataTable[] {
  const log = logIn(unit);
  return [
    {
      title: 'Personas',
      header: [
        'persona',
        'prior',
        'posterior',
        `log odds before (${unit})`,
        `log odds after (${unit})`,
        `log likelihood (${unit})`,
      ],
      rows: view.hypotheses.map((row) => [
        text(row.name),
        share(row.prior),
        {
          ...share(row.posterior),
          displayed: formatProbability(fromWire(row.posterior), fromWire(row.logOddsPosterior)),
        },
        log(row.logOddsPrior),
        log(row.logOddsPosterior),
        log(row.logLikelihood),
      ]),
    },
    {
      title: 'Abilities',
      header: ['capability', 'learnable', 'before', 'after', 'after, 5%', 'after, 95%'],
      rows: view.capabilities.map((row) => [
        text(row.name),
        text(row.learnable ? 'yes' : 'no'),
        share(row.before),
        share(row.after),
        share(row.intervalAfter[0]),
        share(row.intervalAfter[1]),
      ]),
    },
    {
      title: 'What changed inside the personas',
      header: ['persona', 'situation', 'response', 'before', 'after', 'after, 5%', 'after, 95%'],
      rows: view.learned.flatMap((row) =>
        row.responses.map((response) => [
          text(names[row.hypothesis]),
          text(row.situation),
          text(response.name),
          share(response.before),
          share(response.after),
          share(response.interval?.[0]),
          share(response.interval?.[1]),
        ]),
      ),
    },
  ];
}

function trajectoryTable(view: TrajectoryView, names: readonly string[], unit: Unit): DataTable {
  const log = logIn(unit);
  const [persona, rival] = [names[view.persona] ?? '', names[view.rival] ?? ''];
  return {
    title: 'Trajectory',
    header: [
      'step',
      'evidence',
      `brought for ${persona} against ${rival} (${unit})`,
      `log predictive (${unit})`,
      ...names,
    ],
    rows: view.points.map((point) => [
      count(point.step),
      text(point.label ?? 'prior'),
      log(point.brought),
      log(point.surprise),
      ...point.posterior.map(share),
    ]),
  };
}

function evidenceTable(view: EvidenceView, names: readonly string[], unit: Unit): DataTable {
  const log = logIn(unit);
  const which = view.single ? 'of a single one, ' : '';
  return {
    title: 'Evidence',
    header: [
      'evidence',
      'kind',
      'method',
      'what',
      'count',
      'source',
      `shift (${unit})`,
      `capability (${unit})`,
      ...names.map((name) => `weight for ${name} (${which}${unit})`),
      ...(view.measure.kind === 'probe' ? [`effect on ${view.probes[view.measure.probe] ?? 'probe'}`] : []),
      'file',
      'line',
    ],
    rows: view.rows.map((row) => [
      text(row.label),
      text(row.kind),
      text(row.method),
      text(row.what),
      count(row.count),
      text(row.measured ? 'measured' : 'declared'),
      log(row.shift),
      log(row.capability),
      ...row.weight.map(log),
      ...(view.measure.kind === 'probe' ? [signedShare(row.value)] : []),
      text(row.location?.uri.split('/').pop()),
      row.location ? count(row.location.range.start.line + 1) : text(''),
    ]),
  };
}

/** A difference of probabilities. */
function signedShare(value: WireNumber): Cell {
  const p = fromWire(value);
  return { raw: Number.isNaN(p) ? '' : p, displayed: Number.isNaN(p) ? '' : formatCount(p) };
}

function predictionsTables(view: PredictionsView, names: readonly string[]): DataTable[] {
  return [
    {
      title: 'Probes',
      header: ['probe', 'before', 'after', 'after without given', ...names.map((name) => `${name} predicts`)],
      rows: view.probes.map((probe) => [
        text(probe.text),
        share(probe.before),
        share(probe.after),
        probe.withoutGiven ? share(probe.withoutGiven.after) : text(''),
        ...probe.predicts.map(share),
      ]),
    },
    {
      title: 'Expectations',
      header: ['expectation', 'value', 'holds', 'margin'],
      rows: view.expectations.map((row) => [
        text(row.text),
        share(row.value),
        text(row.holds ? 'yes' : 'no'),
        signedShare(row.margin),
      ]),
    },
    {
      title: 'Evaluations',
      header: [
        'evaluation',
        'response',
        'count',
        'share',
        'share, 2.5%',
        'share, 97.5%',
        'before',
        'posterior',
        ...view.accounts,
      ],
      rows: view.evaluations.flatMap((row) =>
        row.responses.map((response) => [
          text(row.label ?? row.situation),
          text(response.name),
          count(response.count),
          share(response.share),
          share(response.interval[0]),
          share(response.interval[1]),
          share(response.before),
          share(response.predicted),
          ...response.byAccount.map(share),
        ]),
      ),
    },
  ];
}

function accountsTables(view: AccountsView, unit: Unit): DataTable[] {
  const log = logIn(unit);
  return [
    {
      title: 'Accounts',
      header: [
        'account',
        'assumption',
        `log marginal (${unit})`,
        'bound',
        `behind (${unit})`,
        'probability',
        view.scale,
        `log score (${unit})`,
        ...view.probes,
      ],
      rows: view.accounts.map((row) => [
        text(row.name),
        text(row.notComputable ?? row.assumption),
        log(row.logMarginal),
        text(row.bound ? 'lower bound' : ''),
        log(row.behind),
        share(row.probability),
        text(row.grade),
        log(row.logScore),
        ...view.probes.map((_, probe) => share(row.probes[probe])),
      ]),
    },
    {
      title: 'Reinforcements',
      header: ['situation', 'beta', 'rigidity', `selection (${unit})`, `propensity shift (${unit})`],
      rows: view.reinforcements.map((row) => [
        text(row.situation),
        count(row.beta),
        row.rigidity === undefined ? text('strict') : count(row.rigidity),
        log(row.selection),
        log(row.propensityShift),
      ]),
    },
  ];
}
