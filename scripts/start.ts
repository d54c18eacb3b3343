/**
 * `npm start`: builds the extension and brings up a real VS Code with it, on the examples, with the posterior beside the
 * scenario. A desktop VS Code is used where `code` is on the PATH; otherwise one is served on the loopback address. Ctrl-C
 * ends everything that was started.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutExtension } from '../test/vscode/extensionLayout';
import { repository } from '../test/vscode/installation';
import { startVSCode } from '../test/vscode/vscodeServer';

const folder = join(repository, 'examples');
const scenario = join(folder, 'insecure-code.scenario');
const settings = { 'dramatis.panel.openBeside': true };

interface Running {
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** A desktop VS Code: one that has a screen, and is not the command that a remote terminal brings. */
function hasDesktop(): boolean {
  if (process.env['VSCODE_IPC_HOOK_CLI'] || process.env['DRAMATIS_SERVED']) return false;
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return false;
  const { status } = spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  return status === 0;
}

function startDesktop(): Running {
  const data = mkdtempSync(join(tmpdir(), 'dramatis-desktop-'));
  mkdirSync(join(data, 'User'));
  writeFileSync(join(data, 'User', 'settings.json'), JSON.stringify(settings));
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child: ChildProcess = spawn(
    'code',
    [
      ...root,
      '--wait',
      '--new-window',
      '--user-data-dir',
      data,
      '--extensionDevelopmentPath',
      repository,
      folder,
      scenario,
    ],
    { stdio: 'ignore', detached: true, shell: process.platform === 'win32' },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  console.log('VS Code opens with Dramatis and the examples. Ctrl-C here, or closing its window, ends it.');
  return {
    ended,
    stop: async () => {
      try {
        if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
      } catch {
        // Its window was closed.
      }
      await ended;
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startServed(): Promise<Running> {
  const server = await startVSCode({
    folder,
    settings,
    extensions: layOutExtension,
    port: Number(process.env['PORT'] ?? 0),
  });
  console.log(`VS Code with Dramatis runs. Open this address in a browser:

  ${server.url([['openFile', server.remote(scenario)]])}

Ctrl-C ends it.`);
  return { ended: new Promise((resolve) => server.process.once('exit', resolve)), stop: server.stop };
}

const build = spawnSync(process.execPath, [join(repository, 'scripts/build.mjs')], { stdio: 'inherit' });
if (build.status !== 0) process.exit(1);

const starting = hasDesktop() ? Promise.resolve(startDesktop()) : startServed();
let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await (await starting).stop();
    console.log('VS Code has ended.');
    process.exit(0);
  });
}
const running = await starting;
await running.ended;
if (!stopping) {
  await running.stop();
  console.log('VS Code has ended.');
}
