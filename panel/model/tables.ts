/** Every view as plain tables, each cell with its full number and with the text that people read. */

import type { WireLocation, WireNumber } from './messages';
import { formatCount, formatLog, formatPoints, formatProbability, fromWire, inUnit } from './numbers';
import type { Unit } from './units';
import type {
  AccountsView,
  EvidenceView,
  LearnedRow,
  PanelView,
  PosteriorView,
  PredictionsView,
  TrajectoryView,
} from './viewTypes';

export interface Cell {
  /** Full precision, logs in the unit of the table's head; texts as they are. */
  readonly raw: number | string;
  readonly displayed: string;
}

export interface DataTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Where each row is written. */
  readonly locations?: readonly (WireLocation | undefined)[];
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

/** A difference of probabilities: as it is, and in percentage points. */
const points = (value: WireNumber): Cell => {
  const p = fromWire(value);
  return { raw: Number.isNaN(p) ? '' : p, displayed: formatPoints(p) };
};

const line = (location: WireLocation | undefined): readonly [Cell, Cell] => [
  text(location && fileName(location.uri)),
  location ? count(location.range.start.line + 1) : text(''),
];

function fileName(uri: string): string {
  const last = uri.slice(uri.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** The tables of a view, the main one first. `names` are the hypotheses'. Empty ones are left out. */
export function viewTables(view: PanelView, names: readonly string[], unit: Unit): DataTable[] {
  const tables = tablesOf(view, names, unit);
  return tables.filter(({ rows }, index) => index === 0 || rows.length > 0);
}

function tablesOf(view: PanelView, names: readonly string[], unit: Unit): DataTable[] {
  switch (view.kind) {
    case 'posterior':
      return [
        personasTable(view, unit),
        capabilitiesTable(view),
        ...names.map((name, h) =>
          learnedTable(
            view.learned.filter(({ hypothesis }) => hypothesis === h),
            name,
          ),
        ),
      ];
    case 'trajectory':
      return [trajectoryTable(view, names, unit)];
    case 'evidence':
      return [evidenceTable(view, names, unit)];
    case 'predictions':
      return [probesTable(view, names), expectationsTable(view), evaluationsTable(view)];
    case 'accounts':
      return [accountsTable(view, unit), forecastsTable(view), reinforcementsTable(view, unit)];
  }
}

export function personasTable(
  view: PosteriorView,
  unit: Unit,
  past?: { readonly label: string; readonly view: PosteriorView },
  whatIf?: PosteriorView,
): DataTable {
  const log = logIn(unit);
  const posterior = (row: PosteriorView['hypotheses'][number] | undefined): Cell =>
    row
      ? {
          ...share(row.posterior),
          displayed: formatProbability(fromWire(row.posterior), fromWire(row.logOddsPosterior)),
        }
      : text('');
  const named = (other: PosteriorView, name: string) => other.hypotheses.find((row) => row.name === name);
  return {
    title: 'Personas',
    header: [
      'persona',
      'prior',
      'posterior',
      `log odds before (${unit})`,
      `log odds after (${unit})`,
      `log likelihood (${unit})`,
      ...(past ? [`posterior, ${past.label}`] : []),
      ...(whatIf ? ['posterior, what-if'] : []),
    ],
    rows: view.hypotheses.map((row) => [
      text(row.name),
      share(row.prior),
      posterior(row),
      log(row.logOddsPrior),
      log(row.logOddsPosterior),
      log(row.logLikelihood),
      ...(past ? [posterior(named(past.view, row.name))] : []),
      ...(whatIf ? [posterior(named(whatIf, row.name))] : []),
    ]),
    locations: view.hypotheses.map(({ location }) => location),
  };
}

export function capabilitiesTable(view: PosteriorView): DataTable {
  return {
    title: 'Capabilities',
    header: ['capability', 'learnable', 'before', 'after', 'after, 5%', 'after, 95%'],
    rows: view.capabilities.map((row) => [
      text(row.name),
      text(row.learnable ? 'yes' : 'no'),
      share(row.before),
      share(row.after),
      share(row.intervalAfter[0]),
      share(row.intervalAfter[1]),
    ]),
    locations: view.capabilities.map(({ location }) => location),
  };
}

/** The responses of one persona that changed. */
export function learnedTable(list: readonly LearnedRow[], name: string): DataTable {
  return {
    title: `Response distribution: ${name}`,
    header: ['persona', 'situation', 'response', 'before', 'after', 'after, 5%', 'after, 95%'],
    rows: list.flatMap((row) =>
      row.responses.map((response) => [
        text(name),
        text(row.situation),
        text(response.name),
        share(response.before),
        share(response.after),
        share(response.interval?.[0]),
        share(response.interval?.[1]),
      ]),
    ),
  };
}

export function trajectoryTable(view: TrajectoryView, names: readonly string[], unit: Unit): DataTable {
  const log = logIn(unit);
  const [persona, rival] = [names[view.persona] ?? '', names[view.rival] ?? ''];
  return {
    title: 'Posterior by step',
    header: [
      'step',
      'evidence',
      `contribution to ${persona} against ${rival} (${unit})`,
      `log predictive (${unit})`,
      ...names,
    ],
    rows: view.points.map((point) => [
      count(point.step),
      text(point.label ?? 'prior'),
      log(point.contribution),
      log(point.surprise),
      ...point.posterior.map(share),
    ]),
    locations: view.points.map(({ location }) => location),
  };
}

export function evidenceTable(view: EvidenceView, names: readonly string[], unit: Unit): DataTable {
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
      `shift (${which}${unit})`,
      `capability (${which}${unit})`,
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
      ...(view.measure.kind === 'probe' ? [points(row.value)] : []),
      ...line(row.location),
    ]),
    locations: view.rows.map(({ location }) => location),
  };
}

export function probesTable(view: PredictionsView, names: readonly string[]): DataTable {
  return {
    title: 'Probes',
    header: ['probe', 'before', 'after', 'after without context', ...names.map((name) => `P(response | ${name})`)],
    rows: view.probes.map((probe) => [
      text(probe.text),
      share(probe.before),
      share(probe.after),
      probe.withoutGiven ? share(probe.withoutGiven.after) : text(''),
      ...probe.predicts.map(share),
    ]),
    locations: view.probes.map(({ location }) => location),
  };
}

export function expectationsTable(view: PredictionsView): DataTable {
  return {
    title: 'Expectations',
    header: ['expectation', 'value', 'holds', 'margin'],
    rows: view.expectations.map((row) => [
      text(row.text),
      share(row.value),
      text(row.value === null ? '' : row.holds ? 'yes' : 'no'),
      points(row.margin),
    ]),
    locations: view.expectations.map(({ location }) => location),
  };
}

export function evaluationsTable(view: PredictionsView): DataTable {
  return {
    title: 'Evaluations',
    header: [
      'evaluation',
      'response',
      'count',
      'measured share',
      'measured, 2.5%',
      'measured, 97.5%',
      'predicted before',
      'predicted',
      ...view.accounts,
    ],
    rows: view.evaluations.flatMap((row) =>
      row.responses.map((response) => [
        text(row.label ?? row.situation),
        text(response.name),
        count(response.count),
        row.total > 0 ? share(response.share) : text(''),
        row.total > 0 ? share(response.interval[0]) : text(''),
        row.total > 0 ? share(response.interval[1]) : text(''),
        share(response.before),
        share(response.predicted),
        ...response.byAccount.map(share),
      ]),
    ),
    locations: view.evaluations.flatMap((row) => row.responses.map(() => row.location)),
  };
}

export function accountsTable(view: AccountsView, unit: Unit): DataTable {
  const log = logIn(unit);
  return {
    title: 'Accounts',
    header: [
      'account',
      'assumption',
      `log score (${unit})`,
      `log marginal, observations only (${unit})`,
      'bound',
      `below the reference (${unit})`,
      'probability under equal priors',
    ],
    rows: view.accounts.map((row) => [
      text(row.name),
      text(row.notComputable ?? row.assumption),
      log(row.logScore),
      log(row.logMarginal),
      text(row.bound ? 'lower bound' : ''),
      log(row.behind),
      share(row.probability),
    ]),
    locations: view.accounts.map(({ location }) => location),
  };
}

export function forecastsTable(view: AccountsView): DataTable {
  return {
    title: 'Predictions by account',
    header: ['what', 'measured share', ...view.accounts.map(({ name }) => name)],
    rows: [
      ...view.measured.map((one) => [
        text(one.text),
        share(one.share),
        ...view.accounts.map((_, at) => share(one.byAccount[at])),
      ]),
      ...view.probes.map((probe, at) => [text(probe), text(''), ...view.accounts.map((row) => share(row.probes[at]))]),
    ],
  };
}

export function reinforcementsTable(view: AccountsView, unit: Unit): DataTable {
  const log = logIn(unit);
  return {
    title: 'Reinforcements',
    header: ['situation', 'beta', 'rigidity', `selection (${unit})`, `propensity shift (${unit})`],
    rows: view.reinforcements.map((row) => [
      text(row.situation),
      count(row.beta),
      row.rigidity === undefined ? text('strict') : count(row.rigidity),
      log(row.selection),
      log(row.propensityShift),
    ]),
    locations: view.reinforcements.map(({ location }) => location),
  };
}
