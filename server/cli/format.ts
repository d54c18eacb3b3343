/** `dramatis format`: in place, or with `--check` only the exit status. A text with a syntax error stays as it is. */

import { text as textOf } from 'node:stream/consumers';
import { parse } from '../syntax/parser/parser';
import { print as printTree } from '../syntax/printer/printer';
import { Failure, FINE, PROBLEMS, print, readText, writeText } from './files';

export async function format(file: string, { check = false }: { readonly check?: boolean }): Promise<void> {
  const text = file === '-' ? await textOf(process.stdin) : await readText(file);
  const parsed = parse(text);
  const issue = parsed.issues[0];
  if (issue) {
    const line = text.slice(0, issue.start).split('\n').length;
    throw new Failure(`${file}:${line}: ${issue.message} (not formatted)`);
  }
  const formatted = printTree(text, parsed);
  if (check) {
    if (formatted !== text) console.error(`${file} is not formatted`);
    process.exitCode = formatted === text ? FINE : PROBLEMS;
  } else if (file === '-') await print(formatted);
  else if (formatted !== text) await writeText(file, formatted);
}
