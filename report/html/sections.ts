/** The report's sections after the posterior: trajectory, evidence, predictions, accounts. */
import { accountBarRows, forecastCells, gradeLimits, splitRows } from '../../panel/model/charts/accountRows';
import { accountBars, matrix, splitBars } from '../../panel/model/charts/accounts';
import { evidenceRows, heatMap } from '../../panel/model/charts/evidence';
import { cellOf, evidenceBars, isOneSided, measureWords } from '../../panel/model/charts/evidenceBars';
import { evaluationRanges, expectationRanges, probeStacks } from '../../panel/model/charts/predictionRows';
import { ranges } from '../../panel/model/charts/ranges';
import { stacks } from '../../panel/model/charts/stacks';
import { trajectoryChart } from '../../panel/model/charts/trajectory';
import { chartPoints } from '../../panel/model/charts/trajectoryPoints';
import { formatCount, inUnit } from '../../panel/model/numbers';
import type { AccountsView, EvidenceView, PredictionsView, TrajectoryView } from '../../panel/model/viewTypes';
import { viewTables } from '../../panel/views/tables';
import { legend, numbers, picture, type Sheet, WIDTH } from './chartParts';
import { type Markup, markup } from './markup';

export function trajectorySection(view: TrajectoryView, page: Sheet): Markup {
  const { names, slots, unit } = page;
  const drawing = trajectoryChart(markup, chartPoints(view, unit), {
    width: WIDTH,
    shape: 'shares',
    from: view.from,
    to: view.to,
    slots,
    names,
    persona: view.persona,
    rival: view.rival,
    unit,
  });
  const words = `The posterior after each evidence, in the order of the text; below, what each brought for ${names[view.persona] ?? ''} against ${names[view.rival] ?? ''}.`;
  return markup`<section><h2>Trajectory</h2>${legend(page)}${picture('Along the evidence', words, drawing)}${numbers(viewTables(view, names, unit))}</section>`;
}

export function evidenceSection(view: EvidenceView, page: Sheet): Markup {
  const { names, slots, unit } = page;
  const options = { width: WIDTH, slots, largest: inUnit(view.largest, unit), oneSided: isOneSided(view) };
  const more =
    view.matching > view.rows.length ? ` The strongest ${view.rows.length} of ${formatCount(view.matching)}.` : '';
  const words = `Bars: ${measureWords(view, unit)}. Cells: the weight of evidence for each persona, blue for it, orange against it. Striped bars are measured, plain ones declared.${more}`;
  const map =
    view.matching > view.rows.length
      ? picture(
          'Everything at a glance',
          'All evidence, strongest first; a line for each persona.',
          heatMap(
            markup,
            view.overview.map(({ start, count, weight }) => ({
              start,
              count,
              cells: weight.map((value) => cellOf(value, view.largestWeight)),
            })),
            { width: WIDTH, names, slots, total: view.matching, start: 0, count: view.rows.length },
          ),
        )
      : '';
  return markup`<section><h2>Evidence</h2>${legend(page)}${map}${picture('What moved the distribution', words, evidenceRows(markup, evidenceBars(view, unit), options))}${numbers(viewTables(view, names, unit))}</section>`;
}

export function predictionsSection(view: PredictionsView, page: Sheet): Markup {
  const { names, slots, unit } = page;
  const options = { width: WIDTH, top: 1 };
  return markup`<section><h2>Predictions</h2>${legend(page)}
${view.probes.length > 0 ? picture('Probes', 'Thin bar: before the evidence. Thick bar: after it, as the sum of the parts of the personas. Circle: without the given context.', stacks(markup, probeStacks(view, {}), { ...options, slots })) : ''}
${view.expectations.length > 0 ? picture('Expectations', 'Shaded: what is allowed. Diamond: what is predicted.', ranges(markup, expectationRanges(view), options)) : ''}
${view.evaluations.map((row) => picture(`Evaluation: ${row.label ?? row.situation}`, `Line and shade: the observed share and its 95% interval, ${formatCount(row.total)} answers. ${row.residual}`, ranges(markup, evaluationRanges(row, view.accounts), options)))}
${numbers(viewTables(view, names, unit))}</section>`;
}

export function accountsSection(view: AccountsView, page: Sheet): Markup {
  const { names, unit } = page;
  const limits = gradeLimits(unit);
  return markup`<section><h2>Accounts</h2>
${view.verdict === '' ? '' : markup`<p class="verdict">${view.verdict}</p>`}
${view.accounts.length > 0 ? picture('How well each account explains the data', `How far each lies behind the best. At the right: probability under equal prior odds. Words after ${view.scale}.`, accountBars(markup, accountBarRows(view, unit), { width: WIDTH, unit, limits })) : ''}
${view.accounts.length > 0 && view.probes.length > 0 ? picture('What each account predicts', 'Every probe under every account.', matrix(markup, { width: WIDTH, ...forecastCells(view) })) : ''}
${view.reinforcements.length > 0 ? picture('What reinforcement did', 'Selection among personas, and the shift inside them.', splitBars(markup, splitRows(view, unit), { width: WIDTH })) : ''}
${numbers(viewTables(view, names, unit))}</section>`;
}
