/**
 * What-if between page and program: which values a page may change, each bound to its declaration, and what its
 * changes mean in the program as it stands. It must not know how a control is drawn.
 */

import type { Origin } from '../../server/program/model/origin';
import type { Program } from '../../server/program/model/program';
import { normalUri } from '../../server/program/uris';
import { type PosteriorSnapshot, type SemanticSnapshot, toLocation } from '../../server/snapshot';
import type { WhatIfChange, WhatIfControl, WhatIfTarget } from '../model/messages';
import { episodeWords } from '../views/common';
import { applyWhatIf, type ProgramChange } from './apply';
import { type DeclarationTracker, declarationAt } from './declarations';

const MOST_EPISODES = 24;

/** The changes of a scenario in terms of its program as it stands, and those whose declaration has gone. */
export interface ResolvedChanges {
  readonly changes: readonly ProgramChange[];
  readonly lost: readonly WhatIfTarget[];
}

/** `tracker` must have followed the program. Changes that were made for another scenario are not looked at. */
export function resolveChanges(
  tracker: DeclarationTracker,
  program: Program,
  asked: readonly WhatIfChange[],
): ResolvedChanges {
  const root = normalUri(program.files[0]?.uri ?? '');
  const changes: ProgramChange[] = [];
  const lost: WhatIfTarget[] = [];
  for (const { scenario, target, value } of asked) {
    if (normalUri(scenario) !== root) continue;
    const resolved = targetIn(tracker, program, target);
    if (resolved) changes.push({ target: resolved, value });
    else lost.push(target);
  }
  return { changes, lost };
}

function targetIn(
  tracker: DeclarationTracker,
  program: Program,
  { kind, declaration: id, key }: WhatIfTarget,
): ProgramChange['target'] | undefined {
  if (kind === 'method') return Object.hasOwn(program.methods, id) ? { kind, method: id, key: 'strength' } : undefined;
  const place = tracker.find(id);
  if (!place) return undefined;
  const { uri, declaration } = place;
  const here = ({ origin }: { readonly origin: Origin }): boolean =>
    program.files[origin.file]?.uri === uri && declaration.start <= origin.start && origin.end <= declaration.end;
  const found = (index: number): number | undefined => (index < 0 ? undefined : index);
  switch (kind) {
    case 'episode': {
      const index = found(program.episodes.findIndex(here));
      return index === undefined || (key !== 'times' && key !== 'weight') ? undefined : { kind, index, key };
    }
    case 'dataset': {
      const index = found(program.datasets.findIndex(here));
      return index === undefined ? undefined : { kind, index, key: 'weight' };
    }
    case 'reinforcement': {
      const index = found(program.reinforcements.findIndex(here));
      return index === undefined ? undefined : { kind, index, key: 'beta' };
    }
    case 'prior': {
      const persona = program.personas.find(here)?.name ?? (program.novel && here(program.novel) ? 'novel' : undefined);
      return persona === undefined ? undefined : { kind, persona };
    }
    default:
      return undefined;
  }
}

/**
 * What the page may change: all priors, the strengths of methods in use, datasets, reinforcements, and the episodes whose
 * declarations it names or has changed (else the one that moved the distribution most).
 */
export function whatIfControls(
  snapshot: PosteriorSnapshot,
  tracker: DeclarationTracker,
  changes: readonly ProgramChange[],
  chosen: unknown,
): WhatIfControl[] {
  const { program, counts } = snapshot;
  const changed = applyWhatIf(program, counts, changes).program;
  const location = (origin: Origin | undefined) => origin && toLocation(snapshot, origin);
  const idOf = (origin: Origin): string => {
    const node = declarationAt(program, origin);
    return node ? tracker.idOf(program.files[origin.file]?.uri ?? '', node) : '';
  };
  const priors = program.personas.map(
    (persona, h): WhatIfControl => ({
      target: { kind: 'prior', declaration: idOf(persona.nameOrigin), key: 'prior' },
      label: persona.name,
      value: persona.prior,
      effective: changed.personas[h]?.prior ?? persona.prior,
      location: location(persona.nameOrigin),
    }),
  );
  if (program.novel)
    priors.push({
      target: { kind: 'prior', declaration: idOf(program.novel.origin), key: 'prior' },
      label: 'novel',
      value: program.novel.prior,
      effective: changed.novel?.prior ?? program.novel.prior,
      location: location(program.novel.origin),
    });
  const used = usedMethods(snapshot);
  const methods = Object.values(program.methods)
    .filter((method) => used.has(method.name))
    .map(
      (method): WhatIfControl => ({
        target: { kind: 'method', declaration: method.name, key: 'strength' },
        label: method.name,
        value: method.strength,
        effective: changed.methods[method.name].strength,
        location: location(method.origin),
      }),
    );
  const asked = (kind: 'dataset', index: number): number | undefined =>
    changes.find(({ target }) => target.kind === kind && target.index === index)?.value;
  const datasets = program.datasets.map((dataset): WhatIfControl => {
    const value = datasetWeight(program, dataset.index);
    return {
      target: { kind: 'dataset', declaration: idOf(dataset.nameOrigin), key: 'weight' },
      label: dataset.name,
      value,
      effective: asked('dataset', dataset.index) ?? value,
      location: location(dataset.nameOrigin),
    };
  });
  const reinforcements = program.reinforcements.map(
    (reinforcement, index): WhatIfControl => ({
      target: { kind: 'reinforcement', declaration: idOf(reinforcement.origin), key: 'beta' },
      label: `reinforce ${program.situations[reinforcement.situation]?.name ?? ''}`,
      value: reinforcement.beta,
      effective: changed.reinforcements[index]?.beta ?? reinforcement.beta,
      location: location(reinforcement.origin),
    }),
  );
  const episodes = chosenEpisodes(snapshot, tracker, changes, chosen).flatMap((index): WhatIfControl[] => {
    const episode = program.episodes[index];
    const other = changed.episodes[index];
    if (!episode || !other) return [];
    const label = episode.label ?? episodeWords(program, episode);
    const declaration = idOf(episode.origin);
    return (['times', 'weight'] as const).map((key) => ({
      target: { kind: 'episode', declaration, key },
      label,
      value: episode[key],
      effective: other[key],
      location: location(episode.origin),
    }));
  });
  return [...priors, ...methods, ...datasets, ...reinforcements, ...episodes];
}

function usedMethods({ program, counts }: PosteriorSnapshot): ReadonlySet<string> {
  const used = new Set<string>(program.episodes.map((episode) => episode.method));
  for (const { method } of counts.values()) used.add(method);
  if (program.probes.some((probe) => probe.target.given.length > 0)) used.add('context');
  return used;
}

/** The constant `weight` of a dataset, 1 where its rows have their own or there is none. */
export function datasetWeight(program: Program, dataset: number): number {
  const entry = program.datasets[dataset]?.entries.find(({ key }) => key === 'weight');
  return entry?.value.kind === 'number' ? entry.value.value : 1;
}

function chosenEpisodes(
  snapshot: PosteriorSnapshot,
  tracker: DeclarationTracker,
  changes: readonly ProgramChange[],
  chosen: unknown,
): number[] {
  const { program, evaluation } = snapshot;
  const named = (Array.isArray(chosen) ? chosen : []).flatMap((id: unknown): number[] => {
    const target = typeof id === 'string' ? episodeOf(tracker, program, id) : undefined;
    return target === undefined ? [] : [target];
  });
  const changed = changes.flatMap(({ target }) => (target.kind === 'episode' ? [target.index] : []));
  const episodes = [...new Set([...named, ...changed])];
  if (episodes.length === 0 && program.episodes.length > 0) {
    const { shift } = evaluation.episodes;
    episodes.push(shift.reduce((best, value, at) => (value > (shift[best] ?? -1) ? at : best), 0));
  }
  return episodes.slice(0, MOST_EPISODES);
}

function episodeOf(tracker: DeclarationTracker, program: Program, id: string): number | undefined {
  const target = targetIn(tracker, program, { kind: 'episode', declaration: id, key: 'times' });
  return target?.kind === 'episode' ? target.index : undefined;
}

/**
 * The changes as they are to be written into a newer text: undefined where the declaration of one has gone there.
 * `shown` is the tracker of the text that the page shows.
 */
export function changesForWriting(
  displayed: DeclarationTracker,
  newest: SemanticSnapshot,
  asked: readonly WhatIfChange[],
): readonly ProgramChange[] | undefined {
  const tracker = displayed.fork();
  tracker.follow(newest.program);
  const { changes, lost } = resolveChanges(tracker, newest.program, asked);
  return lost.length > 0 ? undefined : changes;
}
