/**
 * Results that must not change by accident. `programs` are copies of the examples and of the reference programs as they
 * were on a day when all of their numbers had been checked; `results` are what `dramatis evaluate --format json` printed
 * for them. Every key of LANGUAGE section 6 is compared byte for byte, except the messages of diagnostics.
 *
 * A result may change only because it was wrong: then the new one is committed together with a line in `changes.md` that names
 * the program, the keys and the reason.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resultText } from '../../report/result';
import { nodeHost } from '../../server/host/nodeHost';
import { evaluateOnce } from '../../server/session/evaluateFile';
import { nodeMatcher } from '../../server/workers/nodeMatcher';

const KEYS = [
  ...['scenario', 'units', 'defined', 'logMarginal', 'personas', 'capabilities', 'evidence', 'datasets'],
  ...['reinforcements', 'probes', 'expectations', 'accounts', 'diagnostics'],
] as const;

type Printed = Readonly<Record<string, unknown>>;

const folder = join(import.meta.dirname, 'programs');
const programs = (readdirSync(folder, { recursive: true }) as string[])
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.scenario'))
  .sort();

/** The text of one key; diagnostics without their messages, which may be worded better. */
function printed(result: Printed, key: string): string {
  const value = key === 'diagnostics' ? (result[key] as Printed[]).map(({ message: _, ...rest }) => rest) : result[key];
  return JSON.stringify(value, null, 1);
}

describe('Frozen results', () => {
  it('are there for every program', () => {
    assert.ok(programs.length > 90);
  });

  for (const program of programs) {
    it(`of ${program} are the same, byte for byte`, async () => {
      const uri = pathToFileURL(join(folder, program)).toString();
      const snapshot = await evaluateOnce(uri, nodeHost(), [pathToFileURL(folder).toString()], nodeMatcher());
      const now = JSON.parse(resultText(snapshot)) as Printed;
      const file = join(import.meta.dirname, 'results', program.replace(/\.scenario$/, '.json'));
      const then = JSON.parse(readFileSync(file, 'utf8')) as Printed;
      for (const key of KEYS) assert.equal(printed(now, key), printed(then, key), `${program}: ${key}`);
    }).timeout(120_000);
  }
});
