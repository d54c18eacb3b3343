/**
 * The arms: what is done to a pre-trained network, as data. Which situations, personas and responses an arm uses is drawn
 * in `assignment.ts`; how a step is made is in `objectives.ts`. Must not know networks.
 */

export type Objective =
  /** Maximum likelihood on sampled answers. */
  | { readonly kind: 'sft' }
  /** Direct preference optimisation (Rafailov et al. 2023) with the start as reference. */
  | { readonly kind: 'dpo'; readonly beta: number }
  /** REINFORCE with reward 1 for one response and a penalty beta·log(π/π_start) on every answer. */
  | { readonly kind: 'reinforce'; readonly beta: number; readonly rewarded: 'preferred' | 'possible' | 'capability' };

export interface Arm {
  readonly name: string;
  readonly title: string;
  readonly control: boolean;
  /** Documents of pre-training: one persona each, a new one for every answer, or no pre-training at all. */
  readonly pretraining: 'personas' | 'scrambled' | 'none';
  readonly objective: Objective;
  /** Whose answers are trained: one persona's, the prior predictive's, or two personas' by halves of the situations. */
  readonly target: 'persona' | 'prior' | 'composite';
  /** Situations that are trained. */
  readonly trained: number;
  /** What stands in the prefix slot of the documents that are trained. */
  readonly prefix: 'none' | 'about' | 'fixed' | 'diverse' | 'placebo';
  readonly trainable: 'all' | 'embedding' | 'low-rank';
  /** Whether half of every batch is documents of pre-training. */
  readonly replay: boolean;
  /** A stage before: the same situations, answers of another persona, to the last dose. */
  readonly stages: boolean;
  readonly learningRate: number;
}

/** Share of the way that the trained situations have gone, at which each dose is taken. */
export const LEVELS = [0.25, 0.5, 0.75, 0.95] as const;

/** Doses in steps where there is no way to go (the target is where the network stands already). */
export const STEP_DOSES = [16, 64, 256, 1024] as const;

/** A run that has not reached its last level by then stops; what it did not half is recorded as not reached. */
export const MOST_STEPS = 1500;

export const FINE_TUNING_BATCH = 16;
export const LOW_RANK = 2;

/** Learning rates, tuned on development worlds only (PROTOCOL.md). */
export const RATES = {
  all: 1e-4,
  embedding: 1e-2,
  lowRank: 3e-4,
  replay: 1e-4,
  preferred: 1e-4,
  possible: 3e-4,
  capability: 3e-3,
  none: 1e-3,
} as const;

const SFT: Arm = {
  name: 'sft-1',
  title: 'SFT on 1 of 8 situations, all weights',
  control: false,
  pretraining: 'personas',
  objective: { kind: 'sft' },
  target: 'persona',
  trained: 1,
  prefix: 'none',
  trainable: 'all',
  replay: false,
  stages: false,
  learningRate: RATES.all,
};

const BETAS = [0.03, 0.1, 0.3] as const;
const REWARDED = [
  ['preferred', 'a response that some persona prefers'],
  ['possible', 'a response that all can give and none prefers'],
  ['capability', 'a response that needs a capability of 1%'],
] as const;

export const ARMS: readonly Arm[] = [
  SFT,
  { ...SFT, name: 'sft-4', title: 'SFT on 4 of 8 situations, all weights', trained: 4 },
  { ...SFT, name: 'sft-7', title: 'SFT on 7 of 8 situations, all weights', trained: 7 },
  {
    ...SFT,
    name: 'embedding',
    title: 'SFT on 1 situation, only the embedding of the Assistant token',
    trainable: 'embedding',
    learningRate: RATES.embedding,
  },
  {
    ...SFT,
    name: 'low-rank',
    title: `SFT on 1 situation, low-rank additions (rank ${LOW_RANK})`,
    trainable: 'low-rank',
    learningRate: RATES.lowRank,
  },
  {
    ...SFT,
    name: 'replay',
    title: 'SFT on 1 situation, half of every batch documents of pre-training',
    replay: true,
    learningRate: RATES.replay,
  },
  { ...SFT, name: 'dpo', title: 'DPO on 1 situation', objective: { kind: 'dpo', beta: 1 } },
  ...REWARDED.flatMap(([rewarded, words]) =>
    BETAS.map(
      (beta): Arm => ({
        ...SFT,
        name: `rl-${rewarded}-${beta}`,
        title: `REINFORCE on ${words}, beta ${beta}`,
        objective: { kind: 'reinforce', beta, rewarded },
        learningRate: RATES[rewarded],
      }),
    ),
  ),
  { ...SFT, name: 'about', title: 'Documents about the Assistant, 1 situation', prefix: 'about' },
  { ...SFT, name: 'stages', title: 'SFT on one persona, then on the leading one, 1 situation', stages: true },
  {
    ...SFT,
    name: 'scrambled-sft-1',
    title: 'Scrambled world: SFT on 1 situation',
    pretraining: 'scrambled',
    control: true,
  },
  {
    ...SFT,
    name: 'scrambled-sft-4',
    title: 'Scrambled world: SFT on 4 situations',
    pretraining: 'scrambled',
    trained: 4,
    control: true,
  },
  {
    ...SFT,
    name: 'scrambled-embedding',
    title: 'Scrambled world: only the embedding of the Assistant token',
    pretraining: 'scrambled',
    trainable: 'embedding',
    learningRate: RATES.embedding,
    control: true,
  },
  {
    ...SFT,
    name: 'scrambled-rl',
    title: 'Scrambled world: REINFORCE on a response that some persona prefers, beta 0.1',
    pretraining: 'scrambled',
    objective: { kind: 'reinforce', beta: 0.1, rewarded: 'preferred' },
    learningRate: RATES.preferred,
    control: true,
  },
  {
    ...SFT,
    name: 'prior',
    title: 'SFT on the prior predictive, 4 situations',
    target: 'prior',
    trained: 4,
    control: true,
  },
  {
    ...SFT,
    name: 'from-nothing',
    title: 'No pre-training: SFT on 4 situations',
    pretraining: 'none',
    trained: 4,
    learningRate: RATES.none,
    control: true,
  },
  { ...SFT, name: 'prefix-fixed', title: 'SFT behind one prefix', prefix: 'fixed', control: true },
  { ...SFT, name: 'prefix-diverse', title: 'SFT behind prefixes drawn from many', prefix: 'diverse', control: true },
  { ...SFT, name: 'prefix-placebo', title: 'SFT, half of it behind one prefix', prefix: 'placebo', control: true },
  {
    ...SFT,
    name: 'composite',
    title: 'SFT on a character that no document had: two personas by situation, 4 situations',
    target: 'composite',
    trained: 4,
    control: true,
  },
];

/** The arms that width 64 repeats, for the direction of scale. */
export const WIDE_ARMS: readonly string[] = ['sft-1', 'embedding', 'rl-preferred-0.1'];

export function armNamed(name: string): Arm {
  const arm = ARMS.find((candidate) => candidate.name === name);
  if (!arm) throw new Error(`There is no arm '${name}'. There are ${ARMS.map((a) => a.name).join(', ')}.`);
  return arm;
}
