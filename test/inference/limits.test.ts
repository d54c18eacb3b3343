/** Accounts and settings that become one another in a limit. */
import fc from 'fast-check';
import { arbitraryProgram, type ProgramShape, type ProgramText } from '../support/arbitraryProgram';
import { assertNear, close, numbersFrom } from './program';
import { type Declaration, rewrite, same, textOf } from './rewriting';

async function holds(shape: ProgramShape, check: (program: ProgramText) => Promise<void>, numRuns = 12): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitraryProgram(shape), check), { numRuns, seed: 1 });
}

/** The program with these accounts and no others. */
function comparing(declarations: readonly Declaration[], accounts: string): string {
  return textOf([
    ...declarations.filter((d) => d.kind !== 'compare'),
    { kind: 'compare', text: `compare ${accounts}` },
  ]);
}

describe('limits', () => {
  // A drifting persona's preference is about its propensities alone, a rigid one's about its answers with the capability in
  // them: where one response needs a capability that the other does not, they differ, and the number is marked approximate.
  for (const [what, shape] of [
    ['with capabilities', { intendedFallbacks: false, preferences: false, reinforcements: false }],
    ['with preferences', { capabilities: false }],
  ] as const) {
    it(`drift with an endless concentration is selection, ${what}`, () =>
      holds({ ...shape, accounts: false }, async ({ declarations }) => {
        const { evaluation, text } = await numbersFrom(comparing(declarations, 'selection, drift 1e12'));
        const [selection, drift] = evaluation.accounts;
        if (drift?.notComputable) return;
        close(drift?.logMarginal, selection!.logMarginal, text);
        selection!.probes.forEach((p, i) => {
          close(drift?.probes[i], p, `${text} probe ${i}`);
        });
      }));

    it(`a persona with an endless concentration is rigid, ${what}`, () =>
      holds({ ...shape, accounts: false, concentrations: false }, async ({ declarations, text }) => {
        const drifting = rewrite(declarations, 'persona', (one) => one.replace(/\}$/, '  concentration 1e12\n}'));
        const actual = await numbersFrom(textOf(drifting));
        if (actual.evaluation.findings.some((f) => f.kind === 'intended-fallback')) return;
        same(actual, await numbersFrom(text));
      }));
  }

  it('reinforcement of endless rigidity is strict selection', () =>
    holds({ accounts: false }, async ({ declarations }) => {
      // A reward moves exponents by r/(ρβ), and log L by Var(r/β)/(2ρ) from its limit: mild rewards, so that this is below 1e-9.
      const mild = rewrite(declarations, 'reinforce', (text) => text.replace(/beta \S+( rigidity \S+)?/, 'beta 5'));
      const rigid = rewrite(mild, 'reinforce', (text) => text.replace('beta 5', 'beta 5 rigidity 1e9'));
      same(await numbersFrom(textOf(rigid)), await numbersFrom(textOf(mild)));
    }));

  it('a novel persona with prior 0 is no novel persona', () =>
    holds({ accounts: false, novel: false, intendedFallbacks: false }, async ({ declarations }) => {
      const { evaluation, text } = await numbersFrom(comparing(declarations, 'selection, novel 1e-15'));
      const [selection, novel] = evaluation.accounts;
      // Where no other is possible, it is the only one.
      if (!Number.isFinite(selection!.logMarginal) || selection!.logMarginal < -12) return;
      if (novel?.notComputable) return;
      close(novel?.logMarginal, selection!.logMarginal, text);
    }));

  it('contextual is selection where there is one situation', () =>
    holds({ intendedFallbacks: true }, async ({ declarations }) => {
      const [first] = declarations.filter((d) => d.kind === 'situation');
      const single = oneSituation(declarations, first!);
      const { evaluation, text } = await numbersFrom(comparing(single, 'selection, contextual'));
      const [selection, contextual] = evaluation.accounts;
      const tolerance = text.includes('needs') ? 1e-7 : 1e-9;
      close(contextual?.logMarginal, selection!.logMarginal, `${text} log marginal`, tolerance);
      assertNear(contextual?.probability, selection!.probability, `${text} probability`, tolerance);
      selection!.probes.forEach((p, i) => {
        close(contextual?.probes[i], p, `${text} probe ${i}`, tolerance);
      });
    }));
});

/** The program with everything that is about other situations taken out. */
function oneSituation(declarations: readonly Declaration[], situation: Declaration): readonly Declaration[] {
  const others = /\bs[1-9]\b/;
  return declarations.flatMap((d) => {
    if (d === situation) return [d];
    if (d.kind === 'persona') {
      const lines = d.text.split('\n').filter((line) => !others.test(line));
      return [{ kind: d.kind, text: lines.join('\n') }];
    }
    return others.test(d.text) ? [] : [d];
  });
}
