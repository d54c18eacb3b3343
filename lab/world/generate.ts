/**
 * A world from a seed, as scenario text: personas, priors, situations, rows. The text is the world; whatever else needs
 * its numbers reads them from the text. Must not know documents or networks.
 */
import { dirichlet, randomOf } from '../random';
import { WORLD, type WorldSettings } from './settings';

/** Decimal places of a written percentage. */
const PLACES = 2;

/** The scenario of world `seed`. Same seed and settings: same bytes. */
export function worldText(seed: number, settings: WorldSettings = WORLD): string {
  const random = randomOf('world', seed);
  const prior = dirichlet(random, settings.personas, settings.priorConcentration);
  const lines = [
    `scenario "Lab world ${seed}"`,
    '',
    'method context strength 1',
    ...(settings.capability > 0
      ? ['', `capability trick "Can write the rare response" ${settings.capability} learnable strength 10`]
      : []),
    '',
    ...Array.from({ length: settings.situations }, (_, x) => `situation s${x + 1} -> ${responsesOf(settings, x)}`),
  ];
  for (let h = 0; h < settings.personas; h++) {
    lines.push('', `persona p${h + 1} prior ${percent(floored(prior[h] ?? 0, settings.personas, 0.05))} {`);
    for (let x = 0; x < settings.situations; x++) lines.push(`  s${x + 1} -> ${rowOf(settings, x, random)}`);
    lines.push('}');
  }
  return `${lines.join('\n')}\n`;
}

const hasCapability = (settings: WorldSettings, x: number) => settings.capability > 0 && x === settings.situations - 1;

function responsesOf(settings: WorldSettings, x: number): string {
  const names = Array.from({ length: settings.responses }, (_, y) => `r${y + 1}`);
  if (hasCapability(settings, x)) names.push('rare needs trick else failed', 'failed');
  return names.join(' | ');
}

/** A persona's row: all but the last intended response with a number, so that the text sums to 1 exactly. */
function rowOf(settings: WorldSettings, x: number, random: ReturnType<typeof randomOf>): string {
  const names = Array.from({ length: settings.responses }, (_, y) => `r${y + 1}`);
  if (hasCapability(settings, x)) names.unshift('rare');
  const drawn = dirichlet(random, names.length, settings.rowConcentration);
  const row = Array.from(drawn, (p) => floored(p, names.length, settings.floor));
  return names.map((name, y) => (y === names.length - 1 ? name : `${name} ${percent(row[y] ?? 0)}`)).join(', ');
}

const floored = (p: number, of: number, floor: number) => floor + (1 - of * floor) * p;
const percent = (p: number) => `${(100 * p).toFixed(PLACES)}%`;
