/** Fixes for evidence and situations: what an episode lacks, what no persona can do, what a fallback stands for. */

import type { TextEdit } from 'vscode-languageserver-types';
import type { SemanticSnapshot } from '../../snapshot';
import type { EpisodeDeclaration, SituationDeclaration } from '../../syntax/tree';
import {
  append,
  declarationAround,
  declarationNamed,
  declarationStart,
  type Finding,
  type Fix,
  type Fixer,
  insert,
  newline,
  remove,
  removeFromList,
  replace,
  sourceOf,
  stringOf,
} from './fix';
import { owningSituation, trailing } from './names';
import { addRow } from './rows';

export const addOver: Fixer = (snapshot, finding) => {
  const episode = declarationAround(snapshot, finding, 'episode');
  const situation = situationOf(snapshot, episode);
  if (!episode?.response || episode.over || !situation) return [];
  return situation.responses
    .filter(({ name }) => name !== episode.response!.text)
    .slice(0, 4)
    .map(({ name }) => ({
      title: `Prefer it over '${name}'`,
      edits: [insert(snapshot, episode.response!.end, ` over ${name}`)],
    }));
};

export const addReward: Fixer = (snapshot, finding) => {
  const episode = declarationAround(snapshot, finding, 'episode');
  const after = episode?.method ?? episode?.keyword;
  return after
    ? [{ title: "Write 'reward 1'", edits: [insert(snapshot, after.end, ' reward 1')], preferred: true }]
    : [];
};

export const placeReward: Fixer = (snapshot, finding) => {
  const episode = declarationAround(snapshot, finding, 'episode');
  const reward = episode?.attributes.find(({ key }) => key === 'reward');
  if (!episode?.method || !reward) return [];
  return [
    { title: 'Make it an rl episode', edits: [replace(snapshot, episode.method, 'rl')] },
    { title: 'Remove the reward', edits: [remove(snapshot, reward)] },
  ];
};

/** Ways out of "no persona can do this": `novel`, a learnable capability, a share in a persona's row. */
export const makePossible: Fixer = (snapshot, finding) => {
  const episode = declarationAround(snapshot, finding, 'episode');
  const fixes: Fix[] = [];
  const situation = situationOf(snapshot, episode);
  const response = situation?.responses.find(({ name }) => name === episode?.response?.text);
  if (response?.needs !== undefined) {
    const capability = snapshot.program.capabilities[response.needs]!;
    const declaration = declarationNamed(snapshot, 'capability', capability.name);
    if (declaration?.value && !capability.learnable) {
      const value = capability.value > 0 && capability.value < 1 ? sourceOf(snapshot, declaration.value) : '0.1%';
      const span = { start: declaration.value.start, end: declaration.value.end };
      const edits = [replace(snapshot, span, `${value} learnable strength 10`)];
      fixes.push({ title: `Make '${capability.name}' learnable`, edits });
    }
  }
  if (!snapshot.program.novel) {
    const novel = 'novel "A character that pre-training never wrote" prior 0.1% concentration 1';
    fixes.push({ title: 'Declare a novel persona', edits: [append(snapshot, novel)] });
  }
  return fixes;
};

function situationOf(snapshot: SemanticSnapshot, episode: EpisodeDeclaration | undefined) {
  return snapshot.program.situations.find(({ name }) => name === episode?.situation?.text);
}

/** Gives a response's lost mass a response of its own, which no persona intends. */
export const dedicateFallback: Fixer = (snapshot, finding) => {
  const found = intendedFallback(snapshot, finding);
  if (!found) return [];
  const { owner, fallback } = found;
  const users = owner.responses.filter((one) => one.fallback?.text === fallback);
  const last = owner.responses.at(-1);
  const rows = rowsBesides(snapshot, owner);
  if (!last || !rows) return [];
  const name = freeName(`failed_${users[0]?.name.text ?? fallback}`, owner);
  return [
    {
      title: `Give the failure a response of its own: '${name}'`,
      edits: [
        ...users.flatMap((one) => (one.fallback ? [replace(snapshot, one.fallback, name)] : [])),
        insert(snapshot, last.end, ` | ${name}`),
        ...rows,
      ],
      preferred: true,
    },
  ];
};

/**
 * A row for each persona that has none: a uniform one would intend the new response as well. Undefined where such a persona
 * stands in another file.
 */
function rowsBesides(snapshot: SemanticSnapshot, owner: SituationDeclaration): readonly TextEdit[] | undefined {
  const { personas, situations } = snapshot.program;
  const situation = situations.find(({ name }) => name === owner.name?.text);
  if (!situation) return undefined;
  const cells = owner.responses.map(({ name }) => name.text).join(', ');
  const edits: TextEdit[] = [];
  for (const { name, rowSource } of personas) {
    if (rowSource[situation.index]?.kind !== 'uniform') continue;
    const persona = declarationNamed(snapshot, 'persona', name);
    if (!persona) return undefined;
    edits.push(addRow(snapshot, persona, `${situation.name} -> ${cells}`));
  }
  return edits;
}

function intendedFallback(snapshot: SemanticSnapshot, { data, ...span }: Finding) {
  const around = declarationAround(snapshot, span, 'situation');
  const owner = owningSituation(snapshot, stringOf(data['situation']) ?? around?.name?.text ?? '');
  const at = owner?.responses.find(({ start, end }) => start <= span.start && span.end <= end);
  const fallback = stringOf(data['response']) ?? at?.fallback?.text ?? at?.name.text;
  return owner && fallback && owner.responses.some((one) => one.fallback?.text === fallback)
    ? { owner, fallback }
    : undefined;
}

function freeName(wanted: string, owner: SituationDeclaration): string {
  const used = new Set(owner.responses.map(({ name }) => name.text));
  let name = wanted;
  for (let n = 2; used.has(name); n++) name = `${wanted}${n}`;
  return name;
}

export const removeResponses: Fixer = (snapshot, finding) => {
  const situation = declarationAround(snapshot, finding, 'situation');
  if (!situation?.arrow || !situation.extends) return [];
  const list = { start: situation.arrow.start, end: situation.responses.at(-1)?.end ?? situation.arrow.end };
  return [{ title: 'Leave out the responses', edits: [remove(snapshot, list)] }];
};

export const removeUnused: Fixer = (snapshot, finding) => {
  const situation = declarationAround(snapshot, finding, 'situation');
  const at = situation?.responses.findIndex(({ name }) => name.start === finding.start) ?? -1;
  if (situation && at >= 0 && situation.responses.length > 1) {
    return [{ title: 'Remove this response', edits: [removeFromList(snapshot, situation.responses, at)] }];
  }
  const declaration = situation ?? declarationAround(snapshot, finding, 'capability');
  if (!declaration) return [];
  const span = trailing(snapshot.text, { start: declarationStart(declaration), end: declaration.end });
  const edits = [replace(snapshot, span, '')];
  if (declaration.kind === 'capability') {
    // A persona's own value for it goes too; one in another file would be left without its capability.
    const name = declaration.name?.text;
    const index = snapshot.program.capabilities.findIndex((one) => one.name === name);
    const isElsewhere = snapshot.program.occurrences.some(
      ({ kind, owner, origin }) => kind === 'capability' && owner === index && origin.file !== snapshot.file,
    );
    if (isElsewhere) return [];
    for (const one of snapshot.parsed.file.declarations) {
      if (one.kind !== 'persona') continue;
      for (const row of one.rows) {
        if (row.kind === 'can' && row.capability?.text === name) edits.push(remove(snapshot, row));
      }
    }
  }
  return [{ title: `Remove this ${declaration.kind}`, edits }];
};

/** The same question where nothing looks like the training; the finding says where that is. */
export const addNeutralProbe: Fixer = (snapshot, finding) => {
  const probe = declarationAround(snapshot, finding, 'probe');
  const neutral = stringOf(finding.data['neutral']);
  if (!probe || !neutral) return [];
  return [
    {
      title: `Add 'probe ${neutral}'`,
      edits: [insert(snapshot, probe.end, `${newline(snapshot)}probe ${neutral}`)],
      preferred: true,
    },
  ];
};
