/** Trajectory view: the posterior by step, in the order in which evidence acts, thinned to what a picture can show. */

import type { Trajectory } from '../../server/inference/evaluation';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { PanelRequest } from '../model/messages';
import { toWire } from '../model/numbers';
import type { TrajectoryPoint, TrajectoryView } from '../model/viewTypes';
import { asNumber, episodeWords, hypothesisOf, isMeasured, place, wires } from './common';
import { difference } from './effects';
import type { ViewExtra } from './extra';
import { trajectoryHeadline } from './headlines';
import { mostMoved, rivalOf } from './relevance';

/** Above so many steps, of each run of steps only the ends and the extremes are kept. */
const MOST_STEPS = 300;
const RUNS = 100;
/** A few units in the last place. */
const ROUNDING = 2e-15;
const OVERVIEW = 120;

/** The posterior after one step: logs, normalised, by hypothesis. */
interface Step {
  /** 0 is the prior. */
  readonly step: number;
  readonly log: readonly number[];
  readonly surprise: number;
  /** Size of the logs that were added up so far: what is far smaller is rounding. */
  readonly scale: number;
}

export function trajectoryView(snapshot: PosteriorSnapshot, request: PanelRequest, extra: ViewExtra): TrajectoryView {
  const { program, evaluation } = snapshot;
  const all = program.evidence.length + program.reinforcements.length;
  const { from, to } = windowOf(request, all);
  const persona = hypothesisOf(snapshot, request.query['persona'], mostMoved(evaluation));
  const rival = hypothesisOf(snapshot, request.query['rival'], rivalOf(evaluation, persona));
  const steps = extra.trajectory ? stepsOf(snapshot, extra.trajectory, extra) : [];
  const points = pointsOf(snapshot, steps, from, to, persona, rival);
  const view: TrajectoryView = {
    kind: 'trajectory',
    defined: evaluation.defined,
    headline: '',
    steps: all,
    evidence: program.evidence.length,
    from,
    to,
    persona,
    rival,
    points,
    overview: every(steps, OVERVIEW).map(({ step, log }) => ({ step, posterior: shares(log) })),
    pending: extra.trajectory === undefined,
  };
  if (view.pending) return view;
  const entire = from === 0 && to === all ? points : pointsOf(snapshot, steps, 0, all, persona, rival);
  return { ...view, headline: trajectoryHeadline(snapshot, entire, view) };
}

const shares = (log: readonly number[]): TrajectoryPoint['posterior'] => wires(log.map(Math.exp));

/** Steps to look at; 0 is the prior, n comes after the n-th evidence. */
function windowOf({ query }: PanelRequest, steps: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(Math.round(asNumber(query['from']) ?? 0), steps));
  return { from, to: Math.max(from, Math.min(Math.round(asNumber(query['to']) ?? steps), steps)) };
}

/** Every step that was computed, the reinforcements at the end. */
function stepsOf({ program, evaluation }: PosteriorSnapshot, way: Trajectory, extra: ViewExtra): Step[] {
  const size = evaluation.hypotheses.length;
  let scale = 1;
  const steps: Step[] = Array.from(way.step, (after, at) => {
    const surprise = way.surprise[at] ?? Number.NaN;
    if (Number.isFinite(surprise)) scale += Math.abs(surprise);
    return {
      step: after + 1,
      log: Array.from(way.logPosterior.subarray(at * size, (at + 1) * size)),
      surprise,
      scale,
    };
  });
  for (const [index, log] of (extra.reinforcements?.along ?? []).entries())
    steps.push({ step: program.evidence.length + index + 1, log, surprise: Number.NaN, scale });
  return steps;
}

function pointsOf(
  snapshot: PosteriorSnapshot,
  steps: readonly Step[],
  from: number,
  to: number,
  persona: number,
  rival: number,
): TrajectoryPoint[] {
  const odds = ({ log }: Step): number => difference(log[persona] ?? Number.NaN, log[rival] ?? Number.NaN);
  const inside = steps.flatMap((step, at) => (step.step >= from && step.step <= to ? [at] : []));
  const first = inside[0];
  // What a step changed: from the step just before it, also where that one is not kept.
  const contribution = (at: number): number => {
    const now = steps[at];
    // Points inside the step stand between it and the step before.
    let from = at - 1;
    while (from > 0 && now && now.step - (steps[from]?.step ?? 0) < 1) from--;
    const before = steps[from];
    if (!now || !before || now.step === 0) return 0;
    if (!Number.isInteger(now.step) || now.step - before.step !== 1) return Number.NaN;
    const change = difference(odds(now), odds(before));
    return Math.abs(change) <= ROUNDING * now.scale ? 0 : change;
  };
  let last = steps[first ?? 0]?.step ?? 0;
  return thin(steps, inside, odds, contribution, persona).flatMap((at) => {
    const step = steps[at];
    if (!step) return [];
    const run = Math.ceil(step.step) - Math.ceil(last);
    last = step.step;
    return [
      {
        step: step.step,
        posterior: shares(step.log),
        logPosterior: wires(step.log),
        logOdds: toWire(odds(step)),
        contribution: toWire(contribution(at)),
        surprise: toWire(step.surprise),
        run: Math.max(1, run),
        ...described(snapshot, step.step),
      },
    ];
  });
}

/** Indices that are drawn: all where a picture can show them; else of each run its ends and its extremes. */
function thin(
  steps: readonly Step[],
  inside: readonly number[],
  odds: (step: Step) => number,
  contribution: (at: number) => number,
  persona: number,
): number[] {
  if (inside.length <= MOST_STEPS + 1) return [...inside];
  const retained = new Set<number>();
  const size = inside.length / RUNS;
  for (let run = 0; run < RUNS; run++) {
    const members = inside.slice(Math.floor(run * size), Math.floor((run + 1) * size));
    const extremes = [
      (at: number) => odds(steps[at] as Step),
      (at: number) => steps[at]?.log[persona] ?? Number.NaN,
      contribution,
    ];
    for (const of of extremes) {
      let [low, high] = [members[0], members[0]];
      for (const at of members) {
        if (low === undefined || of(at) < of(low)) low = at;
        if (high === undefined || of(at) > of(high)) high = at;
      }
      for (const at of [low, high]) if (at !== undefined) retained.add(at);
    }
    for (const at of [members[0], members.at(-1)]) if (at !== undefined) retained.add(at);
  }
  return [...retained].sort((a, b) => a - b);
}

function every(steps: readonly Step[], most: number): Step[] {
  if (steps.length <= most) return [...steps];
  const retained = new Set<Step>();
  for (let at = 0; at < most; at++) {
    const step = steps[Math.round((at * (steps.length - 1)) / (most - 1))];
    if (step) retained.add(step);
  }
  return [...retained];
}

/** The evidence whose step this is, or inside which it is. */
function described(
  snapshot: PosteriorSnapshot,
  step: number,
): Pick<TrajectoryPoint, 'label' | 'kind' | 'measured' | 'location'> {
  const { program } = snapshot;
  const index = Math.ceil(step) - 1;
  const reinforcement = program.reinforcements[index - program.evidence.length];
  if (reinforcement)
    return {
      label: `reinforce ${program.situations[reinforcement.situation]?.name ?? ''}`,
      kind: 'reinforcement',
      measured: false,
      location: place(snapshot, reinforcement.origin),
    };
  const reference = program.evidence[index];
  if (reference?.kind === 'dataset') {
    const dataset = program.datasets[reference.index];
    return {
      label: dataset?.name ?? '',
      kind: 'dataset',
      measured: isMeasured(snapshot, reference.index),
      location: place(snapshot, dataset?.nameOrigin),
    };
  }
  const episode = reference && program.episodes[reference.index];
  if (!episode) return {};
  const times = episode.times === 1 ? '' : ` × ${episode.times}`;
  return {
    label: `${episode.label ?? episodeWords(program, episode)}${times}`,
    kind: 'episode',
    measured: false,
    location: place(snapshot, episode.origin),
  };
}
