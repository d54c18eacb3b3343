/** The rival accounts of the same program (LANGUAGE section 5, Accounts), and how they stand against each other. */
import type { DatasetCounts } from '../../datasets/counts';
import type { Account } from '../../program/model/program';
import type { AccountResult } from '../evaluation';
import type { Evidence } from '../evidence/effectiveCounts';
import { validate } from '../likelihood/validate';
import { personasOnly } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { normaliseLogs } from '../numbers/logarithms';
import type { Stepwise } from '../stepwise';
import { type AccountInputs, type AccountNumbers, finish, notComputable } from './account';
import { ACCOUNT_KINDS } from './kinds/kinds';

export function* compareAccounts(
  structure: Structure,
  counts: ReadonlyMap<number, DatasetCounts>,
  evidence: Evidence,
): Stepwise<readonly AccountResult[]> {
  // With a `novel` that has no measured value the program's own posterior leaves measured rows out; accounts without it need not.
  const unmeasured = structure.program.novel !== undefined && [...counts.values()].some((c) => c.measured);
  const own = unmeasured ? validate(structure, personasOnly(structure, 0), counts).evidence : evidence;
  const inputs: AccountInputs = { structure, evidence: own, counts };
  const results: AccountResult[] = [];
  for (const account of structure.program.accounts) {
    yield;
    const numbers = yield* accountNumbers(inputs, account);
    results.push(
      typeof numbers === 'string' ? notComputable(account.name, numbers) : finish(structure, account.name, numbers),
    );
  }
  const computable = results.filter((r) => r.notComputable === undefined && r.withoutMarginal === undefined);
  const probability = new Float64Array(computable.length);
  normaliseLogs(
    Float64Array.from(computable, (r) => r.logMarginal),
    probability,
  );
  return results.map((r) => {
    const at = computable.indexOf(r);
    return at < 0 ? r : { ...r, probability: probability[at] };
  });
}

function* accountNumbers(inputs: AccountInputs, account: Account): Stepwise<AccountNumbers | string> {
  const entry = ACCOUNT_KINDS[account.kind];
  if (inputs.structure.program.personas.length === 0 && !entry.withoutPersonas) return 'no persona is declared';
  const { value = Number.NaN, concentration = Number.NaN } = account;
  return yield* entry.evaluate(inputs, { value, concentration });
}
