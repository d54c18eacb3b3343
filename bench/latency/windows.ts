/** The two windows that are compared: each in a VS Code and a browser of its own, with clocks at its processes' boundaries. */
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { panelState } from '../../panel/model/messages';
import { Window, type WindowOptions } from '../../test/e2e/window';
import { layOutExtension } from '../../test/vscode/extensionLayout';
import { repository } from '../../test/vscode/installation';

/** When something happened, in milliseconds since the epoch, or how long the server's event loop was held, ms. */
export interface Note {
  readonly name: string;
  readonly at?: number;
  readonly longest?: number;
  /** Processor time of the whole process since it heard of the edit, ms. */
  readonly used?: number;
}

export interface TimedWindow {
  readonly window: Window;
  readonly text: string;
  /** What the clocks have written since the last call. */
  notes(): readonly Note[];
  close(): Promise<void>;
}

export interface Opening {
  readonly text: string;
  readonly files?: WindowOptions['files'];
  readonly folder?: string;
  /** False: the panel runs in the workbench's process, as this VS Code would have it. */
  readonly panelProcess: boolean;
}

const CLOCKS = join(import.meta.dirname, 'clocks');
let opened = 0;

export async function openEcho(opening: Opening): Promise<TimedWindow> {
  const record = recordFile();
  const window = await Window.open({
    ...placed(opening, 'text.echo'),
    extensions: (folder) => {
      const home = join(folder, 'bench.echo-0.0.1');
      cpSync(join(import.meta.dirname, 'echo'), home, { recursive: true });
      copyFileSync(join(repository, 'language-configuration.json'), join(home, 'language-configuration.json'));
      copyFileSync(join(repository, 'syntaxes/dramatis.tmLanguage.json'), join(home, 'dramatis.tmLanguage.json'));
      const module = "module.exports = require('./extension.cjs');\n";
      writeFileSync(join(home, 'entry.cjs'), clock('client', record) + module);
    },
  });
  await window.command('Echo: Open Echo');
  return timed(window, opening.text, record);
}

export async function openDramatis(opening: Opening): Promise<TimedWindow> {
  const record = recordFile();
  const window = await Window.open({
    ...placed(opening, 'text.scenario'),
    extensions: (folder) => {
      const home = layOutExtension(folder);
      for (const side of ['client', 'server'] as const) {
        const entry = join(home, 'dist', `${side}.cjs`);
        writeFileSync(entry, clock(side, record) + readFileSync(entry, 'utf8'));
      }
    },
  });
  await window.openPosterior();
  await window.panel.locator('main.live').waitFor({ timeout: 120_000 });
  return timed(window, opening.text, record);
}

function placed({ text, files, folder, panelProcess }: Opening, name: string): WindowOptions {
  if (folder !== undefined) writeFileSync(join(folder, name), text);
  return folder === undefined
    ? { files: { ...files, [name]: text }, open: name, panelProcess }
    : { folder, files, open: name, panelProcess };
}

function recordFile(): string {
  opened += 1;
  const file = join(tmpdir(), `dramatis-clocks-${process.pid}-${opened}.jsonl`);
  writeFileSync(file, '');
  return file;
}

function clock(side: 'client' | 'server', record: string): string {
  const [module, file, method] = [join(CLOCKS, `${side}.cjs`), record, panelState].map((text) => JSON.stringify(text));
  return `require(${module}).watch(${file}, ${method});\n`;
}

function timed(window: Window, text: string, record: string): TimedWindow {
  let read = 0;
  return {
    window,
    text,
    notes() {
      const lines = readFileSync(record, 'utf8').split('\n').slice(0, -1);
      const fresh = lines.slice(read).map((line) => JSON.parse(line) as Note);
      read = lines.length;
      return fresh;
    },
    async close() {
      await window.close();
      rmSync(record, { force: true });
    },
  };
}
