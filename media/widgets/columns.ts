/** Wide panels have two columns of figures, if there is more than one. */
import type { Page } from '../page';

const TWO = 860;
const GAP = 28;

export function columnWidth({ model }: Page, figures: number): number {
  return model.width >= TWO && figures > 1 ? Math.floor((model.width - GAP) / 2) : model.width;
}

export function columnsClass({ model }: Page, figures: number): string {
  return model.width >= TWO && figures > 1 ? 'columns two' : 'columns';
}
