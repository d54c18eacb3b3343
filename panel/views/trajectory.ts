/** Trajectory view: the posterior along the evidence in order, thinned to what a screen can show. */

import type { Trajectory } from '../../server/inference/evaluation';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { PanelRequest } from '../model/messages';
import { toWire } from '../model/numbers';
import type { TrajectoryPoint, TrajectoryView } from '../model/viewTypes';
import { asNumber, episodeWords, hypothesisOf, isMeasured, place, wires } from './common';

/** Points of the chart, and of the strip above it. */
const MOST_POINTS = 320;
/** So many steps the whole way shows one by one. */
const MOST_STEPS = 300;
const MOST_OVERVIEW = 120;

export function trajectoryView(
  snapshot: PosteriorSnapshot,
  request: PanelRequest,
  trajectory: Trajectory | undefined,
  window = trajectory,
): TrajectoryView {
  const { program, evaluation } = snapshot;
  const steps = program.evidence.length;
  const { from, to } = windowOf(request, steps);
  const persona = hypothesisOf(snapshot, request.query['persona'], mostMoved(snapshot));
  const rival = hypothesisOf(snapshot, request.query['rival'], otherThan(snapshot, persona));
  return {
    kind: 'trajectory',
    defined: evaluation.defined,
    steps,
    from,
    to,
    persona,
    rival,
    points: window ? points(snapshot, window, from, to, persona, rival) : [],
    overview: trajectory
      ? thin(trajectory, 0, steps, MOST_OVERVIEW).map((point) => ({
          step: trajectory.step[point]! + 1,
          posterior: posteriorAt(trajectory, evaluation.hypotheses.length, point),
        }))
      : [],
    pending: trajectory === undefined,
  };
}

/** Steps to look at; 0 is the prior, n the point after the n-th evidence. */
export interface TrajectoryWindow {
  readonly from?: number;
  readonly to?: number;
}

function windowOf({ query }: PanelRequest, steps: number): Required<TrajectoryWindow> {
  const from = Math.max(0, Math.min(Math.round(asNumber(query['from']) ?? 0), steps));
  return { from, to: Math.max(from, Math.min(Math.round(asNumber(query['to']) ?? steps), steps)) };
}

/** What is to be computed with more points than the whole way has there; undefined where that has them all. */
export function closerWindow(request: PanelRequest, steps: number): TrajectoryWindow | undefined {
  const { from, to } = windowOf(request, steps);
  return steps > MOST_STEPS && to - from < steps ? { from, to } : undefined;
}

function points(
  snapshot: PosteriorSnapshot,
  trajectory: Trajectory,
  from: number,
  to: number,
  persona: number,
  rival: number,
): TrajectoryPoint[] {
  const { program, evaluation } = snapshot;
  const count = evaluation.hypotheses.length;
  const odds = (point: number): number =>
    difference(trajectory.logPosterior[point * count + persona]!, trajectory.logPosterior[point * count + rival]!);
  let last: number | undefined;
  return thin(trajectory, from, to, MOST_POINTS).map((point) => {
    const step = trajectory.step[point]! + 1;
    const before = last ?? (step > 0 ? point - 1 : point);
    last = point;
    let surprise = 0;
    if (before >= 0) for (let at = before + 1; at <= point; at++) surprise += trajectory.surprise[at]!;
    const reference = program.evidence[step - 1];
    const now = odds(point);
    return {
      step,
      posterior: posteriorAt(trajectory, count, point),
      logPosterior: wires(trajectory.logPosterior.subarray(point * count, (point + 1) * count)),
      logOdds: toWire(now),
      brought: toWire(before < point && before >= 0 ? difference(now, odds(before)) : 0),
      surprise: toWire(surprise),
      ...(reference && describe(snapshot, reference)),
    };
  });
}

/** a − b of logs, where two equal infinities differ by nothing. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function describe(
  snapshot: PosteriorSnapshot,
  reference: { readonly kind: 'episode' | 'dataset'; readonly index: number },
): Pick<TrajectoryPoint, 'label' | 'kind' | 'measured' | 'location'> {
  const { program } = snapshot;
  if (reference.kind === 'dataset') {
    const dataset = program.datasets[reference.index]!;
    return {
      label: dataset.name,
      kind: 'dataset',
      measured: isMeasured(snapshot, dataset.index),
      location: place(snapshot, dataset.nameOrigin),
    };
  }
  const episode = program.episodes[reference.index]!;
  const times = episode.times === 1 ? '' : ` × ${episode.times}`;
  return {
    label: `${episode.label ?? episodeWords(program, episode)}${times}`,
    kind: 'episode',
    measured: false,
    location: place(snapshot, episode.origin),
  };
}

function posteriorAt(trajectory: Trajectory, count: number, point: number): (number | 'inf' | '-inf' | null)[] {
  return wires(trajectory.posterior.subarray(point * count, (point + 1) * count));
}

/** Indices of points between two steps, both kept, at most `most`: evenly spaced in the order of evidence. */
function thin(trajectory: Trajectory, from: number, to: number, most: number): number[] {
  const inside: number[] = [];
  for (let point = 0; point < trajectory.step.length; point++) {
    const step = trajectory.step[point]! + 1;
    if (step >= from && step <= to) inside.push(point);
  }
  if (inside.length <= most) return inside;
  const retained = new Set<number>();
  for (let k = 0; k < most; k++) retained.add(inside[Math.round((k * (inside.length - 1)) / (most - 1))]!);
  return [...retained];
}

/** The hypothesis that gained most. */
function mostMoved(snapshot: PosteriorSnapshot): number {
  const gained = snapshot.evaluation.personas.map(({ prior, posterior }) => (posterior || 0) - prior);
  return Math.max(0, gained.indexOf(Math.max(...gained)));
}

/** The other one that lost most: at whose cost. */
function otherThan(snapshot: PosteriorSnapshot, persona: number): number {
  const lost = snapshot.evaluation.personas.map(({ prior, posterior }, h) =>
    h === persona ? Number.NEGATIVE_INFINITY : prior - (posterior || 0),
  );
  return Math.max(0, lost.indexOf(Math.max(...lost)));
}
