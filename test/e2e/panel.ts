/** What a person reads off the panel. */
import type { Locator } from 'playwright-core';
import type { Window } from './window';

/** The number at the end of a row of a chart: `malicious` → `92.22%`. */
export function number(window: Window, row: string): Locator {
  return window.panel
    .locator('svg g.row', { has: window.panel.locator('text.name', { hasText: row }) })
    .first()
    .locator('text.strong');
}

/** The line above the view that says what stands between the reader and the newest numbers. */
export function notice(window: Window): Locator {
  return window.panel.locator('.strip-line:is(.warn, .fail)');
}

export async function show(window: Window, view: string): Promise<void> {
  await window.panel.getByRole('tab', { name: view }).click();
  await window.panel.locator(`#view[data-drawn=${view.toLowerCase()}]`).waitFor();
}
