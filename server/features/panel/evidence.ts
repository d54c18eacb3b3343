/**
 * Evidence view: every episode and dataset by what it moved. Sorting, filtering and windows happen here, so that ten
 * thousand episodes cost the page no more than thirty.
 */

import type { PanelRequest } from '../../protocol';
import { toWire } from '../numbers';
import type { PosteriorSnapshot } from '../snapshot';
import {
  asNumber,
  asText,
  episodeWords,
  hypothesisOf,
  isMeasured,
  knobs,
  logJoint,
  logSum,
  place,
  shownText,
  wires,
} from './common';
import type { EvidenceMeasure, EvidenceQuery, EvidenceRow, EvidenceView } from './types';

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
  const matching = measured.filter(filterOf(snapshot, query));
  matching.sort(orderOf(snapshot, sort, ascending));
  const count = Math.max(1, Math.min(Math.round(asNumber(query['count']) ?? WINDOW), MOST_WINDOW));
  const start = Math.max(0, Math.min(Math.round(asNumber(query['start']) ?? 0), Math.max(0, matching.length - count)));
  const weightOf = weights(snapshot, single);
  return {
    kind: 'evidence',
    defined: evaluation.defined,
    knobs: knobs(snapshot, request),
    measure,
    single,
    sort,
    ascending,
    total: program.evidence.length,
    matching: matching.length,
    start,
    rows: matching.slice(start, start + count).map((item) => rowOf(snapshot, item, weightOf)),
    largest: largest(matching.map((item) => item.value)),
    largestWeight: matching.reduce((top, item) => Math.max(top, largest(weightOf(item))), 0),
    overview: overviewOf(matching, weightOf, evaluation.hypotheses.length),
    methods: [...new Set(measured.map((item) => methodOf(snapshot, item)))],
    situations: [...new Set(program.episodes.map((episode) => program.situations[episode.situation]!.name))].sort(),
    probes: program.probes.map((probe) => shownText(probe.target.text)),
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

/** The row of weights of an item, by hypothesis, nats. A single one is known of episodes only. */
function weights(snapshot: PosteriorSnapshot, single: boolean): (item: Item) => Float64Array {
  const { episodes, datasets, hypotheses } = snapshot.evaluation;
  const size = hypotheses.length;
  return ({ kind, index }) => {
    const table = kind === 'dataset' ? datasets.weight : single ? episodes.single : episodes.weight;
    return table.subarray(index * size, (index + 1) * size);
  };
}

function measureItems(snapshot: PosteriorSnapshot, measure: EvidenceMeasure, single: boolean): Item[] {
  const { program, evaluation, counts } = snapshot;
  const weightOf = weights(snapshot, single);
  const persona = measure.kind === 'weight' ? evaluation.hypotheses.indexOf(measure.persona) : -1;
  const effect = measure.kind === 'probe' ? probeEffect(snapshot, measure.probe) : undefined;
  return program.evidence.map((reference, evidence) => {
    const influence = reference.kind === 'episode' ? evaluation.episodes : evaluation.datasets;
    const count =
      reference.kind === 'episode'
        ? program.episodes[reference.index]!.times
        : (counts.get(reference.index)?.classified ?? 0);
    const item = { evidence, kind: reference.kind, index: reference.index, count, value: 0 };
    const value =
      measure.kind === 'shift'
        ? influence.shift[reference.index]!
        : measure.kind === 'capability'
          ? influence.capability[reference.index]!
          : effect
            ? effect(weightOf(item))
            : weightOf(item)[persona]!;
    return { ...item, value: value ?? Number.NaN };
  });
}

/**
 * What a probe's prediction would lose without an evidence of these weights: after(D) − after(D∖e). The weights give
 * log odds(h | D∖e) = log odds(h | D) − W_h; abilities and learned rows are held at what all the evidence made them.
 */
function probeEffect(snapshot: PosteriorSnapshot, probe: number): (weight: Float64Array) => number {
  const { evaluation } = snapshot;
  const { after, byPersona, weightGiven } = evaluation.probes[probe]!;
  const joint = logJoint(snapshot);
  const total = logSum(joint);
  const log = joint.map((value) => value - total);
  // The context of `given` multiplies each weight by the same factor with and without e.
  const context = log.map((value, h) => (value === Number.NEGATIVE_INFINITY ? 0 : Math.log(weightGiven[h]!) - value));
  return (weight) => {
    const without = log.map((value, h) => {
      const others = logSum(log.filter((_, other) => other !== h));
      const odds = value - others - weight[h]!;
      return odds > 0 ? -Math.log1p(Math.exp(-odds)) : odds - Math.log1p(Math.exp(odds));
    });
    const shares = without.map((value, h) => Math.exp(value + context[h]!));
    const sum = shares.reduce((all, share) => all + share, 0);
    return after - shares.reduce((all, share, h) => all + (share === 0 ? 0 : share * byPersona[h]!), 0) / sum;
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
function orderOf(
  snapshot: PosteriorSnapshot,
  sort: NonNullable<EvidenceQuery['sort']>,
  ascending: boolean,
): (a: Item, b: Item) => number {
  const direction = ascending ? 1 : -1;
  const byNumber = (key: (item: Item) => number) => (a: Item, b: Item) => {
    const [x, y] = [key(a), key(b)];
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a.evidence - b.evidence;
    return x === y ? a.evidence - b.evidence : direction * (x < y ? -1 : 1);
  };
  switch (sort) {
    case 'order':
      // The first click on any other column shows the largest first; the text's own order begins at its beginning.
      return (a, b) => -direction * (a.evidence - b.evidence);
    case 'value':
      return byNumber((item) => item.value);
    case 'size':
      return byNumber((item) => Math.abs(item.value));
    case 'count':
      return byNumber((item) => item.count);
    case 'label': {
      const labels = new Map<Item, string>();
      const label = (item: Item) => {
        const known = labels.get(item) ?? labelOf(snapshot, item);
        labels.set(item, known);
        return known;
      };
      return (a, b) => {
        const [x, y] = [label(a), label(b)];
        return x === y ? a.evidence - b.evidence : -direction * (x < y ? -1 : 1);
      };
    }
  }
}

function rowOf(snapshot: PosteriorSnapshot, item: Item, weightOf: (item: Item) => Float64Array): EvidenceRow {
  const { program, evaluation } = snapshot;
  const influence = item.kind === 'episode' ? evaluation.episodes : evaluation.datasets;
  const origin =
    item.kind === 'episode' ? program.episodes[item.index]!.origin : program.datasets[item.index]!.nameOrigin;
  return {
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
    weight: wires(weightOf(item)),
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

function overviewOf(
  items: readonly Item[],
  weightOf: (item: Item) => Float64Array,
  hypotheses: number,
): EvidenceView['overview'] {
  const size = Math.max(1, Math.ceil(items.length / BUCKETS));
  const buckets: EvidenceView['overview'][number][] = [];
  for (let start = 0; start < items.length; start += size) {
    const inside = items.slice(start, start + size);
    const weight = Array.from({ length: hypotheses }, (_, h) =>
      toWire(
        inside.reduce((strongest, item) => {
          const value = weightOf(item)[h]!;
          return Number.isNaN(value) || Math.abs(value) <= Math.abs(strongest) ? strongest : value;
        }, 0),
      ),
    );
    buckets.push({ start, count: inside.length, weight });
  }
  return buckets;
}

/** The largest finite size: the end of a scale. */
function largest(values: Iterable<number>): number {
  let top = 0;
  for (const value of values) if (Number.isFinite(value)) top = Math.max(top, Math.abs(value));
  return top;
}
