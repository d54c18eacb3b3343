/**
 * Hover: what the thing under the caret means, and the numbers that matter there. Each kind of thing has a file in
 * `hover/`; here it is only decided which one speaks.
 */
import { type Hover, MarkupKind, type Position } from 'vscode-languageserver-types';
import { formatCount } from '../../panel/model/numbers';
import { valueIn } from '../program/expressionValue';
import type { Program, Situation } from '../program/model/program';
import type { Settings } from '../settings';
import { type OutOfDate, type SyntaxSnapshot, toRange } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import { type Declaration, METHODS, type MethodName, type Unit } from '../syntax/tree';
import { hasNumbers, type MaybeNumbers } from './feature';
import { datasetHover, episodeHover } from './hover/evidence';
import { KEYWORDS, METHOD_WORDS } from './hover/keywords';
import { conversions, numberHover } from './hover/number';
import { heading, page, table, unitOf } from './hover/page';
import { capabilityHover, novelHover, personaHover } from './hover/persona';
import { accountHover, evaluationHover, expectationHover, probeHover, reinforcementHover } from './hover/probe';
import { selectionHover } from './hover/selection';
import { cellHover, responseHover, situationHover } from './hover/situation';
import { type Target, targetAt } from './hover/target';
import { conditionHover, expressionHover, parameterHover, sourceHover } from './hover/tested';
import { escapeMarkdown } from './markdown';
import { SIGNATURES } from './signatures';

export function hover(snapshot: MaybeNumbers, position: Position, settings: Settings): Hover | null {
  const target = targetAt(snapshot, position);
  const value = target && describe(snapshot, target, unitOf(snapshot, settings));
  if (!target || !value) return null;
  const notice = hasNumbers(snapshot) && snapshot.outOfDate ? outOfDateNotice(snapshot.outOfDate) : undefined;
  return {
    contents: { kind: MarkupKind.Markdown, value: page(notice, value) },
    range: toRange(snapshot.lines, target.span),
  };
}

/** What a hover says first when its numbers are the last valid ones. */
function outOfDateNotice({ mark, message }: OutOfDate): string {
  const header =
    mark === 'out of date'
      ? 'Out of date. Showing the last valid result.'
      : 'Reading a dataset. Showing the last valid result.';
  return `*${header}* ${escapeMarkdown(message)}`;
}

/** Whether a hover here shows numbers of the rival accounts. */
export function hoverNeedsAccounts({ parsed, lines }: SyntaxSnapshot, position: Position): boolean {
  const offset = offsetAt(lines, position);
  return parsed.file.declarations.some(
    ({ kind, start, end }) => kind === 'compare' && start <= offset && offset <= end,
  );
}

function describe(snapshot: MaybeNumbers, target: Target, unit: Unit): string | undefined {
  const { program } = snapshot;
  switch (target.kind) {
    case 'keyword':
      return page(declared(snapshot, target.declaration, unit), KEYWORDS[target.declaration.kind]);
    case 'word':
      return wordPage(target.word);
    case 'method':
      return methodPage(program, target.method);
    case 'situation': {
      const situation = situationNamed(program, target.name);
      return situation && situationHover(snapshot, situation);
    }
    case 'response':
      return withResponse(program, target.situation, target.name, (situation, response) =>
        responseHover(snapshot, situation, response, unit),
      );
    case 'persona': {
      const persona = program.personas.find(({ name }) => name === target.name);
      if (persona) return personaHover(snapshot, persona, unit);
      return target.name === 'novel' ? novelHover(snapshot, unit) : undefined;
    }
    case 'capability': {
      const index = program.capabilities.findIndex(({ name }) => name === target.name);
      return index < 0 ? undefined : capabilityHover(snapshot, index);
    }
    case 'dataset': {
      const index = program.datasets.findIndex(({ name }) => name === target.name);
      return index < 0 ? undefined : datasetHover(snapshot, index, unit);
    }
    case 'cell': {
      const persona = program.personas.find(({ name }) => name === target.persona);
      const { row, cell } = target;
      const text = withResponse(program, row.situation.text, cell.response.text, (situation, response) =>
        persona
          ? cellHover(snapshot, persona, situation, response, unit)
          : responseHover(snapshot, situation, response, unit),
      );
      return (
        text &&
        page(
          text,
          cell.value?.value !== undefined && cell.value.value >= 0 && cell.value.value <= 1
            ? conversions(cell.value.value)
            : undefined,
        )
      );
    }
    case 'episode':
      return declared(snapshot, target.episode, unit);
    case 'selection':
      return selectionHover(snapshot, target.mapping);
    case 'probe':
      return declared(snapshot, target.declaration, unit);
    case 'account': {
      const account = program.accounts.find(
        ({ origin }) => origin.file === snapshot.file && origin.start === target.account.start,
      );
      return account && accountHover(snapshot, account, unit);
    }
    case 'number':
      return page(
        expressionHover(program, target.number),
        numberHover(target.number, valueIn(program, target.number), target.word),
      );
    case 'parameter': {
      const parameter = program.parameters.find(({ name }) => name === target.name);
      return parameter && parameterHover(program, parameter);
    }
    case 'condition': {
      const condition = program.conditions.find(({ name }) => name === target.name);
      return condition && conditionHover(program, condition);
    }
    case 'source':
      return sourceHover(program, target.name);
  }
}

/** The numbers of a whole declaration, found by its place: broken ones have none. */
function declared(snapshot: MaybeNumbers, declaration: Declaration, unit: Unit): string | undefined {
  const { program, file } = snapshot;
  const here = <T extends { readonly origin: { readonly file: number; readonly start: number } }>(
    list: readonly T[],
  ): T | undefined =>
    list.find(
      ({ origin }) => origin.file === file && origin.start >= declaration.start && origin.start < declaration.end,
    );
  const nameOf = 'name' in declaration ? declaration.name?.text : undefined;
  const named = (
    kind: 'situation' | 'persona' | 'capability' | 'dataset' | 'parameter' | 'condition' | 'source',
  ): string | undefined =>
    nameOf === undefined ? undefined : describe(snapshot, { kind, name: nameOf, span: declaration }, unit);
  switch (declaration.kind) {
    case 'situation':
    case 'persona':
    case 'capability':
    case 'dataset':
    case 'parameter':
    case 'condition':
    case 'source':
      return named(declaration.kind);
    case 'novel':
      return program.novel && novelHover(snapshot, unit);
    case 'episode': {
      const episode = program.episodes.find(
        ({ node, origin }) => node === declaration || (origin.file === file && origin.start === declaration.start),
      );
      return episode && episodeHover(snapshot, episode, unit);
    }
    case 'probe': {
      const probe = here(program.probes);
      return probe && probeHover(snapshot, probe);
    }
    case 'expect': {
      const expectation = here(program.expectations);
      return expectation && expectationHover(snapshot, expectation);
    }
    case 'evaluation': {
      const observed = here(program.observed);
      return observed && hasNumbers(snapshot) ? evaluationHover(snapshot, observed) : undefined;
    }
    case 'reinforce': {
      const reinforcement = here(program.reinforcements);
      return reinforcement && reinforcementHover(snapshot, reinforcement, unit);
    }
    case 'method':
      return declaration.method && methodPage(program, declaration.method.method);
    default:
      return undefined;
  }
}

function wordPage(word: string): string | undefined {
  const signature = SIGNATURES[word];
  if (signature)
    return `\`${signature.label}\`\n\n${signature.documentation} ${signature.parameters[0]?.documentation ?? ''}`;
  if (word === 'system')
    return '`system "…"` is the prompt that makes a model play this persona, for measured log-likelihoods.';
  if (word === 'situation' || word === 'response' || word === 'over')
    return `\`${word}\`: a name, or \`field "path"\` to take it from the row.`;
  return undefined;
}

/** What the method is for, and its settings in this program. */
function methodPage(program: Program, name: MethodName): string {
  const { strength, perToken, repeats, discount, beta, origin } = program.methods[name];
  const rows = [
    ['strength', `${formatCount(strength)}${perToken ? ' per token' : ''}`],
    ['repeats', formatCount(repeats)],
    ['discount', formatCount(discount)],
    ...(name === 'rl' ? [['beta', formatCount(beta)]] : []),
  ];
  const from = origin ? '' : 'Not declared: these are the defaults.';
  return page(
    heading('method', METHODS.find((one) => one === name) ?? name, METHOD_WORDS[name]),
    table(['setting', '>value'], rows),
    from,
  );
}

function situationNamed(program: Program, name: string): Situation | undefined {
  return program.situations.find((situation) => situation.name === name);
}

function withResponse(
  program: Program,
  situationName: string | undefined,
  name: string,
  then: (situation: Situation, response: number) => string,
): string | undefined {
  const situation = situationName === undefined ? undefined : situationNamed(program, situationName);
  const response = situation?.responses.findIndex((one) => one.name === name) ?? -1;
  return situation && response >= 0 ? then(situation, response) : undefined;
}
