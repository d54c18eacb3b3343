/** Reads the sources for the tests that look for what must not stand in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

export interface Hit {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Lines of code (comments and strings aside) that match, in the files of these folders. */
export function linesThatMatch(folders: readonly string[], pattern: RegExp): readonly Hit[] {
  return folders
    .flatMap((folder) => sourcesIn(folder))
    .flatMap((file) =>
      withoutCommentsAndStrings(readFileSync(join(repository, file), 'utf8'))
        .split('\n')
        .flatMap((text, index) => (pattern.test(text) ? [{ file, line: index + 1, text: text.trim() }] : [])),
    );
}

function sourcesIn(folder: string): readonly string[] {
  return (readdirSync(join(repository, folder), { recursive: true }) as string[])
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .sort();
}

/** Blanks comments and the inside of plain strings; lines stay where they are. */
function withoutCommentsAndStrings(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  );
}
