/** The built command line's analyses: what they print, where, and with which exit status. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { assertNear } from '../inference/program';

const CLI = resolve(import.meta.dirname, '../../dist/cli.cjs');

const SCENARIO = `scenario "Two"
parameter p "Prior of bad" 10% from 1e-3 to 0.9 logit
situation x -> a | b
situation y -> c | d
persona good prior (1 - $p) { x -> a 80%, b  y -> c 99%, d }
persona bad prior $p { x -> b 70%, a  y -> d 60%, c }
episode sft "harm": x -> b times 3
probe y -> d
expect y -> d below 20%
evaluation "before": y -> d 30 of 100
condition more { episode sft: x -> b times 2  evaluation held out "after": y -> d 55 of 100 }
fit $p
sweep $p
`;

describe('The command line’s analyses', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => assert.ok(existsSync(CLI), 'run `npm run build` first'));
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-analyses-')));
    writeFileSync(join(folder, 'two.scenario'), SCENARIO);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const dramatis = (...args: readonly string[]) =>
    new Promise<{ status: number | null; out: string; err: string }>((done, fail) => {
      const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
      const texts = { out: '', err: '' };
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        texts.out += part;
      });
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        texts.err += part;
      });
      child.on('error', fail);
      child.on('close', (status) => done({ status, ...texts }));
    });

  it('fit: the evidence, predictions and scores of each account, as JSON and for people', async () => {
    const { status, out, err } = await dramatis('fit', 'two.scenario', '--format', 'json');
    assert.equal(status, 0, err);
    const found = JSON.parse(out) as {
      accounts: {
        name: string;
        parameters: { name: string }[];
        evaluations: { heldOut: boolean; midP: number | null }[];
      }[];
      preferred: string | null;
      sentence: string;
    };
    assert.deepEqual(
      found.accounts.map((a) => a.name),
      ['declared', 'unmoved'],
    );
    assert.deepEqual(
      found.accounts[0]?.evaluations.map((e) => [e.heldOut, e.midP === null]),
      [
        [false, true],
        [true, false],
      ],
    );
    assert.equal(found.preferred, null);
    assert.match(found.sentence, /1 independent unit is held out, 8 are needed|None of these accounts/);
    const text = await dramatis('fit', 'two.scenario');
    assert.match(text.out, /^Two\n/);
    assert.match(text.out, /declared\n\nParameter/);
  });

  it('fit: a file without a `fit` is a problem with a way out', async () => {
    writeFileSync(join(folder, 'none.scenario'), SCENARIO.replace('fit $p', ''));
    const { status, err } = await dramatis('fit', 'none.scenario');
    assert.equal(status, 1);
    assert.match(err, /has no `fit`; declare one/);
  });

  it('analyse: everything, or what was asked for', async () => {
    const all = await dramatis('analyse', 'two.scenario', '--format', 'json');
    assert.equal(all.status, 0, all.err);
    const found = JSON.parse(all.out) as {
      sweeps: { condition: string | null; crossings: { what: string; x: number }[] }[];
      horizon: { conditions: { condition: string | null; leaderAt99: number }[] };
      remedies: unknown[];
    };
    assert.deepEqual(Object.keys(found), ['sweeps', 'horizon', 'remedies', 'sensitivity', 'flips', 'identifiability']);
    // odds of bad: p/(1−p)·3.5³ = 1.
    const odds = 1 / 3.5 ** 3;
    assertNear(found.sweeps[0]?.crossings.find((c) => c.what === 'bad leads')?.x, odds / (1 + odds), 'bad leads', 1e-6);
    assertNear(found.horizon.conditions[0]?.leaderAt99, (Math.log(99) + Math.log(9)) / (3 * Math.log(3.5)), 't', 1e-9);
    const one = await dramatis('analyse', 'two.scenario', '--format', 'json', '--only', 'flips');
    assert.deepEqual(Object.keys(JSON.parse(one.out) as object), ['flips']);
    assert.equal((await dramatis('analyse', 'two.scenario', '--only', 'nothing')).status, 2);
    assert.match((await dramatis('analyse', 'two.scenario')).out, /Horizon\nthis training has used up/);
  });

  it('analyse: a program with an error is not analysed', async () => {
    writeFileSync(join(folder, 'broken.scenario'), SCENARIO.replace('a 80%', 'a 180%'));
    const { status, err, out } = await dramatis('analyse', 'broken.scenario');
    assert.equal(status, 1);
    assert.match(err, /broken\.scenario:5:\d+: error/);
    assert.equal(out, '');
  });

  it('seal: measuring what is held out leaves it whole, another number does not', async () => {
    assert.equal((await dramatis('seal', 'two.scenario')).status, 0);
    const sealed = readFileSync(join(folder, 'two.scenario.seal.json'), 'utf8');
    assert.equal((JSON.parse(sealed) as { evaluations: unknown[] }).evaluations.length, 1);
    writeFileSync(join(folder, 'two.scenario'), SCENARIO.replace('55 of 100', '40 of 90'));
    const same = await dramatis('seal', '--check', 'two.scenario');
    assert.equal(same.status, 0);
    assert.match(same.out, /1 held-out count was in the text before the seal/);
    writeFileSync(join(folder, 'two.scenario'), SCENARIO.replace('d 60%', 'd 61%'));
    const other = await dramatis('seal', '--check', 'two.scenario');
    assert.equal(other.status, 1);
    assert.match(other.out, /The text that predicts has changed/);
  });

  it('compare: a revision of a Git repository with the file of today', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder, stdio: 'ignore' });
    git('init', '-q');
    git('add', 'two.scenario');
    git('commit', '-q', '-m', 'first');
    writeFileSync(join(folder, 'two.scenario'), SCENARIO.replace('times 3', 'times 4'));
    const { status, out, err } = await dramatis('compare', 'HEAD:two.scenario', 'two.scenario', '--format', 'json');
    assert.equal(status, 0, err);
    const found = JSON.parse(out) as {
      changes: { name: string }[];
      conditions: { differences: { what: string; explained: { logOdds: number }[] }[] }[];
    };
    assert.deepEqual(
      found.changes.map((c) => c.name),
      ['episode "harm"'],
    );
    const bad = found.conditions[0]?.differences.find((d) => d.what === 'bad');
    assertNear(bad?.explained[0]?.logOdds, Math.log2(3.5), 'bits', 1e-9);
    assert.equal((await dramatis('compare', 'NOWHERE:two.scenario', 'two.scenario')).status, 2);
    assert.equal((await dramatis('compare', '--output=x:two.scenario', 'two.scenario')).status, 2);
    writeFileSync(join(folder, 'two.scenario'), 'persona {');
    assert.equal((await dramatis('compare', 'HEAD:two.scenario', 'two.scenario')).status, 1);
  });
});
