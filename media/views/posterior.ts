/** Posterior: where each persona stood and stands, what was learned inside it, and what the network has become able to do. */
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { type BarsOptions, barRowAt, bars } from '../../panel/model/charts/bars';
import { capabilityBars, learnedBars, personaRows, posteriorText } from '../../panel/model/charts/posteriorRows';
import {
  formatCount,
  formatFactor,
  formatInterval,
  formatLog,
  formatOdds,
  formatProbability,
  fromWire,
} from '../../panel/model/numbers';
import type { LearnedRow, PosteriorView } from '../../panel/model/viewTypes';
import { slotsOf, type ViewPage } from '../page';
import { columnsClass, columnWidth } from '../widgets/columns';
import { figure, swatch, toggle } from '../widgets/figure';

type CurrentPage = ViewPage<PosteriorView>;

export function posterior(page: CurrentPage): TemplateResult {
  const { view, state } = page;
  return html`
    ${summary(page)}
    <div class=${columnsClass(page, figures(page))}>
      ${personas(page)} ${view.capabilities.length > 0 ? capabilities(page) : nothing}
      ${state.hypotheses.map((_, h) => {
        const rows = view.learned.filter((row) => row.hypothesis === h);
        return rows.length > 0 ? learned(page, h, rows) : nothing;
      })}
    </div>
  `;
}

/** How many figures there are: one alone has the whole width. */
function figures({ view }: CurrentPage): number {
  return 1 + Math.min(1, view.capabilities.length) + new Set(view.learned.map((row) => row.hypothesis)).size;
}

function summary({ view, state }: CurrentPage): TemplateResult {
  const { episodes, datasets, rows, measured } = view.evidence;
  const pieces = [
    episodes === 1 ? '1 episode' : `${formatCount(episodes)} episodes`,
    ...(datasets === 0
      ? []
      : [`${datasets === 1 ? '1 dataset' : `${datasets} datasets`} of ${formatCount(rows)} rows`]),
  ];
  return html`<p class="summary">
    ${pieces.join(' and ')}${measured > 0 ? html` (<span class="measured-badge">${formatCount(measured)} measured</span>)` : nothing}.
    Log marginal likelihood ${formatLog(fromWire(view.logMarginal), state.unit)}.
  </p>`;
}

function personas(page: CurrentPage): TemplateResult {
  const { model, view, whatIf, past, state } = page;
  const signed = model.scale === 'signed';
  const named = (other: PosteriorView | undefined, name: string) => other?.hypotheses.find((row) => row.name === name);
  const textOf = (row: PosteriorView['hypotheses'][number] | undefined) => (row ? posteriorText(row) : '');
  const rows = personaRows(view, {
    slots: slotsOf(state.hypotheses),
    unit: state.unit,
    scale: model.scale,
    past: past?.view,
    whatIf,
  });
  const width = columnWidth(page, figures(page));
  const options: BarsOptions = {
    width,
    scale: signed ? 'signed' : 'probability',
    unit: signed ? `log odds against the rest, ${state.unit}` : undefined,
    cursor: model.figures['personas']?.cursor,
  };
  const mixture = view.hypotheses.find((row) => row.mixture)?.mixture;
  return figure(page, {
    id: 'personas',
    title: 'Personas',
    description: signed
      ? 'Log odds of each persona against all the others: hollow before the evidence, filled after it.'
      : 'Probability of each persona: the bar after the evidence, the marked line before it.',
    legend: html`${signed ? html`<span class="key hollow">prior</span><span class="key solid">posterior</span>` : html`<span class="key line">prior</span><span class="key bar">posterior</span>`}${past ? html`<span class="key ghost">${past.label}</span>` : nothing}${whatIf ? html`<span class="key pale">what-if</span>` : nothing}${mixture && !signed && !whatIf ? html`<span class="key below">share in a mixture (${mixture.account}), 90% interval</span>` : nothing}`,
    width,
    drawing: bars(svg, rows, options),
    tools: toggle(
      'Scale',
      [
        ['probability', 'Probability'],
        ['signed', 'Log odds'],
      ],
      model.scale,
      (scale) => page.act.update({ scale }),
    ),
    table: () => ({
      header: [
        'Persona',
        'Prior',
        'Posterior',
        'Factor of the odds',
        `Log likelihood (${state.unit})`,
        ...(past ? [past.label] : []),
        ...(whatIf ? ['What-if'] : []),
      ],
      rows: view.hypotheses.map((row) => ({
        cells: [
          row.name,
          formatProbability(row.prior),
          posteriorText(row),
          formatFactor(fromWire(row.logOddsPosterior) - fromWire(row.logOddsPrior)),
          formatLog(fromWire(row.logLikelihood), state.unit, { bare: true }),
          ...(past ? [textOf(named(past.view, row.name))] : []),
          ...(whatIf ? [textOf(named(whatIf, row.name))] : []),
        ],
        open: () => page.act.reveal(row.location),
      })),
    }),
    count: rows.length,
    describe: (index) => describe(page, index),
    open: (index, stay) => page.act.reveal(view.hypotheses[index]?.location, stay),
    at: (_, y) => barRowAt(rows, options, y),
  });
}

function describe({ view, state }: CurrentPage, index: number): string {
  const row = view.hypotheses[index]!;
  const change = fromWire(row.logOddsPosterior) - fromWire(row.logOddsPrior);
  const mixture = row.mixture
    ? ` As a mixture (${row.mixture.account}): ${formatProbability(row.mixture.mean)}, 90% interval ${formatInterval(...row.mixture.interval)}.`
    : '';
  return `${row.name}: ${formatProbability(row.prior)} before, ${posteriorText(row)} after. Odds ${formatOdds(fromWire(row.logOddsPosterior))}, ${formatFactor(change)} (${formatLog(change, state.unit, { sign: true })}).${mixture}`;
}

function capabilities(page: CurrentPage): TemplateResult {
  const { model, view, whatIf, past } = page;
  const rows = capabilityBars(view, { past: past?.view, whatIf });
  const width = columnWidth(page, figures(page));
  const options: BarsOptions = { width, scale: 'probability', cursor: model.figures['capabilities']?.cursor };
  return figure(page, {
    id: 'capabilities',
    title: 'Abilities',
    description:
      'What the network can do, whichever persona it enacts: the line before, the bar after the evidence, with a 90% interval.',
    legend: html`<span class="key line">before</span><span class="key bar">after</span><span class="key whisker">90% interval</span>`,
    width,
    drawing: bars(svg, rows, options),
    table: () => ({
      header: ['Ability', 'Before', 'After', '90% interval after'],
      rows: view.capabilities.map((row) => ({
        cells: [
          row.name,
          formatProbability(row.before),
          formatProbability(fromWire(row.after)),
          row.learnable ? formatInterval(fromWire(row.intervalAfter[0]), fromWire(row.intervalAfter[1])) : 'fixed',
        ],
        open: () => page.act.reveal(row.location),
      })),
    }),
    count: rows.length,
    describe: (index) => {
      const row = view.capabilities[index]!;
      return row.learnable
        ? `${row.name}: ${formatProbability(row.before)} before, ${formatProbability(fromWire(row.after))} after, 90% interval ${formatInterval(fromWire(row.intervalAfter[0]), fromWire(row.intervalAfter[1]))}.`
        : `${row.name}: fixed at ${formatProbability(row.before)}.`;
    },
    open: (index, stay) => page.act.reveal(view.capabilities[index]?.location, stay),
    at: (_, y) => barRowAt(rows, options, y),
  });
}

const WHY: Readonly<Record<LearnedRow['why'], string>> = {
  novel: 'learned from nothing',
  concentration: 'moved by training',
  reinforced: 'tilted by reinforcement',
};

function learned(page: CurrentPage, h: number, list: readonly LearnedRow[]): TemplateResult {
  const { view, state, model } = page;
  const { name, colour } = state.hypotheses[h]!;
  const id = `learned-${h}`;
  const flat = list.flatMap((row) => row.responses.map((response) => ({ row, response })));
  const rows = learnedBars(list, colour);
  const width = columnWidth(page, figures(page));
  const options: BarsOptions = { width, scale: 'probability', cursor: model.figures[id]?.cursor };
  const similar = name === 'novel' ? view.nearest : undefined;
  const reasons = [...new Set(list.map((row) => WHY[row.why]))].join(', ');
  const sentence = similar
    ? `Nearest named relative: ${similar.name}, ${formatLog(fromWire(similar.divergence), state.unit)} away.`
    : '';
  return figure(page, {
    id,
    title: `What ${name} does`,
    description: `Answers of ${name} before and after, ${reasons}. ${sentence}`,
    legend: html`${swatch(name, colour)} ${reasons}. ${sentence}`,
    width,
    drawing: bars(svg, rows, options),
    table: () => ({
      header: ['Situation', 'Response', 'Before', 'After', '90% interval'],
      rows: flat.map(({ row, response }) => ({
        cells: [
          row.situation,
          response.name,
          formatProbability(response.before),
          formatProbability(fromWire(response.after)),
          response.interval ? formatInterval(...response.interval) : '',
        ],
      })),
    }),
    count: rows.length,
    describe: (index) => {
      const { row, response } = flat[index]!;
      const interval = response.interval ? `, 90% interval ${formatInterval(...response.interval)}` : '';
      return `${row.situation} → ${response.name}: ${formatProbability(response.before)} before, ${formatProbability(fromWire(response.after))} after${interval}.`;
    },
    at: (_, y) => barRowAt(rows, options, y),
  });
}
