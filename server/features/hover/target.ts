/** What stands under the caret: the smallest part of the tree that a hover has something to say about, with its place. */

import type { SyntaxSnapshot } from '../../snapshot';
import { eachTerm } from '../../syntax/expressionTerms';
import { offsetAt, type Position } from '../../syntax/lines';
import type {
  AccountNode,
  Attribute,
  CapabilityDeclaration,
  Cell,
  CellsRow,
  ConditionDeclaration,
  ContextItem,
  DatasetDeclaration,
  Declaration,
  EpisodeDeclaration,
  EvaluationDeclaration,
  ExpectDeclaration,
  Mark,
  MethodDeclaration,
  MethodName,
  Name,
  NumberNode,
  Observed,
  ParameterDeclaration,
  PersonaDeclaration,
  ProbeDeclaration,
  ProbeTarget,
  ReinforceDeclaration,
  Row,
  RowSelectionMapping,
  SituationDeclaration,
  Span,
} from '../../syntax/tree';

export type Target = { readonly span: Span } & (
  | { readonly kind: 'keyword'; readonly declaration: Declaration }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'method'; readonly method: MethodName }
  | {
      readonly kind: 'situation' | 'persona' | 'capability' | 'dataset' | 'parameter' | 'condition' | 'source';
      readonly name: string;
    }
  | { readonly kind: 'response'; readonly situation: string | undefined; readonly name: string }
  | { readonly kind: 'cell'; readonly persona: string | undefined; readonly row: CellsRow; readonly cell: Cell }
  | { readonly kind: 'episode'; readonly episode: EpisodeDeclaration }
  | { readonly kind: 'probe'; readonly target: ProbeTarget; readonly declaration: ProbeDeclaration | ExpectDeclaration }
  | { readonly kind: 'selection'; readonly mapping: RowSelectionMapping }
  | { readonly kind: 'account'; readonly account: AccountNode }
  | { readonly kind: 'number'; readonly number: NumberNode; readonly word?: string }
);

/** The target at a position, undefined between things and inside strings. */
export function targetAt({ lines, parsed }: SyntaxSnapshot, position: Position): Target | undefined {
  const offset = offsetAt(lines, position);
  const declaration = parsed.file.declarations.find((one) => one.start <= offset && offset <= one.end);
  if (!declaration) return undefined;
  const here = partsOf(declaration).filter(({ span }) => span.start <= offset && offset <= span.end);
  // Between two that touch, the one that the caret stands in front of; among nested ones, the smallest.
  return here.sort((a, b) => Number(a.span.end === offset) - Number(b.span.end === offset) || size(a) - size(b))[0];
}

function size({ span }: Target): number {
  return span.end - span.start;
}

function partsOf(declaration: Declaration): readonly Target[] {
  const keyword: Target = { kind: 'keyword', declaration, span: declaration.keyword };
  return [keyword, ...innerParts(declaration)];
}

function innerParts(declaration: Declaration): readonly Target[] {
  switch (declaration.kind) {
    case 'method':
      return methodParts(declaration);
    case 'capability':
      return capabilityParts(declaration);
    case 'situation':
      return situationParts(declaration);
    case 'persona':
      return personaParts(declaration);
    case 'novel':
      return [
        ...number(declaration.prior, 'prior'),
        ...number(declaration.concentration, 'concentration'),
        ...marked(declaration.mark),
      ];
    case 'episode':
      return episodeParts(declaration);
    case 'dataset':
      return datasetParts(declaration);
    case 'reinforce':
      return reinforceParts(declaration);
    case 'probe':
      return targetParts(declaration.target, declaration);
    case 'expect':
      return [
        ...targetParts(declaration.target, declaration),
        ...named('persona', declaration.persona),
        ...number(declaration.bound?.low, 'bound'),
        ...number(declaration.bound?.high, 'bound'),
      ];
    case 'evaluation':
      return evaluationParts(declaration);
    case 'compare':
      return accountParts(declaration.accounts);
    case 'source':
      return named('source', declaration.name);
    case 'parameter':
      return parameterParts(declaration);
    case 'condition':
      return conditionParts(declaration);
    case 'fit':
      return [
        ...declaration.parameters.flatMap((name) => named('parameter', name)),
        ...number(declaration.overdispersion, 'overdispersion'),
        ...accountParts(declaration.accounts),
      ];
    case 'sweep':
      return [
        ...named('parameter', declaration.parameter),
        ...number(declaration.from, 'range'),
        ...number(declaration.to, 'range'),
      ];
    default:
      return [];
  }
}

function methodParts({ method, settings, mark }: MethodDeclaration): readonly Target[] {
  return [
    ...(method ? [{ kind: 'method', method: method.method, span: method } as const] : []),
    ...settings.flatMap(({ key, keySpan, value }) => [word(key, keySpan), ...number(value, key)]),
    ...marked(mark),
  ];
}

function capabilityParts({ name, value, learnable, strength, mark }: CapabilityDeclaration): readonly Target[] {
  return [
    ...named('capability', name),
    ...number(value, 'capability'),
    ...(learnable ? [word('learnable', learnable)] : []),
    ...number(strength, 'learnable'),
    ...marked(mark),
  ];
}

function situationParts({ name, extends: parent, responses }: SituationDeclaration): readonly Target[] {
  return [
    ...named('situation', name),
    ...named('situation', parent),
    ...responses.flatMap((response) => [
      ...inSituation(name, response.name),
      ...named('capability', response.needs),
      ...inSituation(name, response.fallback),
    ]),
  ];
}

function personaParts({ name, extends: base, prior, mark, rows }: PersonaDeclaration): readonly Target[] {
  return [
    ...named('persona', name),
    ...named('persona', base),
    ...number(prior, 'prior'),
    ...marked(mark),
    ...rows.flatMap((row) => [...rowParts(name?.text, row), ...marked(row.mark)]),
  ];
}

function rowParts(persona: string | undefined, row: Row): readonly Target[] {
  switch (row.kind) {
    case 'cells':
      return [
        ...named('situation', row.situation),
        ...row.cells.map((cell): Target => ({ kind: 'cell', persona, row, cell, span: cell })),
      ];
    case 'as':
      return [...named('situation', row.situation), ...named('persona', row.persona)];
    case 'concentration':
      return [word('concentration', row.keyword), ...number(row.value, 'concentration')];
    case 'can':
      return [word('can', row.keyword), ...named('capability', row.capability), ...number(row.value, 'can')];
    case 'system':
      return [word('system', row.keyword)];
  }
}

function episodeParts(episode: EpisodeDeclaration): readonly Target[] {
  const { method, label, situation, response, over, attributes, mark, turns } = episode;
  const entire = [label, response, over].flatMap((span) => (span ? [{ kind: 'episode', episode, span } as const] : []));
  return [
    ...entire,
    ...(method ? [{ kind: 'method', method: method.method, span: method } as const] : []),
    ...named('situation', situation),
    ...attributes.flatMap((attribute: Attribute) => [
      word(attribute.key, attribute.keySpan),
      ...number(attribute.value, attribute.key),
    ]),
    ...marked(mark),
    ...turns.map((turn): Target => ({ kind: 'episode', episode, span: turn.roleSpan })),
  ];
}

function datasetParts({ method, name, mark, mappings }: DatasetDeclaration): readonly Target[] {
  return [
    ...(method ? [{ kind: 'method', method: method.method, span: method } as const] : []),
    ...named('dataset', name),
    ...marked(mark),
    ...mappings.flatMap((mapping): readonly Target[] => {
      if (mapping.kind === 'logprobs') return [];
      if (mapping.kind !== 'set' && mapping.kind !== 'when')
        return [{ kind: 'selection', mapping, span: mapping.keyword }];
      const entries = mapping.kind === 'set' ? [mapping.entry] : mapping.entries;
      const situation = entries.find((entry) => entry.key === 'situation')?.value;
      return entries.flatMap(({ key, keySpan, value }): readonly Target[] => {
        if (value?.kind === 'number') return [word(key, keySpan), ...number(value, key)];
        if (value?.kind !== 'name') return [word(key, keySpan)];
        if (key === 'situation') return [word(key, keySpan), ...named('situation', value)];
        return [word(key, keySpan), ...inSituation(situation?.kind === 'name' ? situation : undefined, value)];
      });
    }),
  ];
}

function reinforceParts({ situation, beta, rigidity, rewards, mark }: ReinforceDeclaration): readonly Target[] {
  return [
    ...named('situation', situation),
    ...number(beta, 'reinforce beta'),
    ...number(rigidity, 'rigidity'),
    ...rewards.flatMap(({ response, value }) => [...inSituation(situation, response), ...number(value, 'reward')]),
    ...marked(mark),
  ];
}

function targetParts(
  target: ProbeTarget | undefined,
  declaration: ProbeDeclaration | ExpectDeclaration,
): readonly Target[] {
  if (!target) return [];
  return [
    ...named('situation', target.situation),
    ...(target.response ? [{ kind: 'probe', target, declaration, span: target.response } as const] : []),
    ...contextParts(target.given),
  ];
}

function evaluationParts(declaration: EvaluationDeclaration): readonly Target[] {
  const { situation, observed, given, among, overdispersion } = declaration;
  const response = observed && observed.kind !== 'counts' ? inSituation(situation, observed.response) : [];
  return [
    ...named('situation', situation),
    ...response,
    ...(observed ? observedParts(situation, observed) : []),
    ...contextParts(given),
    ...among.flatMap((name) => inSituation(situation, name)),
    ...number(overdispersion, 'overdispersion'),
    ...marked(declaration.mark),
  ];
}

function observedParts(situation: Name | undefined, observed: Observed): readonly Target[] {
  switch (observed.kind) {
    case 'counts':
      return observed.counts.flatMap(({ response, value }) => [
        ...inSituation(situation, response),
        ...number(value, 'count'),
      ]);
    case 'runs':
      return observed.runs.flatMap(({ amount, of }) => [...number(amount, 'amount'), ...number(of, 'of')]);
    case 'rate':
      return [...number(observed.rate, 'rate'), ...number(observed.low, 'rate'), ...number(observed.high, 'rate')];
    case 'planned':
      return number(observed.of, 'of');
  }
}

function contextParts(items: readonly ContextItem[]): readonly Target[] {
  return items.flatMap(({ situation, response, times }) => [
    ...named('situation', situation),
    ...inSituation(situation, response),
    ...number(times, 'times'),
  ]);
}

function parameterParts(d: ParameterDeclaration): readonly Target[] {
  return [
    ...named('parameter', d.name),
    ...number(d.value, 'parameter'),
    ...number(d.from, 'range'),
    ...number(d.to, 'range'),
    ...number(d.sd, 'sd'),
    ...(d.scale ? [word(d.scale.value, d.scale)] : []),
    ...marked(d.mark),
  ];
}

function conditionParts(d: ConditionDeclaration): readonly Target[] {
  return [
    ...named('condition', d.name),
    ...named('condition', d.base?.name),
    ...number(d.retaining, 'retaining'),
    ...marked(d.mark),
    ...d.pieces.flatMap((part): readonly Target[] =>
      part.kind === 'set'
        ? [word('set', part.keyword), ...named('parameter', part.parameter), ...number(part.value, 'set')]
        : partsOf(part),
    ),
  ];
}

function accountParts(accounts: readonly AccountNode[]): readonly Target[] {
  return accounts.flatMap((account): Target[] => [
    { kind: 'account', account, span: account },
    ...account.numbers.flatMap((value) => number(value, account.account)),
  ]);
}

function marked(mark: Mark | undefined): readonly Target[] {
  return mark?.source ? [{ kind: 'source', name: mark.source.text, span: mark }] : [];
}

function named(
  kind: 'situation' | 'persona' | 'capability' | 'dataset' | 'parameter' | 'condition' | 'source',
  name: Name | undefined,
): readonly Target[] {
  return name ? [{ kind, name: name.text, span: name }] : [];
}

function inSituation(situation: Name | undefined, name: Name | undefined): readonly Target[] {
  return name ? [{ kind: 'response', situation: situation?.text, name: name.text, span: name }] : [];
}

function word(text: string, span: Span): Target {
  return { kind: 'word', word: text, span };
}

function number(node: NumberNode | undefined, what?: string): readonly Target[] {
  if (!node) return [];
  const uses: Target[] = [];
  eachTerm(node.expression, (term) => {
    if (term.kind === 'use') uses.push(...named('parameter', term.parameter));
  });
  return [{ kind: 'number', number: node, word: what, span: node }, ...uses];
}
