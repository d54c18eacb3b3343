import { html, type TemplateResult } from 'lit';
import type { TrajectoryView } from '../../server/features/panel/types';
import type { ShownPage } from '../page';

export function trajectory(page: ShownPage<TrajectoryView>): TemplateResult {
  return html`${page.view.kind}`;
}
