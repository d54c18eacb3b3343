/**
 * One batch of fine-tuning for each objective, as tokens with weights: the engine's loss is −Σ weight·log p, so the
 * weights make its gradient that of the objective. Must not know arms or doses.
 *
 * - SFT: 1/n for each sampled answer.
 * - DPO: ∓ of −log σ(βm), m the change of the log-ratio since the start: weight βσ(−βm)/n on the chosen answer, the
 *   same negative on the refused one (Rafailov et al. 2023, equation 7).
 * - REINFORCE: (r − β·log(π/π_start) − mean)/n for each sampled answer.
 */
import type { Document } from '../documents/sample';
import { tokensOf } from '../documents/sample';
import type { Vocabulary } from '../documents/vocabulary';
import type { Batch, Trainer } from '../network/engine';
import { categorical, type Random } from '../random';
import type { World } from '../world/world';
import { type WeightedTokens, weightedBatch } from './batches';

/** Where answers are trained: a opening of the document and a situation. */
export interface Prompt {
  readonly opening: Pick<Document, 'prefix' | 'character'>;
  readonly situation: number;
}

/** The tokens of one episode. */
export function episodeTokens(
  world: World,
  vocabulary: Vocabulary,
  { opening, situation }: Prompt,
  token: number,
): number[] {
  return [...tokensOf(world, vocabulary, { ...opening, pairs: [] }), vocabulary.situation(situation), token];
}

export function sftEpisodes(
  world: World,
  vocabulary: Vocabulary,
  episodes: readonly { readonly prompt: Prompt; readonly response: number }[],
  of = episodes.length,
): WeightedTokens[] {
  return episodes.map(({ prompt, response }) => ({
    tokens: episodeTokens(world, vocabulary, prompt, responseToken(world, vocabulary, prompt, response)),
    weight: 1 / of,
  }));
}

export interface PreferenceEpisode {
  readonly prompt: Prompt;
  readonly chosen: number;
  readonly refused: number;
  /** log π(chosen) − log π(refused) at the start. */
  readonly margin: number;
}

/** The DPO batch, and its loss, mean −log σ(βm). */
export async function preferenceBatch(
  trainer: Trainer,
  world: World,
  vocabulary: Vocabulary,
  episodes: readonly PreferenceEpisode[],
  beta: number,
): Promise<{ readonly batch: Batch; readonly loss: number }> {
  const rows = await promptRows(
    trainer,
    world,
    vocabulary,
    episodes.map(({ prompt }) => prompt),
  );
  let loss = 0;
  const documents = episodes.flatMap(({ prompt, chosen, refused, margin }, i): WeightedTokens[] => {
    const row = rows[i] ?? new Float64Array(0);
    const yes = responseToken(world, vocabulary, prompt, chosen);
    const no = responseToken(world, vocabulary, prompt, refused);
    const moved = beta * ((row[yes] ?? 0) - (row[no] ?? 0) - margin);
    loss += Math.log1p(Math.exp(-moved)) / episodes.length;
    const weight = beta / (1 + Math.exp(moved)) / episodes.length;
    return [
      { tokens: episodeTokens(world, vocabulary, prompt, yes), weight },
      { tokens: episodeTokens(world, vocabulary, prompt, no), weight: -weight },
    ];
  });
  return { batch: weightedBatch(documents), loss };
}

/** The REINFORCE batch: n answers sampled from the network itself to one prompt, over all tokens. */
export async function reinforcementBatch(
  trainer: Trainer,
  world: World,
  vocabulary: Vocabulary,
  settings: {
    readonly prompt: Prompt;
    readonly rewarded: number;
    readonly beta: number;
    /** Log-probabilities over the vocabulary at the start. */
    readonly start: ArrayLike<number>;
    readonly episodes: number;
  },
  random: Random,
): Promise<Batch> {
  const { prompt, rewarded, beta, start, episodes } = settings;
  const [row] = await promptRows(trainer, world, vocabulary, [prompt]);
  const logs = row ?? new Float64Array(vocabulary.size);
  const goal = responseToken(world, vocabulary, prompt, rewarded);
  const drawn = Array.from({ length: episodes }, () => categorical(random, logs.map(Math.exp)));
  const returns = drawn.map((token) => (token === goal ? 1 : 0) - beta * ((logs[token] ?? 0) - (start[token] ?? 0)));
  const mean = returns.reduce((sum, r) => sum + r, 0) / episodes;
  return weightedBatch(
    drawn.map((token, i) => ({
      tokens: episodeTokens(world, vocabulary, prompt, token),
      weight: ((returns[i] ?? 0) - mean) / episodes,
    })),
  );
}

/** Log-probabilities over the vocabulary of the answer to each prompt. */
export async function promptRows(
  trainer: Trainer,
  world: World,
  vocabulary: Vocabulary,
  prompts: readonly Prompt[],
): Promise<Float64Array[]> {
  const documents = prompts.map(({ opening, situation }) => [
    ...tokensOf(world, vocabulary, { ...opening, pairs: [] }),
    vocabulary.situation(situation),
  ]);
  const length = documents[0]?.length ?? 0;
  const logs = await trainer.logProbabilities(Int32Array.from(documents.flat()), prompts.length, length);
  return prompts.map((_, i) => {
    const end = (i + 1) * length * vocabulary.size;
    return Float64Array.from(logs.subarray(end - vocabulary.size, end));
  });
}

function responseToken(world: World, vocabulary: Vocabulary, { situation }: Prompt, response: number): number {
  return vocabulary.response((world.offset[situation] ?? 0) + response);
}
