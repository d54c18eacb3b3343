/** Accounts view: the same data read under different assumptions, and the two parts of each reinforcement. */

import type { Account } from '../../server/program/model/program';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { toWire } from '../model/numbers';
import type { AccountRow, AccountsView } from '../model/viewTypes';
import { displayText, place, wires } from './common';

export function accountsView(snapshot: PosteriorSnapshot): AccountsView {
  const { program, evaluation } = snapshot;
  const computable = evaluation.accounts.filter((account) => account.notComputable === undefined);
  const best = Math.max(Number.NEGATIVE_INFINITY, ...computable.map((account) => account.logMarginal));
  return {
    kind: 'accounts',
    defined: evaluation.defined,
    accounts: evaluation.accounts.map((result, index): AccountRow => {
      const behind = result.logMarginal === best ? 0 : result.logMarginal - best;
      return {
        name: result.name,
        assumption: assumption(program.accounts[index]),
        notComputable: result.notComputable,
        logMarginal: toWire(result.logMarginal),
        bound: result.bound,
        probability: toWire(result.probability),
        behind: toWire(behind),
        grade: result.notComputable === undefined ? grade(behind) : '',
        logScore: toWire(result.logScore),
        probes: wires(result.probes),
        standings: result.standings.map(({ name, posterior, interval }) => ({
          name,
          posterior: toWire(posterior),
          interval,
        })),
        location: place(snapshot, program.accounts[index]?.origin),
      };
    }),
    probes: program.probes.map((probe) => displayText(probe.target.text)),
    reinforcements: program.reinforcements.map((reinforcement, index) => {
      const split = evaluation.reinforcements[index];
      return {
        situation: program.situations[reinforcement.situation]!.name,
        selection: toWire(split?.selection ?? Number.NaN),
        propensityShift: toWire(split?.propensityShift ?? Number.NaN),
        beta: reinforcement.beta,
        rigidity: reinforcement.rigidity,
        location: place(snapshot, reinforcement.origin),
      };
    }),
    verdict: evaluation.verdict,
    scale: 'Kass and Raftery (1995)',
    evaluations: program.observed.length,
  };
}

/** Kass and Raftery's words for 2 ln B against the best account. */
function grade(behind: number): string {
  if (Number.isNaN(behind)) return '';
  const twice = -2 * behind;
  if (twice === 0) return 'best';
  if (twice <= 2) return 'hardly worse';
  if (twice <= 6) return 'positive evidence against';
  if (twice <= 10) return 'strong evidence against';
  return 'very strong evidence against';
}

function assumption(account: Account | undefined): string {
  switch (account?.kind) {
    case 'selection':
      return 'one persona, as written';
    case 'drift':
      return 'one persona, moved by training';
    case 'novel':
      return 'one persona, perhaps a new one';
    case 'contextual':
      return 'a persona for each situation';
    case 'population':
      return 'a persona for each episode';
    case 'unstructured':
      return 'no persona, only habits';
    case 'declared':
      return 'the program as written';
    case 'unmoved':
      return 'training moves nothing';
    case 'habits':
      return 'no persona, habits that begin at the prior prediction';
    case 'transfer':
      return 'evidence carries over to other situations in part';
    case 'blend':
      return 'one character, mixed of all personas';
    case undefined:
      return '';
  }
}
