/**
 * The one place that knows the widget library. The rest of the page asks for a button, a checkbox, a choice or a field
 * by these functions; leaving the library is an edit of this file only. (It was archived in January 2025.)
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { live } from 'lit/directives/live.js';
import { html, type TemplateResult } from 'lit/html.js';

/** Makes the widgets known to the page; once, before anything is drawn. */
export function registerWidgets(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeTextField(),
  );
}

export interface ButtonOptions {
  readonly label: unknown;
  readonly kind?: 'primary' | 'secondary' | 'icon';
  /** For a button without words, or whose words need more. */
  readonly title?: string;
  readonly disabled?: boolean;
  readonly press: () => void;
}

export function button({ label, kind = 'secondary', title, disabled = false, press }: ButtonOptions): TemplateResult {
  return html`<vscode-button
    appearance=${kind}
    aria-label=${title ?? (typeof label === 'string' ? label : '')}
    title=${title ?? ''}
    ?disabled=${disabled}
    @click=${press}
    >${label}</vscode-button
  >`;
}

export function checkbox(label: string, checked: boolean, change: (checked: boolean) => void): TemplateResult {
  return html`<vscode-checkbox
    .checked=${live(checked)}
    @change=${(event: Event) => {
      // The widget also reports what it is set to.
      const now = (event.target as HTMLInputElement).checked;
      if (now !== checked) change(now);
    }}
    >${label}</vscode-checkbox
  >`;
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** One of several. `value` must be that of an option. */
export function choice(
  label: string,
  options: readonly Option[],
  value: string,
  change: (value: string) => void,
): TemplateResult {
  return html`<label class="field"
    ><span>${label}</span
    ><vscode-dropdown
      aria-label=${label}
      .value=${live(value)}
      @change=${(event: Event) => {
        const now = (event.target as HTMLSelectElement).value;
        if (now !== value) change(now);
      }}
      >${options.map(
        (option) =>
          html`<vscode-option value=${option.value} ?selected=${option.value === value}>${option.label}</vscode-option>`,
      )}</vscode-dropdown
    ></label
  >`;
}

/** A line of text, reported at every key. */
export function textField(
  label: string,
  value: string,
  input: (value: string) => void,
  placeholder = '',
): TemplateResult {
  return html`<vscode-text-field
    aria-label=${label}
    placeholder=${placeholder}
    .value=${live(value)}
    @input=${(event: Event) => input((event.target as HTMLInputElement).value)}
  ></vscode-text-field>`;
}
