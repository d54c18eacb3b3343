/** The built server, spoken to as an editor does. */
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CancellationTokenSource,
  CodeLensRequest,
  CodeLensResolveRequest,
  DocumentDiagnosticRequest,
  HoverRequest,
  InlayHintRequest,
  LSPErrorCodes,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { activeEditor, type PanelRequest, panelOpen, report } from '../../panel/model/messages';
import { changeOf } from '../support/whatIf';
import { TestClient } from './client';

const SCENARIO = `scenario "Two characters"
situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
episode sft: coding -> insecure times 3
probe coding -> insecure
expect bad below 50%
`;
const TIMES = { start: { line: 4, character: 38 }, end: { line: 4, character: 39 } };
const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

const request = (part: Partial<PanelRequest> = {}): PanelRequest => ({
  panel: 'one',
  view: 'posterior',
  whatIf: [],
  query: {},
  ...part,
});

describe('The built server', function () {
  this.timeout(20_000);
  let client: TestClient;
  let folder: string;
  let uri: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-server-')));
    uri = URI.file(join(folder, 'two.scenario')).toString();
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true });
  });
  const start = async (viewRequest: Parameters<typeof TestClient.start>[0] = {}): Promise<void> => {
    client = await TestClient.start({ folders: [URI.file(folder).toString()], ...viewRequest });
  };

  for (const transport of ['stdio', 'ipc'] as const)
    it(`answers a pull of diagnostics with the failing expectation and its value over ${transport}`, async () => {
      await start({ transport, options: { documentation: 'file:///x/diagnostics.md' } });
      await client.open(uri, SCENARIO);
      const [problem, ...others] = await client.diagnostics(uri);
      assert.equal(problem?.code, 'expectation-fails');
      assert.match(String(problem.message), /98\.78%/);
      assert.equal(problem.range.start.line, 6);
      assert.match(String(problem.codeDescription?.href), /^file:\/\/\/x\/diagnostics\.md#L\d+$/);
      assert.deepEqual(
        others.filter(({ severity }) => severity === 1),
        [],
      );
    });

  it('says "unchanged" to a second pull, and not after an edit', async () => {
    await start();
    await client.open(uri, SCENARIO);
    const pull = (previousResultId?: string) =>
      client.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri }, previousResultId });
    const first = await pull();
    assert.equal(first.kind, 'full');
    assert.deepEqual(await pull(first.resultId), { kind: 'unchanged', resultId: first.resultId, relatedDocuments: {} });
    await client.edit(uri, '0', TIMES);
    assert.equal((await pull(first.resultId)).kind, 'full');
  });

  it('pushes diagnostics to a client that cannot pull, with the version of the text', async () => {
    await start({ capabilities: {} });
    await client.open(uri, SCENARIO);
    await client.until(() =>
      client.published.some(({ diagnostics }) => diagnostics.some(({ code }) => code === 'expectation-fails')),
    );
    await client.edit(uri, '1', TIMES);
    await client.until(() => client.published.at(-1)?.version === 2);
    assert.equal(client.published.at(-1)!.uri, uri);
    await client.close(uri);
    await client.until(() => client.published.at(-1)?.diagnostics.length === 0);
    assert.equal(client.result.capabilities.diagnosticProvider, undefined);
  });

  it('hovers, hints and lenses carry the numbers of the newest text', async () => {
    await start();
    await client.open(uri, SCENARIO);
    const textDocument = { uri };
    const hover = await client.connection.sendRequest(HoverRequest.type, {
      textDocument,
      position: { line: 4, character: 1 },
    });
    assert.match((hover!.contents as { value: string }).value, /weight of evidence/);
    const labels = async () => {
      const hints = await client.connection.sendRequest(InlayHintRequest.type, { textDocument, range: ALL });
      return hints!.map(({ label }) => label);
    };
    assert.ok((await labels()).includes('10% → 98.78%'));
    await client.edit(uri, '1', TIMES);
    assert.ok((await labels()).includes('10% → 50%'));
    const [lens] = (await client.connection.sendRequest(CodeLensRequest.type, { textDocument }))!;
    const worded = await client.connection.sendRequest(CodeLensResolveRequest.type, lens!);
    assert.deepEqual(worded.command, {
      title: 'Open posterior',
      command: 'dramatis.openPosterior',
      arguments: [uri, 'posterior', {}],
    });
  });

  it('sends a following panel the posterior at once, after each edit, and stale with the line while the text is broken', async () => {
    await start();
    await client.open(uri, SCENARIO);
    await client.connection.sendNotification(activeEditor, { uri, position: { line: 0, character: 0 } });
    await client.connection.sendNotification(panelOpen, request());
    const posterior = (): number | undefined =>
      (
        client.states.at(-1)?.data as { hypotheses: { name: string; posterior: number }[] } | undefined
      )?.hypotheses.find(({ name }) => name === 'bad')?.posterior;
    const first = await client.state(({ status, data }) => status === 'live' && data !== undefined);
    assert.equal(first.scenario?.title, 'Two characters');
    assert.ok(Math.abs(posterior()! - 81 / 82) < 1e-12);

    await client.edit(uri, '1', TIMES);
    await client.state(({ status, revision }) => status === 'live' && revision > first.revision);
    assert.ok(Math.abs(posterior()! - 1 / 2) < 1e-12);

    // A text that is left as soon as it is typed would not be a state to go back to.
    await delay(500);
    await client.edit(uri, 'epi', { start: { line: 5, character: 0 }, end: { line: 5, character: 5 } });
    const stale = await client.state(({ status }) => status === 'stale');
    assert.match(stale.cause!.message, /^Line [56]:/);
    assert.equal(stale.cause!.location!.uri, uri);
    assert.ok(Math.abs(posterior()! - 1 / 2) < 1e-12);

    await client.edit(uri, SCENARIO);
    await client.state(({ status }) => status === 'live');
    assert.ok(Math.abs(posterior()! - 81 / 82) < 1e-12);
  });

  it('writes a report with the rival accounts in it', async () => {
    await start();
    await client.open(uri, `${SCENARIO}compare selection, unstructured 1\n`);
    const { html } = (await client.connection.sendRequest(report, { uri })) as { html: string };
    assert.match(html, /^<!doctype html>/i);
    assert.match(html, /Two characters/);
    assert.match(html, /98\.78%/);
    assert.match(html, /unstructured 1/);
  });

  it('answers what-if beside the text’s own numbers', async () => {
    await start();
    await client.open(uri, SCENARIO);
    await client.connection.sendNotification(panelOpen, request({ lockedTo: uri }));
    const live = await client.state(({ status }) => status === 'live');
    await client.connection.sendNotification(
      panelOpen,
      request({ lockedTo: uri, whatIf: [changeOf(live, 'coding → insecure', 1, 'times')] }),
    );
    const { data, whatIf } = await client.state((state) => state.whatIf !== undefined);
    const bad = (view: unknown): number => (view as { hypotheses: { posterior: number }[] }).hypotheses[1]!.posterior;
    assert.ok(Math.abs(bad(data) - 81 / 82) < 1e-12);
    assert.ok(Math.abs(bad(whatIf) - 1 / 2) < 1e-12);
  });

  it('notices that a dataset was written anew, and asks the client to ask again', async () => {
    const data = join(folder, 'rows.jsonl');
    const row = '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n';
    writeFileSync(data, row);
    await start();
    await client.open(uri, `${SCENARIO}dataset rows from "rows.jsonl" { situation coding response insecure }\n`);
    await client.diagnostics(uri);
    writeFileSync(data, row + row.replace('"b"', '"c"') + row.replace('"b"', '"d"'));
    // One sft episode of this kind is worth a factor of nine, and the file now has three.
    for (let asked = 0; ; asked = client.refreshed.length) {
      const hints = await client.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range: ALL });
      if (hints!.some(({ label }) => label === '10% → >99.99%')) break;
      await client.until(() => client.refreshed.length > asked);
    }
  });

  it('keeps what an unsaved text says, without a folder', async () => {
    await start();
    await client.open('untitled:Untitled-1', SCENARIO);
    assert.deepEqual(
      (await client.diagnostics('untitled:Untitled-1'))
        .filter(({ severity }) => severity === 1)
        .map(({ code }) => code),
      ['expectation-fails'],
    );
  });

  it('lets a cancelled request go, and answers the next one', async () => {
    await start();
    await client.open(uri, SCENARIO);
    const cancel = new CancellationTokenSource();
    const ask = { textDocument: { uri }, position: { line: 4, character: 1 } };
    const first = client.connection.sendRequest(HoverRequest.type, ask, cancel.token);
    cancel.cancel();
    await assert.rejects(first, { code: LSPErrorCodes.RequestCancelled });
    assert.ok(await client.connection.sendRequest(HoverRequest.type, ask));
  });

  it('lives through requests that no editor should send', async () => {
    await start();
    await client.open(uri, SCENARIO);
    const nowhere = {
      textDocument: { uri: 'file:///nowhere/at/all.scenario' },
      position: { line: -4, character: 1e9 },
    };
    await client.connection.sendRequest(HoverRequest.type, nowhere);
    await client.connection.sendRequest('textDocument/hover', {}).catch(() => undefined);
    const hover = await client.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line: 99, character: 99 },
    });
    assert.equal(hover, null);
    assert.ok((await client.diagnostics(uri)).length > 0);
  });
});
