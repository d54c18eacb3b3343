/** Where two result objects differ, and by how much. */
import type { Json } from './reference';

export interface Tolerance {
  /** Relative error of every number. */
  readonly relative: number;
  /** Differences of logs cannot be exact to more than the rounding of the logs themselves. */
  readonly absolute: number;
}

/**
 * One line for each key of the reference that the product lacks or says otherwise, with both values. What the reference
 * leaves undefined (NaN) may be null or anything but NaN in the product. Accounts with a bound need only bound; diagnostics are not compared.
 */
export function disagreements(reference: Json, product: Json, tolerance: Tolerance): string[] {
  const found: string[] = [];
  const accounts = (product.accounts ?? []) as readonly Json[];
  const referenceAccounts = reference.accounts as readonly Json[];
  // With a bound among the accounts, or one that the reference cannot integrate, every probability leans on it.
  const leaning = accounts.some((account) => account.bound === true) || referenceAccounts.some(isSilent);
  const compare = (path: string, mine: unknown, theirs: unknown): void => {
    if (Number.isNaN(mine)) {
      if (!isWire(theirs)) found.push(`${path}: reference undefined, product ${String(theirs)}`);
    } else if (typeof mine === 'number' && typeof theirs === 'number') {
      const slack = tolerance.relative * Math.max(Math.abs(mine), Math.abs(theirs)) + tolerance.absolute;
      if (!(Math.abs(mine - theirs) <= slack)) found.push(`${path}: reference ${mine}, product ${theirs}`);
    } else if (Array.isArray(mine) && Array.isArray(theirs) && mine.length === theirs.length) {
      mine.forEach((item, i) => {
        compare(`${path}[${i}]`, item, theirs[i]);
      });
    } else if (isObject(mine) && isObject(theirs)) {
      const keys = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
      for (const key of keys) compare(path === '' ? key : `${path}.${key}`, mine[key], theirs[key]);
    } else if (mine !== theirs) {
      found.push(`${path}: reference ${JSON.stringify(mine)}, product ${JSON.stringify(theirs)}`);
    }
  };

  const { accounts: _, ...rest } = reference;
  const { accounts: __, diagnostics: ___, ...productRest } = product;
  compare('', rest, productRest);
  if (accounts.length !== referenceAccounts.length) found.push('accounts: not as many');
  referenceAccounts.forEach((mine, i) => {
    const { bound, ...theirs } = accounts[i] ?? {};
    const path = `accounts.${mine.name}`;
    if (mine.notComputable === true) {
      if (theirs.logMarginal !== null) found.push(`${path}: reference not computable, product ${theirs.logMarginal}`);
    } else if (isSilent(mine)) {
      return;
    } else if (bound === true) {
      if (!((theirs.logMarginal as number) <= (mine.logMarginal as number) + 1e-9))
        found.push(`${path}: no lower bound`);
    } else {
      const { probability, ...others } = theirs;
      compare(path, leaning ? { ...mine, probability } : mine, { ...others, probability });
    }
  });
  return found;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWire(value: unknown): boolean {
  return value === null || value === 'inf' || value === '-inf' || Number.isFinite(value);
}

/** An account that the reference says nothing about. */
function isSilent(account: Json): boolean {
  return account.logMarginal === undefined && account.notComputable !== true;
}
