/**
 * Requests that measure log P(y | x, persona) on a server of the user's own: one per persona and episode, for endpoints
 * that speak OpenAI completions with `echo` and `logprobs`. Dramatis writes them and stays off the network;
 * `score-replies.ts` reads what comes back.
 */
import type { Host } from '../../host/host';
import type { DatasetSource, Program } from '../../program/model/program';
import { openRows } from '../containers/container';
import { readRow } from '../formats/formats';
import { pieceText, type Row, type TurnRole } from '../formats/row';
import type { Tape } from '../json/scan';
import { defaultLimits } from '../limits';
import { compileMapping } from '../mapping/mapping';
import { createMarks } from '../reading/cache';
import { sizeOf } from '../reading/fileSize';
import { bytesOf } from '../reading/read';
import { createRowReader, scanRow } from '../reading/rowReader';
import { failureOf } from '../reading/takeRows';

/** How turns become one prompt. `transcript` is for base models; the others are chat models' own marks. */
export const TEMPLATES = ['transcript', 'chatml', 'llama3'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

export interface ScoreOptions {
  readonly model: string;
  readonly template: TemplateName;
  /** Datasets to score, by name; all and the inline episodes with turns where undefined. */
  readonly datasets?: readonly string[];
}

export interface ScoredTurn {
  readonly role: TurnRole;
  readonly text: string;
}

/** What a prompt ends in is the answer: the server is to score exactly that part. */
export interface Prompt {
  readonly input: string;
  readonly answer: string;
}

interface Marks {
  readonly begin: string;
  readonly turn: (role: TurnRole, text: string) => string;
  /** Before the answer. No white space at its end: a token would span it and the answer's first word. */
  readonly open: string;
  readonly answer: (text: string) => string;
}

const SPEAKER: Readonly<Record<TurnRole, string>> = {
  system: 'System',
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool',
};

const MARKS: Readonly<Record<TemplateName, Marks>> = {
  transcript: {
    begin: '',
    turn: (role, text) => `${SPEAKER[role]}: ${text}\n\n`,
    open: 'Assistant:',
    answer: (text) => ` ${text}`,
  },
  chatml: {
    begin: '',
    turn: (role, text) => `<|im_start|>${role}\n${text}<|im_end|>\n`,
    open: '<|im_start|>assistant\n',
    answer: (text) => `${text}<|im_end|>`,
  },
  llama3: {
    begin: '<|begin_of_text|>',
    turn: (role, text) =>
      `<|start_header_id|>${role === 'tool' ? 'ipython' : role}<|end_header_id|>\n\n${text}<|eot_id|>`,
    open: '<|start_header_id|>assistant<|end_header_id|>\n\n',
    answer: (text) => `${text}<|eot_id|>`,
  },
};

/** A persona's prompt comes before everything, also before a system turn of the episode's own. */
export function promptOf(
  template: TemplateName,
  system: string | undefined,
  turns: readonly ScoredTurn[],
  answer: string,
): Prompt {
  const marks = MARKS[template];
  const all = system === undefined ? turns : [{ role: 'system' as const, text: system }, ...turns];
  return {
    input: marks.begin + all.map(({ role, text }) => marks.turn(role, text)).join('') + marks.open,
    answer: marks.answer(answer),
  };
}

/** Code points, as servers count the offsets of tokens. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** `dramatis/<source>/<row>/<persona>/<input>+<answer>`, lengths in code points: all that reading the reply needs. */
export function requestId(source: string, row: number, persona: string, prompt: Prompt): string {
  return `dramatis/${source}/${row}/${persona}/${codePoints(prompt.input)}+${codePoints(prompt.answer)}`;
}

/** What `scoreRequests` says beside the requests. */
export interface ScoreNote {
  readonly message: string;
}

/**
 * One JSON line per request, personas inside episodes. Episodes without turns and rows without an answer are passed over;
 * `note` is told how many, and of datasets that cannot be read.
 */
export async function* scoreRequests(
  program: Program,
  host: Host,
  options: ScoreOptions,
  note: (note: ScoreNote) => void = () => undefined,
): AsyncGenerator<string> {
  const request = (source: string, row: number, turns: readonly ScoredTurn[], answer: string): string =>
    program.personas
      .map((persona) => {
        const prompt = promptOf(options.template, persona.system, turns, answer);
        const body = {
          model: options.model,
          prompt: prompt.input + prompt.answer,
          echo: true,
          logprobs: 1,
          max_tokens: 1,
          temperature: 0,
        };
        const line = {
          custom_id: requestId(source, row, persona.name, prompt),
          method: 'POST',
          url: '/v1/completions',
          body,
        };
        return `${JSON.stringify(line)}\n`;
      })
      .join('');
  if (!options.datasets) {
    let silent = 0;
    for (const episode of program.episodes) {
      const last = episode.turns.map(({ role }) => role).lastIndexOf('assistant');
      if (last < 0) silent += 1;
      else yield request('episode', episode.index, episode.turns.slice(0, last), episode.turns[last]!.text);
    }
    if (silent > 0) note({ message: `${silent} inline episodes have no assistant turn and were passed over.` });
  }
  for (const source of program.datasets) {
    if (options.datasets && !options.datasets.includes(source.name)) continue;
    yield* datasetRequests(source, host, request, note);
  }
}

async function* datasetRequests(
  source: DatasetSource,
  host: Host,
  request: (source: string, row: number, turns: readonly ScoredTurn[], answer: string) => string,
  note: (note: ScoreNote) => void,
): AsyncGenerator<string> {
  const { uri, name } = source;
  if (uri === undefined) return;
  if (source.selection)
    note({ message: `${name}: the requests are for all rows; where, rows, sample and turn are not looked at here.` });
  let number = 0;
  let passed = 0;
  try {
    const reader = createRowReader(compileMapping(source).mapping, source.method, defaultLimits);
    for (const file of source.uris ?? [uri]) {
      const size = await sizeOf(host, file);
      const chunks = bytesOf(file, host, {}, size, createMarks());
      const opened = await openRows({ uri: file, size, chunks }, host, defaultLimits);
      for await (const block of opened.blocks) {
        const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
        for (let index = 0; index < block.count; index++, number++) {
          const episode = scanRow(reader, block, view, index) ? undefined : spoken(reader.tape, readRow(reader.tape));
          if (episode) yield request(name, number, episode.turns, episode.answer);
          else passed += 1;
        }
      }
    }
  } catch (error) {
    note({ message: `${name}: ${failureOf(error).message}` });
  }
  if (passed > 0) note({ message: `${name}: ${passed} rows have no answer of the assistant and were passed over.` });
}

/** The turns before the answer, and the answer. Of a pair, the better one. */
function spoken(tape: Tape, row: Row): { readonly turns: readonly ScoredTurn[]; readonly answer: string } | undefined {
  if (row.problem) return undefined;
  const turns: { turn: number; role: TurnRole; text: string }[] = [];
  let answer = '';
  let replied = false;
  let answerTurn = Number.POSITIVE_INFINITY;
  for (const piece of row.pieces) {
    const text = pieceText(tape, piece);
    if (piece.side === 'output' && piece.role === 'assistant') {
      replied = true;
      answer += text;
      answerTurn = Math.min(answerTurn, piece.turn);
    } else if (piece.side !== 'rejected') {
      const last = turns.at(-1);
      if (last && last.turn === piece.turn && last.role === piece.role) last.text += text;
      else turns.push({ turn: piece.turn, role: piece.role, text });
    }
  }
  // What comes after the answer in a conversation did not lead to it.
  return replied ? { turns: turns.filter(({ turn }) => turn < answerTurn), answer } : undefined;
}
