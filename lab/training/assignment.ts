/**
 * What one fine-tuning of an arm uses: which situations, whose answers, which response is rewarded, which probes with
 * a context are asked afterwards. Drawn from the world, the fine-tuning's index and a seed, never from a network, so that
 * arms of the same world and index share it. Must not know networks.
 */
import { personaRow, samplePairs } from '../documents/sample';
import type { Evidence } from '../prediction/evidence';
import type { GivenQuestion } from '../prediction/predict';
import { permutation, randomOf } from '../random';
import { cellsOf, mixtureOf, type Pair, type World } from '../world/world';
import type { Arm } from './arms';

export interface Assignment {
  /** The persona that is trained (the first of two in a composite), and the leading one before training. */
  readonly persona: number;
  readonly leading: number;
  readonly trained: readonly number[];
  readonly untrained: readonly number[];
  /** C: the answers that are trained, shares by situation; 0 where not trained. */
  readonly shares: Float64Array;
  /** The rewarded response of `trained[0]`, for reinforcement. */
  readonly rewarded: number;
  /** A context of three pairs by another persona, and the situations that are asked after it (all). */
  readonly context: readonly Pair[];
  /** Two answers in one conversation: after each response of the first situation, the second is asked. */
  readonly paired: readonly [number, number];
  readonly probes: readonly GivenQuestion[];
  /** A character other than the Assistant, for leakage. */
  readonly otherCharacter: number;
}

const CONTEXT_PAIRS = 3;

export function assignmentOf(world: World, arm: Arm, index: number, seed: number): Assignment {
  const random = randomOf('assignment', seed, index);
  const order = permutation(random, world.situations.length);
  const byPrior = Array.from(world.prior, (_, h) => h).sort((a, b) => (world.prior[b] ?? 0) - (world.prior[a] ?? 0));
  const leading = byPrior[0] ?? 0;
  const others = byPrior.slice(1);
  const persona = others[index % others.length] ?? 0;
  const second = others[(index + 1) % others.length] ?? 0;
  const reward =
    arm.objective.kind === 'reinforce' ? rewardedResponse(world, arm.objective.rewarded, leading, index) : undefined;
  const trained = reward ? [reward.situation] : order.slice(0, arm.trained);
  const untrained = order.filter((x) => !trained.includes(x));
  const shares = new Float64Array(world.cells);
  const prior = mixtureOf(world, world.prior);
  trained.forEach((x, i) => {
    const [from, to] = cellsOf(world, x);
    const rows =
      arm.target === 'prior'
        ? prior
        : personaRow(world, arm.target === 'composite' && i >= trained.length / 2 ? second : persona);
    for (let c = from; c < to; c++) shares[c] = rows[c] ?? 0;
  });
  const context = samplePairs(world, personaRow(world, second), CONTEXT_PAIRS, randomOf('context', seed, index));
  // Two situations that are untrained in every arm where so many are.
  const paired: readonly [number, number] = [untrained.at(-1) ?? 0, untrained.at(-2) ?? untrained.at(-1) ?? 0];
  const first = world.situations[paired[0]]?.responses ?? [];
  return {
    persona,
    leading,
    trained,
    untrained,
    shares,
    rewarded: reward?.response ?? 0,
    context,
    paired,
    probes: [
      ...world.situations.map((_, situation) => ({ context, situation })),
      ...first.map((_, response) => ({ context: [{ situation: paired[0], response }], situation: paired[1] })),
    ],
    otherCharacter: 1 + (index % world.personas.length),
  };
}

/**
 * The response that is rewarded. `preferred`: the likeliest of a persona that does not lead, where it beats the leading
 * persona's most; `possible`: above 3% under all and the likeliest under none, where it is likeliest overall;
 * `capability`: the one that needs the capability. The index takes the next best.
 */
export function rewardedResponse(
  world: World,
  kind: 'preferred' | 'possible' | 'capability',
  leading: number,
  index: number,
): { readonly situation: number; readonly response: number } {
  const candidates: { situation: number; response: number; score: number }[] = [];
  world.situations.forEach(({ responses }, situation) => {
    const [from, to] = cellsOf(world, situation);
    const row = (h: number) => Array.from(personaRow(world, h).subarray(from, to));
    const rows = world.personas.map((_, h) => row(h));
    responses.forEach((name, response) => {
      const p = rows.map((r) => r[response] ?? 0);
      const top = rows.map((r) => Math.max(...r));
      const likeliest = p.map((value, h) => value === top[h]);
      if (kind === 'capability') {
        if (name === 'rare') candidates.push({ situation, response, score: 0 });
      } else if (kind === 'preferred') {
        const gain = Math.max(...p.map((value, h) => (likeliest[h] && h !== leading ? value - (p[leading] ?? 0) : -1)));
        if (gain > 0) candidates.push({ situation, response, score: gain });
      } else if (Math.min(...p) >= 0.03 && !likeliest.some(Boolean)) {
        candidates.push({ situation, response, score: Math.min(...p) });
      }
    });
  });
  candidates.sort((a, b) => b.score - a.score || a.situation - b.situation || a.response - b.response);
  const chosen = candidates[index % Math.max(1, candidates.length)];
  if (!chosen) throw new Error(`No response of this world is '${kind}'.`);
  return chosen;
}

/** The evidence that an arm's training is, for the accounts. */
export function evidenceOf(world: World, arm: Arm, assignment: Assignment): Evidence {
  const { shares, trained, rewarded } = assignment;
  if (arm.objective.kind === 'reinforce') {
    return { kind: 'reinforcement', situation: trained[0] ?? 0, response: rewarded };
  }
  if (arm.objective.kind === 'dpo') return { kind: 'preferences', pairs: preferencePairs(world, assignment) };
  return { kind: 'episodes', method: arm.prefix === 'about' ? 'document' : 'sft', shares };
}

/** Chosen from the trained persona's row, refused from the prior predictive: the shares of all unequal pairs, per situation. */
export function preferencePairs(
  world: World,
  { trained, shares }: Pick<Assignment, 'trained' | 'shares'>,
): { readonly situation: number; readonly response: number; readonly other: number; readonly share: number }[] {
  const prior = mixtureOf(world, world.prior);
  return trained.flatMap((situation) => {
    const [from, to] = cellsOf(world, situation);
    const pairs: { situation: number; response: number; other: number; share: number }[] = [];
    for (let y = 0; y < to - from; y++) {
      for (let z = 0; z < to - from; z++) {
        if (y !== z)
          pairs.push({ situation, response: y, other: z, share: (shares[from + y] ?? 0) * (prior[from + z] ?? 0) });
      }
    }
    const sum = pairs.reduce((total, { share }) => total + share, 0);
    return pairs.map((pair) => ({ ...pair, share: pair.share / sum }));
  });
}

/** The answers of a repair: the leading persona's, in the same situations. C. */
export function repairShares(world: World, { trained, leading }: Assignment): Float64Array {
  const shares = new Float64Array(world.cells);
  for (const x of trained) {
    const [from, to] = cellsOf(world, x);
    shares.set(personaRow(world, leading).subarray(from, to), from);
  }
  return shares;
}
