/**
 * Key press → painted panel, in a real VS Code: Dramatis on a 300-line scenario against the least that an extension can
 * do (bench/latency/echo: the length of the text), in turns on the same machine in the same run. Prints medians, p90 and the
 * difference. The budget is a median of at most 10 ms above the echo.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { Window } from '../test/e2e/window';
import { type KeyTimes, keyToPaint, quantile } from './latency/keyToPaint';
import { scenarioOfLines } from './latency/scenarioText';

const ROUNDS = 4;
const KEYS_PER_ROUND = 24;
const LINES = 300;

/** Digits that come and go at one place: every key is another posterior, and the text stays as it was. */
const keys = Array.from({ length: KEYS_PER_ROUND }, (_each, index) =>
  index % 2 === 0 ? String(1 + (index % 9)) : 'Backspace',
);

const text = scenarioOfLines(LINES);
const echo = await Window.open({
  extensions: (folder) =>
    cpSync(join(import.meta.dirname, 'latency/echo'), join(folder, 'bench.echo-0.0.1'), { recursive: true }),
  files: { 'text.echo': text },
  open: 'text.echo',
});
const ours = await Window.open({ files: { 'text.scenario': text }, open: 'text.scenario' });
const times = { echo: [] as KeyTimes[], ours: [] as KeyTimes[] };
try {
  await echo.command('Echo: Open Echo');
  await echo.caretBehind(text, 'times 59');
  await ours.openPosterior();
  await ours.panel.locator('main.live').waitFor({ timeout: 30_000 });
  await ours.caretBehind(text, 'times 59');
  // The first keys compile what they run: they are not measured.
  await echo.type('1');
  await echo.press('Backspace');
  await ours.type('1');
  await ours.press('Backspace');
  await ours.page.waitForTimeout(1000);
  for (let round = 0; round < ROUNDS; round += 1) {
    times.echo.push(await keyToPaint(echo, 'body', keys));
    times.ours.push(await keyToPaint(ours, '#app', keys));
  }
} finally {
  await echo.close();
  await ours.close();
}

const all = (runs: readonly KeyTimes[], what: keyof KeyTimes): number[] => runs.flatMap((run) => run[what]);
const row = (name: string, values: readonly number[]): string =>
  `${name.padEnd(28)} median ${quantile(values, 0.5).toFixed(1).padStart(6)}  p90 ${quantile(values, 0.9).toFixed(1).padStart(6)}  min ${Math.min(
    ...values,
  )
    .toFixed(1)
    .padStart(6)}  (n=${values.length})`;
for (const what of ['changed', 'painted'] as const) {
  const floor = all(times.echo, what);
  const own = all(times.ours, what);
  console.log(`key press → ${what}, ms`);
  console.log(row('  echo (the floor)', floor));
  console.log(row(`  Dramatis, ${LINES} lines`, own));
  const above = quantile(own, 0.5) - quantile(floor, 0.5);
  console.log(
    `  ${above.toFixed(1)} ms above the floor; ratio ${(quantile(own, 0.5) / quantile(floor, 0.5)).toFixed(2)}`,
  );
}
