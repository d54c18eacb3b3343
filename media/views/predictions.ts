/** Predictions: expectations, evaluations beside what is predicted, and every probe before and after. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Figure } from '../../panel/model/charts/figures';
import { predictionFigures } from '../../panel/model/charts/predictionFigures';
import type { PredictionsView } from '../../panel/model/viewTypes';
import { contextOf, type ViewPage } from '../page';
import { figureView } from '../widgets/figure';

export const figures = (page: ViewPage<PredictionsView>): readonly Figure[] =>
  predictionFigures(page.view, contextOf(page));

export function draw(page: ViewPage<PredictionsView>): TemplateResult {
  const { view } = page;
  const all = figures(page);
  if (all.length === 0) {
    return html`<p class="nothing">
      No probes yet. Add <code>probe situation -> response</code>; <code>expect</code> states what should hold,
      <code>evaluation</code> what was measured.
    </p>`;
  }
  const residuals = view.evaluations.filter(({ residual }) => residual.includes('no mixture'));
  return html`${all.map((figure) =>
    figureView(page, figure, {
      below:
        figure.id === 'evaluations' && residuals.length > 0
          ? html`<ul class="residuals">${residuals.map((row) => html`<li>${row.label ?? row.situation}: ${row.residual}</li>`)}</ul>`
          : nothing,
    }),
  )}`;
}
