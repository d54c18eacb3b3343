import { html, type TemplateResult } from 'lit';
import type { AccountsView } from '../../server/features/panel/types';
import type { ShownPage } from '../page';

export function accounts(page: ShownPage<AccountsView>): TemplateResult {
  return html`${page.view.kind}`;
}
