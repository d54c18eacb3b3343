/** Remedies: each of them, written into the text, makes the expectation hold, and no nearer value does. */
import assert from 'node:assert/strict';
import { type Repair, repairs } from '../../server/analysis/remedies/remedies';
import { runToEnd } from '../../server/inference/stepwise';
import { declaredNumbers } from '../../server/program/declaredNumbers';
import { assertNear } from '../inference/program';
import { evaluated, subject } from './subjects';

const TEXT = `
method sft strength 0.5
situation x -> a | b
situation taught extends x
situation y -> c | d
persona good prior 90% { x -> a 80%, b  taught -> b 75%, a  y -> c 99%, d }
persona bad prior 10% { x -> b 70%, a  taught as good  y -> d 60%, c }
episode sft "harm": x -> b times 9
episode sft "care": x -> a times 2
probe y -> d
expect y -> d below 10%
`;

async function repaired(text: string): Promise<readonly Repair[]> {
  const s = await subject(text);
  return runToEnd(repairs(s, declaredNumbers(s.program.text)));
}

/** The text with a number written where the remedy says. */
function written(text: string, start: number, end: number, to: number): string {
  return `${text.slice(0, start)}${to}${text.slice(end)}`;
}

describe('A remedy', () => {
  it('written into the text makes the expectation hold, and a little less of it does not', async () => {
    const [repair] = await repaired(TEXT);
    assert.ok(repair);
    const numbers = repair.options.filter((o) => o.number && !o.number.implicit && o.number.role !== 'cell');
    assert.ok(numbers.length >= 4);
    for (const { number, to, from, what } of numbers) {
      if (!number || to === null || from === null) continue;
      const { start, end } = number.origin;
      const held = await evaluated(written(TEXT, start, end, to));
      assert.equal(held.expectations[0]?.holds, true, what);
      const less = from + (to - from) * (1 - 1e-6);
      const failed = await evaluated(written(TEXT, start, end, less));
      assert.equal(failed.expectations[0]?.holds, false, what);
    }
  });

  it('is where the closed form says: fewer harmful episodes, a smaller prior', async () => {
    const [repair] = await repaired(TEXT);
    const w = (0.1 - 0.01) / 0.59;
    const goal = Math.log(w / (1 - w));
    const harm = Math.log(0.7 / 0.2) / 2;
    const care = Math.log(0.3 / 0.8) / 2;
    const times = repair?.options.find((o) => o.what.includes('harm') && o.number?.role === 'times');
    assertNear(times?.to ?? undefined, (goal - Math.log(1 / 9) - 2 * care) / harm, 'times', 1e-6);
    assertNear(times?.distance ?? undefined, Math.log(9 / (times?.to ?? 1)), 'distance', 1e-6);
    assert.equal(times?.kind, 'evidence');
    const strength = repair?.options.find((o) => o.number?.role === 'strength');
    assertNear(strength?.to ?? undefined, (0.5 * (goal - Math.log(1 / 9))) / (9 * harm + 2 * care), 'strength', 1e-6);
    assert.equal(strength?.kind, 'belief');
    const entire = repair?.options.find((o) => o.what === 'the whole training');
    assertNear(entire?.to ?? undefined, (goal - Math.log(1 / 9)) / (9 * harm + 2 * care), 't', 1e-6);
  });

  it('moves the evidence to a situation that extends its own, and says what that does', async () => {
    const [repair] = await repaired(TEXT);
    const move = repair?.options.find((o) => o.move);
    assert.ok(move);
    assert.match(move.what, /"harm" in taught/);
    const moved = await evaluated(TEXT.replace('"harm": x ->', '"harm": taught ->'));
    assert.equal(moved.expectations[0]?.holds, true);
    assertNear(move.after, moved.expectations[0]?.value ?? 0, 'after', 1e-12);
  });

  it('lists evidence before beliefs, each by distance', async () => {
    const [repair] = await repaired(TEXT);
    const options = repair?.options ?? [];
    const firstBelief = options.findIndex((o) => o.kind === 'belief');
    assert.ok(firstBelief > 0 && options.slice(firstBelief).every((o) => o.kind === 'belief'));
    for (const kind of ['evidence', 'belief']) {
      const distances = options.filter((o) => o.kind === kind && o.distance !== null).map((o) => o.distance ?? 0);
      assert.deepEqual(
        distances,
        [...distances].sort((a, b) => a - b),
      );
    }
  });

  it('there is none where the limit does not satisfy it either, and that is said', async () => {
    const [repair] = await repaired(`
situation x -> a | b
situation y -> c | d
persona good prior 90% { x -> a 80%, b  y -> c 70%, d }
persona bad prior 10% { x -> b 70%, a  y -> d 60%, c }
episode sft: x -> a times 3
expect y -> d below 20%
`);
    assert.ok(repair);
    assert.ok(!repair.options.some((o) => o.kind === 'evidence'));
    assert.match(repair.reason ?? '', /however much more of the same training there is, its value tends to 0\.3/);
  });

  it('is looked for in every condition that fails, and nowhere else', async () => {
    const list = await repaired(
      `${TEXT}\ncondition kind { episode sft: x -> a times 100 }\ncondition worse { episode sft: x -> b times 4 }`,
    );
    assert.deepEqual(
      list.map((r) => r.condition),
      [null, 'worse'],
    );
  });
});
