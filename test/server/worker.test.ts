/** The built server in a web worker of a real browser, spoken to as VS Code in the browser does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { activeEditor, type PanelState, panelOpen, panelState } from '../../panel/model/messages';
import { launchChromium } from '../vscode/chromium';
import { TestClient } from './client';

const BUNDLE = readFileSync(resolve(import.meta.dirname, '../../dist/dramatis.js'), 'utf8');
const URI = 'vscode-vfs://somewhere/folder/two.scenario';
const TEXT = `import "people.persona"
scenario "Two characters"
episode sft: coding -> insecure times 3
dataset sft rows from "rows.jsonl" { situation coding  response field "label" }
dataset sft doubtful from "rows.jsonl" { situation coding when "label" matches "^(in|un)+secure$": response insecure }
probe coding -> insecure
`;
/** What the worker can only have from the client. */
const FILES: Readonly<Record<string, string>> = {
  'vscode-vfs://somewhere/folder/people.persona': `situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
`,
  'vscode-vfs://somewhere/folder/rows.jsonl': '{"prompt":"a","completion":"b","label":"insecure"}\n',
};

interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
}

const notification = (method: string, params: unknown): Message => ({ jsonrpc: '2.0', method, params });
const OPENING: readonly Message[] = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      processId: null,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: 'vscode-vfs://somewhere/folder', name: 'folder' }],
    },
  },
  notification('initialized', {}),
  notification('textDocument/didOpen', { textDocument: { uri: URI, languageId: 'dramatis', version: 1, text: TEXT } }),
  notification(activeEditor, { uri: URI, position: { line: 0, character: 0 } }),
  notification(panelOpen, { panel: 'one', view: 'posterior', whatIf: [], query: {} }),
];

describe('The built server in a web worker', function () {
  this.timeout(60_000);
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  it('sends the same posterior as the server in a process, reading imports and data through the client', async () => {
    const fromWorker = await livePosterior(browser);
    const folder = 'vscode-vfs://somewhere/folder';
    const client = await TestClient.start({ folders: [folder] });
    try {
      answerFiles(client);
      await client.open(URI, TEXT);
      await client.connection.sendNotification(activeEditor, { uri: URI, position: { line: 0, character: 0 } });
      await client.connection.sendNotification(panelOpen, { panel: 'one', view: 'posterior', whatIf: [], query: {} });
      await client.until(() => client.states.some(({ status }) => status === 'live'));
      const fromProcess = client.states.find(({ status }) => status === 'live');
      assert.equal(JSON.stringify({ ...fromWorker, revision: 0 }), JSON.stringify({ ...fromProcess, revision: 0 }));
      assert.match(JSON.stringify(fromWorker), /"bad"/);
      assert.doesNotMatch(JSON.stringify(fromWorker), /nothing here can stop it/);
    } finally {
      await client.stop();
    }
  });
});

/** The files of this test, as the client of an editor with a virtual workspace answers for them. */
function answerFiles({ connection }: TestClient): void {
  const answer = (method: string, give: (text: string, start: number, end?: number) => unknown): void => {
    connection.onRequest(method, ({ uri, start = 0, end }: { uri: string; start?: number; end?: number }) => {
      const text = FILES[uri];
      return text === undefined ? null : give(text, start, end);
    });
  };
  answer('dramatis/file/stat', (text) => ({ size: text.length, mtime: 1 }));
  answer('dramatis/file/read', (text, start, end) => new TextEncoder().encode(text).subarray(start, end));
  answer('dramatis/file/list', () => []);
}

/** Starts the worker in a page, says the opening, and waits for the panel's first live state. */
async function livePosterior(browser: Browser): Promise<PanelState> {
  const page = await browser.newPage();
  try {
    return (await page.evaluate(
      ({ bundle, opening, files, wanted }) =>
        new Promise((found, failed) => {
          const program = ['var dramatisServes = true, exports = {}, module = { exports };', bundle];
          const worker = new Worker(URL.createObjectURL(new Blob(program, { type: 'text/javascript' })));
          worker.onerror = (event) => failed(new Error(event.message));
          worker.onmessage = ({ data }) => {
            if (data.method === wanted && data.params.status === 'live') found(data.params);
            if (data.id === undefined || data.method === undefined) return;
            const text = files[data.params?.uri];
            const bytes = text === undefined ? null : new TextEncoder().encode(text);
            const result =
              data.method === 'dramatis/file/read'
                ? (bytes?.subarray(data.params.start ?? 0, data.params.end) ?? null)
                : data.method === 'dramatis/file/stat'
                  ? bytes && { size: bytes.length, mtime: 1 }
                  : null;
            worker.postMessage({ jsonrpc: '2.0', id: data.id, result });
          };
          for (const message of opening) worker.postMessage(message);
        }),
      { bundle: BUNDLE, opening: OPENING, files: FILES, wanted: panelState },
    )) as PanelState;
  } finally {
    await page.close();
  }
}
