import assert from 'node:assert/strict';
import { inlayHints } from '../../server/features/inlayHints';
import { DEFAULT_SETTINGS, readSettings } from '../../server/settings';
import { offsetAt } from '../../server/syntax/lines';
import { describeCases } from '../support/marks';
import { numbersOf } from '../support/posterior';

const ALL = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
const TEXT = `situation s -> a | b
persona one prior 50% { s -> a 90%, b }
persona two prior 50% { s -> a 10%, b }
episode sft: s -> a
probe s -> a
`;

describe('Inlay hints', () => {
  describeCases(new URL('./fixtures/inlayHints.fixture', import.meta.url), ({ text }) => {
    const snapshot = numbersOf(text);
    return inlayHints(snapshot, ALL, DEFAULT_SETTINGS).map(({ position, label }) => {
      const start = offsetAt(snapshot.lines, position) - 1;
      return { start, end: start + 1, text: label as string };
    });
  });

  it('are made for the asked range only', () => {
    const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 99 } };
    const lines = inlayHints(numbersOf(TEXT), range, DEFAULT_SETTINGS).map(({ position }) => position.line);
    assert.deepEqual(lines, [3]);
  });

  for (const [kind, line] of Object.entries({ episodes: 3, personas: 1, probes: 4, rows: 1 }))
    it(`of ${kind} can be switched off`, () => {
      const count = (settings: unknown) =>
        inlayHints(numbersOf(TEXT), ALL, readSettings(settings)).filter(({ position }) => position.line === line)
          .length;
      assert.equal(count({ hints: { [kind]: false } }), count({}) - 1);
    });

  it('are in the unit of the settings', () => {
    const labels = (unit: string) => inlayHints(numbersOf(TEXT), ALL, readSettings({ unit })).map(({ label }) => label);
    assert.ok(labels('scenario').includes('one +3.17 bits'));
    assert.ok(labels('decibans').includes('one +9.54 decibans'));
  });

  it('without numbers are those of the text alone', () => {
    const { evaluation: _, counts: __, revision: ___, ...semantic } = numbersOf(TEXT);
    assert.deepEqual(
      inlayHints(semantic, ALL, DEFAULT_SETTINGS).map(({ label }) => label),
      ['10%', '90%'],
    );
  });
});
