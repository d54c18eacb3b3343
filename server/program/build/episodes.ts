/** Inline episodes. There may be ten thousand of them at every key press: little is done for each, and once. */
import type { AttributeKey, EpisodeDeclaration, MethodName } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Episode, Method } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { resolveName } from './names';
import { finite, notNegative, numberIn, positive, type Range } from './ranges';
import { resolveResponse, type Situations } from './situations';

const RANGES: Readonly<Record<AttributeKey, Range>> = {
  times: notNegative,
  epochs: positive,
  weight: notNegative,
  tokens: notNegative,
  reward: finite,
};

type Numbers = { -readonly [K in AttributeKey]?: number };

const NO_NUMBERS: Numbers = {};
const NO_TURNS: Episode['turns'] = [];

/** The episode with this index, or undefined where something in it is wrong (reported). */
export function buildEpisode(
  ctx: BuildContext,
  { file, node, stage }: Placed<EpisodeDeclaration>,
  index: number,
  situations: Situations,
): Episode | undefined {
  const situation = resolveName(ctx, 'situation', situations.table, file, node.situation);
  const numbers = readAttributes(ctx, file, node);
  if (situation === undefined) return undefined;
  const response = resolveResponse(ctx, situations, situation, file, node.response);
  const over = resolveResponse(ctx, situations, situation, file, node.over);
  if (response === undefined || numbers === undefined) return undefined;
  if (isDamaged(ctx, file, node)) return undefined;
  const method = methodOf(node, numbers);
  if (!isSoundPair(ctx, file, node, method, response, over)) return undefined;
  return {
    index,
    method,
    label: node.label?.value,
    doc: node.doc,
    situation,
    response,
    over,
    times: numbers.times ?? ctx.quantities.overrides.get(node) ?? 1,
    epochs: numbers.epochs ?? 1,
    weight: numbers.weight ?? 1,
    tokens: numbers.tokens,
    reward: numbers.reward,
    turns: node.turns.length === 0 ? NO_TURNS : node.turns.map(({ role, text }) => ({ role, text: text?.value ?? '' })),
    stage: stage ?? 0,
    origin: originOf(file, node),
    node,
  };
}

/** As written, else `prefer` with an alternative, else `rl` with a reward, else `sft` (LANGUAGE section 4). */
function methodOf(node: EpisodeDeclaration, numbers: Numbers): MethodName {
  if (node.method) return node.method.method;
  if (node.over) return 'prefer';
  return numbers.reward !== undefined ? 'rl' : 'sft';
}

function readAttributes(ctx: BuildContext, file: number, node: EpisodeDeclaration): Numbers | undefined {
  if (node.attributes.length === 0) return NO_NUMBERS;
  const numbers: Numbers = {};
  let sound = true;
  for (const attribute of node.attributes) {
    const { key } = attribute;
    // The parser has reported a second one.
    if (numbers[key] !== undefined) continue;
    const value = numberIn(ctx, file, attribute.value, RANGES[key], `'${key}'`);
    if (value === undefined) sound = false;
    else numbers[key] = value;
  }
  return sound ? numbers : undefined;
}

function isSoundPair(
  ctx: BuildContext,
  file: number,
  node: EpisodeDeclaration,
  method: MethodName,
  response: number,
  over: number | undefined,
): boolean {
  if (node.over) {
    if (over === response) {
      const message = `A response cannot be preferred over itself: name the one that was turned down.`;
      report(ctx, file, node.over, 'preference-over-itself', message);
    }
    return over !== undefined && over !== response;
  }
  if (method !== 'prefer') return true;
  const message = `A preference needs the response that was turned down: write 'over' and its name.`;
  report(ctx, file, node.response!, 'preference-without-over', message);
  return false;
}

/** What sound episodes leave unsaid or say in vain: rewards and tokens. */
export function checkEpisodes(
  ctx: BuildContext,
  episodes: readonly Episode[],
  methods: Readonly<Record<MethodName, Method>>,
): void {
  const withoutTokens = new Map<MethodName, { readonly first: Episode; count: number }>();
  for (const episode of episodes) {
    const { method, node, origin } = episode;
    if (method === 'rl') {
      if (episode.reward === undefined) {
        const message = `This rl episode has no reward: it counts as 1. Write 'reward' to say what it earned.`;
        report(ctx, origin.file, node.method ?? node.keyword, 'missing-reward', message);
      }
    } else if (episode.reward !== undefined) {
      const reward = node.attributes.find(({ key }) => key === 'reward')!;
      const message = `Only rl has rewards: this one is not used by ${method}. Write 'rl', or leave the reward out.`;
      report(ctx, origin.file, reward, 'unused-reward', message, { data: { method } });
    }
    if (methods[method].perToken && episode.tokens === undefined) {
      const seen = withoutTokens.get(method);
      if (seen) seen.count++;
      else withoutTokens.set(method, { first: episode, count: 1 });
    }
  }
  for (const [method, { first, count }] of withoutTokens) {
    const others = count === 1 ? '' : ` So do ${count - 1} more.`;
    const message = `The strength of ${method} is per token, and this episode has no 'tokens': it counts as 1 token.${others}`;
    const settings = methods[method].origin;
    report(ctx, first.origin.file, first.node.situation!, 'missing-tokens', message, {
      related: settings ? [{ origin: settings, message: `'per token' is set here.` }] : [],
    });
  }
}
