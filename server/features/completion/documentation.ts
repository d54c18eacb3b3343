/** What completion shows beside a name: its title, its documentation, and what it holds. */

import { formatProbability } from '../../../panel/model/numbers';
import type { Program } from '../../program/model/program';
import { escapeMarkdown } from '../markdown';

/** What `completionItem/resolve` needs to find the documentation again. */
export interface CompletionData {
  readonly uri: string;
  readonly kind: 'situation' | 'persona' | 'capability' | 'condition' | 'response';
  readonly name: string;
  readonly situation?: string;
}

export function documentationOf(program: Program, { kind, name, situation }: CompletionData): string | undefined {
  switch (kind) {
    case 'situation':
      return situationPage(program, name);
    case 'persona':
      return personaPage(program, name);
    case 'capability': {
      const found = program.capabilities.find((one) => one.name === name);
      if (!found) return undefined;
      const learnable = found.learnable ? `, learnable with strength ${found.strength}` : ', fixed';
      return page(found.title, found.doc, `capability ${formatProbability(found.value)}${learnable}`);
    }
    case 'response':
      return responsePage(program, situation ?? '', name);
  }
}

function page(title: string | undefined, doc: string | undefined, ...rest: readonly string[]): string {
  return [title ? `**${escapeMarkdown(title)}**` : '', doc ? escapeMarkdown(doc) : '', ...rest]
    .filter((part) => part !== '')
    .join('\n\n');
}

function situationPage(program: Program, name: string): string | undefined {
  const found = program.situations.find((one) => one.name === name);
  if (!found) return undefined;
  const responses = found.responses.map((one) => `\`${one.name}\`${one.title ? ` ${escapeMarkdown(one.title)}` : ''}`);
  return page(found.title, found.doc, `→ ${responses.join(' | ')}`);
}

function personaPage(program: Program, name: string): string | undefined {
  if (name === 'novel' && program.novel) {
    return page(program.novel.title, program.novel.doc, `prior ${formatProbability(program.novel.prior)}`);
  }
  const found = program.personas.find((one) => one.name === name);
  if (!found) return undefined;
  const base = found.extends === undefined ? '' : `extends \`${program.personas[found.extends]?.name}\``;
  return page(found.title, found.doc, `prior ${formatProbability(found.prior)}`, base);
}

/** How likely each persona finds the response, given capability. */
function responsePage(program: Program, situation: string, name: string): string | undefined {
  const found = program.situations.find((one) => one.name === situation);
  const response = found?.responses.findIndex((one) => one.name === name) ?? -1;
  if (!found || response < 0) return undefined;
  const cell = program.cellOffset[found.index]! + response;
  const rows = program.personas
    .slice(0, 12)
    .map((persona) => `| \`${persona.name}\` | ${formatProbability(persona.row[cell]!)} |`);
  return page(
    found.responses[response]!.title,
    undefined,
    ['| persona | propensity |', '| --- | ---: |', ...rows].join('\n'),
  );
}
