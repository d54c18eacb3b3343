/** What-if: the program with other values, and the edit that writes them, are the same scenario. */
import assert from 'node:assert/strict';
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { applyWhatIf, type ProgramChange, whatIfPriors } from '../../panel/whatIf/apply';
import { whatIfEdit } from '../../panel/whatIf/edit';
import { evaluate } from '../../server/inference/evaluate';
import { lineIndex, offsetAt } from '../../server/syntax/lines';
import { snapshotOf } from '../media/states';

const PERSONAS = `situation talk -> kind | unkind
persona good prior 75% { talk -> kind 90%, unkind }
persona bad "No good" prior 20% { talk -> unkind 80%, kind }
persona odd extends bad prior 5% { talk -> unkind 50%, kind }
`;
const ROWS = ['kind', 'unkind', 'unkind']
  .map((label, i) => `{"text":"${i}","label":"${label}","w":${i + 1}}\n`)
  .join('');

const applied = (text: string, edits: readonly TextEdit[]): string => {
  const lines = lineIndex(text);
  const last = (edit: TextEdit) => offsetAt(lines, edit.range.start);
  return [...edits]
    .sort((a, b) => last(b) - last(a))
    .reduce(
      (result, { range, newText }) =>
        result.slice(0, offsetAt(lines, range.start)) + newText + result.slice(offsetAt(lines, range.end)),
      text,
    );
};

const editsOf = (edit: WorkspaceEdit, uri: string): TextEdit[] =>
  (edit.documentChanges ?? []).flatMap((change) =>
    'textDocument' in change && change.textDocument.uri === uri ? (change.edits as TextEdit[]) : [],
  );

/** Writes the changes and says what the text became; checks that its posterior is the one that What-if showed. */
async function written(text: string, changes: readonly ProgramChange[], tolerance = 1e-9): Promise<string> {
  const files = { 'a.scenario': text, 'rows.jsonl': ROWS };
  const snapshot = await snapshotOf(files);
  const displayed = applyWhatIf(snapshot.program, snapshot.counts, changes);
  const promised = evaluate(displayed.program, displayed.counts).personas.map(({ posterior }) => posterior);
  const edit = whatIfEdit(snapshot, changes);
  const result = edit ? applied(text, editsOf(edit, snapshot.uri)) : text;
  const after = await snapshotOf({ ...files, 'a.scenario': result });
  assert.deepEqual(
    after.program.diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  for (const [h, { posterior }] of after.evaluation.personas.entries())
    assert.ok(Math.abs(posterior - promised[h]!) <= tolerance, `${posterior} was promised as ${promised[h]}`);
  return result;
}

describe('What-if', () => {
  const times = (index: number, value: number): ProgramChange => ({
    target: { kind: 'episode', index, key: 'times' },
    value,
  });
  const weight = (index: number, value: number): ProgramChange => ({
    target: { kind: 'episode', index, key: 'weight' },
    value,
  });
  const prior = (persona: string, value: number): ProgramChange => ({ target: { kind: 'prior', persona }, value });
  const strength = (method: string, value: number): ProgramChange => ({
    target: { kind: 'method', method, key: 'strength' },
    value,
  });
  const dataset = (value: number): ProgramChange => ({ target: { kind: 'dataset', index: 0, key: 'weight' }, value });

  it('replaces an attribute that is written, before the colon or after it', async () => {
    const text = `${PERSONAS}episode times 6_000: talk -> kind\nepisode: talk -> unkind times 20 weight 50%\n`;
    const result = await written(text, [times(0, 12), times(1, 5), weight(1, 0.25)]);
    assert.match(result, /episode times 12: talk -> kind\n/);
    assert.match(result, /talk -> unkind times 5 weight 25%\n/);
  });

  it('adds an attribute behind the response where there is none', async () => {
    const text = `${PERSONAS}episode "x": talk -> kind {\n  user "hello"\n}\nepisode prefer: talk -> kind over unkind\n`;
    const result = await written(text, [times(0, 4), weight(1, 2.5)]);
    assert.match(result, /talk -> kind times 4 \{/);
    assert.match(result, /over unkind weight 2\.5\n/);
  });

  it('writes the beta of a reinforcement', async () => {
    const text = `${PERSONAS}episode: talk -> kind\nreinforce talk beta 2 reward unkind 1\n`;
    const change: ProgramChange = { target: { kind: 'reinforcement', index: 0, key: 'beta' }, value: 0.5 };
    assert.match(await written(text, [change]), /reinforce talk beta 0\.5 reward unkind 1\n/);
  });

  it('names the version of each text that it is for', async () => {
    const snapshot = await snapshotOf({ 'a.scenario': `${PERSONAS}episode: talk -> unkind\n` });
    const edit = whatIfEdit(snapshot, [times(0, 3)], (uri) => (uri === snapshot.uri ? 7 : null));
    assert.deepEqual(
      edit?.documentChanges?.map((change) => 'textDocument' in change && change.textDocument),
      [{ uri: snapshot.uri, version: 7 }],
    );
  });

  it('writes a method’s strength where it stands, and declares the method where it does not', async () => {
    const text = `scenario "s"\nmethod sft strength 1% per token\n${PERSONAS}episode: talk -> kind tokens 3\nepisode prefer: talk -> kind over unkind\n`;
    const result = await written(text, [strength('sft', 0.02), strength('prefer', 0.5)]);
    assert.match(result, /method sft strength 2% per token\nmethod prefer strength 0\.5\n/);
  });

  it('writes a dataset’s weight into its braces, in the place of another or as a new mapping', async () => {
    const header = `${PERSONAS}dataset sft rows from "rows.jsonl" { situation talk  response field "label"`;
    assert.match(await written(`${header} }\n`, [dataset(0.5)]), /response field "label" {2}weight 0\.5 \}/);
    assert.match(await written(`${header}  weight 3 }\n`, [dataset(2)]), /weight 2 \}/);
    assert.match(await written(`${header}  weight field "w" }\n`, [dataset(2)]), /weight 2 \}/);
  });

  it('writes all priors as percentages where they were, so that they still add up', async () => {
    const result = await written(`${PERSONAS}episode: talk -> unkind\n`, [prior('bad', 0.6)]);
    assert.match(result, /persona good prior 37\.5% \{/);
    assert.match(result, /persona bad "No good" prior 60% \{/);
    assert.match(result, /persona odd extends bad prior 2\.5% \{/);
  });

  it('changes only the prior that was turned where priors are odds', async () => {
    const odds = PERSONAS.replace('75%', '3').replace('20%', '1').replace('5%', '1');
    const result = await written(`${odds}episode: talk -> unkind\n`, [prior('bad', 0.5)]);
    assert.match(result, /persona good prior 3 /);
    assert.match(result, /persona bad "No good" prior 4 /);
  });

  it('gives every persona a prior where none had one', async () => {
    const none = PERSONAS.replace(/ prior \d+%/g, '');
    const result = await written(`${none}episode: talk -> unkind\n`, [prior('bad', 0.5)]);
    assert.match(result, /persona good prior 25% \{/);
    assert.match(result, /persona bad "No good" prior 50% \{/);
    assert.match(result, /persona odd extends bad prior 25% \{/);
  });

  it('writes the prior of novel like any other', async () => {
    const text = `${PERSONAS}novel "someone" prior 1% concentration 2\nepisode: talk -> unkind times 3\n`;
    assert.match(await written(text, [prior('novel', 0.5)], 1e-4), /novel "someone" prior 50% concentration 2/);
  });

  it('changes nothing where the value is the one that is written', async () => {
    const snapshot = await snapshotOf({ 'a.scenario': `${PERSONAS}episode: talk -> unkind\n` });
    assert.equal(whatIfEdit(snapshot, [times(0, 1), strength('sft', snapshot.program.methods.sft.strength)]), null);
    assert.equal(whatIfEdit(snapshot, []), null);
  });

  it('takes no notice of what does not exist or is no number', async () => {
    const snapshot = await snapshotOf({ 'a.scenario': `${PERSONAS}episode: talk -> unkind\n` });
    const changes = [
      times(9, 3),
      times(0, Number.NaN),
      weight(0, -1),
      prior('nobody', 0.5),
      strength('telepathy', 2),
      strength('__proto__', 2),
      dataset(2),
    ];
    const { program } = applyWhatIf(snapshot.program, snapshot.counts, changes);
    assert.deepEqual(program.episodes, snapshot.program.episodes);
    assert.deepEqual(program.methods, snapshot.program.methods);
    assert.equal(whatIfEdit(snapshot, changes), null);
  });

  it('shares what is left among the others in their old proportions', async () => {
    const { program } = await snapshotOf({ 'a.scenario': PERSONAS });
    const assertNear = (values: readonly number[] | undefined, expected: readonly number[]) =>
      assert.ok(expected.every((value, h) => Math.abs(values![h]! - value) < 1e-12));
    assertNear(whatIfPriors(program, [prior('good', 0.5)]), [0.5, 0.4, 0.1]);
    assertNear(whatIfPriors(program, [prior('good', 0.5), prior('bad', 0.1)]), [0.5, 0.1, 0.4]);
    assertNear(whatIfPriors(program, [prior('good', 1)]), [1, 0, 0]);
    assertNear(whatIfPriors(program, [prior('good', 0.9), prior('bad', 0.9)]), [0.5, 0.5, 0]);
    assert.equal(whatIfPriors(program, [prior('good', 0), prior('bad', 0), prior('odd', 0)]), undefined);
  });
});
