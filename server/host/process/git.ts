/**
 * Files as a Git repository has them at a revision. The only process that Dramatis starts: `git`, without a shell, with
 * fixed arguments; a revision that looks like an option is refused.
 */
import { execFile } from 'node:child_process';
import { relative, sep } from 'node:path';
import { URI } from 'vscode-uri';
import type { ByteRange, FileStat, Host } from '../host';

const LARGEST_FILE_BYTES = 1 << 30;

function git(folder: string, args: readonly string[]): Promise<Buffer | undefined> {
  return new Promise((done) => {
    const options = { cwd: folder, encoding: 'buffer' as const, maxBuffer: LARGEST_FILE_BYTES, windowsHide: true };
    execFile('git', [...args], options, (error, out) => done(error ? undefined : out));
  });
}

export interface RevisionHost extends Host {
  /** Files that the revision does not have and that were read as they are today. */
  readonly today: ReadonlySet<string>;
}

/** undefined where the folder is in no repository or the revision is unknown. */
export async function revisionHost(host: Host, folder: string, revision: string): Promise<RevisionHost | undefined> {
  if (revision.startsWith('-')) return undefined;
  const top = (await git(folder, ['rev-parse', '--show-toplevel']))?.toString('utf8').trim();
  const commit = (await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]))
    ?.toString('utf8')
    .trim();
  if (!top || !commit) return undefined;
  const today = new Set<string>();
  const known = new Map<string, Promise<Buffer | undefined>>();
  const at = (uri: string): Promise<Buffer | undefined> => {
    const path = relative(top, URI.parse(uri).fsPath).split(sep).join('/');
    if (path.startsWith('..')) return Promise.resolve(undefined);
    const read = known.get(uri) ?? git(top, ['show', `${commit}:${path}`]);
    known.set(uri, read);
    return read;
  };
  return {
    today,
    async readText(uri) {
      const bytes = await at(uri);
      return bytes?.toString('utf8');
    },
    async *readBytes(uri: string, range?: ByteRange) {
      const bytes = await at(uri);
      if (bytes) yield bytes.subarray(range?.start ?? 0, range?.end);
      else {
        today.add(uri);
        yield* host.readBytes(uri, range);
      }
    },
    async stat(uri): Promise<FileStat | undefined> {
      const bytes = await at(uri);
      return bytes ? { size: bytes.length, mtime: 0 } : host.stat(uri);
    },
    // Links are not followed into the past: a path is itself where the revision has it.
    realpath: async (uri) => ((await at(uri)) ? uri : host.realpath(uri)),
    watch: () => () => undefined,
    list: (uri) => host.list(uri),
    gunzip: (bytes) => host.gunzip(bytes),
    ...(host.unbrotli ? { unbrotli: host.unbrotli } : {}),
  };
}
