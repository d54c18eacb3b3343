/**
 * One HTML file with everything that the panel shows of a scenario, and the text that it was computed from. It loads
 * nothing and runs nothing: pictures are drawn here, by the page's own charts. Same text, same bytes.
 */
import { bars } from '../../panel/model/charts/bars';
import { capabilityBars, learnedBars, personaRows } from '../../panel/model/charts/posteriorRows';
import type { PanelRequest, ViewName } from '../../panel/model/messages';
import { formatCount, formatLog, fromWire } from '../../panel/model/numbers';
import { colourSlots } from '../../panel/model/palette';
import type {
  AccountsView,
  EvidenceView,
  PosteriorView,
  PredictionsView,
  TrajectoryView,
} from '../../panel/model/viewTypes';
import { viewTables } from '../../panel/views/tables';
import { panelView, type ViewExtra } from '../../panel/views/view';
import { fileName } from '../../server/program/uris';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { Unit } from '../../server/syntax/tree';
import { numbers, picture, type Sheet, WIDTH } from './chartParts';
import { type Markup, markup } from './markup';
import { accountsSection, evidenceSection, predictionsSection, trajectorySection } from './sections';
import { REPORT_STYLE } from './style';

/** The report of the scenario that this snapshot is the root of. */
export function htmlReport(
  snapshot: PosteriorSnapshot,
  extra: ViewExtra = {},
  unit: Unit = snapshot.program.units,
): string {
  const { program, evaluation } = snapshot;
  const names = evaluation.hypotheses;
  const page: Sheet = { names, slots: colourSlots(names), unit };
  const view = <View>(name: ViewName, query: PanelRequest['query'] = {}): View =>
    panelView(snapshot, { panel: 'report', view: name, whatIf: [], query }, extra) as View;
  const file = fileName(program.files[0]?.uri ?? '');
  const title = program.scenario?.title ?? file;
  const errors = program.diagnostics.filter(({ severity }) => severity === 'error');
  const { markup: body } = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${{ markup: REPORT_STYLE }}</style>
</head>
<body>
<h1>${title}</h1>
<p class="muted">${file}. Computed by Dramatis; logs are in ${unit}.</p>
${snapshot.outOfDate ? markup`<p class="notice"><strong>Out of date. Showing the last valid result.</strong> ${snapshot.outOfDate.message}</p>` : ''}
${errors.length > 0 ? markup`<p class="notice"><strong>${errors.length === 1 ? 'An error stands' : `${formatCount(errors.length)} errors stand`} in the text:</strong> ${errors[0]!.message}</p>` : ''}
${evaluation.defined || snapshot.incomplete !== undefined ? '' : markup`<p class="notice"><strong>The posterior is not defined:</strong> with this evidence no persona that has a prior is left.</p>`}
${posteriorSection(view<PosteriorView>('posterior'), page)}
${program.evidence.length > 0 && extra.trajectory ? trajectorySection(view<TrajectoryView>('trajectory'), page) : ''}
${program.evidence.length > 0 ? evidenceSection(view<EvidenceView>('evidence', { count: 40 }), page) : ''}
${program.probes.length + program.expectations.length + program.observed.length > 0 ? predictionsSection(view<PredictionsView>('predictions'), page) : ''}
${program.accounts.length + program.reinforcements.length > 0 ? accountsSection(view<AccountsView>('accounts'), page) : ''}
${program.files.map((source) => markup`<section><h2>${fileName(source.uri)}</h2><pre>${source.text}</pre></section>`)}
</body>
</html>
`;
  return body;
}

function posteriorSection(view: PosteriorView, page: Sheet): Markup {
  const { names, slots, unit } = page;
  const { episodes, datasets, rows, measured } = view.evidence;
  const options = { width: WIDTH, scale: 'probability' } as const;
  const mixture = view.hypotheses.find((row) => row.mixture)?.mixture;
  const words = `Line: prior. Bar: posterior.${mixture ? ` Below: share in a mixture (${mixture.account}), 90% interval.` : ''}`;
  return markup`<section><h2>Posterior</h2>
<p>${formatCount(episodes)} ${episodes === 1 ? 'episode' : 'episodes'}${datasets > 0 ? `, ${formatCount(datasets)} ${datasets === 1 ? 'dataset' : 'datasets'} of ${formatCount(rows)} rows` : ''}${measured > 0 ? `, ${formatCount(measured)} of them measured` : ''}. Log marginal likelihood ${formatLog(fromWire(view.logMarginal), unit)}.</p>
${picture('Personas', words, bars(markup, personaRows(view, { slots, unit, scale: 'probability' }), options))}
${view.capabilities.length > 0 ? picture('Abilities', 'Line: before. Bar: after the evidence, with a 90% interval.', bars(markup, capabilityBars(view, {}), options)) : ''}
${names.map((name, h) => {
  const learned = view.learned.filter((row) => row.hypothesis === h);
  if (learned.length === 0) return '';
  const similar =
    name === 'novel' && view.nearest
      ? ` Nearest named relative: ${view.nearest.name}, ${formatLog(fromWire(view.nearest.divergence), unit)} away.`
      : '';
  return picture(
    `What ${name} does`,
    `Line: before. Bar: after the evidence.${similar}`,
    bars(markup, learnedBars(learned, slots[h]!), options),
  );
})}
${numbers(viewTables(view, names, unit))}</section>`;
}
