/** Reinforcements, and the accounts to compare. */
import type { AccountKind, AccountNode, CompareDeclaration, ReinforceDeclaration } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Account, Reinforcement } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { resolveName } from './names';
import { readByResponse } from './probes';
import { finite, fraction, numberIn, positive, probability, type Range } from './ranges';
import type { Situations } from './situations';

/** The reinforcement, or undefined where something in it is wrong (reported). Its index is given by its place. */
export function buildReinforcement(
  ctx: BuildContext,
  { file, node, stage }: Placed<ReinforceDeclaration>,
  situations: Situations,
): Reinforcement | undefined {
  const situation = resolveName(ctx, 'situation', situations.table, file, node.situation);
  const beta = numberIn(ctx, file, node.beta, positive, `'beta'`);
  const rigidity = numberIn(ctx, file, node.rigidity, positive, `'rigidity'`);
  if (situation === undefined) return undefined;
  const reward = readByResponse(ctx, file, node.rewards, situation, situations, (literal) =>
    numberIn(ctx, file, literal, finite, 'A reward'),
  );
  if (!reward || beta === undefined || (node.rigidity && rigidity === undefined)) return undefined;
  if (isDamaged(ctx, file, node)) return undefined;
  return { index: 0, situation, beta, rigidity, reward, stage: stage ?? 0, origin: originOf(file, node) };
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
  const nodes = declarations.flatMap(({ file, node }) => node.accounts.map((account) => ({ file, node: account })));
  return buildAccountList(ctx, nodes);
}

/** Accounts that are named side by side, each once. */
export function buildAccountList(ctx: BuildContext, nodes: readonly Placed<AccountNode>[]): Account[] {
  const accounts: Account[] = [];
  const seen = new Map<string, Account>();
  for (const { file, node } of nodes) {
    const numbers = readNumbers(ctx, file, node);
    if (!numbers || isDamaged(ctx, file, node)) continue;
    const same = seen.get(keyOf(node));
    if (same) {
      const message = `'${same.name}' is already named; counted twice it would get twice its share.`;
      report(ctx, file, node, 'duplicate-account', message, {
        related: [{ origin: same.origin, message: 'First named here.' }],
      });
      continue;
    }
    const [value, concentration] = numbers;
    const name = [node.account, ...node.numbers.map((literal) => literal.text)].join(' ');
    const account = {
      index: accounts.length,
      kind: node.account,
      value,
      concentration,
      name,
      origin: originOf(file, node),
    };
    seen.set(keyOf(node), account);
    accounts.push(account);
  }
  return accounts;
}

/** Equal for accounts that are one whatever values parameters have. */
function keyOf({ account, numbers }: AccountNode): string {
  const [value, concentration = account === 'novel' ? '1' : ''] = numbers.map(({ value, text }) => `${value ?? text}`);
  return `${account} ${value} ${concentration}`;
}

/** The numbers of an account; undefined where one is out of range (reported) or missing (the parser has said so). */
function readNumbers(ctx: BuildContext, file: number, node: AccountNode): readonly (number | undefined)[] | undefined {
  const takes = NUMBERS[node.account];
  if (node.numbers.length < takes.filter(({ optional }) => !optional).length) return undefined;
  const values = takes.map(({ what, range }, at) => numberIn(ctx, file, node.numbers[at], range, what));
  return values.some((value, at) => value === undefined && node.numbers[at]) ? undefined : values;
}
