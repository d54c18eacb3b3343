/** The rival accounts of the same program (LANGUAGE section 5, Accounts), and how they stand against each other. */
import type { DatasetCounts } from '../../datasets/counts';
import type { Account } from '../../program/model/program';
import type { AccountResult } from '../evaluation';
import type { Evidence } from '../evidence/effectiveCounts';
import { validate } from '../likelihood/validate';
import { NOVEL, openHypothesis, personasOnly } from '../model/hypotheses';
import type { Structure } from '../model/structure';
import { normaliseLogs } from '../numbers/logarithms';
import type { Stepwise } from '../stepwise';
import { type AccountInputs, type AccountNumbers, finish, notComputable, readEvidence } from './account';
import { contextualAccount } from './contextual';
import { populationAccount } from './population';
import { singleAccount } from './single';

export function* compareAccounts(
  structure: Structure,
  counts: ReadonlyMap<number, DatasetCounts>,
  evidence: Evidence,
): Stepwise<readonly AccountResult[]> {
  // With a `novel` that nobody measured the program's own posterior leaves measured rows out; accounts without it need not.
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
  const computable = results.filter((r) => r.notComputable === undefined);
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
  const { structure } = inputs;
  const value = account.value ?? Number.NaN;
  if (structure.program.personas.length === 0 && account.kind !== 'unstructured') return 'no persona is declared';
  const read = (hypotheses: Parameters<typeof readEvidence>[1]) => readEvidence(inputs, hypotheses);
  const rigid = read(personasOnly(structure, 0));
  switch (account.kind) {
    case 'declared':
    case 'unmoved':
    case 'habits':
    case 'transfer':
    case 'blend':
      return `the account ${account.kind} is not computed in this version`;
    case 'selection':
      return typeof rigid === 'string' ? rigid : yield* singleAccount(rigid, { context: true });
    case 'drift': {
      const drifting = read(personasOnly(structure, value));
      return typeof drifting === 'string' ? drifting : yield* singleAccount(drifting, { context: true });
    }
    case 'novel': {
      const open = openHypothesis(structure, NOVEL, value, account.concentration ?? 1);
      const both = read([...personasOnly(structure, 0, 1 - value), open]);
      return typeof both === 'string' ? both : yield* singleAccount(both, { context: true });
    }
    case 'contextual':
      return typeof rigid === 'string' ? rigid : yield* contextualAccount(rigid);
    case 'population':
      return typeof rigid === 'string' ? rigid : yield* populationAccount(rigid, value);
    case 'unstructured': {
      const noPersona = read([openHypothesis(structure, 'unstructured', 1, value)]);
      if (typeof noPersona === 'string') return noPersona;
      const numbers = yield* singleAccount(noPersona, { context: false });
      return typeof numbers === 'string' ? numbers : { ...numbers, standings: [] };
    }
  }
}
