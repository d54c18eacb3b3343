/** What-if: other values in the place of written ones. Everything answers while a slider moves; the text stays until it is written. */

import { live } from 'lit/directives/live.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { WhatIfControl, WhatIfTarget } from '../../panel/model/messages';
import { formatCount, formatPercent, formatSource } from '../../panel/model/numbers';
import { displayedChanges, droppedText, sameTarget } from '../model';
import type { Page } from '../page';
import { icon } from '../widgets/icons';
import { button } from '../widgets/toolkit';

const GROUPS: readonly (readonly [WhatIfTarget['kind'], string])[] = [
  ['prior', 'Priors'],
  ['method', 'Strength of a method'],
  ['dataset', 'Weight of a dataset'],
  ['reinforcement', 'Beta of a reinforcement'],
  ['episode', 'Episodes'],
];

export function whatIf(page: Page): TemplateResult {
  const { model, act } = page;
  const controls = model.state?.controls ?? [];
  const changed = displayedChanges(model).length;
  return html`<section class="what-if-drawer" aria-label="What-if">
    <div class="what-if-head">
      <h2>What if…</h2>
      <span class="tools">
        ${button({ label: 'Reset', disabled: changed === 0, press: act.forgetWhatIf })}
        ${button({ label: 'Write to file', kind: 'primary', disabled: changed === 0, press: act.write })}
      </span>
    </div>
    ${dropped(page)}
    <div class="controls-list">${GROUPS.map(([kind, title]) => {
      const members = controls.filter((one) => one.target.kind === kind);
      if (members.length === 0) return nothing;
      return html`<fieldset>
        <legend>${title}</legend>
        ${members.map((one, at) => html`${kind === 'episode' && one.label !== members[at - 1]?.label ? html`<p class="control-group" title=${one.label}>${one.label}</p>` : nothing}${control(page, one)}`)}
        ${kind === 'episode' ? html`<p class="legend">Choose others in the Evidence view with <kbd>+</kbd>.</p>` : nothing}
      </fieldset>`;
    })}</div>
    ${controls.length === 0 ? html`<p class="legend">No parameters to adjust yet.</p>` : nothing}
  </section>`;
}

function dropped({ model, act }: Page): TemplateResult | typeof nothing {
  if (model.dropped.length === 0) return nothing;
  return html`<p class="dropped" role="status">
    ${droppedText(model.dropped)}
    <button type="button" class="link" @click=${() => act.update({ dropped: [] })}>Dismiss</button>
  </p>`;
}

/** A slider's way: priors as log odds, what may be large by factors of the written value, others evenly. */
interface Track {
  readonly position: (value: number) => number;
  readonly value: (position: number) => number;
  readonly show: (value: number) => string;
  readonly read: (text: string) => number | undefined;
}

const STEPS = 400;
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

function readNumber(text: string): number | undefined {
  const match = /^\s*([\d_.]+(?:e-?\d+)?)\s*(%?)\s*$/i.exec(text);
  const value = match ? Number(match[1]!.replaceAll('_', '')) / (match[2] === '%' ? 100 : 1) : Number.NaN;
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Probabilities from 1 in a million to its complement, evenly in log odds. */
const PRIOR: Track = {
  position: (p) =>
    clamp((Math.log(clamp(p, 1e-6, 1 - 1e-6) / (1 - clamp(p, 1e-6, 1 - 1e-6))) / 27.631 + 0.5) * STEPS, 0, STEPS),
  value: (position) => {
    const p = 1 / (1 + Math.exp(-(position / STEPS - 0.5) * 27.631));
    return Number(p.toPrecision(p > 0.99 ? 5 : 3));
  },
  show: (value) => (value < 1e-4 ? formatSource(value, true) : formatPercent(value).replace('>', '')),
  read: (text) => {
    const value = readNumber(text);
    return value === undefined ? undefined : clamp(value, 0, 1);
  },
};

/** A hundredth to a hundred times the written value, evenly in its logarithm; the far left is none at all. */
function factorTrack(written: number, entire: boolean): Track {
  const base = written > 0 ? written : 1;
  return {
    position: (value) => (value <= 0 ? 0 : clamp((Math.log10(value / base) / 4 + 0.5) * STEPS, 1, STEPS)),
    value: (position) => {
      if (position <= 0) return entire ? 1 : 0;
      const value = base * 10 ** ((position / STEPS - 0.5) * 4);
      return entire ? Math.max(1, Math.round(Number(value.toPrecision(2)))) : Number(value.toPrecision(2));
    },
    show: (value) => formatCount(value),
    read: (text) => {
      const value = readNumber(text.replaceAll(',', ''));
      return value === undefined ? undefined : entire ? Math.max(1, value) : value;
    },
  };
}

function control(page: Page, one: WhatIfControl): TemplateResult {
  const { model, act } = page;
  const { target } = one;
  const changed = displayedChanges(model).find((change) => sameTarget(change.target, target));
  // Before the server has answered, the others stand where they stood.
  const value = changed?.value ?? one.effective;
  const moved = changed === undefined && one.effective !== one.value;
  const track =
    target.kind === 'prior' ? PRIOR : factorTrack(one.value, target.kind === 'episode' && target.key === 'times');
  const name = target.kind === 'episode' ? `${one.label}, ${target.key}` : one.label;
  const turn = (next: number | undefined): void => act.change(one, next === one.value ? undefined : next);
  return html`<div class=${`control ${changed ? 'changed' : ''} ${moved ? 'moved' : ''}`}>
    <span class="control-name" title=${moved ? `${name}: ${track.show(one.value)} in the text` : name}>${target.kind === 'episode' ? target.key : one.label}</span>
    <input
      type="range"
      min="0"
      max=${STEPS}
      step="1"
      aria-label=${name}
      aria-valuetext=${track.show(value)}
      .value=${live(String(Math.round(track.position(value))))}
      @input=${(event: Event) => turn(track.value(Number((event.target as HTMLInputElement).value)))}
    />
    <input
      class="number"
      inputmode="decimal"
      aria-label=${`${name}, value`}
      .value=${live(track.show(value))}
      @change=${(event: Event) => turn(track.read((event.target as HTMLInputElement).value) ?? value)}
    />
    <button type="button" class="icon" ?disabled=${!changed} aria-label=${`${name}: back to ${track.show(one.value)}`} title=${`Back to ${track.show(one.value)}`} @click=${() => turn(undefined)}>
      ${icon('undo')}
    </button>
  </div>`;
}
