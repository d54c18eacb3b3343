import { html, type TemplateResult } from 'lit';
import type { EvidenceView } from '../../server/features/panel/types';
import type { ShownPage } from '../page';

export function evidence(page: ShownPage<EvidenceView>): TemplateResult {
  return html`${page.view.kind}`;
}
