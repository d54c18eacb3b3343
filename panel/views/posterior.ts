/** Posterior view: where each hypothesis stood and stands, what was learned inside it, and capabilities. */

import { logJoint, logOdds } from '../../server/inference/posterior/logOdds';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { toWire } from '../model/numbers';
import type { CapabilityRow, HypothesisRow, LearnedRow, PosteriorView } from '../model/viewTypes';
import { place } from './common';
import type { ViewExtra } from './extra';
import { posteriorHeadline } from './headlines';

export function posteriorView(snapshot: PosteriorSnapshot, extra: ViewExtra): PosteriorView {
  const { program, evaluation } = snapshot;
  const rows = [...snapshot.counts.values()];
  const view: PosteriorView = {
    kind: 'posterior',
    defined: evaluation.defined,
    headline: '',
    logMarginal: toWire(evaluation.logMarginal),
    hypotheses: hypothesisRows(snapshot),
    capabilities: capabilityRows(snapshot),
    learned: learnedRows(snapshot, extra),
    nearest: nearestOf(snapshot, evaluation.nearest?.overall),
    evidence: {
      declarations: program.evidence.length,
      episodes: program.episodes.reduce((sum, episode) => sum + episode.times, 0),
      datasets: program.datasets.length,
      rows: rows.reduce((sum, counts) => sum + counts.rows, 0),
      measured: rows.reduce((sum, counts) => sum + (counts.measured?.rows ?? 0), 0),
    },
  };
  return { ...view, headline: posteriorHeadline(snapshot, extra, view) };
}

function hypothesisRows(snapshot: PosteriorSnapshot): HypothesisRow[] {
  const { program, evaluation } = snapshot;
  const before = logOdds(evaluation.personas.map(({ prior }) => Math.log(prior)));
  const after = logOdds(logJoint(evaluation));
  const mixture = evaluation.accounts.find(
    (account, index) => program.accounts[index]?.kind === 'population' && account.notComputable === undefined,
  );
  return evaluation.personas.map((standing, h) => {
    const declared = program.personas[h] ?? program.novel;
    const share = mixture?.standings.find(({ name }) => name === standing.name);
    return {
      name: standing.name,
      title: declared?.title,
      doc: declared?.doc,
      prior: standing.prior,
      posterior: toWire(standing.posterior),
      logLikelihood: toWire(standing.logLikelihood),
      logOddsPrior: toWire(before[h]!),
      logOddsPosterior: toWire(evaluation.defined ? after[h]! : Number.NaN),
      mixture:
        mixture && share?.interval
          ? { account: mixture.name, mean: share.posterior, interval: share.interval }
          : undefined,
      location: place(snapshot, program.personas[h]?.nameOrigin ?? program.novel?.origin),
    };
  });
}

function capabilityRows(snapshot: PosteriorSnapshot): CapabilityRow[] {
  return snapshot.evaluation.capabilities.map((capability, index) => {
    const declared = snapshot.program.capabilities[index];
    return {
      name: capability.name,
      title: declared?.title,
      learnable: capability.learnable,
      before: capability.before,
      after: toWire(capability.after),
      intervalBefore: capability.intervalBefore,
      intervalAfter: [toWire(capability.intervalAfter[0]), toWire(capability.intervalAfter[1])],
      location: place(snapshot, declared?.nameOrigin),
    };
  });
}

/** A change of a response's probability that is worth a line. */
const NOTICED = 1e-3;

/**
 * The rows that evidence or reinforcement changed inside a hypothesis: all of novel's that met evidence, and of the
 * others those that moved by more than a tenth of a point.
 */
function learnedRows(snapshot: PosteriorSnapshot, { answerIntervals }: ViewExtra): LearnedRow[] {
  const { program, evaluation } = snapshot;
  const cells = program.cellOffset.at(-1) ?? 0;
  const reinforced = new Set(
    program.reinforcements.filter((one) => one.rigidity !== undefined).map((one) => one.situation),
  );
  const rows: LearnedRow[] = [];
  for (const [h] of evaluation.hypotheses.entries()) {
    const persona = program.personas[h];
    const concentration = persona ? persona.concentration : program.novel?.concentration;
    for (const situation of program.situations) {
      const from = program.cellOffset[situation.index]!;
      const size = situation.responses.length;
      const at = (values: Float64Array, response: number): number => values[h * cells + from + response]!;
      const seen = sum(evaluation.counts.subarray(from, from + size));
      const moved = situation.responses.some(
        (_, y) => Math.abs(at(evaluation.predictiveAfter, y) - at(evaluation.predictiveBefore, y)) > NOTICED,
      );
      const why = reinforced.has(situation.index)
        ? 'reinforced'
        : !persona
          ? 'novel'
          : concentration !== undefined
            ? 'concentration'
            : undefined;
      // What only a capability changed is told once, by the capability.
      if (why === undefined || (!moved && !(why === 'novel' && seen > 0))) continue;
      rows.push({
        hypothesis: h,
        situation: situation.name,
        title: situation.title,
        why,
        responses: situation.responses.map((response, y) => ({
          name: response.name,
          before: at(evaluation.predictiveBefore, y),
          after: toWire(at(evaluation.predictiveAfter, y)),
          interval: why === 'reinforced' ? undefined : intervalAt(answerIntervals, h * cells + from + y),
        })),
        nearest: persona ? undefined : nearestOf(snapshot, evaluation.nearest?.bySituation[situation.index]),
      });
    }
  }
  return rows;
}

/** The ends of one answer's interval; undefined where there is none. */
function intervalAt(intervals: Float64Array | undefined, cell: number): readonly [number, number] | undefined {
  const [low, high] = [intervals?.[2 * cell], intervals?.[2 * cell + 1]];
  return low === undefined || high === undefined || Number.isNaN(low) || Number.isNaN(high) ? undefined : [low, high];
}

function nearestOf(
  snapshot: PosteriorSnapshot,
  similar: { readonly persona: number; readonly divergence: number } | undefined,
): LearnedRow['nearest'] {
  const name = similar && snapshot.program.personas[similar.persona]?.name;
  return name === undefined ? undefined : { name, divergence: toWire(similar!.divergence) };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
