/** Accounts: the same data under other assumptions, beside what was measured; and what reinforcement did. */
import { html, type TemplateResult } from 'lit/html.js';
import { accountFigures } from '../../panel/model/charts/accountFigures';
import type { Figure } from '../../panel/model/charts/figures';
import type { AccountsView } from '../../panel/model/viewTypes';
import { contextOf, type ViewPage } from '../page';
import { figureView } from '../widgets/figure';

export const figures = (page: ViewPage<AccountsView>): readonly Figure[] => accountFigures(page.view, contextOf(page));

export function draw(page: ViewPage<AccountsView>): TemplateResult {
  const { state } = page;
  const all = figures(page);
  if (all.length === 0) {
    return html`<p class="nothing">
      No accounts compared. Add <code>compare selection, drift 50, unstructured 1</code>. Account: a hypothesis about how
      training acts.
    </p>`;
  }
  return html`
    <div class=${state.rivalsPending ? 'outdated' : ''}>${all.map((figure) => figureView(page, figure))}</div>
  `;
}
