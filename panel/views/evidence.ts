/**
 * Evidence view: every episode and dataset by what it moved. Sorting, filtering and windows happen here, so that ten
 * thousand episodes cost the page no more than thirty.
 */

import { logJoint, logOdds, logSum } from '../../server/inference/posterior/logOdds';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { PanelRequest } from '../model/messages';
import { fromWire, toWire } from '../model/numbers';
import type { EvidenceMeasure, EvidenceQuery, EvidenceRow, EvidenceView } from '../model/viewTypes';
import { declarationIdAt } from '../whatIf/declarations';
import { asNumber, asText, displayText, episodeWords, hypothesisOf, isMeasured, place } from './common';

const WINDOW = 60;
const MOST_WINDOW = 100_000;
const BUCKETS = 160;
const SORTS: readonly NonNullable<EvidenceQuery['sort']>[] = ['order', 'value', 'size', 'count', 'label'];

/** One evidence before it has words: enough to sort and filter by. */
interface Item {
  readonly evidence: number;
  readonly kind: 'episode' | 'dataset';
  readonly index: number;
  readonly value: number;
  readonly count: number;
}

export function evidenceView(snapshot: PosteriorSnapshot, request: PanelRequest): EvidenceView {
  const { program, evaluation } = snapshot;
  const { query } = request;
  const measure = measureOf(snapshot, query['measure']);
  const single = query['single'] === true;
  const sort = SORTS.find((name) => name === query['sort']) ?? 'size';
  const ascending = query['ascending'] === true;
  const measured = measureItems(snapshot, measure, single);
  const matching = inOrder(snapshot, measured.filter(filterOf(snapshot, query)), sort, ascending);
  const count = Math.max(1, Math.min(Math.round(asNumber(query['count']) ?? WINDOW), MOST_WINDOW));
  const start = Math.max(0, Math.min(Math.round(asNumber(query['start']) ?? 0), Math.max(0, matching.length - count)));
  const weightOf = weights(snapshot, single);
  const overview = overviewOf(matching, weightOf, evaluation.hypotheses.length);
  return {
    kind: 'evidence',
    defined: evaluation.defined,
    measure,
    single,
    sort,
    ascending,
    total: program.evidence.length,
    matching: matching.length,
    start,
    rows: matching.slice(start, start + count).map((item) => rowOf(snapshot, item, weightOf)),
    largest: largest(matching.map((item) => item.value)),
    largestWeight: largest(overview.flatMap(({ weight }) => weight.map(fromWire))),
    overview,
    methods: [...new Set(measured.map((item) => methodOf(snapshot, item)))],
    situations: [...new Set(program.episodes.map(({ situation }) => situation))]
      .map((x) => program.situations[x]!.name)
      .sort(),
    probes: program.probes.map((probe) => displayText(probe.target.text)),
  };
}

function measureOf(snapshot: PosteriorSnapshot, asked: unknown): EvidenceMeasure {
  if (typeof asked === 'object' && asked !== null && 'kind' in asked) {
    const measure = asked as Record<string, unknown>;
    if (measure['kind'] === 'capability') return { kind: 'capability' };
    if (measure['kind'] === 'weight' && snapshot.evaluation.hypotheses.length > 0) {
      const persona = hypothesisOf(snapshot, measure['persona'], 0);
      return { kind: 'weight', persona: snapshot.evaluation.hypotheses[persona]! };
    }
    const probe = asNumber(measure['probe']);
    if (measure['kind'] === 'probe' && probe !== undefined && snapshot.program.probes[probe]) {
      return { kind: 'probe', probe };
    }
  }
  return { kind: 'shift' };
}

/** The weight of an item for a hypothesis, nats. A single one is known of episodes only. */
type WeightOf = (item: Pick<Item, 'kind' | 'index'>, hypothesis: number) => number;

function weights(snapshot: PosteriorSnapshot, single: boolean): WeightOf {
  const { episodes, datasets, hypotheses } = snapshot.evaluation;
  const size = hypotheses.length;
  const ofEpisodes = single ? episodes.single : episodes.weight;
  return ({ kind, index }, h) => (kind === 'dataset' ? datasets.weight : ofEpisodes)[index * size + h]!;
}

function measureItems(snapshot: PosteriorSnapshot, measure: EvidenceMeasure, single: boolean): Item[] {
  const { program, evaluation, counts } = snapshot;
  const weightOf = weights(snapshot, single);
  const persona = measure.kind === 'weight' ? evaluation.hypotheses.indexOf(measure.persona) : -1;
  const effect = measure.kind === 'probe' ? probeEffect(snapshot, measure.probe, weightOf) : undefined;
  return program.evidence.map((reference, evidence) => {
    const influence = reference.kind === 'episode' ? evaluation.episodes : evaluation.datasets;
    const count =
      reference.kind === 'episode'
        ? program.episodes[reference.index]!.times
        : (counts.get(reference.index)?.classified ?? 0);
    const value =
      measure.kind === 'shift'
        ? influence.shift[reference.index]
        : measure.kind === 'capability'
          ? influence.capability[reference.index]
          : effect
            ? effect(reference)
            : weightOf(reference, persona);
    return { evidence, kind: reference.kind, index: reference.index, count, value: value ?? Number.NaN };
  });
}

/**
 * What a probe's prediction would lose without an evidence of these weights: after(D) − after(D∖e). The weights give
 * log odds(h | D∖e) = log odds(h | D) − W_h; abilities and learned rows are held at what all the evidence made them.
 */
function probeEffect(
  snapshot: PosteriorSnapshot,
  probe: number,
  weightOf: WeightOf,
): (item: Pick<Item, 'kind' | 'index'>) => number {
  const { after, byPersona, weightGiven } = snapshot.evaluation.probes[probe]!;
  const joint = logJoint(snapshot.evaluation);
  const total = logSum(joint);
  const odds = logOdds(joint);
  // The context of `given` multiplies each weight by the same factor with and without e.
  const context = joint.map((log, h) =>
    log === Number.NEGATIVE_INFINITY ? 0 : Math.log(weightGiven[h]!) - log + total,
  );
  return (item) => {
    let sum = 0;
    let prediction = 0;
    for (let h = 0; h < odds.length; h++) {
      const without = odds[h]! - weightOf(item, h);
      const log = without > 0 ? -Math.log1p(Math.exp(-without)) : without - Math.log1p(Math.exp(without));
      const share = Math.exp(log + context[h]!);
      sum += share;
      if (share !== 0) prediction += share * byPersona[h]!;
    }
    return after - prediction / sum;
  };
}

function methodOf(snapshot: PosteriorSnapshot, item: Item): string {
  return item.kind === 'episode'
    ? snapshot.program.episodes[item.index]!.method
    : (snapshot.counts.get(item.index)?.method ?? snapshot.program.datasets[item.index]!.method ?? 'sft');
}

function labelOf(snapshot: PosteriorSnapshot, item: Item): string {
  const { program } = snapshot;
  if (item.kind === 'dataset') return program.datasets[item.index]!.name;
  const episode = program.episodes[item.index]!;
  return episode.label ?? episodeWords(program, episode);
}

function filterOf(snapshot: PosteriorSnapshot, query: PanelRequest['query']): (item: Item) => boolean {
  const { program } = snapshot;
  const method = asText(query['method']);
  const situation = asText(query['situation']);
  const text = asText(query['text'])?.trim().toLowerCase();
  const situationOf = (item: Item) =>
    item.kind === 'episode' ? program.situations[program.episodes[item.index]!.situation]!.name : undefined;
  const words = (item: Item): string => {
    if (item.kind === 'dataset') {
      const dataset = program.datasets[item.index]!;
      return `${dataset.name} ${dataset.path} ${dataset.title ?? ''}`;
    }
    const episode = program.episodes[item.index]!;
    const turns = episode.turns.map((turn) => turn.text).join(' ');
    return `${episode.label ?? ''} ${episodeWords(program, episode)} ${episode.doc ?? ''} ${turns}`;
  };
  return (item) =>
    (!method || methodOf(snapshot, item) === method) &&
    (!situation || situationOf(item) === situation || datasetNames(snapshot, item, situation)) &&
    (!text || words(item).toLowerCase().includes(text));
}

function datasetNames(snapshot: PosteriorSnapshot, item: Item, situation: string): boolean {
  const counts = item.kind === 'dataset' ? snapshot.counts.get(item.index) : undefined;
  if (!counts) return false;
  const name = counts.names.indexOf(situation);
  return name >= 0 && (counts.groups.situation.includes(name) || (counts.measured?.situation.includes(name) ?? false));
}

/** Ties, and what is not defined, keep the order of the text; what is not defined comes last either way. */
function inOrder(
  snapshot: PosteriorSnapshot,
  items: readonly Item[],
  sort: NonNullable<EvidenceQuery['sort']>,
  ascending: boolean,
): readonly Item[] {
  // The first look at any column shows the largest first; the text's own order and names begin at their beginning.
  if (sort === 'order') return ascending ? [...items].reverse() : items;
  if (sort === 'label') {
    const labelled = items.map((item) => ({ item, label: labelOf(snapshot, item) }));
    const direction = ascending ? -1 : 1;
    labelled.sort((a, b) => (a.label === b.label ? 0 : a.label < b.label ? -direction : direction));
    return labelled.map(({ item }) => item);
  }
  const keys = Float64Array.from(items, ({ value, count }) => {
    const key = sort === 'count' ? count : sort === 'size' ? Math.abs(value) : value;
    return Number.isNaN(key) ? Number.POSITIVE_INFINITY : ascending ? key : -key;
  });
  const places = Array.from(items.keys());
  places.sort((a, b) => (keys[a]! === keys[b]! ? a - b : keys[a]! < keys[b]! ? -1 : 1));
  return places.map((at) => items[at]!);
}

function rowOf(snapshot: PosteriorSnapshot, item: Item, weightOf: WeightOf): EvidenceRow {
  const { program, evaluation } = snapshot;
  const influence = item.kind === 'episode' ? evaluation.episodes : evaluation.datasets;
  const origin =
    item.kind === 'episode' ? program.episodes[item.index]!.origin : program.datasets[item.index]!.nameOrigin;
  return {
    declaration: declarationIdAt(program, origin),
    evidence: item.evidence,
    kind: item.kind,
    index: item.index,
    label: labelOf(snapshot, item),
    method: methodOf(snapshot, item),
    what:
      item.kind === 'episode'
        ? episodeWords(program, program.episodes[item.index]!)
        : datasetWords(snapshot, item.index),
    count: item.count,
    value: toWire(item.value),
    weight: evaluation.hypotheses.map((_, h) => toWire(weightOf(item, h))),
    shift: toWire(influence.shift[item.index] ?? Number.NaN),
    capability: toWire(influence.capability[item.index] ?? Number.NaN),
    measured: item.kind === 'dataset' && isMeasured(snapshot, item.index),
    location: place(snapshot, origin),
  };
}

function datasetWords(snapshot: PosteriorSnapshot, dataset: number): string {
  const counts = snapshot.counts.get(dataset);
  if (!counts) return 'still being read';
  if (counts.failure) return counts.failure.message;
  const unclassified = counts.unclassified > 0 ? `, ${counts.unclassified} unclassified` : '';
  return `${counts.format}, ${counts.rows} rows${unclassified}`;
}

function overviewOf(items: readonly Item[], weightOf: WeightOf, hypotheses: number): EvidenceView['overview'] {
  const size = Math.max(1, Math.ceil(items.length / BUCKETS));
  const buckets: EvidenceView['overview'][number][] = [];
  for (let start = 0; start < items.length; start += size) {
    const end = Math.min(items.length, start + size);
    const strongest = new Float64Array(hypotheses);
    for (let at = start; at < end; at++) {
      for (let h = 0; h < hypotheses; h++) {
        const value = weightOf(items[at]!, h);
        if (Math.abs(value) > Math.abs(strongest[h]!)) strongest[h] = value;
      }
    }
    buckets.push({ start, count: end - start, weight: Array.from(strongest, toWire) });
  }
  return buckets;
}

/** The largest finite size: the end of a scale. */
function largest(values: Iterable<number>): number {
  let top = 0;
  for (const value of values) if (Number.isFinite(value)) top = Math.max(top, Math.abs(value));
  return top;
}
