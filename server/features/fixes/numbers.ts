/** Fixes for numbers and settings: out of range, given twice, of no use. */

import type { SemanticSnapshot } from '../../snapshot';
import { pieceAround } from '../../syntax/pieces';
import type { DatasetDeclaration, EpisodeDeclaration, MethodName, Span } from '../../syntax/tree';
import {
  append,
  declarationAround,
  declarationStart,
  type Fix,
  type Fixer,
  insert,
  remove,
  removeFromList,
  replace,
  sourceOf,
  stringOf,
} from './fix';

export const useReplacement: Fixer = (snapshot, finding) => {
  const replacement = stringOf(finding.data['replacement']);
  return replacement
    ? [{ title: `Change to ${replacement}`, edits: [replace(snapshot, finding, replacement)], preferred: true }]
    : [];
};

/** A learnable capability at 0 or 1 cannot be learned: nearly so, or fixed. */
export const softenCapability: Fixer = (snapshot, finding) => {
  const capability = declarationAround(snapshot, finding, 'capability');
  if (!capability?.value) return [];
  if (capability.value.value === undefined) return [];
  const soft = capability.value.value >= 0.5 ? '99.9%' : '0.1%';
  const fixes: Fix[] = [
    { title: `Change to ${soft}`, edits: [replace(snapshot, capability.value, soft)], preferred: true },
  ];
  if (capability.learnable) {
    const end = capability.strength?.end ?? capability.learnable.end;
    const gone = { start: capability.learnable.start, end };
    fixes.push({ title: 'Leave the capability fixed', edits: [remove(snapshot, gone)] });
  }
  return fixes;
};

/** The second of two settings, attributes, accounts or entries. */
export const removeSecond: Fixer = (snapshot, finding) => {
  for (const list of listsAround(snapshot, finding)) {
    const at = list.findIndex(({ start, end }) => start <= finding.start && finding.end <= end);
    if (at < 0) continue;
    // An account that stands alone takes its declaration with it.
    const entire = list.length === 1 ? declarationAround(snapshot, finding, 'compare') : undefined;
    const edit = entire
      ? remove(snapshot, { start: declarationStart(entire), end: entire.end })
      : takeOut(snapshot, list, at);
    return [{ title: 'Remove the second one', edits: [edit] }];
  }
  return [];
};

function takeOut(snapshot: SemanticSnapshot, list: readonly Span[], at: number) {
  const [one, other] = at > 0 ? [list[at - 1], list[at]] : [list[0], list[1]];
  const between = one && other ? snapshot.text.slice(one.end, other.start) : '';
  return between.includes(',') ? removeFromList(snapshot, list, at) : remove(snapshot, list[at]!);
}

function listsAround(snapshot: SemanticSnapshot, finding: Span): readonly (readonly Span[])[] {
  const { declarations } = snapshot.parsed.file;
  const one =
    pieceAround(declarations, finding) ??
    declarations.find(({ start, end }) => start <= finding.start && finding.end <= end);
  switch (one?.kind) {
    case 'method':
      return [one.settings];
    case 'episode':
      return [one.attributes];
    case 'persona':
      return [one.rows.flatMap((row) => (row.kind === 'cells' ? row.cells : [])), one.rows];
    case 'dataset':
      return [one.mappings.flatMap((rule) => (rule.kind === 'when' ? rule.entries : [])), one.mappings];
    case 'evaluation':
      return [one.observed?.kind === 'counts' ? one.observed.counts : [], one.among, one.given];
    case 'fit':
      return [one.accounts, one.parameters.map(({ start, end }) => ({ start: start - 1, end }))];
    case 'set':
      return [[one]];
    case 'reinforce':
      return [one.rewards];
    case 'compare':
      return [one.accounts];
    default:
      return [];
  }
}

export const removeBeta: Fixer = (snapshot, finding) => {
  const method = declarationAround(snapshot, finding, 'method');
  const setting = method?.settings.find(({ start, end }) => start <= finding.start && finding.end <= end);
  return setting ? [{ title: 'Remove beta', edits: [remove(snapshot, setting)], preferred: true }] : [];
};

export const removePerToken: Fixer = (snapshot, finding) => {
  const episode = declarationAround(snapshot, finding, 'episode');
  const method = snapshot.program.methods[methodOf(episode)];
  if (method?.origin?.file !== snapshot.file) return [];
  const declaration = declarationAround(snapshot, method.origin, 'method');
  const span = declaration?.settings.find(({ perToken }) => perToken)?.perToken;
  return span ? [{ title: `Leave out 'per token' of ${method.name}`, edits: [remove(snapshot, span)] }] : [];
};

export const swapLimits: Fixer = (snapshot, finding) => {
  const expect = declarationAround(snapshot, finding, 'expect');
  const { low, high } = expect?.bound ?? {};
  if (!low || !high || low.value === high.value) return [];
  const edits = [replace(snapshot, low, sourceOf(snapshot, high)), replace(snapshot, high, sourceOf(snapshot, low))];
  return [{ title: 'Swap the limits', edits, preferred: true }];
};

/** The method that applies where none is written (LANGUAGE section 4). */
function methodOf(evidence: EpisodeDeclaration | DatasetDeclaration | undefined): MethodName {
  if (evidence?.method) return evidence.method.method;
  if (evidence?.kind !== 'episode') return 'sft';
  if (evidence.over) return 'prefer';
  return evidence.attributes.some(({ key }) => key === 'reward') ? 'rl' : 'sft';
}

/** One episode that says too much: declare what an episode of its method counts. */
export const setStrength: Fixer = (snapshot, finding) => {
  const episode = declarationAround(snapshot, finding, 'episode', 'dataset');
  const name = methodOf(episode);
  const method = snapshot.program.methods[name];
  if (!method) return [];
  if (!method.origin) {
    return [
      { title: `Declare 'method ${name} strength 0.01'`, edits: [append(snapshot, `method ${name} strength 0.01`)] },
    ];
  }
  if (method.origin.file !== snapshot.file) return [];
  const declaration = declarationAround(snapshot, method.origin, 'method');
  const setting = declaration?.settings.find(({ key }) => key === 'strength');
  const weaker = `${Number((method.strength / 10).toPrecision(6))}`;
  if (setting?.value) {
    return [{ title: `Lower the strength of ${name} to ${weaker}`, edits: [replace(snapshot, setting.value, weaker)] }];
  }
  return declaration
    ? [{ title: `Add 'strength 0.01' to ${name}`, edits: [insert(snapshot, declaration.end, ' strength 0.01')] }]
    : [];
};
