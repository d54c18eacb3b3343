/**
 * One HTML file with everything that the panel shows of a scenario, and the text that it was computed from. It loads
 * nothing and runs nothing: pictures are drawn here, by the page's own charts. Same text, same bytes.
 */
import type { PanelRequest } from '../../panel/model/messages';
import { formatCount, formatLog, fromWire } from '../../panel/model/numbers';
import type { PanelView, PosteriorView } from '../../panel/model/viewTypes';
import type { ViewExtra } from '../../panel/views/extra';
import { panelHypotheses } from '../../panel/views/hypotheses';
import { VIEW_KINDS, type ViewKind } from '../../panel/views/view';
import { fileName } from '../../server/program/uris';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { Unit } from '../../server/syntax/tree';
import { numbers, picture } from './chartParts';
import { type Markup, markup } from './markup';
import { REPORT_STYLE } from './style';

/** Rows of evidence in a report. */
const MOST_EVIDENCE = 40;

/** The report of the scenario that this snapshot is the root of. */
export function htmlReport(
  snapshot: PosteriorSnapshot,
  extra: ViewExtra = {},
  unit: Unit = snapshot.program.units,
): string {
  const { program, evaluation } = snapshot;
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
${evaluation.hypotheses.length === 0 ? markup`<p class="muted">No personas yet.</p>` : ''}
${evaluation.defined || evaluation.hypotheses.length === 0 || snapshot.incomplete !== undefined ? '' : markup`<p class="notice"><strong>The posterior is not defined:</strong> with this evidence no persona that has a prior is left.</p>`}
${VIEW_KINDS.map((kind) => section(kind, snapshot, extra, unit))}
${program.files.map((source) => markup`<section><h2>${fileName(source.uri)}</h2><pre>${source.text}</pre></section>`)}
</body>
</html>
`;
  return body;
}

/** One view of the panel: its sentence, its figures, its tables; nothing where the program has nothing for it. */
function section(kind: ViewKind, snapshot: PosteriorSnapshot, extra: ViewExtra, unit: Unit): Markup {
  const { evaluation } = snapshot;
  const query: PanelRequest['query'] = kind.id === 'evidence' ? { count: MOST_EVIDENCE } : {};
  const view = kind.build(snapshot, { panel: 'report', view: kind.id, whatIf: [], query }, { ...extra, unit });
  const figures = isEmpty(view)
    ? []
    : kind.draw(view, { hypotheses: panelHypotheses(snapshot), unit, expanded: EVERYTHING });
  if (figures.length === 0) return markup``;
  const more =
    view.kind === 'evidence' && view.matching > view.rows.length
      ? markup`<p class="muted">The strongest ${view.rows.length} of ${formatCount(view.matching)}.</p>`
      : '';
  return markup`<section><h2>${kind.title}</h2>
${view.headline === '' ? '' : markup`<p class="headline">${view.headline}</p>`}
${view.kind === 'posterior' ? evidenceWords(view, unit) : ''}${more}
${figures.map(picture)}
${numbers(kind.table(view, evaluation.hypotheses, unit))}</section>`;
}

/** Everything is shown on paper: nothing can be unfolded there. */
const EVERYTHING: ReadonlySet<string> = new Set(['personas']);

function isEmpty(view: PanelView): boolean {
  switch (view.kind) {
    case 'trajectory':
      return view.pending || view.steps === 0;
    case 'evidence':
      return view.total === 0;
    default:
      return false;
  }
}

function evidenceWords(view: PosteriorView, unit: Unit): Markup {
  const { episodes, datasets, rows, measured } = view.evidence;
  return markup`<p>${formatCount(episodes)} ${episodes === 1 ? 'episode' : 'episodes'}${datasets > 0 ? `, ${formatCount(datasets)} ${datasets === 1 ? 'dataset' : 'datasets'} of ${formatCount(rows)} rows` : ''}${measured > 0 ? `, ${formatCount(measured)} of them measured` : ''}. Log normaliser (observations and incentives): ${formatLog(fromWire(view.logMarginal), unit)}.</p>`;
}
