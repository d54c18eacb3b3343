/** Predictions: what is expected to happen, whose part in it is whose, and how it compares with what was seen. */
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { fitTop } from '../../panel/model/charts/axis';
import {
  evaluationRanges,
  expectationRanges,
  marginText,
  probeStacks,
  tellingResponses,
} from '../../panel/model/charts/predictionRows';
import { rangeRowAt, ranges } from '../../panel/model/charts/ranges';
import { stackRowAt, stacks } from '../../panel/model/charts/stacks';
import { formatInterval, formatProbability, fromWire } from '../../panel/model/numbers';
import type { EvaluationRow, PredictionsView } from '../../panel/model/viewTypes';
import { slotsOf, type ViewPage } from '../page';
import { columnsClass, columnWidth } from '../widgets/columns';
import { figure, swatch, toggle } from '../widgets/figure';

type CurrentPage = ViewPage<PredictionsView>;

export function predictions(page: CurrentPage): TemplateResult {
  const { view } = page;
  if (view.probes.length + view.expectations.length + view.evaluations.length === 0) {
    return html`<p class="nothing">
      Nothing is asked yet. A <code>probe situation -> response</code> shows its prediction here, an <code>expect</code>
      holds it to a limit, an <code>evaluation</code> sets counts beside it.
    </p>`;
  }
  return html`<div class=${columnsClass(page, figures(page))}>
    ${view.probes.length > 0 ? probes(page) : nothing}
    ${view.expectations.length > 0 ? expectations(page) : nothing}
    ${view.evaluations.map((row, index) => evaluation(page, row, index))}
  </div>`;
}

function figures({ view }: CurrentPage): number {
  return Math.min(1, view.probes.length) + Math.min(1, view.expectations.length) + view.evaluations.length;
}

function probes(page: CurrentPage): TemplateResult {
  const { view, whatIf, past, state, model } = page;
  const slots = slotsOf(state.hypotheses);
  const named = (other: PredictionsView | undefined, text: string) => other?.probes.find((row) => row.text === text);
  const rows = probeStacks(view, { past: past?.view, whatIf });
  const top = model.close
    ? fitTop(
        view.probes.flatMap((probe) => [
          probe.before,
          fromWire(probe.after),
          fromWire(named(whatIf, probe.text)?.after),
          fromWire(probe.withoutGiven?.after),
        ]),
      )
    : 1;
  const width = columnWidth(page, figures(page));
  const cursor = model.figures['probes']?.cursor;
  return figure(page, {
    id: 'probes',
    title: 'Probes',
    description:
      'The predicted probability of each probe, as the sum of the parts of the personas: the thin bar before the evidence, the thick one after it.',
    legend: html`${state.hypotheses.map(({ name, colour }) => swatch(name, colour))}<span class="key thin">before</span><span class="key thick">after</span>${view.probes.some((probe) => probe.withoutGiven) ? html`<span class="key hollow">without its given</span>` : nothing}${past ? html`<span class="key ghost">${past.label}</span>` : nothing}${whatIf ? html`<span class="key pale">what-if</span>` : nothing}`,
    width,
    drawing: stacks(svg, rows, { width, slots, top, cursor }),
    tools: toggle(
      'Range',
      [
        ['full', '0–100%'],
        ['close', 'Fit'],
      ],
      model.close ? 'close' : 'full',
      (range) => page.act.update({ close: range === 'close' }),
    ),
    table: () => ({
      header: [
        'Probe',
        'Before',
        'After',
        ...(whatIf ? ['What-if'] : []),
        ...state.hypotheses.map(({ name }) => `of it ${name}`),
      ],
      rows: view.probes.map((probe) => ({
        cells: [
          probe.text,
          formatProbability(probe.before),
          formatProbability(fromWire(probe.after)),
          ...(whatIf ? [formatProbability(fromWire(named(whatIf, probe.text)?.after))] : []),
          ...probe.contribution.map((part) => formatProbability(fromWire(part))),
        ],
        open: () => page.act.reveal(probe.location),
      })),
    }),
    count: rows.length,
    describe: (index) => {
      const probe = view.probes[index]!;
      const pieces = probe.contribution
        .map((part, h) => ({
          part: fromWire(part),
          name: state.hypotheses[h]!.name,
          states: fromWire(probe.predicts[h]),
        }))
        .filter(({ part }) => part > 0)
        .sort((a, b) => b.part - a.part)
        .slice(0, 3)
        .map(
          ({ part, name, states }) => `${formatProbability(part)} from ${name}, who says ${formatProbability(states)}`,
        );
      const without = probe.withoutGiven
        ? ` Without the context ${formatProbability(fromWire(probe.withoutGiven.after))}.`
        : '';
      return `${probe.text}: ${formatProbability(probe.before)} before, ${formatProbability(fromWire(probe.after))} after: ${pieces.join('; ')}.${without}`;
    },
    open: (index, stay) => page.act.reveal(view.probes[index]?.location, stay),
    at: (_, y) => stackRowAt(rows, width, y),
  });
}

function expectations(page: CurrentPage): TemplateResult {
  const { view, whatIf, model } = page;
  const failed = view.expectations.filter((row) => !row.holds).length;
  const groups = expectationRanges(view, whatIf);
  const top = model.close
    ? fitTop(view.expectations.flatMap((row) => [fromWire(row.value), row.bound === 'above' ? 1 : (row.high ?? 1)]))
    : 1;
  const width = columnWidth(page, figures(page));
  return figure(page, {
    id: 'expectations',
    title:
      failed === 0
        ? 'Expectations: all hold'
        : `Expectations: ${failed} of ${view.expectations.length} ${failed === 1 ? 'fails' : 'fail'}`,
    description: 'Each expectation: the shaded range is what is allowed, the mark is what is predicted.',
    width,
    drawing: ranges(svg, groups, { width, top, cursor: model.figures['expectations']?.cursor }),
    table: () => ({
      header: ['Expectation', 'Value', 'Holds', 'Margin'],
      rows: view.expectations.map((row) => ({
        cells: [row.text, formatProbability(fromWire(row.value)), row.holds ? 'yes' : 'no', marginText(row)],
        open: () => page.act.reveal(row.location),
      })),
    }),
    count: groups.length,
    describe: (index) => {
      const row = view.expectations[index]!;
      return `${row.text}: ${formatProbability(fromWire(row.value))}, ${row.holds ? 'holds' : 'fails'}, ${marginText(row)}.`;
    },
    open: (index, stay) => page.act.reveal(view.expectations[index]?.location, stay),
    at: (_, y) => rangeRowAt(groups, width, y),
  });
}

function evaluation(page: CurrentPage, row: EvaluationRow, index: number): TemplateResult {
  const { view, whatIf, model } = page;
  const id = `evaluation-${index}`;
  const displayed = tellingResponses(row);
  const groups = evaluationRanges(row, view.accounts, whatIf?.evaluations[index]);
  const top = model.close
    ? fitTop(groups.flatMap((group) => [group.band[1], ...group.dots.map((dot) => dot.value)]))
    : 1;
  const width = columnWidth(page, figures(page));
  return figure(page, {
    id,
    title: `Evaluation: ${row.label ?? row.situation}`,
    description: `${row.total} answers that were seen. Shaded: 95% interval of the observed share. ${row.residual}`,
    legend: html`<span class="key band">seen, 95% interval of ${row.total}</span><span class="key diamond">posterior</span>${row.residual ? html`<strong class="residual">${row.residual}</strong>` : html`<span>The posterior agrees with what was seen.</span>`}`,
    width,
    drawing: ranges(svg, groups, { width, top, cursor: model.figures[id]?.cursor }),
    table: () => ({
      header: ['Response', 'Count', 'Share', '95% interval', 'Before', 'Posterior', ...view.accounts],
      rows: row.responses.map((response) => ({
        cells: [
          response.name,
          String(response.count),
          formatProbability(response.share),
          formatInterval(...response.interval),
          formatProbability(response.before),
          formatProbability(fromWire(response.predicted)),
          ...response.byAccount.map((value) => formatProbability(fromWire(value))),
        ],
        open: () => page.act.reveal(row.location),
      })),
    }),
    count: groups.length,
    describe: (at) => {
      const response = displayed[at]!;
      return `${response.name}: seen ${response.count} of ${row.total}, ${formatProbability(response.share)}, 95% interval ${formatInterval(...response.interval)}; the posterior predicts ${formatProbability(fromWire(response.predicted))}.`;
    },
    open: (_, stay) => page.act.reveal(row.location, stay),
    at: (_, y) => rangeRowAt(groups, width, y),
  });
}
