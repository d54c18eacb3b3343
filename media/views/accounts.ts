/** Accounts: the same data under other assumptions, and what reinforcement did: select, or shift. */
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import {
  accountBarRows,
  computable,
  forecastCells,
  gradeLimits,
  rigidityWords,
  splitRows,
} from '../../panel/model/charts/accountRows';
import {
  type AccountsOptions,
  accountBars,
  accountRowAt,
  type MatrixOptions,
  matrix,
  matrixRowAt,
  splitBars,
  splitRowAt,
} from '../../panel/model/charts/accounts';
import { formatInterval, formatLog, formatProbability, fromWire } from '../../panel/model/numbers';
import type { AccountRow, AccountsView } from '../../panel/model/viewTypes';
import type { ViewPage } from '../page';
import { columnsClass, columnWidth } from '../widgets/columns';
import { figure } from '../widgets/figure';

type CurrentPage = ViewPage<AccountsView>;

export function accounts(page: CurrentPage): TemplateResult {
  const { view, state } = page;
  if (view.accounts.length + view.reinforcements.length === 0) {
    return html`<p class="nothing">
      No account is compared yet. <code>compare selection, drift 50, unstructured 1</code> reads the same data under three
      assumptions and lets them judge.
    </p>`;
  }
  return html`
    ${state.rivalsPending ? html`<p class="summary" role="status">Comparing again…</p>` : nothing}
    ${view.verdict === '' ? nothing : html`<p class=${state.rivalsPending ? 'verdict pending' : 'verdict'}>${view.verdict}</p>`}
    ${view.accounts.length > 0 ? comparison(page) : nothing}
    <div class=${columnsClass(page, figures(page))}>
      ${view.accounts.length > 0 && view.probes.length > 0 ? forecasts(page) : nothing}
      ${view.reinforcements.length > 0 ? reinforcements(page) : nothing}
    </div>
  `;
}

function figures({ view }: CurrentPage): number {
  return Number(view.accounts.length > 0 && view.probes.length > 0) + Number(view.reinforcements.length > 0);
}

const marginalText = (page: CurrentPage, row: AccountRow): string =>
  row.notComputable === undefined
    ? `${row.bound ? '≥ ' : ''}${formatLog(fromWire(row.logMarginal), page.state.unit, { bare: true })}`
    : '–';

function comparison(page: CurrentPage): TemplateResult {
  const { view, whatIf, state, model, act } = page;
  const rows = accountBarRows(view, state.unit, whatIf);
  const options: AccountsOptions = {
    width: model.width,
    unit: state.unit,
    limits: gradeLimits(state.unit),
    cursor: model.figures['accounts']?.cursor,
  };
  const describe = (index: number): string => {
    const row = view.accounts[index]!;
    if (row.notComputable !== undefined) return `${row.name}: not computable. ${row.notComputable}`;
    const standings = row.standings
      .map(
        ({ name, posterior, interval }) =>
          `${name} ${formatProbability(fromWire(posterior))}${interval ? ` (${formatInterval(...interval)})` : ''}`,
      )
      .join(', ');
    const score =
      row.logScore === null ? '' : ` Log score on the evaluations ${formatLog(fromWire(row.logScore), state.unit)}.`;
    return `${row.name}, ${row.assumption}: log marginal ${marginalText(page, row)} ${state.unit}, probability ${formatProbability(fromWire(row.probability))}, ${row.grade}.${score}${standings ? ` Under it: ${standings}.` : ''}`;
  };
  return figure(page, {
    id: 'accounts',
    title: 'How well each account explains the data',
    description: `How far the log marginal likelihood of each account lies behind the best one, and its probability under equal prior odds. Words after ${view.scale}.`,
    legend: html`At the right: probability under equal prior odds. Words after ${view.scale}.${rows.some((row) => row.bound) ? html` <span class="key bound">at most so far behind (a bound)</span>` : nothing}`,
    width: model.width,
    drawing: accountBars(svg, rows, options),
    table: () => ({
      header: [
        'Account',
        'Assumption',
        `Log marginal (${state.unit})`,
        `Behind (${state.unit})`,
        'Probability',
        view.scale,
        ...(view.evaluations > 0 ? [`Log score (${state.unit})`] : []),
      ],
      rows: view.accounts.map((row) => ({
        cells: [
          row.name,
          row.notComputable ?? row.assumption,
          marginalText(page, row),
          formatLog(-fromWire(row.behind), state.unit, { bare: true }),
          formatProbability(fromWire(row.probability)),
          row.grade,
          ...(view.evaluations > 0 ? [formatLog(fromWire(row.logScore), state.unit, { bare: true })] : []),
        ],
        open: () => act.reveal(row.location),
      })),
    }),
    count: rows.length,
    describe,
    open: (index, stay) => act.reveal(view.accounts[index]?.location, stay),
    at: (_, y) => accountRowAt(rows.length, model.width, y),
  });
}

/** What each account predicts for every probe, and how it scores on what was seen. */
function forecasts(page: CurrentPage): TemplateResult {
  const { view, state, model } = page;
  const width = columnWidth(page, figures(page));
  const options: MatrixOptions = {
    width,
    ...forecastCells(view),
    cursor: model.figures['forecasts']?.cursor,
  };
  return figure(page, {
    id: 'forecasts',
    title: 'What each account predicts',
    description: 'The prediction of every probe under every account.',
    legend:
      view.evaluations > 0
        ? html`Log score on what was seen (${state.unit}): ${computable(view).map((row) => html`<span class="score">${row.name} <strong>${formatLog(fromWire(row.logScore), state.unit, { bare: true })}</strong></span>`)}`
        : undefined,
    width,
    drawing: matrix(svg, options),
    table: () => ({
      header: ['Account', ...view.probes],
      rows: options.rows.map((name, index) => ({ cells: [name, ...options.cells[index]!.map(({ text }) => text)] })),
    }),
    count: options.rows.length,
    describe: (index) =>
      `${options.rows[index]}: ${view.probes.map((probe, at) => `${probe} ${options.cells[index]![at]!.text}`).join(', ')}.`,
    at: (_, y) => matrixRowAt(options, y),
  });
}

function reinforcements(page: CurrentPage): TemplateResult {
  const { view, state, model, act } = page;
  const width = columnWidth(page, figures(page));
  const log = (value: AccountRow['behind']) => formatLog(fromWire(value), state.unit);
  const rows = splitRows(view, state.unit);
  return figure(page, {
    id: 'reinforcements',
    title: 'What reinforcement did',
    description:
      'Selection: how far it moved the distribution over personas. Propensity shift: how far it moved what they do.',
    width,
    drawing: splitBars(svg, rows, { width, cursor: model.figures['reinforcements']?.cursor }),
    table: () => ({
      header: ['Reinforcement', 'Selection', 'Propensity shift'],
      rows: view.reinforcements.map((row) => ({
        cells: [`${row.situation}, ${rigidityWords(row)}`, log(row.selection), log(row.propensityShift)],
        open: () => act.reveal(row.location),
      })),
    }),
    count: rows.length,
    describe: (index) => {
      const row = view.reinforcements[index]!;
      return `reinforce ${row.situation}, ${rigidityWords(row)}: selection ${log(row.selection)}, propensity shift ${log(row.propensityShift)}.`;
    },
    open: (index, stay) => act.reveal(view.reinforcements[index]?.location, stay),
    at: (_, y) => splitRowAt(rows.length, y),
  });
}
