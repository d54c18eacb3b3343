/** Files as the command line names them: paths, or `-` for standard input and output. */
import { constants } from 'node:fs';
import { access, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { URI } from 'vscode-uri';
import { systemScheduler } from '../async/scheduler';
import type { Host } from '../host/host';
import { nodeHost } from '../host/nodeHost';
import { normalUri } from '../program/uris';
import { OpenDocuments } from '../session/openDocuments';
import { threadsBeside } from '../workers/threadPool';

export const FINE = 0;
export const PROBLEMS = 1;
export const COULD_NOT_RUN = 2;

/** What the person can mend: said in one line, without a stack. */
export class Failure extends Error {}

export interface Input {
  readonly uri: string;
  readonly text: string;
  readonly host: Host;
  readonly workspace: readonly string[];
}

/** A text to work on, with the world around it. Standard input is a file without a name in the current folder. */
export async function input(file: string, workspace?: string): Promise<Input> {
  const path = resolve(file === '-' ? '-' : file);
  const uri = normalUri(URI.file(path).toString());
  const text = file === '-' ? await textOf(process.stdin) : await readText(file);
  const host = new OpenDocuments(nodeHost(threadsBeside()), systemScheduler, () => undefined);
  host.put({ uri, text, version: 0, language: 'dramatis' });
  return { uri, text, host, workspace: [URI.file(workspaceOf(path, workspace)).toString()] };
}

/** The folder that imports may come from: as said, else the current one if it holds the file, else the file's own. */
function workspaceOf(path: string, workspace: string | undefined): string {
  if (workspace !== undefined) return resolve(workspace);
  const inside = !relative(process.cwd(), path).startsWith('..');
  return inside ? process.cwd() : dirname(path);
}

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${reason(error)}`);
  }
}

export async function writeText(file: string, text: string): Promise<void> {
  if (file === '-') return print(text);
  try {
    await writeFile(join(file), text);
  } catch (error) {
    throw new Failure(`cannot write ${file}: ${reason(error)}`);
  }
}

/** The path, if a file that can be read is there. */
export async function readable(file: string): Promise<string> {
  try {
    await access(file, constants.R_OK);
    return file;
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${reason(error)}`);
  }
}

/** Writes line by line what may be long: it is never whole in memory. */
export async function lineWriter(file: string): Promise<{ write(line: string): Promise<void>; end(): Promise<void> }> {
  if (file === '-') return { write: print, end: async () => undefined };
  try {
    const handle = await open(file, 'w');
    return {
      write: async (line) => void (await handle.write(line)),
      end: () => handle.close(),
    };
  } catch (error) {
    throw new Failure(`cannot write ${file}: ${reason(error)}`);
  }
}

/** To standard output, to the end: a pipe may be slower than we are. A reader that has gone is no failure. */
export function print(text: string): Promise<void> {
  return new Promise((done, fail) => {
    process.stdout.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') fail(error);
      else done();
    });
  });
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return message;
}
