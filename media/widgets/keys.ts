/** Every action has a key: single letters, where no field is being typed into. */
import { VIEWS } from '../../panel/model/messages';
import type { Page } from '../page';

export function shortcut(event: KeyboardEvent, { model, act }: Page, root: HTMLElement): void {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTyping(event)) return;
  const view = VIEWS[Number(event.key) - 1];
  if (view) act.show(view);
  else if (event.key === 'w') act.update({ whatIfOpen: !model.whatIfOpen });
  else if (event.key === 'p') act.pin();
  else if (event.key === 'l') act.lock();
  else if (event.key === 'm') act.export('markdown');
  else if (event.key === 't') toggleTables({ model, act }, root);
  else if (event.key === '/')
    root.querySelector<HTMLElement>('[data-filter] vscode-text-field, [data-filter] input')?.focus();
  else return;
  event.preventDefault();
}

/** All figures of the view become tables, or charts again. */
function toggleTables({ model, act }: Page, root: HTMLElement): void {
  const ids = [...root.querySelectorAll<HTMLElement>('[data-figure]')].map((element) => element.dataset['figure']!);
  const table = !ids.every((id) => model.figures[id]?.table);
  act.update({
    figures: { ...model.figures, ...Object.fromEntries(ids.map((id) => [id, { ...model.figures[id], table }])) },
  });
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement &&
    (target.matches('input:not([type=range]), textarea, select') || target.isContentEditable)
  );
}
