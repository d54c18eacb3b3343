/**
 * Key press → painted panel, in a real VS Code, with the panel in a process of its own as on a desktop: Dramatis beside
 * the least that an extension with the same language and grammar can do (bench/latency/echo), interleaved in one run.
 *
 *     npm run bench -- [--keys 200] [--only lines,views,episodes,rows] [--same-process] [--json FILE]
 *
 * Prints medians and p95 with 95% intervals, the difference to the echo, the median time at which each stage was reached,
 * and the longest time that the server's event loop was held. Fails if the browser runs the panel in the workbench's
 * process, unless `--same-process` asks for that.
 */
import { writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { parseArgs } from 'node:util';
import type { ViewName } from '../panel/model/messages';
import { type KeyTimes, keyToPaint, prepare, STAGES } from './latency/keyToPaint';
import { type LatencyScenario, SCENARIOS } from './latency/scenarios';
import { PLACE } from './latency/scenarioText';
import { above, estimate, quantile, show } from './latency/statistics';
import { openDramatis, openEcho, type TimedWindow } from './latency/windows';

const { values: flags } = parseArgs({
  options: {
    keys: { type: 'string', default: '200' },
    only: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
    'same-process': { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const panelProcess = !flags['same-process'];
/** Keys in turns: a few for the echo, as many for Dramatis. Even, so that each turn leaves the text as it was. */
const TURN = 4;
const turns = Math.ceil(Number(flags.keys) / TURN);
/** The first keys compile what they run: not measured. */
const UNMEASURED = 20;

/** Digits that come and go at one place: every key is another posterior, and the text stays as it was. */
const keysOf = (count: number): string[] =>
  Array.from({ length: count }, (_each, index) => (index % 2 === 0 ? String(1 + ((index / 2) % 9)) : 'Backspace'));

const results: unknown[] = [];

async function measure(scenario: LatencyScenario): Promise<void> {
  const opening = { text: scenario.text, folder: scenario.folder, panelProcess };
  const echo = await openEcho(opening);
  try {
    const ours = await openDramatis(opening);
    try {
      for (const { window } of [echo, ours]) {
        const { workbench, panel } = await window.processes();
        if ((workbench === panel) === panelProcess)
          throw new Error(`the workbench runs in process ${workbench}, the panel in process ${panel}`);
      }
      await readyToType(echo, 'body');
      for (const view of scenario.views) await measureView(scenario, view, echo, ours);
    } finally {
      await ours.close();
    }
  } finally {
    await echo.close();
  }
}

async function readyToType(timed: TimedWindow, watched: string): Promise<void> {
  await prepare(timed.window, watched);
  await timed.window.caretBehind(timed.text, PLACE);
  await keyToPaint(timed, watched, keysOf(UNMEASURED));
}

async function measureView(
  scenario: LatencyScenario,
  view: ViewName,
  echo: TimedWindow,
  ours: TimedWindow,
): Promise<void> {
  await ours.window.panel.locator(`#tab-${view}`).click();
  await ours.window.panel.locator('main.live #view > *').first().waitFor({ timeout: 60_000 });
  await readyToType(ours, '#app');
  const keys = keysOf(TURN);
  const times = { echo: [] as KeyTimes[], ours: [] as KeyTimes[] };
  let longest = 0;
  const load = loadavg()[0] ?? Number.NaN;
  for (let turn = 0; turn < turns; turn += 1) {
    times.echo.push(...(await keyToPaint(echo, 'body', keys)).keys);
    const measured = await keyToPaint(ours, '#app', keys);
    times.ours.push(...measured.keys);
    longest = Math.max(longest, measured.longest);
  }
  report(scenario.name, view, times.echo, times.ours, longest, load);
}

function report(
  name: string,
  view: ViewName,
  echo: readonly KeyTimes[],
  ours: readonly KeyTimes[],
  longest: number,
  load: number,
): void {
  const painted = (times: readonly KeyTimes[]): number[] => times.map((time) => time.painted);
  const [floor, own] = [painted(echo), painted(ours)];
  console.log(`\n${name}, view ${view}: key press → painted, ms (${own.length} keys each, load ${load.toFixed(1)})`);
  const line = (what: string, median: string, p95: string): void =>
    console.log(`  ${what.padEnd(12)} median ${median.padEnd(22)} p95 ${p95}`);
  line('echo', show(estimate(floor, 0.5)), show(estimate(floor, 0.95)));
  line('Dramatis', show(estimate(own, 0.5)), show(estimate(own, 0.95)));
  const [median, p95] = [above(own, floor, 0.5), above(own, floor, 0.95)];
  line('above', show(median), show(p95));
  for (const [who, times] of [
    ['echo', echo],
    ['Dramatis', ours],
  ] as const) {
    const stages = STAGES.flatMap((stage) => {
      const at = times.flatMap((time) => time[stage] ?? []);
      return at.length > 0 ? [`${stage} ${quantile(at, 0.5).toFixed(1)}`] : [];
    });
    console.log(`  ${who.padEnd(12)} ${stages.join(' → ')}`);
  }
  console.log(`  longest time that the server's event loop was held: ${longest.toFixed(1)} ms`);
  results.push({ name, view, load, longest, median, p95, echo, ours });
}

console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${platform()} ${arch()}, Node ${process.version}; ` +
    `the panel ${panelProcess ? 'in a process of its own' : "in the workbench's process"}`,
);
for (const name of flags.only.split(',')) {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`no scenario ${name}: ${Object.keys(SCENARIOS).join(', ')}`);
  await measure(scenario());
}
if (flags.json) writeFileSync(flags.json, JSON.stringify(results));
