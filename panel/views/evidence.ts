/**
 * Evidence view: every episode, dataset and reinforcement by what it moved. Sorting, filtering and windows happen here, so that ten
 * thousand episodes cost the page no more than thirty.
 */

import { logJoint, logOdds } from '../../server/inference/posterior/logOdds';
import type { Origin } from '../../server/program/model/origin';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { PanelRequest } from '../model/messages';
import { formatCount, fromWire, toWire } from '../model/numbers';
import type { EvidenceMeasure, EvidenceQuery, EvidenceRow, EvidenceView } from '../model/viewTypes';
import { declarationIdAt } from '../whatIf/declarations';
import { asNumber, asText, displayText, episodeWords, hypothesisOf, isMeasured, place } from './common';
import { divergence, type EvidenceItem, evidenceItems } from './effects';
import type { ViewExtra } from './extra';
import { evidenceHeadline } from './headlines';

const WINDOW = 60;
const MOST_WINDOW = 100_000;
const BUCKETS = 160;
const SORTS: readonly NonNullable<EvidenceQuery['sort']>[] = ['order', 'value', 'size', 'count', 'label'];

/** One item before it has words: enough to sort and filter by. */
interface Item extends EvidenceItem {
  readonly evidence: number;
  readonly value: number;
  readonly count: number;
}

export function evidenceView(snapshot: PosteriorSnapshot, request: PanelRequest, extra: ViewExtra): EvidenceView {
  const { program, evaluation } = snapshot;
  const { query } = request;
  const measure = measureOf(snapshot, query['measure']);
  const single = query['single'] === true;
  const sort = SORTS.find((name) => name === query['sort']) ?? 'size';
  const ascending = query['ascending'] === true;
  const moved = influences(snapshot, extra, single);
  const measured = measureItems(snapshot, measure, moved, extra);
  const matching = inOrder(snapshot, measured.filter(filterOf(snapshot, query)), sort, ascending);
  const count = Math.max(1, Math.min(Math.round(asNumber(query['count']) ?? WINDOW), MOST_WINDOW));
  const start = Math.max(0, Math.min(Math.round(asNumber(query['start']) ?? 0), Math.max(0, matching.length - count)));
  const overview = overviewOf(matching, moved.weight, evaluation.hypotheses.length);
  return {
    kind: 'evidence',
    defined: evaluation.defined,
    headline: evidenceHeadline(snapshot, extra),
    measure,
    single,
    pending: measure.kind === 'probe' && extra.probeEffects === undefined,
    sort,
    ascending,
    total: measured.length,
    matching: matching.length,
    start,
    rows: matching.slice(start, start + count).map((item) => rowOf(snapshot, item, moved)),
    largest: largest(matching.map((item) => item.value)),
    largestWeight: largest(overview.flatMap(({ weight }) => weight.map(fromWire))),
    overview,
    methods: [...new Set(measured.map((item) => methodOf(snapshot, item)))],
    situations: [...new Set([...program.episodes, ...program.reinforcements].map(({ situation }) => situation))]
      .map((x) => program.situations[x]?.name ?? '')
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

/** What leaving an item out changes, nats; NaN where it is not known. */
interface Influences {
  readonly weight: (item: EvidenceItem, hypothesis: number) => number;
  readonly shift: (item: EvidenceItem) => number;
  readonly capability: (item: EvidenceItem) => number;
}

/** Of all of an episode's `times`, or of a single one; datasets and reinforcements have no single ones. */
function influences(snapshot: PosteriorSnapshot, extra: ViewExtra, single: boolean): Influences {
  const { program, evaluation } = snapshot;
  const { episodes, datasets, hypotheses } = evaluation;
  const size = hypotheses.length;
  const odds = logOdds(logJoint(evaluation));
  const alone = ({ kind, index }: EvidenceItem): boolean =>
    single && kind === 'episode' && (program.episodes[index]?.times ?? 1) !== 1;
  const weight = (item: EvidenceItem, h: number): number => {
    const { kind, index } = item;
    if (kind === 'reinforcement') return extra.reinforcements?.weight[index]?.[h] ?? Number.NaN;
    const of = kind === 'dataset' ? datasets.weight : alone(item) ? episodes.single : episodes.weight;
    return of[index * size + h] ?? Number.NaN;
  };
  return {
    weight,
    shift: (item) => {
      if (item.kind === 'reinforcement') return extra.reinforcements?.shift[item.index] ?? Number.NaN;
      if (!alone(item)) return (item.kind === 'dataset' ? datasets : episodes).shift[item.index] ?? Number.NaN;
      return divergence(
        odds,
        odds.map((value, h) => value - weight(item, h)),
      );
    },
    // A reinforcement is an incentive: it says nothing about what the network can do.
    capability: (item) =>
      item.kind === 'reinforcement'
        ? 0
        : alone(item) && episodes.capability[item.index] !== 0
          ? Number.NaN
          : ((item.kind === 'dataset' ? datasets : episodes).capability[item.index] ?? Number.NaN),
  };
}

function measureItems(
  snapshot: PosteriorSnapshot,
  measure: EvidenceMeasure,
  moved: Influences,
  extra: ViewExtra,
): Item[] {
  const { program, evaluation, counts } = snapshot;
  const persona = measure.kind === 'weight' ? evaluation.hypotheses.indexOf(measure.persona) : -1;
  return evidenceItems(program).map((item, evidence) => {
    const { kind, index } = item;
    const count =
      kind === 'episode'
        ? (program.episodes[index]?.times ?? 1)
        : kind === 'dataset'
          ? (counts.get(index)?.classified ?? 0)
          : 1;
    const value =
      measure.kind === 'shift'
        ? moved.shift(item)
        : measure.kind === 'capability'
          ? moved.capability(item)
          : measure.kind === 'probe'
            ? (extra.probeEffects?.[evidence] ?? Number.NaN)
            : moved.weight(item, persona);
    return { evidence, kind, index, count, value };
  });
}

function methodOf(snapshot: PosteriorSnapshot, item: Item): string {
  if (item.kind === 'reinforcement') return 'reinforce';
  return item.kind === 'episode'
    ? snapshot.program.episodes[item.index]!.method
    : (snapshot.counts.get(item.index)?.method ?? snapshot.program.datasets[item.index]!.method ?? 'sft');
}

function labelOf(snapshot: PosteriorSnapshot, item: Item): string {
  const { program } = snapshot;
  if (item.kind === 'dataset') return program.datasets[item.index]!.name;
  if (item.kind === 'reinforcement') return `reinforce ${reinforcedName(snapshot, item)}`;
  const episode = program.episodes[item.index]!;
  return episode.label ?? episodeWords(program, episode);
}

function reinforcedName({ program }: PosteriorSnapshot, { index }: Item): string {
  return program.situations[program.reinforcements[index]?.situation ?? -1]?.name ?? '';
}

function filterOf(snapshot: PosteriorSnapshot, query: PanelRequest['query']): (item: Item) => boolean {
  const { program } = snapshot;
  const method = asText(query['method']);
  const situation = asText(query['situation']);
  const text = asText(query['text'])?.trim().toLowerCase();
  const situationOf = (item: Item) =>
    item.kind === 'episode'
      ? program.situations[program.episodes[item.index]!.situation]!.name
      : item.kind === 'reinforcement'
        ? reinforcedName(snapshot, item)
        : undefined;
  const words = (item: Item): string => {
    if (item.kind === 'dataset') {
      const dataset = program.datasets[item.index]!;
      return `${dataset.name} ${dataset.path} ${dataset.title ?? ''}`;
    }
    if (item.kind === 'reinforcement') return labelOf(snapshot, item);
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

function originOf({ program }: PosteriorSnapshot, { kind, index }: EvidenceItem): Origin | undefined {
  if (kind === 'episode') return program.episodes[index]?.origin;
  return kind === 'dataset' ? program.datasets[index]?.nameOrigin : program.reinforcements[index]?.origin;
}

function rowOf(snapshot: PosteriorSnapshot, item: Item, moved: Influences): EvidenceRow {
  const { program, evaluation } = snapshot;
  const origin = originOf(snapshot, item);
  return {
    declaration: origin ? declarationIdAt(program, origin) : '',
    evidence: item.evidence,
    kind: item.kind,
    index: item.index,
    label: labelOf(snapshot, item),
    method: methodOf(snapshot, item),
    what:
      item.kind === 'episode'
        ? episodeWords(program, program.episodes[item.index]!)
        : item.kind === 'dataset'
          ? datasetWords(snapshot, item.index)
          : reinforcementWords(snapshot, item.index),
    count: item.count,
    value: toWire(item.value),
    weight: evaluation.hypotheses.map((_, h) => toWire(moved.weight(item, h))),
    shift: toWire(moved.shift(item)),
    capability: toWire(moved.capability(item)),
    measured: item.kind === 'dataset' && isMeasured(snapshot, item.index),
    location: place(snapshot, origin),
  };
}

function reinforcementWords({ program }: PosteriorSnapshot, index: number): string {
  const reinforcement = program.reinforcements[index];
  const situation = program.situations[reinforcement?.situation ?? -1];
  if (!reinforcement || !situation) return '';
  const rewards = situation.responses.flatMap(({ name }, y) =>
    reinforcement.reward[y] ? [`${name} ${formatCount(reinforcement.reward[y])}`] : [],
  );
  return `reward ${rewards.join(', ')}`;
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
  weightOf: Influences['weight'],
  hypotheses: number,
): EvidenceView['overview'] {
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
