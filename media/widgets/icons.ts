/** The few icons of the page, 16 × 16, in the colour of the text. */
import { html, type TemplateResult } from 'lit/html.js';

const PATHS = {
  table: 'M2 3h12v10H2zM2 6.5h12M2 10h12M6.5 6.5V13',
  chart: 'M2.5 2v11.5H14M5.5 11V7.5M8.5 11V4.5M11.5 11V6',
  lock: 'M4 7.5h8V14H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  unlock: 'M4 7.5h8V14H4zM5.5 7.5V4.5a2.5 2.5 0 0 1 4.8-1',
  pin: 'M8 10v4.5M4.5 10h7L10 7V3h.7V1.8H5.3V3H6v4z',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  sliders: 'M2 4.5h6M11 4.5h3M2 11.5h3M8 11.5h6M9.5 3v3M6.5 10v3',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.01',
  error: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3.5l-3 3 3 3',
} as const;

export function icon(name: keyof typeof PATHS): TemplateResult {
  return html`<svg class="glyph" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d=${PATHS[name]}></path></svg>`;
}
