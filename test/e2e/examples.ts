/** The example that the journeys travel through, copied out of the clone so that they may write to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../vscode/installation';

const read = (path: string): string => readFileSync(join(repository, 'examples', path), 'utf8');

export const FILE = 'insecure-code.scenario';
export const SOURCE = read(FILE);
export const DATA = 'data/insecure.jsonl';

/** A folder with the example and its training data. */
export const FILES: Readonly<Record<string, string>> = { [FILE]: SOURCE, [DATA]: read(DATA) };
