/** Programs that say the same in different ways have the same numbers. */
import fc from 'fast-check';
import { arbitraryProgram, type ProgramShape, type ProgramText } from '../support/arbitraryProgram';
import { close, numbersFrom } from './program';
import { rewrite, same, textOf, times, withPriors } from './rewriting';

/** Accounts and integrals over capabilities are slower by far, and asked for once. One seed, so that the time is known. */
const SHAPE: ProgramShape = { accounts: false, intendedFallbacks: false };

async function holds(check: (program: ProgramText) => Promise<void>, shape = SHAPE, numRuns = 20): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitraryProgram(shape), check), { numRuns, seed: 1 });
}

describe('every program', () => {
  for (const [title, shape, runs] of [
    ['has the same posterior whatever the order of its episodes', SHAPE, 20],
    ['has the same accounts whatever the order of its episodes', {}, 5],
  ] as const) {
    it(title, () =>
      holds(
        async ({ text, declarations }) => {
          const episodes = declarations.filter((d) => d.kind === 'episode').map((d) => d.text);
          const turned = [...episodes.slice(1), ...episodes.slice(0, 1)].reverse();
          const other = rewrite(declarations, 'episode', (_, i) => turned[i]!);
          same(await numbersFrom(textOf(other)), await numbersFrom(text));
        },
        shape,
        runs,
      ),
    );
  }

  it('reads an episode `times 2` as two episodes', () =>
    holds(async ({ declarations }) => {
      const twice = rewrite(declarations, 'episode', (text) => [text, text]);
      const doubled = rewrite(declarations, 'episode', (text) => times(text, 'times', 2));
      same(await numbersFrom(textOf(doubled)), await numbersFrom(textOf(twice)));
    }));

  it('reads an episode as two that share its weight', () =>
    holds(async ({ text, declarations }) => {
      const split = rewrite(declarations, 'episode', (one) => [times(one, 'weight', 0.25), times(one, 'weight', 0.75)]);
      same(await numbersFrom(textOf(split)), await numbersFrom(text));
    }));

  it('is not changed by a persona without a prior probability', () =>
    holds(async (program) => {
      const declarations = withPriors(program);
      const situation = program.declarations.find((d) => d.kind === 'situation' && !d.text.includes('needs'));
      const row = situation && !situation.text.includes('extends') ? '{ s0 -> r0 35%, r1 }' : '';
      const base = situation?.text.startsWith('situation s0 ') ? `extends h0 prior 0 ${row}` : 'extends h0 prior 0';
      const joined = [...declarations, { kind: 'persona', text: `persona nobody ${base}` }];
      const expected = await numbersFrom(textOf(declarations));
      const actual = await numbersFrom(textOf(joined));
      same(actual, expected);
      close(actual.persona('nobody').posterior, expected.evaluation.defined ? 0 : Number.NaN, 'nobody');
    }));

  it('has the same numbers under other names, with its declarations in another order', () =>
    holds(async ({ text, declarations }) => {
      const words = [
        [/\bh(\d)\b/g, 'someone-$1'],
        [/\bs(\d)\b/g, 'place_$1'],
        [/\br(\d)\b/g, 'answer$1'],
      ] as const;
      const renamed = declarations.map((d) => ({
        kind: d.kind,
        text: words.reduce((t, [from, to]) => t.replace(from, to), d.text),
      }));
      const inOrder = renamed.filter((d) => ['episode', 'probe', 'reinforce', 'expect'].includes(d.kind));
      const others = renamed.filter((d) => !inOrder.includes(d)).reverse();
      same(await numbersFrom(textOf([...inOrder, ...others])), await numbersFrom(text), {
        rename: (name) => name.replace(/^h(\d)$/, 'someone-$1'),
      });
    }));

  it('does not hear evidence of strength 0', () =>
    holds(
      async ({ declarations }) => {
        const deaf = [
          ...declarations.filter((d) => !d.text.startsWith('method document')),
          { kind: 'method', text: 'method document strength 0' },
        ];
        const silent = rewrite(deaf, 'episode', (text) => (text.startsWith('episode document') ? [] : text));
        const loud = rewrite(deaf, 'episode', (text) => [text, document(text)]);
        same(await numbersFrom(textOf(loud)), await numbersFrom(textOf(silent)));
      },
      { ...SHAPE, preferences: false },
    ));

  it('gives a persona and its copy the posterior by their priors', () =>
    holds(async (program) => {
      const declarations = withPriors(program);
      const original = declarations.find((d) => d.kind === 'persona')!;
      const copy = original.text.replace(/^persona h0 prior \S+/, 'persona copy prior 0.37');
      const n = await numbersFrom(textOf([...declarations, { kind: 'persona', text: copy }]));
      const [one, other] = [n.persona('h0'), n.persona('copy')];
      close(other.logLikelihood, one.logLikelihood, 'log likelihood');
      close(other.posterior * one.prior, one.posterior * other.prior, 'posterior');
    }));

  it('has the same posterior when all priors are multiplied by a number', () =>
    holds(async (program) => {
      same(await numbersFrom(textOf(withPriors(program, 7.3))), await numbersFrom(textOf(withPriors(program))));
    }));
});

/** The same episode as a document. */
function document(episode: string): string {
  return episode.replace(/^episode( sft| pretrain| document)?( reward [^ :]+)?/, 'episode document');
}
