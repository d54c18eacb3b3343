/** A button of the toolbar that opens a menu under it: arrows walk, Escape closes, leaving it closes it too. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Model } from '../model';
import type { Page } from '../page';
import { icon } from './icons';

export interface MenuParts {
  readonly name: NonNullable<Model['menu']>;
  readonly glyph: Parameters<typeof icon>[0];
  readonly label: string;
  readonly title: string;
  readonly pressed: boolean;
  readonly body: () => TemplateResult;
}

export function menu({ model, act }: Page, { name, glyph, label, title, pressed, body }: MenuParts): TemplateResult {
  const open = model.menu === name;
  const itemsOf = (element: EventTarget | null): HTMLElement[] =>
    element instanceof Element ? [...element.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)')] : [];
  const keys = (event: KeyboardEvent): void => {
    const items = itemsOf(event.currentTarget);
    const at = document.activeElement instanceof HTMLElement ? items.indexOf(document.activeElement) : -1;
    if (event.target instanceof HTMLInputElement && event.key !== 'Escape') return event.stopPropagation();
    if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items[(at + items.length - 1) % items.length]?.focus();
    else if (event.key === 'Escape' && open) {
      act.update({ menu: undefined });
      if (event.currentTarget instanceof Element) event.currentTarget.querySelector<HTMLElement>('.icon')?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const left = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (open && event.currentTarget instanceof Element && !(to instanceof Node && event.currentTarget.contains(to)))
      act.update({ menu: undefined });
  };
  return html`<span class="menu" @keydown=${keys} @focusout=${left}>
    <button
      type="button"
      class="icon"
      aria-haspopup="menu"
      aria-expanded=${open ? 'true' : 'false'}
      aria-pressed=${pressed ? 'true' : 'false'}
      aria-label=${label}
      title=${title}
      @click=${(event: Event) => {
        act.update({ menu: open ? undefined : name });
        if (!open && event.currentTarget instanceof Element) itemsOf(event.currentTarget.parentElement)[0]?.focus();
      }}
    >
      ${icon(glyph)}
    </button>
    ${open ? html`<div role="menu" tabindex="-1" aria-label=${label}>${body()}</div>` : nothing}
  </span>`;
}
