/** What is measured: texts, their data, and the view that is open. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VIEWS, type ViewName } from '../../panel/model/messages';
import { scenarioOfEpisodes, scenarioOfLines } from './scenarioText';

export interface LatencyScenario {
  readonly name: string;
  readonly text: string;
  /** Each is measured with as many keys of its own. */
  readonly views: readonly ViewName[];
  /** The folder that holds the files that the text names. */
  readonly folder?: string;
}

const ROWS = 1_000_000;

export const SCENARIOS: Readonly<Record<string, () => LatencyScenario>> = {
  lines: () => ({ name: '300 lines', text: scenarioOfLines(300), views: ['posterior'] }),
  views: () => ({
    name: '300 lines, compared accounts',
    text: scenarioOfLines(300, ['compare selection, drift 50, contextual']),
    views: VIEWS,
  }),
  episodes: () => ({
    name: '10,000 inline episodes',
    text: scenarioOfEpisodes(10_000),
    views: ['posterior', 'evidence'],
  }),
  rows: () => ({
    name: '1,000,000 rows',
    text: scenarioOfLines(300, [
      'dataset sft measured from "rows.jsonl" { situation situation_0 response field "label" }',
    ]),
    views: ['posterior'],
    folder: folderOfRows(),
  }),
  // Twelve conditions with a fit running follow here once the language has them.
};

/** A folder with `rows.jsonl`: made once and kept under the temporary folder, the same on every machine. */
function folderOfRows(): string {
  const folder = join(tmpdir(), 'dramatis-bench-rows');
  const file = join(folder, 'rows.jsonl');
  if (existsSync(file)) return folder;
  mkdirSync(folder, { recursive: true });
  const part = `${file}.${process.pid}`;
  const out = openSync(part, 'w');
  let lines: string[] = [];
  for (let row = 0; row < ROWS; row += 1) {
    const messages = [
      {
        role: 'user',
        content: `Question number ${row % 50 === 0 ? row % 1000 : row}: ${'please read the file '.repeat(6)}`,
      },
      { role: 'assistant', content: `${'def answer(): return the value '.repeat(9)}${row % 17}` },
    ];
    lines.push(JSON.stringify({ messages, label: row % 3 ? 'bad' : 'good', id: row }));
    if (lines.length < 10_000) continue;
    writeSync(out, `${lines.join('\n')}\n`);
    lines = [];
  }
  closeSync(out);
  renameSync(part, file);
  return folder;
}
