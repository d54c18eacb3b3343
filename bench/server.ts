/**
 * From text to a posted panel state in the built server, over a real connection and without an editor: the first time in a fresh
 * process, warm from nothing (another text, opened and activated), and after an edit; for every view. By stages, with the longest time
 * that the server's event loop was held (`perf_hooks`) and the processor time that the server took for each.
 *
 *     npx tsx bench/server.ts [--episodes 10000] [--runs 15] [--views posterior,evidence,…] [--profile FOLDER]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { activeEditor, panelOpen, panelState, VIEWS, type ViewName } from '../panel/model/messages';
import { PLACE, scenarioOfEpisodes } from './latency/scenarioText';
import { estimate, show } from './latency/statistics';
import type { Note } from './latency/windows';

const { values: flags } = parseArgs({
  options: {
    episodes: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '15' },
    views: { type: 'string', default: VIEWS.join(',') },
    profile: { type: 'string' },
  },
});
const text = scenarioOfEpisodes(Number(flags.episodes));
const runs = Number(flags.runs);
const server = resolve(import.meta.dirname, '../dist/server.cjs');
const clock = resolve(import.meta.dirname, 'latency/clocks/server.cjs');
const place = text.indexOf(PLACE) + PLACE.length;
const line = text.slice(0, place).split('\n').length - 1;
const character = place - text.lastIndexOf('\n', place - 1) - 1;
let started = 0;

/** One server with its clocks, and what a client sends to it. */
class Server {
  readonly #process: ChildProcess;
  readonly #record: string;
  readonly #preload: string;
  #read = 0;
  #id = 0;
  #version = 1;
  readonly #waiting = new Map<number | string, (message: { readonly params?: unknown }) => void>();

  constructor() {
    started += 1;
    this.#record = join(tmpdir(), `dramatis-server-clock-${process.pid}-${started}.jsonl`);
    this.#preload = `${this.#record}.cjs`;
    writeFileSync(this.#record, '');
    writeFileSync(
      this.#preload,
      `require(${JSON.stringify(clock)}).watch(${JSON.stringify(this.#record)}, ${JSON.stringify(panelState)});`,
    );
    const profiled = flags.profile ? ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`] : [];
    this.#process = fork(server, ['--node-ipc'], { execArgv: ['--require', this.#preload, ...profiled] });
    this.#process.on('message', (message: { id?: number; method?: string; params?: unknown }) => {
      if (message.method !== undefined && message.id !== undefined)
        this.#process.send({ jsonrpc: '2.0', id: message.id, result: null });
      const key = message.method ?? message.id;
      if (key === undefined) return;
      this.#waiting.get(key)?.(message);
      this.#waiting.delete(key);
    });
  }

  async initialize(): Promise<void> {
    const capabilities = { textDocument: { diagnostic: {} } };
    await this.request('initialize', { processId: process.pid, rootUri: 'file:///w', capabilities });
    this.notify('initialized', {});
  }

  notify(method: string, params: unknown): void {
    this.#process.send({ jsonrpc: '2.0', method, params });
  }

  request(method: string, params: unknown): Promise<unknown> {
    this.#id += 1;
    const answer = new Promise((done) => this.#waiting.set(this.#id, done));
    this.#process.send({ jsonrpc: '2.0', id: this.#id, method, params });
    return answer;
  }

  state(): Promise<{ readonly params?: unknown }> {
    return new Promise((done) => this.#waiting.set(panelState, done));
  }

  /** Opens a text and makes it the active one; resolves with its state. */
  async open(uri: string, content: string): Promise<void> {
    const state = this.state();
    this.#version = 1;
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'dramatis', version: 1, text: content } });
    this.notify(activeEditor, { uri });
    await state;
  }

  async edit(uri: string, typed: string, removed: number): Promise<void> {
    this.#version += 1;
    const state = this.state();
    const range = { start: { line, character }, end: { line, character: character + removed } };
    const textDocument = { uri, version: this.#version };
    this.notify('textDocument/didChange', { textDocument, contentChanges: [{ range, text: typed }] });
    // As an editor does: the problems of the text are asked for after each edit.
    const diagnostics = this.request('textDocument/diagnostic', { textDocument: { uri } });
    await state;
    await diagnostics;
  }

  panel(view: ViewName): void {
    this.notify(panelOpen, { panel: 'p', view, whatIf: [], query: {} });
  }

  notes(): readonly Note[] {
    const lines = readFileSync(this.#record, 'utf8').split('\n').slice(0, -1);
    const fresh = lines.slice(this.#read).map((each) => JSON.parse(each) as Note);
    this.#read = lines.length;
    return fresh;
  }

  async end(): Promise<void> {
    const ended = new Promise((done) => this.#process.once('exit', done));
    await this.request('shutdown', undefined);
    this.notify('exit', undefined);
    await ended;
    for (const file of [this.#record, this.#preload]) rmSync(file, { force: true });
  }
}

const rest = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

interface Sample {
  readonly stages: Readonly<Record<string, number>>;
  readonly longest: number;
  /** Processor time until the state was posted, ms. */
  readonly used: number;
}

/** When each stage was reached, counted from when the server heard of the text. */
function sampleOf(notes: readonly Note[]): Sample {
  const heard = notes.find(({ name }) => name === 'heard')?.at ?? Number.NaN;
  const stages: Record<string, number> = {};
  for (const { name, at } of notes) {
    if (at === undefined || at < heard) continue;
    // Becoming the active text tells of the program too, before its numbers are asked for.
    if (name === 'program' && stages['posterior'] === undefined) stages[name] = at - heard;
    else stages[name] ??= at - heard;
  }
  const longest = Math.max(0, ...notes.flatMap((note) => note.longest ?? []));
  return { stages, longest, used: notes.find(({ name }) => name === 'posted')?.used ?? Number.NaN };
}

function report(what: string, samples: readonly Sample[]): void {
  const of = (stage: string): number[] => samples.flatMap(({ stages }) => stages[stage] ?? []);
  const stages = ['program', 'posterior'].map((stage) => `${stage} ${estimate(of(stage), 0.5).value.toFixed(1)}`);
  const longest = Math.max(...samples.map((sample) => sample.longest));
  console.log(
    `  ${what.padEnd(20)} posted ${show(estimate(of('posted'), 0.5)).padEnd(24)} (${stages.join(', ')})   processor ${estimate(
      samples.map(({ used }) => used),
      0.5,
    ).value.toFixed(1)}   longest block ${longest.toFixed(1)}`,
  );
}

/** What happens after an answer (warm-up, diagnostics) has ended by then. */
const QUIET = 700;

async function measureView(view: ViewName): Promise<void> {
  const first: Sample[] = [];
  const fresh: Sample[] = [];
  const edited: Sample[] = [];
  for (let run = 0; run < Math.ceil(runs / 5); run += 1) {
    const own = new Server();
    await own.initialize();
    own.panel(view);
    await rest(300);
    own.notes();
    await own.open('file:///w/first.scenario', text);
    await rest(QUIET);
    first.push(sampleOf(own.notes()));
    for (let round = 0; round < 12; round += 1) {
      const uri = `file:///w/text${round}.scenario`;
      await own.open(uri, text.replace('number 0', `number ${round}`));
      await rest(QUIET);
      if (round >= 7) fresh.push(sampleOf(own.notes()));
      own.notify('textDocument/didClose', { textDocument: { uri } });
      await rest(50);
      own.notes();
    }
    const uri = 'file:///w/edited.scenario';
    await own.open(uri, text);
    await rest(QUIET);
    for (let key = 0; key < 30; key += 1) {
      own.notes();
      await (key % 2 === 0 ? own.edit(uri, String(1 + (key % 9)), 0) : own.edit(uri, '', 1));
      await rest(200);
      if (key >= 10) edited.push(sampleOf(own.notes()));
    }
    await own.end();
  }
  console.log(`\n${view} (load ${(loadavg()[0] ?? 0).toFixed(1)}), ms since the server heard of the text`);
  report('first time', first);
  report('warm, from nothing', fresh);
  report('after an edit', edited);
}

console.log(`${flags.episodes} inline episodes, ${(text.length / 1000).toFixed(0)} KB`);
for (const view of flags.views.split(',')) await measureView(view as ViewName);
