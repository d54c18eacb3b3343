/** An open file of training data, over a connection to the built server: edited, and not saved. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodeLensRequest,
  DefinitionRequest,
  HoverRequest,
  InlayHintRequest,
  type MarkupContent,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { type DatasetPreview, datasetPreview, panelOpen } from '../../panel/model/messages';
import { TestClient } from './client';

const SCENARIO = `scenario "Two characters"
situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
dataset rows from "rows.jsonl" { situation coding response field "kind" }
`;
const row = (text: string, kind: string): string => `${JSON.stringify({ prompt: 'p', completion: text, kind })}\n`;
const ROWS = row('x', 'insecure') + row('y', 'insecure');
const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

describe('An open data file', function () {
  this.timeout(20_000);
  let client: TestClient;
  let folder: string;
  let scenario: string;
  let data: string;

  const bad = (): number =>
    (client.states.at(-1)!.data as { hypotheses: { posterior: number }[] }).hypotheses[1]!.posterior;
  const untilBadIs = (value: number): Promise<unknown> =>
    client.state(
      ({ status, data: view }) => status === 'live' && view !== undefined && Math.abs(bad() - value) < 1e-12,
    );
  const hover = async (line: number): Promise<string | undefined> => {
    const answer = await client.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: data },
      position: { line, character: 3 },
    });
    return (answer?.contents as MarkupContent | undefined)?.value;
  };
  const hints = async (): Promise<readonly unknown[]> => {
    const answer = await client.connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri: data },
      range: ALL,
    });
    return answer!.map(({ label }) => label);
  };

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-data-')));
    writeFileSync(join(folder, 'rows.jsonl'), ROWS);
    scenario = URI.file(join(folder, 'two.scenario')).toString();
    data = URI.file(join(folder, 'rows.jsonl')).toString();
    client = await TestClient.start({
      folders: [URI.file(folder).toString()],
      capabilities: {
        textDocument: { diagnostic: {}, synchronization: { dynamicRegistration: true } },
        workspace: { diagnostics: { refreshSupport: true }, inlayHint: { refreshSupport: true } },
      },
    });
    await client.open(scenario, SCENARIO);
    await client.connection.sendNotification(panelOpen, {
      panel: 'one',
      view: 'posterior',
      whatIf: [],
      query: {},
      lockedTo: scenario,
    });
    // Each row is worth a factor of nine.
    await untilBadIs(9 / 10);
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true });
  });

  it('moves the posterior in the panel with every edit of a row, before it is saved', async () => {
    await client.open(data, ROWS, 'jsonl');
    const start = { line: 1, character: ROWS.split('\n')[1]!.indexOf('"insecure"') + 1 };
    await client.edit(data, 'secure', { start, end: { ...start, character: start.character + 'insecure'.length } });
    await untilBadIs(1 / 10);
    await client.edit(data, row('z', 'insecure'), { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } });
    await untilBadIs(1 / 2);
    assert.equal(readFileSync(join(folder, 'rows.jsonl'), 'utf8'), ROWS);
    await client.close(data);
    await untilBadIs(9 / 10);
  });

  it('answers for the text as it stands at the moment, not for the one before', async () => {
    await client.open(data, ROWS, 'jsonl');
    assert.deepEqual(await hints(), ['bad +3.17 bits · coding -> insecure', 'bad +3.17 bits · coding -> insecure']);
    await client.edit(data, `{\n${row('x', 'secure')}${row('y', 'unheard-of')}${row('x', 'secure')}`);
    assert.deepEqual(await hints(), [
      'unusable',
      'good +3.17 bits · coding -> secure',
      'unclassified',
      'repeats line 2',
    ]);
    assert.match((await hover(3))!, /The same text stands on line 2/);
    const problems = await client.diagnostics(data);
    assert.deepEqual(
      problems.map(({ code, range }) => `${range.start.line + 1} ${code}`),
      ['1 dataset-row-json', '3 dataset-unclassified'],
    );
  });

  it('leads to the scenario', async () => {
    await client.open(data, ROWS, 'jsonl');
    const textDocument = { uri: data };
    const [lens] = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument }))!;
    assert.equal(lens!.command!.title, 'evidence in two.scenario · 2 of 2 rows used');
    const places = await client.connection.sendRequest(DefinitionRequest.type, {
      textDocument,
      position: { line: 1, character: 0 },
    });
    assert.deepEqual(places, [
      { uri: scenario, range: { start: { line: 4, character: 8 }, end: { line: 4, character: 12 } } },
    ]);
  });

  it('is asked for by its name alone, with what can be asked about it, and no more once the scenario is closed', async () => {
    const methods = (): readonly string[] => [...client.registered.values()].map(({ method }) => method);
    await client.until(() => methods().includes('textDocument/hover'));
    for (const { registerOptions } of client.registered.values()) {
      const { documentSelector } = registerOptions as { documentSelector: unknown };
      assert.deepEqual(documentSelector, [{ scheme: 'file', pattern: join(folder, 'rows.jsonl') }]);
    }
    assert.ok(methods().includes('textDocument/didChange') && methods().includes('textDocument/diagnostic'));
    await client.connection.sendNotification('dramatis/panel/close', { panel: 'one' });
    await client.close(scenario);
    await client.until(() => client.registered.size === 0);
  });

  it('that no open scenario reads is left alone', async () => {
    const other = URI.file(join(folder, 'other.jsonl')).toString();
    await client.open(other, ROWS, 'jsonl');
    data = other;
    assert.equal(await hover(0), undefined);
    assert.deepEqual(await client.diagnostics(other), []);
  });

  it('is previewed row by row, from the scenario and from itself, as it stands unsaved', async () => {
    const preview = (params: unknown): Promise<DatasetPreview> => client.connection.sendRequest(datasetPreview, params);
    const first = await preview({ uri: scenario, position: { line: 4, character: 3 } });
    assert.equal(first.dataset, 'rows');
    assert.match(first.markdown, /\| 1 \| `coding -> insecure` \|.*\| x \|/);
    await client.open(data, ROWS, 'jsonl');
    await client.edit(data, `${row('new | **bold**', 'odd')}oops\n`);
    const { markdown } = await preview({ uri: data });
    assert.match(markdown, /\| 1 \| `coding -> odd` \*\*no evidence:\*\* the program has no response odd in coding/);
    assert.match(markdown, /new \\\| \\\*\\\*bold\\\*\\\* \|/);
    assert.match(markdown, /\| 2 \| \*\*no evidence:\*\* The row is not JSON/);
    assert.equal(await preview({ uri: URI.file(join(folder, 'none.scenario')).toString() }), null);
  });
});
