/** A client that answers late, with errors, or not at all, and files that come and go under the built server. */
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  HoverRequest,
  InlayHintRequest,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { activeEditor, exportData, panelOpen, type ReportAnswer, report } from '../../panel/model/messages';
import { TestClient } from './client';

const CAST = `situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
`;
const SCENARIO = `${CAST}episode sft: coding -> insecure times 3\n`;
const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

describe('The built server', function () {
  this.timeout(30_000);
  let client: TestClient;
  let folder: string;
  let uri: string;
  const place = (name: string): string => URI.file(join(folder, name)).toString();

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-faults-')));
    uri = place('two.scenario');
  });
  afterEach(async () => {
    await client.stop();
    rmSync(folder, { recursive: true });
  });
  const start = async (request: Parameters<typeof TestClient.start>[0] = {}): Promise<void> => {
    client = await TestClient.start({ folders: [URI.file(folder).toString()], ...request });
  };
  const hints = async (): Promise<string[]> => {
    const found = await client.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range: ALL });
    return (found ?? []).map(({ label }) => String(label));
  };

  it('registers for changed settings, and follows them', async () => {
    await start({
      capabilities: { workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } } },
    });
    let unit = 'bits';
    client.connection.onRequest('workspace/configuration', () => [{ unit }]);
    const methods = (): string[] => [...client.registered.values()].map(({ method }) => method);
    await client.until(() => methods().includes('workspace/didChangeConfiguration'));
    await client.open(uri, SCENARIO);
    assert.ok((await hints()).some((label) => / bits/.test(label)));
    unit = 'nats';
    await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    for (let tries = 0; tries < 50 && !(await hints()).some((label) => / nats/.test(label)); tries++) await delay(20);
    assert.ok((await hints()).some((label) => / nats/.test(label)));
  });

  it('goes on where the client answers a refresh with an error', async () => {
    await start({ capabilities: { workspace: { inlayHint: { refreshSupport: true } } } });
    let asked = 0;
    client.connection.onRequest('workspace/inlayHint/refresh', () => {
      asked++;
      throw new Error('this client does not refresh');
    });
    await client.open(uri, `import "cast.persona"\nepisode sft: coding -> insecure times 3\n`);
    await client.open(place('cast.persona'), CAST);
    await hints();
    await client.edit(place('cast.persona'), CAST.replace('prior 90%', 'prior 80%').replace('prior 10%', 'prior 20%'));
    for (let tries = 0; tries < 100 && asked === 0; tries++) await delay(20);
    assert.ok(asked > 0);
    await delay(100);
    assert.match((await hints()).join(' '), /80%|20%|bits/);
  });

  it('writes a report and exports in manual mode, and says why where there are no numbers', async () => {
    await start({ options: { evaluation: { when: 'manual' } } });
    await client.open(uri, SCENARIO);
    const entire = await client.connection.sendRequest<ReportAnswer>(report, { uri });
    assert.ok('html' in entire && /98\.78%/.test(entire.html));
    const broken = place('broken.scenario');
    await client.open(broken, `${SCENARIO}episode sft: coding -> nothing\n`);
    const none = await client.connection.sendRequest<ReportAnswer>(report, { uri: broken });
    assert.ok('reason' in none && /^Line 5: /.test(none.reason));
    assert.equal(await client.connection.sendRequest(exportData, { panel: 'none', format: 'csv' }), null);
  });

  it('marks what it exports and reports of a text that is broken now', async () => {
    await start();
    await client.open(uri, SCENARIO);
    await client.connection.sendNotification(panelOpen, {
      panel: 'one',
      view: 'posterior',
      lockedTo: uri,
      whatIf: [],
      query: {},
    });
    await client.state(({ status }) => status === 'live');
    await client.edit(uri, `${SCENARIO}episode sft: coding -> nothing\n`);
    await client.state(({ status }) => status === 'stale');
    const json = await client.connection.sendRequest<{ text: string; name: string }>(exportData, {
      panel: 'one',
      format: 'json',
    });
    const data = JSON.parse(json.text) as {
      complete: boolean;
      outOfDate: string;
      personas: { name: string; posterior: number }[];
    };
    assert.equal(data.complete, false);
    assert.match(data.outOfDate, /^Line 5: /);
    assert.match(json.name, /out-of-date/);
    assert.match(json.text, /0\.98780/);
    const markdown = await client.connection.sendRequest<{ text: string }>(exportData, {
      panel: 'one',
      format: 'markdown',
    });
    assert.match(markdown.text, /Out of date, the last valid result.* Line 5: /);
    const answer = await client.connection.sendRequest<ReportAnswer>(report, { uri });
    assert.ok('html' in answer && /Out of date. Showing the last valid result./.test(answer.html));
    assert.ok('html' in answer && /98\.78%/.test(answer.html) && !/coding -&gt; nothing/.test(answer.html));
    assert.match((await hints()).join(' | '), /98\.78% \(out of date\)/);
    const hover = await client.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line: 2, character: 9 },
    });
    assert.match(JSON.stringify(hover?.contents), /Out of date\. Showing the last valid result\./);
  });

  it('takes pushed diagnostics back from imports that are removed, and from texts that are closed', async () => {
    writeFileSync(join(folder, 'my cast.persona'), `${CAST}persona good {}\n`);
    await start({ capabilities: {} });
    const spelled = `${URI.file(folder).toString()}/my cast.persona`;
    const displayed = (): Map<string, number> => {
      const last = new Map<string, number>();
      for (const { uri: name, diagnostics } of client.published)
        last.set(URI.parse(name).fsPath, diagnostics.filter(({ severity }) => severity === 1).length);
      return last;
    };
    const cast = join(folder, 'my cast.persona');
    await client.open(uri, 'import "my cast.persona"\nepisode sft: coding -> insecure times 3\n');
    await client.until(() => (displayed().get(cast) ?? 0) > 0);
    // Open under another spelling of its name: told of once, under the editor's.
    await client.open(spelled, `${CAST}persona good {}\n`);
    await client.until(() => client.published.some(({ uri: name }) => name === spelled));
    await client.close(spelled);
    await client.until(
      () => client.published.filter(({ uri: name }) => name === spelled).at(-1)?.diagnostics.length === 0,
    );
    await client.edit(uri, SCENARIO);
    await client.until(() => displayed().get(cast) === 0);
    for (const [name, count] of displayed()) assert.equal(count, 0, name);
    await client.edit(uri, 'import "my cast.persona"\nepisode sft: coding -> insecure times 3\n');
    await client.until(() => (displayed().get(cast) ?? 0) > 0);
    unlinkSync(cast);
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: URI.file(cast).toString(), type: FileChangeType.Deleted }],
    });
    await client.until(() => displayed().get(cast) === 0);
    await client.close(uri);
    await client.until(() => [...displayed().values()].every((count) => count === 0));
  });

  it('is not led astray by a caret in a text that is no scenario', async () => {
    await start();
    await client.open(uri, SCENARIO);
    await client.connection.sendNotification(activeEditor, { uri, position: { line: 0, character: 0 } });
    await client.connection.sendNotification(panelOpen, { panel: 'one', view: 'posterior', whatIf: [], query: {} });
    const live = await client.state(({ status }) => status === 'live');
    writeFileSync(join(folder, 'foo.ts'), 'export const a = 1;');
    const other = { uri: place('foo.ts'), position: { line: 0, character: 3 } };
    await client.connection.sendNotification(activeEditor, other);
    await hints();
    assert.equal(client.states.at(-1)?.scenario?.uri, live.scenario?.uri);
    assert.deepEqual(client.log, []);
  });
});
