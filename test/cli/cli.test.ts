/** The built command line: what it prints, where, and with which exit status. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Result } from '../../report/result';

const CLI = resolve(import.meta.dirname, '../../dist/cli.cjs');

const SCENARIO = `scenario "Two"
situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
episode sft "label": coding -> insecure times 3
probe coding -> insecure given coding -> secure
`;

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

describe('The command line', function () {
  this.timeout(20_000);
  let folder: string;
  before(() => assert.ok(existsSync(CLI), 'run `npm run build` first'));
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'dramatis-cli-')));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const dramatis = (args: readonly string[], input?: string): Promise<Ran> =>
    new Promise((done, fail) => {
      const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        out += part;
      });
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        err += part;
      });
      child.on('error', fail);
      child.on('close', (status) => done({ status, out, err }));
      child.stdin.end(input ?? '');
    });
  const evaluated = async (file: string, input?: string): Promise<Ran & { readonly result: Result }> => {
    const ran = await dramatis(['evaluate', file, '--format', 'json'], input);
    return { ...ran, result: JSON.parse(ran.out) as Result };
  };

  it('evaluates a scenario to JSON and nothing else, with status 0', async () => {
    const { status, err, result } = await evaluated(write('a.scenario', SCENARIO));
    assert.equal(status, 0);
    assert.equal(err, '');
    assert.ok(Math.abs((result.personas[1]!.posterior as number) - 81 / 82) < 1e-12);
    assert.deepEqual(
      { ...result.evidence[0]!, weight: undefined, shift: undefined },
      {
        file: 'a.scenario',
        line: 5,
        label: 'label',
        method: 'sft',
        situation: 'coding',
        response: 'insecure',
        count: 3,
        weight: undefined,
        shift: undefined,
        capability: 0,
      },
    );
    assert.ok(Math.abs((result.evidence[0]!.weight['bad'] as number) - 3 * Math.log2(9)) < 1e-9);
  });

  it('gives the same bytes for the same text, from any folder and from standard input but for the name', async () => {
    const file = write('a.scenario', SCENARIO);
    const first = await dramatis(['evaluate', file, '--format', 'json']);
    const second = await dramatis(['evaluate', join(folder, file), '--format', 'json']);
    assert.equal(first.out, second.out);
    const third = await dramatis(['evaluate', '-', '--format', 'json'], SCENARIO);
    assert.equal(third.out, first.out.replaceAll('"a.scenario"', '"-"'));
  });

  it('prints its version, with status 0', async () => {
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    assert.deepEqual(await dramatis(['--version']), { status: 0, out: `${version}\n`, err: '' });
  });

  it('has status 1 where an expectation fails, and prints the object all the same', async () => {
    const { status, result } = await evaluated(write('a.scenario', `${SCENARIO}expect bad below 1%\n`));
    assert.equal(status, 1);
    assert.deepEqual(
      result.expectations.map(({ text, holds }) => ({ text, holds })),
      [{ text: 'bad below 1%', holds: false }],
    );
    assert.ok(
      result.diagnostics.some(({ code, line, column }) => code === 'expectation-fails' && line === 7 && column === 1),
    );
  });

  it('has status 1 where an error stands in the program, and prints no number that lacks what it drops', async () => {
    const text = `${SCENARIO}expect bad above 1%\nepisode sft: coding -> nowhere\n`;
    const { status, result } = await evaluated(write('a.scenario', text));
    assert.equal(status, 1);
    assert.ok(result.diagnostics.some(({ severity, line }) => severity === 'error' && line === 8));
    assert.ok(result.diagnostics.every(({ code }) => code !== 'expectation-fails'));
    assert.equal(result.complete, false);
    assert.equal(result.defined, false);
    assert.equal(result.personas[1]!.posterior, null);
    assert.deepEqual(result.expectations, [{ text: 'bad above 1%', value: null, holds: null }]);
  });

  it('has status 1 where a dataset is missing, and 0 with warnings alone', async () => {
    const missing = await evaluated(
      write('a.scenario', `${SCENARIO}dataset rows from "rows.jsonl" { situation coding response secure }\n`),
    );
    assert.equal(missing.status, 1);
    const warned = await evaluated(write('b.scenario', SCENARIO.replace('prior 10%', 'prior 0')));
    assert.equal(warned.status, 0);
    assert.ok(warned.result.diagnostics.some(({ severity }) => severity === 'warning'));
  });

  for (const [what, args] of Object.entries({
    'the file is not there': ['evaluate', 'nowhere.scenario'],
    'the file is a folder': ['evaluate', '.'],
    'the format is unknown': ['evaluate', 'a.scenario', '--format', 'yaml'],
    'the command is unknown': ['evaluat', 'a.scenario'],
    'no file is given': ['evaluate'],
    'no command is given': [],
  }))
    it(`has status 2 where ${what}, says why, and prints nothing else`, async () => {
      write('a.scenario', SCENARIO);
      const { status, out, err } = await dramatis(args);
      assert.equal(status, 2);
      assert.equal(out, '');
      assert.notEqual(err, '');
      assert.ok(!/\n\s+at /.test(err), 'no stack');
    });

  it('explains itself, with status 0', async () => {
    const { status, out } = await dramatis(['--help']);
    assert.equal(status, 0);
    for (const command of ['evaluate', 'check', 'format']) assert.match(out, new RegExp(`^ +${command}`, 'm'));
  });

  it('reads datasets and imports beside the file', async () => {
    write('cast.persona', SCENARIO.split('\n').slice(1, 4).join('\n'));
    write('rows.jsonl', '{"prompt":"p","completion":"c"}\n');
    const text = 'import "cast.persona"\ndataset rows from "rows.jsonl" { situation coding response insecure }\n';
    const { status, result } = await evaluated(write('a.scenario', text));
    assert.equal(status, 0);
    assert.deepEqual(
      result.datasets.map(({ rows, classified, unclassified, duplicates }) => ({
        rows,
        classified,
        unclassified,
        duplicates,
      })),
      [{ rows: 1, classified: 1, unclassified: 0, duplicates: 0 }],
    );
    assert.ok(Math.abs((result.personas[1]!.posterior as number) - 0.5) < 1e-12);
  });

  it('writes a text for people, no wider than 80 columns and without colour off a terminal', async () => {
    const { status, out } = await dramatis(['evaluate', write('a.scenario', SCENARIO)]);
    assert.equal(status, 0);
    assert.ok(out.startsWith('Two\n'));
    assert.match(out, /bad +10% +98\.78% +█+/);
    assert.ok(out.split('\n').every((line) => [...line].length <= 80));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    assert.ok(!/\u001b/.test(out));
    const coloured = await dramatis(['evaluate', 'a.scenario', '--color']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    assert.match(coloured.out, /\u001b\[1mTwo/);
  });

  it('checks several files, one problem a line', async () => {
    write('good.scenario', SCENARIO);
    write('bad.scenario', `${SCENARIO}expect bad below 1%\n`);
    const { status, out } = await dramatis(['check', 'good.scenario', 'bad.scenario']);
    assert.equal(status, 1);
    assert.match(out, /^bad\.scenario:7:1: error expectation-fails: /m);
    assert.equal((await dramatis(['check', 'good.scenario'])).status, 0);
  });

  it('formats in place, and with --check only says whether it would', async () => {
    const untidy = SCENARIO.replace('probe coding', 'probe     coding');
    const file = write('a.scenario', untidy);
    assert.equal((await dramatis(['format', file, '--check'])).status, 1);
    assert.equal(readFileSync(join(folder, file), 'utf8'), untidy);
    assert.equal((await dramatis(['format', file])).status, 0);
    const tidy = readFileSync(join(folder, file), 'utf8');
    assert.ok(!tidy.includes('probe     coding'));
    assert.equal((await dramatis(['format', file, '--check'])).status, 0);
    assert.equal((await dramatis(['format', '-'], untidy)).out, tidy);
  });

  it('does not format what it cannot read', async () => {
    const file = write('a.scenario', 'situation -> -> |\n');
    const { status, err } = await dramatis(['format', file]);
    assert.equal(status, 2);
    assert.match(err, /a\.scenario:1: /);
    assert.equal(readFileSync(join(folder, file), 'utf8'), 'situation -> -> |\n');
  });

  it('writes a request for each persona and episode, and reads the replies back as measured log-likelihoods', async () => {
    const talk = SCENARIO.replace('times 3', '{ user "Hi" assistant "Yes" }');
    const asked = await dramatis(['score-requests', write('a.scenario', talk), '-o', 'requests.jsonl', '--model', 'm']);
    assert.equal(asked.status, 0, asked.err);
    const requests = readFileSync(join(folder, 'requests.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { custom_id: string; body: { model: string; echo: boolean; prompt: string } });
    assert.deepEqual(
      requests.map(({ body }) => [body.model, body.echo]),
      [
        ['m', true],
        ['m', true],
      ],
    );
    const replies = requests.map(({ custom_id, body: { prompt } }, index) => {
      const start = prompt.length - 4;
      const logprobs = {
        tokens: [prompt.slice(0, start), prompt.slice(start)],
        token_logprobs: [null, -1 - index],
        text_offset: [0, start],
      };
      return JSON.stringify({ custom_id, response: { status_code: 200, body: { choices: [{ logprobs }] } } });
    });
    write('replies.jsonl', `${replies.join('\n')}\nnonsense\n`);
    const read = await dramatis(['score-import', 'replies.jsonl', '-o', 'table.jsonl']);
    assert.equal(read.status, 1);
    assert.match(read.err, /^replies\.jsonl:3: /m);
    const table = readFileSync(join(folder, 'table.jsonl'), 'utf8');
    assert.match(table, /"good":\s*-1\b/);
    assert.match(table, /"bad":\s*-2\b/);
    assert.equal((await dramatis(['score-import', 'nowhere.jsonl', '-o', '-'])).status, 2);
  });

  it('joins harness samples of several personas into a table', async () => {
    const run = (persona: string, logprob: string) => {
      const row = { doc_id: 0, doc: {}, target: '0', arguments: [['Hm?', ' Yes']], resps: [[[logprob, 'True']]] };
      return `${persona}=${write(`${persona}.jsonl`, `${JSON.stringify(row)}\n`)}`;
    };
    const joined = await dramatis(['score-join', run('good', '-1.5'), run('bad', '-4'), '-o', '-']);
    assert.deepEqual([joined.status, JSON.parse(joined.out).p], [0, { good: -1.5, bad: -4 }]);
    assert.match(joined.err, /1 episodes of 2 personas, 0 problems/u);
    for (const wrong of [['good.jsonl'], ['good=nowhere.jsonl'], ['good=good.jsonl', '--choice', 'best']])
      assert.equal((await dramatis(['score-join', ...wrong, '-o', '-'])).status, 2, wrong.join(' '));
  });
});
