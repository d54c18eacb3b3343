/**
 * Every number of a declaration with what it is of, in order of place. Must not know values: what a number comes to is
 * for `quantities.ts`.
 */
import type {
  AccountNode,
  ContextItem,
  Declaration,
  MappingEntry,
  NumberNode,
  Observed,
  SetDeclaration,
} from '../../syntax/tree';

/** What a number is of. */
export type NumberRole =
  | 'prior'
  | 'cell'
  | 'concentration'
  | 'can'
  | 'capability'
  | 'capability-strength'
  | 'strength'
  | 'repeats'
  | 'discount'
  | 'method-beta'
  | 'novel-prior'
  | 'novel-concentration'
  | 'times'
  | 'epochs'
  | 'weight'
  | 'tokens'
  | 'reward'
  | 'dataset-weight'
  | 'dataset-epochs'
  | 'dataset-tokens'
  | 'dataset-reward'
  | 'beta'
  | 'rigidity'
  | 'reinforce-reward'
  | 'parameter'
  | 'set'
  | 'retaining'
  | 'given-times'
  | 'limit'
  | 'account'
  | 'count'
  | 'overdispersion';

/** `part` tells apart numbers of one role in one declaration: `coding/secure` for a cell. */
export type VisitNumber = (node: NumberNode, role: NumberRole, part: string) => void;

/** Numbers of the parts of a condition are its parts', not its own. */
export function eachNumber(d: Declaration | SetDeclaration, visit: VisitNumber): void {
  const see = (node: NumberNode | undefined, role: NumberRole, part = '') => {
    if (node) visit(node, role, part);
  };
  switch (d.kind) {
    case 'episode':
      for (const { key, value } of d.attributes) see(value, key);
      return;
    case 'method':
      for (const { key, value } of d.settings) see(value, key === 'beta' ? 'method-beta' : key);
      return;
    case 'capability':
      see(d.value, 'capability');
      return see(d.strength, 'capability-strength');
    case 'persona':
      see(d.prior, 'prior');
      for (const row of d.rows) {
        if (row.kind === 'concentration') see(row.value, 'concentration');
        else if (row.kind === 'can') see(row.value, 'can', row.capability?.text);
        else if (row.kind === 'cells') {
          for (const { response, value } of row.cells) see(value, 'cell', `${row.situation.text}/${response.text}`);
        }
      }
      return;
    case 'novel':
      see(d.prior, 'novel-prior');
      return see(d.concentration, 'novel-concentration');
    case 'dataset':
      d.mappings.forEach((mapping, at) => {
        if (mapping.kind === 'set') seeEntry(mapping.entry, '', visit);
        else if (mapping.kind === 'when') for (const entry of mapping.entries) seeEntry(entry, `when ${at}`, visit);
      });
      return;
    case 'reinforce':
      see(d.beta, 'beta');
      see(d.rigidity, 'rigidity');
      for (const { response, value } of d.rewards) see(value, 'reinforce-reward', response.text);
      return;
    case 'probe':
      return seeContext(d.target?.given ?? [], visit);
    case 'expect':
      seeContext(d.target?.given ?? [], visit);
      see(d.bound?.low, 'limit', 'low');
      return see(d.bound?.high, 'limit', 'high');
    case 'evaluation':
      if (d.observed) seeObserved(d.observed, visit);
      seeContext(d.given, visit);
      return see(d.overdispersion, 'overdispersion');
    case 'compare':
      return seeAccounts(d.accounts, visit);
    case 'parameter':
      return see(d.value, 'parameter');
    case 'condition':
      return see(d.retaining, 'retaining');
    case 'set':
      return see(d.value, 'set');
    case 'fit':
      see(d.overdispersion, 'overdispersion');
      return seeAccounts(d.accounts, visit);
    default:
      return;
  }
}

const DATASET_ROLES = {
  weight: 'dataset-weight',
  epochs: 'dataset-epochs',
  tokens: 'dataset-tokens',
  reward: 'dataset-reward',
} as const;

function seeEntry({ key, value }: MappingEntry, part: string, visit: VisitNumber): void {
  if (value?.kind === 'number' && key in DATASET_ROLES)
    visit(value, DATASET_ROLES[key as keyof typeof DATASET_ROLES], part);
}

function seeContext(items: readonly ContextItem[], visit: VisitNumber): void {
  items.forEach(({ times }, at) => {
    if (times) visit(times, 'given-times', `${at}`);
  });
}

function seeAccounts(accounts: readonly AccountNode[], visit: VisitNumber): void {
  accounts.forEach(({ account, numbers }, at) => {
    numbers.forEach((node, which) => {
      visit(node, 'account', `${account} ${at} ${which}`);
    });
  });
}

function seeObserved(o: Observed, visit: VisitNumber): void {
  const see = (node: NumberNode | undefined, part: string) => {
    if (node) visit(node, 'count', part);
  };
  switch (o.kind) {
    case 'counts':
      for (const { response, value } of o.counts) see(value, response.text);
      return;
    case 'runs':
      o.runs.forEach(({ amount, of }, at) => {
        see(amount, `${at}`);
        see(of, `${at} of`);
      });
      return;
    case 'rate':
      see(o.rate, 'rate');
      see(o.low, 'low');
      return see(o.high, 'high');
    case 'planned':
      return see(o.of, 'of');
  }
}
