/** Reinforcements, and the accounts to compare. */
import type { AccountKind, AccountNode, CompareDeclaration, ReinforceDeclaration } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Account, Reinforcement } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { resolveName } from './names';
import { readByResponse } from './probes';
import { finite, fraction, numberIn, positive, probability, type Range } from './ranges';
import type { Situations } from './situations';

export function buildReinforcements(
  ctx: BuildContext,
  declarations: readonly Placed<ReinforceDeclaration>[],
  situations: Situations,
): Reinforcement[] {
  const reinforcements: Reinforcement[] = [];
  for (const { file, node } of declarations) {
    const situation = resolveName(ctx, 'situation', situations.table, file, node.situation);
    const beta = numberIn(ctx, file, node.beta, positive, `'beta'`);
    const rigidity = numberIn(ctx, file, node.rigidity, positive, `'rigidity'`);
    if (situation === undefined) continue;
    const reward = readByResponse(ctx, file, node.rewards, situation, situations, (literal) =>
      numberIn(ctx, file, literal, finite, 'A reward'),
    );
    if (!reward || beta === undefined || (node.rigidity && rigidity === undefined)) continue;
    if (isDamaged(ctx, file, node)) continue;
    const origin = originOf(file, node);
    reinforcements.push({ index: reinforcements.length, situation, beta, rigidity, reward, stage: 0, origin });
  }
  return reinforcements;
}

/** The numbers that each account takes: what they are, which are needed. */
const NUMBERS: Readonly<
  Record<AccountKind, readonly { readonly what: string; readonly range: Range; readonly optional?: true }[]>
> = {
  selection: [],
  drift: [{ what: 'The concentration of drift', range: positive }],
  novel: [
    { what: 'The prior probability of novel', range: probability },
    { what: 'The concentration of novel', range: positive, optional: true },
  ],
  contextual: [],
  population: [{ what: 'The concentration of population', range: positive }],
  unstructured: [{ what: 'The concentration of unstructured', range: positive }],
  declared: [],
  unmoved: [],
  habits: [{ what: 'The concentration of habits', range: positive }],
  transfer: [{ what: 'The share of transfer', range: fraction }],
  blend: [{ what: 'The concentration of blend', range: positive }],
};

export function buildAccounts(ctx: BuildContext, declarations: readonly Placed<CompareDeclaration>[]): Account[] {
  const accounts: Account[] = [];
  for (const { file, node } of declarations) {
    for (const account of node.accounts) {
      const numbers = readNumbers(ctx, file, account);
      if (!numbers || isDamaged(ctx, file, account)) continue;
      const [value, concentration] = numbers;
      const same = accounts.find((other) => {
        return other.kind === account.account && other.value === value && other.concentration === concentration;
      });
      if (same) {
        const message = `'${same.name}' is already compared; counted twice it would get twice its share.`;
        report(ctx, file, account, 'duplicate-account', message, {
          related: [{ origin: same.origin, message: 'First named here.' }],
        });
        continue;
      }
      const name = [account.account, ...account.numbers.map((literal) => literal.text)].join(' ');
      const origin = originOf(file, account);
      accounts.push({ index: accounts.length, kind: account.account, value, concentration, name, origin });
    }
  }
  return accounts;
}

/** The numbers of an account; undefined where one is out of range (reported) or missing (the parser has said so). */
function readNumbers(ctx: BuildContext, file: number, node: AccountNode): readonly (number | undefined)[] | undefined {
  const takes = NUMBERS[node.account];
  if (node.numbers.length < takes.filter(({ optional }) => !optional).length) return undefined;
  const values = takes.map(({ what, range }, at) => numberIn(ctx, file, node.numbers[at], range, what));
  return values.some((value, at) => value === undefined && node.numbers[at]) ? undefined : values;
}
