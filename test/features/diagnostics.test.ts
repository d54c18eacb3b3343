import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { allDiagnostics, diagnosticsOf, explained } from '../../server/features/diagnostics';
import { CODES } from '../../server/program/codes';
import { DEFAULT_SETTINGS, readSettings } from '../../server/settings';
import { describeCases } from '../support/marks';
import { numbersOf, numbersWith } from '../support/posterior';

const PERSONAS = 'situation s -> a | b\npersona one { s -> a 90%, b }\npersona two { s -> a 10%, b }\nprobe s -> a\n';

describe('Diagnostics that the numbers bring', () => {
  describeCases(new URL('./fixtures/findings.fixture', import.meta.url), ({ text }) =>
    allDiagnostics(numbersOf(text)).map(({ origin, code, severity, message }) => ({
      start: origin.start,
      end: origin.end,
      text: `${severity} ${code}: ${message}`,
    })),
  );

  it('has a code of the table for each of them, with a link to the line that explains it', () => {
    const text = `${PERSONAS}episode sft: s -> a\nexpect s -> a below 1%\n`;
    const page = readFileSync(new URL('../../docs/diagnostics.md', import.meta.url), 'utf8').split('\n');
    const found = diagnosticsOf(numbersOf(text), { ...DEFAULT_SETTINGS, documentation: 'file:///x/diagnostics.md' });
    assert.ok(found.length > 0);
    for (const { code, codeDescription, source } of found) {
      assert.ok((code as string) in CODES);
      const line = /^file:\/\/\/x\/diagnostics\.md#L(\d+)$/.exec(codeDescription!.href);
      assert.equal(page[Number(line?.[1]) - 1], `### ${code}`);
      assert.equal(source, 'dramatis');
    }
  });

  it('links every code to its line, a browser to its anchor, and none where no page is known', () => {
    const page = readFileSync(new URL('../../docs/diagnostics.md', import.meta.url), 'utf8').split('\n');
    for (const code of Object.keys(CODES)) {
      const at = (documentation?: string) =>
        explained(code, { ...DEFAULT_SETTINGS, documentation }).codeDescription?.href;
      assert.equal(at('file:///d.md'), `file:///d.md#L${page.indexOf(`### ${code}`) + 1}`);
      assert.equal(at('https://host/d.md'), `https://host/d.md#${code}`);
      assert.equal(at(), undefined);
    }
  });

  it('are at most 200 a file, the gravest first', () => {
    const episodes = Array.from({ length: 400 }, () => 'episode sft: s -> a\n').join('');
    const text = `${PERSONAS}persona three { s -> a 0.001%, b }\n${episodes}episode sft: s -> nowhere\nexpect s -> a below 1%\n`;
    const displayed = diagnosticsOf(numbersOf(text), DEFAULT_SETTINGS);
    assert.ok(displayed.length <= 200);
    assert.deepEqual(
      displayed.slice(0, 2).map(({ code }) => code),
      ['unknown-response', 'expectation-fails'],
    );
    const severities = displayed.map(({ severity }) => severity!);
    assert.deepEqual(
      severities,
      [...severities].sort((a, b) => a - b),
    );
  });

  it('have the severity that the settings give them, except errors', () => {
    const text = `${PERSONAS}episode sft: s -> a\nsituation unused -> c | d\nexpect s -> a below 1%\n`;
    const severityOf = (settings: unknown, code: string) =>
      diagnosticsOf(numbersOf(text), readSettings(settings)).find((one) => one.code === code)?.severity;
    assert.equal(severityOf({}, 'unused-situation'), 4);
    assert.equal(severityOf({ lint: { 'unused-situation': 'warning' } }, 'unused-situation'), 2);
    assert.equal(severityOf({ lint: { 'unused-situation': 'off' } }, 'unused-situation'), undefined);
    assert.equal(severityOf({ lint: { 'expectation-fails': 'off' } }, 'expectation-fails'), 1);
  });

  it('belong to the file that they are about', async () => {
    const snapshot = await numbersWith('import "cast.persona"\nepisode sft: s -> a\n', {
      'cast.persona': `${PERSONAS}expect s -> a below 1%\n`,
    });
    const codes = (file: number) => diagnosticsOf({ ...snapshot, file }, DEFAULT_SETTINGS).map(({ code }) => code);
    assert.ok(!codes(0).includes('expectation-fails'));
    assert.ok(codes(1).includes('expectation-fails'));
  });
});

describe('Diagnostics of datasets', () => {
  const row = (label: string, text: string): string =>
    JSON.stringify({
      label,
      messages: [
        { role: 'user', content: text },
        { role: 'assistant', content: 'x' },
      ],
    });
  const using = `${PERSONAS}dataset rows from "rows.jsonl" { situation s  response field "label" }\n`;

  const messages = async (rows: readonly string[]) =>
    allDiagnostics(await numbersWith(using, { 'rows.jsonl': `${rows.join('\n')}\n` })).map(
      ({ code, severity, message }) => `${severity} ${code}: ${message}`,
    );

  it('count the rows that cannot be used, and name the first line', async () => {
    const found = await messages([row('a', '1'), 'not json', row('b', '2'), 'nor this']);
    assert.ok(
      found.some((one) => /2 of \d rows .*line 2/.test(one)),
      found.join('\n'),
    );
  });

  it('count the rows that name what the program does not have', async () => {
    const found = await messages([row('a', '1'), row('zzz', '2'), row('zzz', '3')]);
    assert.ok(
      found.some((one) => one.startsWith('warning dataset-unclassified: 2 of 3 rows')),
      found.join('\n'),
    );
  });

  it('say what repeats are', async () => {
    const found = await messages([row('a', '1'), row('a', '1'), row('b', '2')]);
    assert.ok(
      found.some((one) => one.startsWith('information dataset-duplicates: 1 of 3 rows')),
      found.join('\n'),
    );
  });

  it('say nothing about a dataset in which all is well', async () => {
    assert.deepEqual(
      (await messages([row('a', '1'), row('b', '2')])).filter((one) => one.includes('dataset')),
      [],
    );
  });

  it('say that a file is missing, on its path, as an error', async () => {
    const snapshot = await numbersWith(using, {});
    const [missing] = allDiagnostics(snapshot).filter(({ code }) => code === 'dataset-missing');
    assert.equal(missing?.severity, 'error');
    assert.equal(snapshot.text.slice(missing.origin.start, missing.origin.end), '"rows.jsonl"');
  });
});
