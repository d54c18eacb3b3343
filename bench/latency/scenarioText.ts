/** Scenarios of a given length, in the manner of the examples. */

/** A correct scenario of about so many lines: five personas, situations and episodes to fill it. */
export function scenarioOfLines(lines: number): string {
  const situations = Math.max(2, Math.floor(lines / 18));
  const names = Array.from({ length: situations }, (_each, index) => `situation_${index}`);
  const personas = ['helpful', 'careless', 'malicious', 'sycophant', 'contrarian'];
  const head = ['scenario "A scenario of many lines"', '', 'method sft strength 0.01', ''];
  const declared = names.map((name) => `situation ${name} -> good | bad | other`);
  const people = personas.flatMap((persona, p) => [
    '',
    `persona ${persona} "Persona ${p}" prior ${[60, 20, 5, 10, 5][p]}% {`,
    ...names.map(
      (name, s) => `  ${name} -> good ${20 + ((p * 17 + s * 7) % 60)}%, bad ${5 + ((p * 5 + s * 3) % 12)}%, other`,
    ),
    '}',
  ]);
  const probes = names.slice(0, 4).map((name) => `probe ${name} -> bad`);
  const rest = lines - head.length - declared.length - people.length - probes.length - 3;
  const episodes = Array.from({ length: Math.max(1, rest) }, (_each, index) => {
    const name = names[index % names.length];
    return `episode sft "number ${index}": ${name} -> ${index % 3 === 0 ? 'bad' : 'good'} times ${3 + (index % 40)}`;
  });
  const watched = `episode sft: ${names[0]} -> bad times 59`;
  return [...head, ...declared, ...people, '', watched, ...episodes, '', ...probes, ''].join('\n');
}
