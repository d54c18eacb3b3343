/** The blend account against quadrature of the reference: within 1% as promised, and far better where one dimension is left. */
import assert from 'node:assert/strict';
import { parse } from '../../server/syntax/parser/parser';
import { numbersFrom } from '../inference/program';
import { accountResult } from './accounts';
import { resolve } from './resolve';

const TWO = `units nats
method context strength 0.5
method prefer strength 0.3
situation x -> a | b | c
situation z -> d | e
situation idle -> f | g
persona one prior 60% { x -> a 50%, b 30%, c  z -> d 90%, e  idle -> f 70%, g }
persona two prior 40% { x -> a 10%, b 60%, c  z -> d 20%, e  idle -> f 1%, g }
probe x -> a
probe idle -> f
probe idle -> f given idle -> g times 2, z -> d
evaluation "counts": x -> a 3, b 4, c 1
`;
const SKILL = TWO.replace('a | b', 'a needs skill else b | b').replace(
  'situation x',
  'capability skill 30% learnable strength 4\nsituation x',
);

const programs: Readonly<Record<string, string>> = {
  'some episodes and a preference': `${TWO}episode: x -> a times 30\nepisode: x -> b over c times 2\nepisode: z -> e times 3`,
  'no evidence at all': TWO,
  'a reinforcement': `${TWO}episode: x -> a\nreinforce x beta 2 rigidity 0.5 reward a 1, b -1\nreinforce z beta 3 reward d 1`,
  'a response that one persona never gives': `${TWO.replace('a 50%, b 30%, c', 'a 0, b 30%, c')}episode: x -> b times 4`,
  'an impossible observation': `${TWO.replace('a 50%, b 30%, c', 'a 0, b 30%, c')}episode: x -> a`,
  'a learnable capability': `${SKILL}episode: x -> a times 3\nepisode: x -> b times 2`,
};

describe('the blend account of two personas', () => {
  for (const [what, text] of Object.entries(programs))
    for (const a of what === 'a learnable capability' ? ['2'] : ['0.01', '2', '300'])
      it(`agrees with quadrature with ${what}, A = ${a}`, async () => {
        const source = `${text}\ncompare blend ${a}\n`;
        const program = resolve([{ name: 'm', text: source, tree: parse(source).file }], new Map());
        const expected = accountResult(program, program.accounts[0]!);
        const found = (await numbersFrom(source)).evaluation.accounts[0]!;
        assert.equal(found.notComputable, undefined);
        if (expected.logMarginal === -Infinity) {
          assert.equal(found.logMarginal, -Infinity);
          assert.ok(found.probes.every(Number.isNaN));
          return;
        }
        const error = Math.abs(found.logMarginal - expected.logMarginal);
        assert.ok(
          error < 1e-4 * Math.max(1, Math.abs(expected.logMarginal)),
          `${found.logMarginal} should be ${expected.logMarginal}`,
        );
        found.probes.forEach((p, i) => {
          assert.ok(
            Math.abs(p - expected.probes[i]!) <= 1e-3 * expected.probes[i]!,
            `probe ${i}: ${p} should be ${expected.probes[i]}`,
          );
        });
        if (expected.logScore === -Infinity) assert.equal(found.logScore, -Infinity);
        else
          assert.ok(
            Math.abs(found.logScore - expected.logScore!) < 1e-2,
            `${found.logScore} should be ${expected.logScore}`,
          );
      });

  it('has no prediction where no response is common to all', async () => {
    const n = await numbersFrom(`situation x -> a | b
      situation z -> c | d
      persona p { x -> a 1, b 0  z -> c 30%, d }
      persona q { x -> a 0, b 1  z -> c 60%, d }
      episode: z -> c
      probe x -> a
      probe z -> c
      compare blend 1`);
    const [account] = n.evaluation.accounts;
    assert.ok(Number.isFinite(account!.logMarginal));
    assert.ok(Number.isNaN(account!.probes[0]) && account!.probes[1]! > 0.3 && account!.probes[1]! < 0.6);
  });

  it('is within 1% with two personas beside copies of them, which change nothing', async () => {
    const evidence = 'episode: x -> a times 5\ncompare blend 2';
    const two = await numbersFrom(TWO + evidence);
    const copied = TWO.replace('prior 60%', 'prior 20%').replace(
      'probe x -> a',
      'persona three extends one prior 40%\nprobe x -> a',
    );
    const three = await numbersFrom(copied + evidence);
    const [a, b] = [two.evaluation.accounts[0]!, three.evaluation.accounts[0]!];
    assert.ok(Math.abs(a.logMarginal - b.logMarginal) < 1e-9);
  });

  it('of three personas that differ is approximate, and is that of two where the third has no weight left', async () => {
    const third = TWO.replace(
      'probe x -> a',
      'persona three prior 1e-9 { x -> a 30%, b 30%, c  z -> d 50%, e  idle -> f 50%, g }\nprobe x -> a',
    );
    const evidence = 'episode: x -> a times 5\nepisode: z -> d\ncompare blend 2';
    const [two, three] = [await numbersFrom(TWO + evidence), await numbersFrom(third + evidence)];
    const [a, b] = [two.evaluation.accounts[0]!, three.evaluation.accounts[0]!];
    assert.equal(b.approximate, true);
    assert.ok(Math.abs(a.logMarginal - b.logMarginal) < 1e-4, `${a.logMarginal} and ${b.logMarginal}`);
    a.probes.forEach((p, i) => {
      assert.ok(Math.abs(p - b.probes[i]!) < 1e-4);
    });
  });
});
