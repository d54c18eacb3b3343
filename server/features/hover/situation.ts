/** Hovers over situations, responses and cells: what each persona does there, before and after. */

import { formatProbability } from '../../../panel/model/numbers';
import { verbal } from '../../../panel/model/verbalScale';
import { episodeWeight } from '../../inference/influence/influence';
import type { Persona, Program, Situation } from '../../program/model/program';
import { CellForm } from '../../program/model/program';
import type { PosteriorSnapshot } from '../../snapshot';
import type { Unit } from '../../syntax/tree';
import { hasNumbers, type MaybeNumbers } from '../feature';
import { bar, code, evidenceIn, heading, largestOf, page, signedBar, table } from './page';

const MOST_COLUMNS = 6;
const MOST_ROWS = 16;

/** The personas' rows side by side. */
export function situationHover({ program }: MaybeNumbers, situation: Situation): string {
  const parent = situation.parent === undefined ? '' : `extends ${code(program.situations[situation.parent]!.name)}`;
  const displayed = situation.responses.slice(0, MOST_COLUMNS);
  const first = program.cellOffset[situation.index]!;
  const rows = program.personas
    .slice(0, MOST_ROWS)
    .map((persona) => [
      `${code(persona.name)}${sourceMark(program, persona, situation)}`,
      ...displayed.map((_, response) => formatProbability(persona.row[first + response]!)),
    ]);
  const more = program.personas.length - rows.length;
  return page(
    heading('situation', situation.name, situation.title, situation.doc),
    parent,
    rows.length > 0
      ? table(['', ...displayed.map((response) => `>${code(response.name)}`)], rows)
      : displayed.map((response) => code(response.name)).join(' | '),
    more > 0 ? `… and ${more} more personas.` : undefined,
    needs(program, situation),
  );
}

/** Where the row comes from, if it is not written for this situation in this persona. */
function sourceMark(program: Program, persona: Persona, situation: Situation): string {
  const source = persona.rowSource[situation.index];
  switch (source?.kind) {
    case 'copied':
      return ` as ${code(program.personas[source.from]!.name)}`;
    case 'extended':
      return ` from ${code(program.personas[source.from]!.name)}`;
    case 'parent':
      return ` by ${code(program.situations[source.situation]!.name)}`;
    case 'uniform':
      return ' (uniform: no row)';
    default:
      return '';
  }
}

function needs(program: Program, { responses }: Situation): string {
  return responses
    .filter(({ needs, fallback }) => needs !== undefined && fallback !== undefined)
    .map(
      (response) =>
        `${code(response.name)} needs ${code(program.capabilities[response.needs!]!.name)}, else ${code(responses[response.fallback!]!.name)}`,
    )
    .join('; ');
}

/** How likely each persona makes the response, and what showing it once more would weigh. */
export function responseHover(snapshot: MaybeNumbers, situation: Situation, response: number, unit: Unit): string {
  const { name, title } = situation.responses[response]!;
  const cell = snapshot.program.cellOffset[situation.index]! + response;
  return page(
    heading(`response of ${code(situation.name)}:`, name, title),
    hasNumbers(snapshot) ? byPersona(snapshot, cell) : undefined,
    hasNumbers(snapshot) ? oneMore(snapshot, situation, response, unit) : undefined,
  );
}

/** One cell of one persona's row. */
export function cellHover(
  snapshot: MaybeNumbers,
  persona: Persona,
  situation: Situation,
  response: number,
  unit: Unit,
): string {
  const { program } = snapshot;
  const cell = program.cellOffset[situation.index]! + response;
  const { name, title } = situation.responses[response]!;
  const propensity = persona.row[cell]!;
  const shared = persona.cellForm[cell] === CellForm.shared ? ' (its part of what the row leaves)' : '';
  const header = heading(`${code(persona.name)} in ${code(situation.name)}:`, name, title);
  if (!hasNumbers(snapshot)) return page(header, `propensity ${formatProbability(propensity)}${shared}`);
  const { evaluation } = snapshot;
  const at = persona.index * program.cellOffset.at(-1)! + cell;
  const [before, after] = [evaluation.predictiveBefore[at]!, evaluation.predictiveAfter[at]!];
  const rows = [
    ['before', formatProbability(before), bar(before)],
    ['after', formatProbability(after), bar(after)],
  ];
  return page(
    header,
    `Propensity **${formatProbability(propensity)}**${shared}; it shows it, capabilities and learning included:`,
    table(['', '>probability', ''], rows),
    oneMore(snapshot, situation, response, unit),
  );
}

function byPersona({ program, evaluation }: PosteriorSnapshot, cell: number): string {
  const cells = program.cellOffset.at(-1)!;
  const rows = evaluation.hypotheses.slice(0, MOST_ROWS).map((name, h) => {
    const after = evaluation.predictiveAfter[h * cells + cell]!;
    return [
      code(name),
      formatProbability(evaluation.predictiveBefore[h * cells + cell]!),
      formatProbability(after),
      bar(after),
    ];
  });
  return rows.length === 0 ? '' : table(['', '>before', '>after', ''], rows);
}

/** What one further sft episode of this kind would say, after everything else. */
function oneMore(snapshot: PosteriorSnapshot, situation: Situation, response: number, unit: Unit): string {
  const { program, counts, evaluation } = snapshot;
  if (!evaluation.defined) return '';
  const { weight } = episodeWeight(program, counts, { method: 'sft', situation: situation.index, response });
  const moved = evaluation.hypotheses
    .map((name, h) => ({ name, weight: weight[h]! }))
    .filter((one) => one.weight !== 0 && !Number.isNaN(one.weight))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, 4);
  const kind = code(`sft: ${situation.name} -> ${situation.responses[response]!.name}`);
  if (moved.length === 0) return `One more episode ${kind} would move no persona.`;
  const largest = largestOf(moved.map((one) => one.weight));
  const rows = moved.map((one) => [
    code(one.name),
    evidenceIn(one.weight, unit),
    signedBar(one.weight, largest),
    verbal(one.weight),
  ]);
  return page(`One more episode ${kind} would weigh:`, table(['', '>weight of evidence', '', 'in words'], rows));
}
