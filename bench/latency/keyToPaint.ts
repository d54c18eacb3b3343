/** Measures, in a real VS Code, one key press: when the panel's page heard of the answer, changed, and was drawn. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Window } from '../../test/e2e/window';
import type { Note, TimedWindow } from './windows';

/** Time origins of the two pages differ; both are turned into milliseconds since the epoch, on the same clock. */
const NOW = 'performance.timeOrigin + performance.now()';

/** What happens on the way of a key, in this order; the echo has no server. All in ms since the key press. */
export const STAGES = [
  'edited',
  'heard',
  'program',
  'posterior',
  'posted',
  'arrived',
  'message',
  'changed',
  'painted',
] as const;
export type Stage = (typeof STAGES)[number];
export type KeyTimes = Readonly<Partial<Record<Stage, number>>> & { readonly painted: number };

export interface Measured {
  readonly keys: readonly KeyTimes[];
  /** Longest time that the server's event loop was held while these keys were typed, ms. */
  readonly longest: number;
}

/** Rest after an answer, ms: what follows it (hints, tokens) ends, as between two keys of a person. */
const REST = 150;
const LIMIT = 20_000;

const PAGE_CLOCK = readFileSync(join(import.meta.dirname, 'clocks/page.cjs'), 'utf8');

interface PanelRecord {
  message: number;
  changed: number;
  painted: number;
}

/** Begins to watch the key presses of a window and the changes of its panel. `watched` changes with every answer. */
export async function prepare({ page, panel }: Window, watched: string): Promise<void> {
  await page.evaluate(`
    globalThis.benchKeys ??= (addEventListener('keydown', () => globalThis.benchKeys.push(${NOW}), true), []);
  `);
  const target = await panel.locator(watched).elementHandle();
  const frame = await target?.ownerFrame();
  await frame?.evaluate(`((module) => { ${PAGE_CLOCK}; module.exports(document.querySelector('${watched}')); })({})`);
}

/** Presses each of `keys` once, waiting for the panel's answer and a little longer before the next. */
export async function keyToPaint(timed: TimedWindow, watched: string, keys: readonly string[]): Promise<Measured> {
  const { page, panel } = timed.window;
  const element = panel.locator(watched);
  timed.notes();
  const pages: { pressed: number; answer: PanelRecord }[] = [];
  for (const key of keys) {
    await element.evaluate('globalThis.benchExpect()');
    await page.keyboard.press(key);
    const answer = await Promise.race([
      element.evaluate('globalThis.benchAnswer') as Promise<PanelRecord>,
      new Promise<undefined>((resolve) => setTimeout(resolve, LIMIT, undefined)),
    ]);
    if (!answer) throw new Error(`the panel did not answer the key ${key} within ${LIMIT} ms`);
    pages.push({ pressed: await pressedAt(page), answer });
    await page.waitForTimeout(REST);
  }
  const notes = timed.notes();
  return {
    keys: pages.map(({ pressed, answer }) => timesOf(pressed, answer, notes)),
    longest: Math.max(0, ...notes.flatMap(({ longest }) => longest ?? [])),
  };
}

async function pressedAt(page: Page): Promise<number> {
  return (await page.evaluate('globalThis.benchKeys.at(-1)')) as number;
}

/** The first note of each stage between a key press and its answer's arrival on the page. */
function timesOf(pressed: number, answer: PanelRecord, notes: readonly Note[]): KeyTimes {
  const times: Partial<Record<Stage, number>> = {};
  for (const { name, at } of notes) {
    const stage = STAGES.find((candidate) => candidate === name);
    if (stage && at !== undefined && at >= pressed && at <= answer.painted) times[stage] ??= at - pressed;
  }
  return {
    ...times,
    message: answer.message - pressed,
    changed: answer.changed - pressed,
    painted: answer.painted - pressed,
  };
}
