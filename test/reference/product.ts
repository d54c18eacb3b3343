/** The product's answer to the same program, as the command line prints it, on a Host in memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { result } from '../../report/result';
import { evaluateOnce } from '../../server/session/evaluateFile';
import { memoryHost } from '../support/memoryHost';
import type { Json } from './reference';

const FOLDER = 'file:///w';

/** `files` by name, relative to one folder; `root` is the name of the scenario. */
export async function productResult(root: string, files: Readonly<Record<string, string>>): Promise<Json> {
  const host = memoryHost(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${FOLDER}/${name}`, text])));
  // The reference says of a program with an error that it does not take it.
  const { complete: _, ...keys } = result(await evaluateOnce(`${FOLDER}/${root}`, host, [FOLDER]));
  return keys as unknown as Json;
}

/** All files of a folder, by relative name. */
export function folderFiles(folder: string, under = ''): Readonly<Record<string, string>> {
  const entries = readdirSync(join(folder, under), { withFileTypes: true });
  return Object.assign(
    {},
    ...entries.map((entry) => {
      const name = under === '' ? entry.name : `${under}/${entry.name}`;
      return entry.isDirectory() ? folderFiles(folder, name) : { [name]: readFileSync(join(folder, name), 'utf8') };
    }),
  );
}
