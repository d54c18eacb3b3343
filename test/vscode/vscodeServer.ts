/**
 * Starts a VS Code on the loopback address, with one extension and nothing else that could disturb: no gallery, no
 * telemetry, no git, its own home. Everything it writes is in one temporary folder, and it ends as one process group.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installation } from './installation';

const BUILT_IN = [
  'theme-defaults',
  'theme-seti',
  'configuration-editing',
  'json',
  'json-language-features',
  'markdown-basics',
  'markdown-language-features',
  // Named by VS Code's page: without them it complains.
  'github-authentication',
  'emmet',
  'git-base',
  'extension-editing',
  'npm',
  'merge-conflict',
];

const SETTINGS: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'security.workspace.trust.enabled': false,
};

export interface ServerOptions {
  /** Puts extensions into a folder that VS Code reads at its start; gives nothing back. */
  readonly extensions?: (folder: string) => void;
  /** Opened as it is, where given; otherwise a folder of its own with `files`. */
  readonly folder?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly port?: number;
  /** Lets a page name tests to run in the extension host. */
  readonly smokeTests?: boolean;
}

export interface VSCodeServer {
  /** The temporary folder of everything that this VS Code writes. */
  readonly root: string;
  readonly folder: string;
  readonly process: ChildProcess;
  /** The address of the window; `payload` are VS Code's own pairs, such as `['openFile', …]`. */
  url(payload?: readonly (readonly [string, string])[]): string;
  /** A path on this machine as the window names it. */
  remote(path: string): string;
  log(): string;
  /** Ends the process group and removes what it wrote. */
  stop(): Promise<void>;
}

export async function startVSCode(options: ServerOptions = {}): Promise<VSCodeServer> {
  const { server } = installation();
  const root = mkdtempSync(join(tmpdir(), 'dramatis-vscode-'));
  const place = (...names: string[]): string => {
    const path = join(root, ...names);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const folder = options.folder ?? place('workspace');
  for (const [name, content] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const builtIn = place('builtin');
  for (const name of BUILT_IN) {
    const source = join(server, 'extensions', name);
    if (existsSync(source)) symlinkSync(source, join(builtIn, name), 'junction');
  }
  const extensions = place('extensions');
  options.extensions?.(extensions);
  const settings = JSON.stringify({ ...SETTINGS, ...options.settings }, null, 1);
  for (const where of ['User', 'Machine']) writeFileSync(join(place('data', where), 'settings.json'), settings);

  const token = randomBytes(16).toString('hex');
  const child = spawn(
    process.execPath,
    [
      join(server, 'out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--connection-token', token],
      ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-telemetry'],
      ...['--disable-workspace-trust', '--disable-getting-started-override'],
      ...['--user-data-dir', join(root, 'data'), '--server-data-dir', root],
      ...['--extensions-dir', extensions, '--builtin-extensions-dir', builtIn],
      ...(options.smokeTests ? ['--enable-smoke-test-driver'] : []),
    ],
    { cwd: root, env: environment(place('home'), place('t')), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let log = '';
  const endGroup = (): void => {
    try {
      if (process.platform === 'win32') child.kill();
      else if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It is gone already.
    }
  };
  process.once('exit', endGroup);
  const port = await new Promise<string>((listening, failed) => {
    const read = (chunk: Buffer): void => {
      log += chunk;
      const heard = /agent listening on (\d+)/.exec(log);
      if (heard) listening(heard[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`VS Code's server ended (${code}):\n${log}`)));
  });

  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  return {
    root,
    folder,
    process: child,
    remote,
    log: () => log,
    url: (payload = []) => {
      const address = new URL(`http://127.0.0.1:${port}/`);
      address.searchParams.set('tkn', token);
      address.searchParams.set('folder', folder);
      if (payload.length > 0) address.searchParams.set('payload', JSON.stringify(payload));
      return address.href;
    },
    stop: async () => {
      process.off('exit', endGroup);
      const ended = new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve();
        else child.once('exit', () => resolve());
      });
      endGroup();
      const late = setTimeout(() => {
        try {
          if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
        } catch {
          // It went by itself after all.
        }
      }, 5000);
      await ended;
      clearTimeout(late);
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function environment(home: string, temporary: string): NodeJS.ProcessEnv {
  const variables: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: home,
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    DO_NOT_TRACK: '1',
  };
  // Its sockets go with the folder.
  if (process.platform === 'linux') Object.assign(variables, { TMPDIR: temporary, XDG_RUNTIME_DIR: temporary });
  // Loaders of the process that starts it (tsx) are not for VS Code. Node 20 needs a flag for the global WebSocket.
  variables['NODE_OPTIONS'] = typeof WebSocket === 'undefined' ? '--experimental-websocket' : '';
  return variables;
}
