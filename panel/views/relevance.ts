/** Which hypotheses matter most: those that have or gained weight, chosen by the evidence, not by their place in the text. */
import type { Evaluation } from '../../server/inference/evaluation';

/**
 * How much a hypothesis matters: its posterior, or its prior where that was large (squared, so that one of thirty equal
 * priors is small). Of two that matter alike the one that is written first comes first.
 */
function relevance({ prior, posterior }: Evaluation['personas'][number]): number {
  return Math.max(Number.isNaN(posterior) ? prior : posterior, prior * prior);
}

/** By hypothesis: its place in that order, 0 first. */
export function relevanceRanks({ personas }: Evaluation): number[] {
  const order = personas
    .map((_, h) => h)
    .sort((a, b) => {
      const [one, other] = [personas[a], personas[b]];
      return one && other ? relevance(other) - relevance(one) || a - b : 0;
    });
  const ranks = personas.map(() => 0);
  for (const [rank, h] of order.entries()) ranks[h] = rank;
  return ranks;
}

/** The hypothesis that gained most. */
export function mostMoved({ personas }: Evaluation): number {
  const gained = personas.map(({ prior, posterior }) => (Number.isNaN(posterior) ? prior : posterior) - prior);
  return gained.reduce((best, gain, h) => (gain > (gained[best] ?? Number.NEGATIVE_INFINITY) ? h : best), 0);
}

/** Against whom: the other one that matters most. */
export function rivalOf({ personas }: Evaluation, persona: number): number {
  const share = personas.map((standing, h) => (h === persona ? Number.NEGATIVE_INFINITY : relevance(standing)));
  return share.reduce((best, value, h) => (value > (share[best] ?? Number.NEGATIVE_INFINITY) ? h : best), 0);
}
