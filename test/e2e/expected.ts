/** What the numbers on the screen should be: the command line's, as the one formatter of numbers writes them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatProbability } from '../../panel/model/numbers';
import { repository } from '../vscode/installation';

interface Result {
  readonly personas: readonly { readonly name: string; readonly prior: number; readonly posterior: number }[];
  readonly probes: readonly { readonly before: number; readonly after: number }[];
}

/** Evaluates the scenario `file` of these files on the command line. */
function evaluate(files: Readonly<Record<string, string>>, file: string): Result {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-expected-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const cli = join(repository, 'dist/cli.cjs');
    const { stdout } = spawnSync(process.execPath, [cli, 'evaluate', join(folder, file), '--format', 'json'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 30_000,
    });
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Expected {
  posterior(persona: string): string;
  before(probe: number): string;
  after(probe: number): string;
  /** The persona with the greatest posterior. */
  readonly leading: string;
}

export function expected(files: Readonly<Record<string, string>>, file: string): Expected {
  const { personas, probes } = evaluate(files, file);
  const leading = [...personas].sort((a, b) => b.posterior - a.posterior)[0].name;
  return {
    posterior: (persona) => formatProbability(personas.find(({ name }) => name === persona)?.posterior ?? Number.NaN),
    before: (probe) => formatProbability(probes[probe].before),
    after: (probe) => formatProbability(probes[probe].after),
    leading,
  };
}
