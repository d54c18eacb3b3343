/** What all views share: log odds that do not saturate, responses and targets in words. */

import type { Origin } from '../../server/program/model/origin';
import type { Program } from '../../server/program/model/program';
import { type PosteriorSnapshot, type SemanticSnapshot, toLocation } from '../../server/snapshot';
import type { WireLocation } from '../model/messages';
import { toWire } from '../model/numbers';

/** The number of a log that a wire may carry; every view's arrays pass through here. */
export const wires = (values: Iterable<number>): (number | 'inf' | '-inf' | null)[] => Array.from(values, toWire);

export function place(snapshot: SemanticSnapshot, origin: Origin | undefined): WireLocation | undefined {
  return origin && toLocation(snapshot, origin);
}

/** `coding → insecure`, `coding → secure over insecure`. */
export function episodeWords(program: Program, episode: Program['episodes'][number]): string {
  const situation = program.situations[episode.situation]!;
  const name = (response: number) => situation.responses[response]?.name ?? '?';
  const over = episode.over === undefined ? '' : ` over ${name(episode.over)}`;
  return `${situation.name} → ${name(episode.response)}${over}`;
}

/** A target as it is shown: with true arrows. */
export function displayText(text: string): string {
  return text.replaceAll('->', '→');
}

/** A string of the query, undefined where the page sent something else. */
export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
/** A finite number of the query. */
export const asNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Index of a hypothesis by name, `otherwise` where it is not one of them. */
export function hypothesisOf(snapshot: PosteriorSnapshot, name: unknown, otherwise: number): number {
  const found = snapshot.evaluation.hypotheses.indexOf(asText(name) ?? '');
  return found < 0 ? otherwise : found;
}

/** Whether any of a dataset's numbers are measured log-likelihoods. */
export function isMeasured(snapshot: PosteriorSnapshot, dataset: number): boolean {
  return (
    snapshot.program.datasets[dataset]?.logprobs !== undefined || snapshot.counts.get(dataset)?.measured !== undefined
  );
}
