/** Samples of lm-evaluation-harness, one file for each persona, as one table of measured log-likelihoods, in nats. */
import { harnessRequests } from '../formats/harness';
import { createTape, ScanFault, scanJson, type Tape } from '../json/scan';
import { isString, jsonOf, keyOf, member, rawOf, stringOf } from '../json/values';

/** Which continuation of a document is the episode: the right one, all (an episode each), or one by its number. */
export type HarnessChoice = 'target' | 'all' | number;

/** One persona's samples, as lines. */
export interface PersonaSamples {
  readonly persona: string;
  readonly file: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
}

export interface JoinProblem {
  readonly file: string;
  /** 1-based line; 0 where the whole file is meant. */
  readonly line: number;
  readonly message: string;
}

export interface JoinedTable {
  /** JSON Lines, one row per episode that every persona was measured on. */
  readonly text: string;
  readonly episodes: number;
  readonly problems: readonly JoinProblem[];
}

interface Episode {
  readonly doc: unknown;
  readonly said: string;
  readonly prompt: string;
  readonly completion: string;
  /** Whether the prompt is the same for all: a persona's system prompt may stand in it. */
  shared: boolean;
  readonly p: Map<string, number>;
}

const key = { id: keyOf('doc_id'), doc: keyOf('doc'), target: keyOf('target'), filter: keyOf('filter') };

/**
 * Joins by `doc_id`. A document must say the same in every file; of one that is listed for several filters the first
 * counts, because filters do not change log-likelihoods. What cannot be used is a problem, never a number.
 */
export async function joinHarness(runs: readonly PersonaSamples[], choice: HarnessChoice): Promise<JoinedTable> {
  const tape = createTape();
  const encoder = new TextEncoder();
  const problems: JoinProblem[] = [];
  const episodes = new Map<string, Episode>();
  for (const { persona, file, lines } of runs) {
    const filters = new Map<string, string>();
    let line = 0;
    for await (const text of lines) {
      line += 1;
      if (text.trim() === '') continue;
      const bytes = encoder.encode(`${text}\n`);
      const fault = scanJson(tape, bytes, new DataView(bytes.buffer), 0, bytes.length - 1);
      const message =
        fault === ScanFault.none ? takeSample(tape, persona, choice, episodes, filters) : 'the line is not JSON';
      if (message) problems.push({ file, line, message });
    }
  }
  const personas = runs.map(({ persona }) => persona);
  let text = '';
  let entire = 0;
  for (const [id, episode] of episodes) {
    const missing = runs.filter(({ persona }) => !episode.p.has(persona));
    for (const { file } of missing)
      problems.push({ file, line: 0, message: `there is no value for ${id}, so it is left out` });
    if (missing.length > 0) continue;
    entire += 1;
    const row = {
      episode_id: id,
      ...(episode.shared ? { prompt: episode.prompt, completion: episode.completion } : {}),
      p: Object.fromEntries(personas.map((persona) => [persona, numberAsJson(episode.p.get(persona)!)])),
      kind: 'sum',
      base: 'e',
      doc: episode.doc,
      ...(episode.shared ? {} : { continuation: episode.completion }),
    };
    text += `${JSON.stringify(row)}\n`;
  }
  return { text, episodes: entire, problems };
}

const numberAsJson = (value: number) => (value === Number.NEGATIVE_INFINITY ? '-inf' : value);

/** Takes the sample on the tape; what is wrong with it, in words. */
function takeSample(
  tape: Tape,
  persona: string,
  choice: HarnessChoice,
  episodes: Map<string, Episode>,
  filters: Map<string, string>,
): string | undefined {
  const idNode = member(tape, 0, key.id);
  if (idNode < 0) return 'there is no doc_id: the line is no sample of lm-evaluation-harness';
  const id = textAt(tape, idNode);
  const filter = textAt(tape, member(tape, 0, key.filter));
  const requests = harnessRequests(tape);
  const chosen = chosenRequests(tape, choice, requests.length);
  if (typeof chosen === 'string') return `${chosen} (doc ${id})`;
  const known = filters.get(id);
  if (known !== undefined && known !== filter) return undefined;
  if (known !== undefined) return `a second sample for doc ${id}`;
  filters.set(id, filter);
  const docNode = member(tape, 0, key.doc);
  const said = docNode < 0 ? '' : rawOf(tape, docNode);
  for (const index of chosen) {
    const { context, continuation, logprob } = requests[index]!;
    if (Number.isNaN(logprob)) return `doc ${id} has no log-likelihood: was it a task that writes text?`;
    const prompt = textAt(tape, context);
    const completion = textAt(tape, continuation);
    const name = choice === 'all' ? `${id}/${index}` : id;
    const episode = episodes.get(name);
    if (!episode) {
      const doc = docNode < 0 ? null : jsonOf(tape, docNode);
      episodes.set(name, { doc, said, prompt, completion, shared: true, p: new Map([[persona, logprob]]) });
      continue;
    }
    if (episode.said !== said || episode.completion !== completion)
      return `doc ${id} is another one here than in the first file: the runs are of different tasks`;
    if (episode.prompt !== prompt) episode.shared = false;
    episode.p.set(persona, logprob);
  }
  return undefined;
}

/** Numbers of the requests that become episodes, or why none can. */
function chosenRequests(tape: Tape, choice: HarnessChoice, count: number): readonly number[] | string {
  if (count === 0) return 'the sample has no requests';
  if (choice === 'all') return Array.from({ length: count }, (_, index) => index);
  if (choice !== 'target') return choice < count ? [choice] : `there is no continuation ${choice}`;
  if (count === 1) return [0];
  // The harness writes the number of the right choice, or its text.
  const target = textAt(tape, member(tape, 0, key.target)).trim();
  const number = /^\d+$/u.test(target) ? Number(target) : -1;
  if (number >= 0 && number < count) return [number];
  const texts = harnessRequests(tape).map(({ continuation }) => textAt(tape, continuation).trim());
  const found = texts.indexOf(target);
  return found >= 0
    ? [found]
    : `the target ${JSON.stringify(target)} is none of the continuations: say which with --choice`;
}

function textAt(tape: Tape, node: number): string {
  if (node < 0) return '';
  return isString(tape, node) ? stringOf(tape, node) : rawOf(tape, node);
}
