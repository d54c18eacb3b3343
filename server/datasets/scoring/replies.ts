/** Replies of scoring servers (one JSON line each) as a table of measured log-likelihoods, in nats. */
import { createTape, Kind, ScanFault, scanJson, type Tape } from '../json/scan';
import { element, elements, isString, keyOf, looseNumber, member, numberAt, stringOf } from '../json/values';

interface ScoreProblem {
  /** 1-based line of the replies; 0 where there is none. */
  readonly line: number;
  readonly message: string;
}

export interface ScoreTable {
  /** JSON Lines, one row per episode (`wide`) or per episode and persona (`long`). */
  readonly text: string;
  readonly episodes: number;
  readonly values: number;
  readonly problems: readonly ScoreProblem[];
}

/** What rounding adds to the logarithm of 1 is less than this, in nats. */
const ROUNDING = 1e-6;

/** What one reply comes to. */
interface Scored {
  readonly episode: string;
  readonly persona: string;
  readonly logprob: number;
  readonly tokens: number;
}

const key = Object.fromEntries(
  'custom_id response body choices logprobs tokens token_logprobs text_offset prompt_logprobs prompt_token_ids logprob decoded_token error message'
    .split(' ')
    .map((name) => [name, keyOf(name)]),
) as Readonly<Record<string, ReturnType<typeof keyOf>>>;

/**
 * Reads replies: OpenAI's batch form (`custom_id`, `response.body`), or the body itself with a `custom_id` put beside it.
 * In it OpenAI's `choices[0].logprobs` with `text_offset`, or vLLM's `prompt_logprobs`. A reply that cannot be used is a
 * problem with its line, never a number. Replies that are missing are problems without a line: those of `requests` (the
 * lines of `score-requests`), or without them the personas that other episodes have.
 */
export async function scoreImport(
  lines: AsyncIterable<string> | Iterable<string>,
  layout: 'wide' | 'long' = 'wide',
  requests?: AsyncIterable<string> | Iterable<string>,
): Promise<ScoreTable> {
  const tape = createTape();
  const encoder = new TextEncoder();
  const problems: ScoreProblem[] = [];
  const episodes = new Map<string, Map<string, Scored>>();
  let line = 0;
  let values = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    const bytes = encoder.encode(`${text}\n`);
    const fault = scanJson(tape, bytes, new DataView(bytes.buffer), 0, bytes.length - 1);
    const scored = fault === ScanFault.none ? scoreOf(tape) : 'the line is not JSON';
    if (typeof scored === 'string') {
      problems.push({ line, message: scored });
      continue;
    }
    const personas = episodes.get(scored.episode) ?? new Map<string, Scored>();
    episodes.set(scored.episode, personas);
    if (personas.has(scored.persona))
      problems.push({ line, message: `a second reply for ${scored.persona} and ${scored.episode}` });
    else {
      personas.set(scored.persona, scored);
      values += 1;
    }
  }
  const missing = requests ? await unanswered(requests, episodes) : gaps(episodes);
  for (const { persona, episode } of missing)
    problems.push({ line: 0, message: `there is no usable reply for ${persona} in episode ${episode}` });
  return { text: tableText(episodes, layout), episodes: episodes.size, values, problems };
}

interface Missing {
  readonly persona: string;
  readonly episode: string;
}

/** The requests that no usable reply belongs to, in the order of the requests. */
async function unanswered(
  requests: AsyncIterable<string> | Iterable<string>,
  episodes: ReadonlyMap<string, ReadonlyMap<string, Scored>>,
): Promise<readonly Missing[]> {
  const missing: Missing[] = [];
  for await (const line of requests) {
    const id = /"custom_id"\s*:\s*"(dramatis\/[^"\\]*)"/u.exec(line)?.[1];
    const pieces = id === undefined ? null : ID.exec(id);
    if (!pieces) continue;
    const [, dataset, number, persona] = pieces;
    const episode = `${dataset}/${number}`;
    if (!episodes.get(episode)?.has(persona!)) missing.push({ persona: persona!, episode });
  }
  return missing;
}

/** Every persona that another episode has. An episode without any reply may have had no request: rows can be passed over. */
function gaps(episodes: ReadonlyMap<string, ReadonlyMap<string, Scored>>): readonly Missing[] {
  const personas = [...new Set([...episodes.values()].flatMap((one) => [...one.keys()]))];
  return [...episodes].flatMap(([episode, replies]) =>
    personas.filter((persona) => !replies.has(persona)).map((persona) => ({ persona, episode })),
  );
}

function tableText(episodes: ReadonlyMap<string, ReadonlyMap<string, Scored>>, layout: 'wide' | 'long'): string {
  let text = '';
  for (const [episode, personas] of episodes) {
    const all = [...personas.values()];
    if (layout === 'wide') {
      const p = Object.fromEntries(all.map(({ persona, logprob }) => [persona, logprob]));
      // Personas with prompts of their own may cut the answer's first token elsewhere: the count is that of the first.
      text += `${JSON.stringify({ episode_id: episode, p, n_tokens: all[0]!.tokens, kind: 'sum', base: 'e' })}\n`;
      continue;
    }
    for (const { persona, logprob, tokens } of all) {
      text += `${JSON.stringify({ episode_id: episode, hypothesis: persona, logprob, n_tokens: tokens, kind: 'sum', base: 'e' })}\n`;
    }
  }
  return text;
}

const ID = /^dramatis\/([^/]+)\/(\d+)\/([^/]+)\/(\d+)\+(\d+)$/u;

function scoreOf(tape: Tape): Scored | string {
  const id = member(tape, 0, key['custom_id']!);
  const pieces = id >= 0 && isString(tape, id) ? ID.exec(stringOf(tape, id)) : null;
  if (!pieces) return 'there is no custom_id of a request';
  const response = member(tape, 0, key['response']!);
  const body = [member(tape, response, key['body']!), response, member(tape, 0, key['body']!), 0].find(
    (node) =>
      node >= 0 && (member(tape, node, key['choices']!) >= 0 || member(tape, node, key['prompt_logprobs']!) >= 0),
  );
  if (body === undefined) return failureIn(tape) ?? 'the reply has no choices';
  const choice = element(tape, member(tape, body, key['choices']!), 0);
  const input = Number(pieces[4]);
  const answer = Number(pieces[5]);
  const logprobs = member(tape, choice, key['logprobs']!);
  const prompt = [member(tape, choice, key['prompt_logprobs']!), member(tape, body, key['prompt_logprobs']!)].find(
    (node) => node >= 0 && tape.kind[node] === Kind.array,
  );
  const ids =
    [member(tape, choice, key['prompt_token_ids']!), member(tape, body, key['prompt_token_ids']!)].find(
      (node) => node >= 0,
    ) ?? -1;
  const found =
    prompt !== undefined
      ? fromPromptLogprobs(tape, prompt, ids, answer)
      : logprobs >= 0 && tape.kind[logprobs] === Kind.object
        ? fromEcho(tape, logprobs, input, answer)
        : 'the reply has no log-probabilities: ask for `echo` and `logprobs`, or `prompt_logprobs`';
  return typeof found === 'string' ? found : { episode: `${pieces[1]}/${pieces[2]}`, persona: pieces[3]!, ...found };
}

function failureIn(tape: Tape): string | undefined {
  const error = member(tape, 0, key['error']!);
  const message = member(tape, error, key['message']!);
  const node = message >= 0 ? message : error;
  return node >= 0 && isString(tape, node) ? `the server said: ${stringOf(tape, node)}` : undefined;
}

interface Sum {
  readonly logprob: number;
  readonly tokens: number;
}

/** OpenAI `echo`: tokens whose text reaches into the answer; the one that was generated begins behind it. */
function fromEcho(tape: Tape, logprobs: number, input: number, answer: number): Sum | string {
  const values = items(tape, member(tape, logprobs, key['token_logprobs']!));
  const offsets = items(tape, member(tape, logprobs, key['text_offset']!));
  if (values.length === 0 || values.length !== offsets.length)
    return '`token_logprobs` and `text_offset` do not belong together';
  const at = offsets.map((node) => (tape.kind[node] === Kind.number ? numberAt(tape, node) : Number.NaN));
  if (at.some((offset, index) => !(offset >= (at[index - 1] ?? 0)))) return '`text_offset` does not grow';
  const end = input + answer;
  const lastToken = element(tape, member(tape, logprobs, key['tokens']!), -1);
  const lastLength = lastToken >= 0 && isString(tape, lastToken) ? [...stringOf(tape, lastToken)].length : 0;
  let sum = 0;
  let tokens = 0;
  let last = 0;
  for (let i = 0; i < at.length; i++) {
    const next = at[i + 1] ?? at[i]! + lastLength;
    if (next <= input || at[i]! >= end) continue;
    const value = numberIn(tape, values[i]!);
    if (typeof value === 'string') return `token ${i}: ${value}`;
    sum += value;
    tokens += 1;
    last = next;
  }
  if (tokens === 0 || last < end) return 'the reply does not reach to the end of the answer: ask for `echo`';
  return { logprob: sum, tokens };
}

/** vLLM: one entry per prompt token, of which the first key is the token itself. The answer is the end of the prompt. */
function fromPromptLogprobs(tape: Tape, list: number, ids: number, answer: number): Sum | string {
  const entries = items(tape, list);
  const known = ids >= 0 && elements(tape, ids) === entries.length ? items(tape, ids) : [];
  let sum = 0;
  let tokens = 0;
  let left = answer;
  for (let i = entries.length - 1; i >= 0 && left > 0; i--) {
    const entry = entries[i]!;
    if (tape.kind[entry] !== Kind.object || tape.next[entry] === entry + 1) return `token ${i} has no log-probability`;
    // The tape has keys as they stand in the file; an object would sort them by number.
    const token = known.length > 0 ? member(tape, entry, keyOf(String(numberAt(tape, known[i]!)))) : entry + 2;
    const value =
      token < 0 ? 'the prompt’s token is not among them' : numberIn(tape, member(tape, token, key['logprob']!));
    if (typeof value === 'string') return `token ${i}: ${value}`;
    const text = member(tape, token, key['decoded_token']!);
    if (text < 0 || !isString(tape, text)) return `token ${i} has no decoded_token`;
    const decoded = stringOf(tape, text);
    if (decoded.includes('\uFFFD'))
      return `token ${i} is a part of a character: the answer’s beginning cannot be found`;
    sum += value;
    tokens += 1;
    for (const _ of decoded) left -= 1;
  }
  if (left > 0) return 'the reply is shorter than the answer';
  return { logprob: sum, tokens };
}

function items(tape: Tape, array: number): readonly number[] {
  const nodes: number[] = [];
  if (array < 0 || tape.kind[array] !== Kind.array) return nodes;
  for (let at = array + 1; at < tape.next[array]!; at = tape.next[at]!) nodes.push(at);
  return nodes;
}

function numberIn(tape: Tape, node: number): number | string {
  if (node < 0 || tape.kind[node] === Kind.null) return 'there is no log-probability';
  if (tape.kind[node] !== Kind.number) return 'the log-probability is not a number';
  const value = looseNumber(tape, node);
  if (value === undefined) return 'the log-probability is not finite';
  return value <= ROUNDING ? value : `the log-probability ${value} is above 0`;
}
