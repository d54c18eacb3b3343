/** Posterior: where each persona was and is, what was learned inside it, and what the network has become capable of. */
import { html, type TemplateResult } from 'lit/html.js';
import type { Figure } from '../../panel/model/charts/figures';
import { posteriorFigures } from '../../panel/model/charts/posteriorFigures';
import { formatCount, formatLog, fromWire } from '../../panel/model/numbers';
import type { PosteriorView } from '../../panel/model/viewTypes';
import { contextOf, type ViewPage } from '../page';
import { figureView, toggle } from '../widgets/figure';

export const figures = (page: ViewPage<PosteriorView>): readonly Figure[] =>
  posteriorFigures(page.view, contextOf(page));

export function draw(page: ViewPage<PosteriorView>): TemplateResult {
  const { view, state, model, act } = page;
  const { episodes, datasets, rows, measured } = view.evidence;
  const pieces = [
    episodes === 1 ? '1 episode' : `${formatCount(episodes)} episodes`,
    ...(datasets === 0
      ? []
      : [`${datasets === 1 ? '1 dataset' : `${formatCount(datasets)} datasets`} of ${formatCount(rows)} rows`]),
    ...(measured === 0 ? [] : [`${formatCount(measured)} of them measured`]),
  ];
  const scale = toggle(
    'Scale',
    [
      ['probability', 'Probability'],
      ['signed', 'Log odds'],
    ],
    model.scale,
    (next) => act.update({ scale: next }),
  );
  return html`
    <p class="summary">
      ${pieces.join(', ')}. Log normaliser (observations and incentives): ${formatLog(fromWire(view.logMarginal), state.unit)}.
    </p>
    ${figures(page).map((figure) => figureView(page, figure, figure.id === 'personas' ? { tools: scale } : {}))}
  `;
}
