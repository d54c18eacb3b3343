/** Scenarios of a given length, in the manner of the examples. */

/** The place at which keys are pressed: the number of the first episode. */
export const PLACE = 'times 59';

const PERSONAS = ['helpful', 'careless', 'malicious', 'sycophant', 'contrarian'];
const PRIORS = [60, 20, 5, 10, 5];

/** A correct scenario of about so many lines: five personas, situations and episodes to fill it, and `more` declarations. */
export function scenarioOfLines(lines: number, more: readonly string[] = []): string {
  const names = situationsOf(Math.max(2, Math.floor(lines / 18)));
  const before = declarationsOf(names);
  const probes = names.slice(0, 4).map((name) => `probe ${name} -> bad`);
  const rest = lines - before.length - probes.length - more.length - 4;
  return [...before, '', watched(names), ...episodesOf(Math.max(1, rest), names), '', ...more, ...probes, ''].join(
    '\n',
  );
}

/** So many inline episodes, no two alike, over 24 situations. */
export function scenarioOfEpisodes(episodes: number): string {
  const names = situationsOf(24);
  const probes = names.slice(0, 4).map((name) => `probe ${name} -> bad`);
  return [...declarationsOf(names), '', watched(names), ...episodesOf(episodes - 1, names), '', ...probes, ''].join(
    '\n',
  );
}

function situationsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_each, index) => `situation_${index}`);
}

function declarationsOf(names: readonly string[]): readonly string[] {
  return [
    'scenario "A scenario of many lines"',
    '',
    'method sft strength 0.01',
    '',
    ...names.map((name) => `situation ${name} -> good | bad | other`),
    ...PERSONAS.flatMap((persona, p) => [
      '',
      `persona ${persona} "Persona ${p}" prior ${PRIORS[p]}% {`,
      ...names.map(
        (name, s) => `  ${name} -> good ${20 + ((p * 17 + s * 7) % 60)}%, bad ${5 + ((p * 5 + s * 3) % 12)}%, other`,
      ),
      '}',
    ]),
  ];
}

function watched(names: readonly string[]): string {
  return `episode sft: ${names[0]} -> bad ${PLACE}`;
}

function episodesOf(count: number, names: readonly string[]): readonly string[] {
  return Array.from({ length: count }, (_each, index) => {
    const said = `${names[index % names.length]} -> ${index % 3 === 0 ? 'bad' : 'good'}`;
    return count > 1000
      ? `episode sft "number ${index}": ${said} weight ${(0.5 + index / count).toFixed(4)}`
      : `episode sft "number ${index}": ${said} times ${3 + (index % 40)}`;
  });
}
