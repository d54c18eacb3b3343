/** What a person sees in a file of training data that a scenario reads. */
import assert from 'node:assert/strict';
import type { MarkupContent } from 'vscode-languageserver-types';
import { dataDeclarations, dataLenses } from '../../server/features/dataRows/declarations';
import { rowDiagnostics } from '../../server/features/dataRows/diagnostics';
import { rowHints } from '../../server/features/dataRows/hints';
import { rowHover } from '../../server/features/dataRows/hover';
import { influenceOf, usesOf } from '../../server/features/dataRows/uses';
import type { DataSnapshot } from '../../server/features/feature';
import { readSettings } from '../../server/settings';
import { numbersWith } from '../support/posterior';
import { FOLDER } from '../support/snapshots';

const SCENARIO = `scenario "Two" units bits
method sft strength 0.5
method rl strength 1 beta 0.5
situation s -> a | b
persona one prior 50% { s -> a 80%, b }
persona two prior 50% { s -> b 80%, a }
`;
const MAPPED = `${SCENARIO}dataset rows from "rows.jsonl" {
  situation s
  response field "r"
}
`;
const row = (answer: string, r: string, more: object = {}): string =>
  JSON.stringify({ messages: [{ role: 'assistant', content: answer }], r, ...more });
const ROWS = [row('x', 'a'), row('y', 'b'), row('z', 'a'), row('y', 'b'), 'not json', row('w', ''), row('v', 'q')];

async function data(scenario = MAPPED, text = `${ROWS.join('\n')}\n`, name = 'rows.jsonl'): Promise<DataSnapshot> {
  const snapshot = await numbersWith(scenario, { [name]: text });
  return { uri: `${FOLDER}/${name}`, version: 1, text, users: [snapshot] };
}

const settings = readSettings({});
const ALL = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };
const hoverAt = (snapshot: DataSnapshot, line: number, character = 3): string | undefined =>
  (rowHover(snapshot, { line, character }, settings)?.contents as MarkupContent | undefined)?.value;
const labels = (snapshot: DataSnapshot, range = ALL): readonly unknown[] =>
  rowHints(snapshot, range, settings).map(({ position, label }) => `${position.line + 1} ${label}`);

describe('A row of training data', () => {
  it('says in its hover what it was read as and what one such episode weighs for each persona', async () => {
    const text = hoverAt(await data(), 0)!;
    assert.match(text, /row of dataset \*\*rows\*\*/);
    assert.match(text, /Row 1 of 7 · .*method sft/);
    assert.match(text, /Read as `s -> a`\./);
    // Half an observation of 0.8 against 0.2 is one bit.
    assert.match(text, /\| `one` \| \+1 bits \|/);
    assert.match(text, /\| `two` \| −1 bits \|/);
    assert.match(text, /2 episodes of the dataset say the same/);
  });

  it('weighs as much as the posterior of the file without it says, however the method discounts', async () => {
    const scenario = MAPPED.replace('strength 0.5', 'strength 0.5 per token discount 0.3').replace(
      'field "r"',
      'field "r" tokens 3',
    );
    const logOdds = async (rows: readonly string[]): Promise<number> => {
      const { evaluation } = (await data(scenario, rows.join('\n'))).users[0]!;
      return Math.log(evaluation.personas[0]!.posterior / evaluation.personas[1]!.posterior);
    };
    const rows = ['1', '2', '3', '4'].map((text) => row(text, 'a')).concat(row('5', 'b'));
    const [use] = usesOf(await data(scenario, rows.join('\n')));
    const difference = (await logOdds(rows)) - (await logOdds(rows.slice(1)));
    assert.ok(Math.abs(influenceOf(use!)(0)!.weight[0]! / difference - 1) < 1e-9);
    const [alone] = usesOf(await data(scenario, rows[0]));
    assert.ok(Math.abs(influenceOf(alone!)(0)!.weight[0]! / (await logOdds(rows.slice(0, 1))) - 1) < 1e-9);
  });

  it('says how it ranks among the kinds of rows', async () => {
    const rewards = [3, 1, 2].map((reward) => row(`t${reward}`, 'a', { reward })).join('\n');
    const scenario = `${SCENARIO}dataset rl rows from "rows.jsonl" { situation s response a reward field "reward" }\n`;
    const snapshot = await data(scenario, rewards);
    const ranks = [0, 1, 2].map((line) => /rank (\d) of the dataset’s 3 kinds/.exec(hoverAt(snapshot, line)!)?.[1]);
    assert.deepEqual(ranks, ['1', '3', '2']);
    // Reward 3 over beta 0.5 is six observations of two bits.
    assert.match(hoverAt(snapshot, 0)!, /`s -> a` · reward 3\.[\s\S]*\| `one` \| \+12 bits \|/);
  });

  it('names the lines on which its text stands again, and what the repetition is worth', async () => {
    const text = hoverAt(await data(), 1)!;
    assert.match(text, /The same text stands on line 4: together one episode, shown 2 times and worth one/);
    const worth = await data(MAPPED.replace('strength 0.5', 'strength 0.5 repeats 1'));
    assert.match(hoverAt(worth, 3)!, /stands on line 2: .* worth 2 \(`repeats 1`\)/);
    assert.match(hoverAt(worth, 3)!, /\| `two` \| \+2 bits \|/);
  });

  it('says why it is no evidence', async () => {
    const snapshot = await data();
    assert.match(hoverAt(snapshot, 4)!, /\*\*Not usable\*\*.*not JSON/);
    assert.match(hoverAt(snapshot, 5)!, /\*\*Unclassified\*\*.*no response/);
    assert.match(hoverAt(snapshot, 6)!, /\*\*Unclassified\*\*.*no response q in s/);
  });

  it('says nothing on a blank line', async () => {
    const snapshot = await data(MAPPED, `${ROWS[0]}\n\n${ROWS[1]}\n`);
    assert.equal(hoverAt(snapshot, 1, 0), undefined);
    assert.match(hoverAt(snapshot, 2, 0)!, /Row 2 of 2/);
  });

  it('is found by its place where several stand on one line or one stands on several', async () => {
    const text = `[${ROWS[0]}, ${ROWS[1]},\n${JSON.stringify(JSON.parse(row('é😀', 'a')), null, 2)}]`;
    const snapshot = await data(MAPPED.replace('rows.jsonl', 'rows.json'), text, 'rows.json');
    assert.match(hoverAt(snapshot, 0, 5)!, /Row 1 of 3/);
    assert.match(hoverAt(snapshot, 0, ROWS[0]!.length + 6)!, /Row 2 of 3/);
    assert.match(hoverAt(snapshot, 3, 2)!, /Row 3 of 3/);
  });

  it('stands below the header of a CSV file, over as many lines as its quotes span', async () => {
    const csv = 'prompt,completion,r\np,"two\nlines",a\né,x,b\n';
    const snapshot = await data(MAPPED.replace('rows.jsonl', 'rows.csv'), csv, 'rows.csv');
    assert.equal(hoverAt(snapshot, 0), undefined);
    for (const line of [1, 2]) assert.match(hoverAt(snapshot, line)!, /Row 1 of 2[\s\S]*`s -> a`/);
    assert.match(hoverAt(snapshot, 3)!, /Row 2 of 2[\s\S]*`s -> b`/);
    assert.deepEqual(labels(snapshot), ['2 one +1 bits · s -> a', '4 two +1 bits · s -> b']);
  });

  it('shows its measured log-likelihoods', async () => {
    const scenario = `${SCENARIO}dataset rows from "rows.jsonl" { logprobs sum nats field "p" }\n`;
    const snapshot = await data(scenario, '{"p":{"one":-1,"two":-2}}\n{"p":{"one":-3,"two":-3}}\n');
    assert.match(hoverAt(snapshot, 0)!, /\| `one` \| −1 nats \|[\s\S]*rank 1 of the dataset’s 2 measured rows/);
    // Half an observation of one nat.
    assert.match(hoverAt(snapshot, 0)!, /\| `one` \| \+0\.721 bits \|/);
    assert.match(hoverAt(snapshot, 1)!, /Shift of the posterior \*\*0 bits\*\*/);
  });

  it('stays text whatever it holds', async () => {
    const scenario = `${SCENARIO}dataset rows from "rows.jsonl" { situation field "s" response a }\n`;
    const snapshot = await data(
      scenario,
      `${JSON.stringify({ prompt: 'p', completion: 'c', s: '<img src=x>[a](b)' })}\n`,
    );
    assert.match(hoverAt(snapshot, 0)!, /no situation &lt;img src=x\\>\\\[a\\\]\\\(b\\\)/);
  });

  it('has a hint with its cell and its strongest mover, or why it has none', async () => {
    assert.deepEqual(labels(await data()), [
      '1 one +1 bits · s -> a',
      '2 two +1 bits · s -> b',
      '3 one +1 bits · s -> a',
      '4 repeats line 2',
      '5 unusable',
      '6 unclassified',
      '7 unclassified',
    ]);
  });

  it('has its hint only in the range that is looked at', async () => {
    const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 9 } };
    assert.deepEqual(labels(await data(), range), ['2 two +1 bits · s -> b', '3 one +1 bits · s -> a']);
  });

  it('has its hint behind a short line and in front of a long one', async () => {
    const snapshot = await data(MAPPED, `${ROWS[0]}\r\n${row('long '.repeat(99), 'a')}\n`);
    const [short, long] = rowHints(snapshot, ALL, settings);
    assert.deepEqual(short!.position, { line: 0, character: ROWS[0]!.length });
    assert.deepEqual(long!.position, { line: 1, character: 0 });
  });

  it('has no hint where the settings say so', async () => {
    assert.deepEqual(rowHints(await data(), ALL, readSettings({ hints: { episodes: false } })), []);
  });

  it('is a diagnostic where it is no evidence, with the declaration that reads it', async () => {
    const found = rowDiagnostics(await data(), settings);
    assert.deepEqual(
      found.map(({ range, code }) => `${range.start.line + 1} ${code}`),
      ['5 dataset-row-json', '6 dataset-row-no-response', '7 dataset-unclassified'],
    );
    assert.equal(found[0]!.relatedInformation![0]!.location.uri, `${FOLDER}/main.scenario`);
    const off = rowDiagnostics(await data(), readSettings({ lint: { 'dataset-row-no-response': 'off' } }));
    assert.equal(off.length, 2);
  });

  it('is not looked for where the file as a whole cannot be read: the first line says why', async () => {
    const lfs = await data(MAPPED, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n');
    const [entire, ...others] = rowDiagnostics(lfs, settings);
    assert.equal(entire?.range.start.line, 0);
    assert.match(String(entire?.code), /^dataset-/);
    assert.equal(entire?.severity, 1);
    assert.deepEqual([...others, ...labels(lfs)], []);
    assert.equal(hoverAt(lfs, 0), undefined);
  });

  it('leads to the declaration of its dataset', async () => {
    const [location] = dataDeclarations(await data());
    assert.deepEqual(location, {
      uri: `${FOLDER}/main.scenario`,
      range: { start: { line: 6, character: 8 }, end: { line: 6, character: 12 } },
    });
    assert.match(hoverAt(await data(), 0)!, /\[Declared in main\\\.scenario\]\(command:dramatis\.reveal\?[^()\s]+\)/);
  });

  it('stands under a lens that says how many of its kind are used, and opens the scenario', async () => {
    const [lens] = dataLenses(await data(), settings);
    assert.equal(lens!.command!.title, 'evidence in main.scenario · 4 of 7 rows used');
    assert.equal(lens!.command!.command, 'dramatis.reveal');
    assert.deepEqual(dataLenses(await data(), readSettings({ codeLens: false })), []);
  });

  it('belongs to no scenario where none reads the file', async () => {
    const alone = { ...(await data()), uri: `${FOLDER}/other.jsonl` };
    assert.equal(hoverAt(alone, 0), undefined);
    assert.deepEqual(labels(alone), []);
    assert.deepEqual([...rowDiagnostics(alone, settings), ...dataLenses(alone, settings)], []);
  });
});
