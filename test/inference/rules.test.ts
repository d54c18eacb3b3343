/** Rules of prediction: transfer between contextual and selection, and what their ends are. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluate } from '../../server/inference/evaluate';
import { arbitraryProgram } from '../support/arbitraryProgram';
import { close, load, numbersFrom } from './program';

const TEXT = `units nats
method context strength 0.5
situation x -> a | b | c
situation z -> d | e
persona one prior 60% { x -> a 50%, b 30%, c  z -> d 90%, e }
persona two prior 40% { x -> a 10%, b 60%, c  z -> d 20%, e }
episode: x -> a times 3
episode: z -> e times 2
episode: x -> b over c times 2
reinforce x beta 2 rigidity 0.5 reward a 1, b -1
probe x -> a
probe z -> d given x -> b times 3
`;

describe('transfer', () => {
  it('is contextual at 0 and selection at 1, in any program of rigid personas', async () => {
    let compared = 0;
    const shape = { capabilities: false, accounts: false } as const;
    await fc.assert(
      fc.asyncProperty(arbitraryProgram(shape), async ({ text }) => {
        const program = await load(`${text}\ncompare transfer 0, contextual, transfer 1, selection\n`);
        if (program.diagnostics.some((d) => d.severity === 'error')) return;
        const [zero, contextual, one, selection] = evaluate(program, new Map()).accounts;
        for (const [rule, end] of [
          [zero!, contextual!],
          [one!, selection!],
        ] as const) {
          assert.equal(rule.notComputable === undefined, end.notComputable === undefined, text);
          if (rule.notComputable !== undefined) continue;
          compared++;
          rule.probes.forEach((p, i) => {
            close(p, end.probes[i]!, `probe ${i} of ${rule.name}\n${text}`, 1e-12);
          });
          if (!Number.isNaN(end.logScore)) close(rule.logScore, end.logScore, text, 1e-9);
          assert.equal(rule.logMarginal, end.logMarginal, text);
        }
      }),
      { seed: 7, numRuns: 100 },
    );
    assert.ok(compared > 100, `${compared} compared`);
  });

  it('has no log marginal between, takes no share of the probability, and still predicts', async () => {
    const n = await numbersFrom(`${TEXT}compare transfer 0.3, selection, unmoved`);
    const [rule, ...others] = n.evaluation.accounts;
    assert.ok(Number.isNaN(rule!.logMarginal) && Number.isNaN(rule!.probability));
    assert.match(rule!.withoutMarginal!, /rule of prediction/);
    close(
      others.reduce((sum, a) => sum + a.probability, 0),
      1,
      'the others share 1',
      1e-12,
    );
    assert.ok(rule!.probes.every((p) => p > 0 && p < 1));
  });
});

describe('unmoved', () => {
  it('predicts what is predicted before, whatever the evidence', async () => {
    const n = await numbersFrom(`${TEXT}compare unmoved`);
    const [account] = n.evaluation.accounts;
    n.evaluation.probes.forEach(({ before }, i) => {
      close(account!.probes[i], before, `probe ${i}`, 1e-15);
    });
  });
});

describe('declared', () => {
  it('predicts what the program does, and leaves incentives out of its log marginal', async () => {
    const n = await numbersFrom(`${TEXT}compare declared`);
    const without = await numbersFrom(TEXT.replace(/reinforce.*\n/, ''));
    const [account] = n.evaluation.accounts;
    n.evaluation.probes.forEach(({ after }, i) => {
      assert.equal(account!.probes[i], after);
    });
    close(account!.logMarginal, without.evaluation.logMarginal, 'log marginal', 1e-15);
  });
});

describe('the score of an account on evaluations', () => {
  it('is that of the Dirichlet-multinomial, with what was kept and in its context', async () => {
    const n = await numbersFrom(`${TEXT}
      evaluation: x -> a 30, b 10 among a, b overdispersion 0.2
      evaluation: z -> d 4 of 10 given x -> b times 3
      compare selection, habits 2
    `);
    for (const account of n.evaluation.accounts) {
      const [a, b] = ['a', 'b'].map((y) => account.predictive[n.cell('x', y)]!);
      const p = a! / (a! + b!);
      // φ = (1 − 0.2)/0.2 = 4: Π (φp + i) over the answers, divided by Π (φ + i) over all.
      const rising = (x: number, m: number) =>
        Array.from({ length: m }, (_, i) => Math.log(x + i)).reduce((s, v) => s + v, 0);
      const among = rising(4 * p, 30) + rising(4 * (1 - p), 10) - rising(4, 40);
      const d = account.probes[1]!;
      close(account.logScore, among + 4 * Math.log(d) + 6 * Math.log(1 - d), account.name, 1e-12);
    }
  });
});
