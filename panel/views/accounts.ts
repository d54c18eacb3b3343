/** Accounts view: the same data read under different assumptions, and the two parts of each reinforcement. */

import type { AccountResult } from '../../server/inference/evaluation';
import type { Account } from '../../server/program/model/program';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { toWire } from '../model/numbers';
import type { AccountRow, AccountsView } from '../model/viewTypes';
import { displayText, place, wires } from './common';
import type { ViewExtra } from './extra';
import { accountsHeadline } from './headlines';
import { evaluationRow } from './predictions';

export function accountsView(snapshot: PosteriorSnapshot, extra: ViewExtra): AccountsView {
  const { program, evaluation } = snapshot;
  const computable = evaluation.accounts.filter((account) => account.notComputable === undefined);
  const largest = (values: readonly number[]): number =>
    Math.max(Number.NEGATIVE_INFINITY, ...values.filter((value) => !Number.isNaN(value)));
  const best = largest(computable.map(({ logMarginal }) => logMarginal));
  const bestScore = largest(computable.map(({ logScore }) => logScore));
  const observed = program.observed.map((one) => evaluationRow(snapshot, one));
  // A label is needed only where a situation was measured more than once.
  const once = (situation: string): boolean => observed.filter((row) => row.situation === situation).length === 1;
  const view: AccountsView = {
    kind: 'accounts',
    defined: evaluation.defined,
    headline: '',
    accounts: evaluation.accounts.map((result, index) =>
      accountRow(snapshot, result, program.accounts[index], best, bestScore),
    ),
    probes: program.probes.map((probe) => displayText(probe.target.text)),
    reinforcements: program.reinforcements.map((reinforcement, index) => {
      const split = evaluation.reinforcements[index];
      return {
        situation: program.situations[reinforcement.situation]?.name ?? '',
        selection: toWire(split?.selection ?? Number.NaN),
        propensityShift: toWire(split?.propensityShift ?? Number.NaN),
        beta: reinforcement.beta,
        rigidity: reinforcement.rigidity,
        location: place(snapshot, reinforcement.origin),
      };
    }),
    evaluations: observed.length,
    answers: observed.reduce((sum, row) => sum + row.total, 0),
    measured: observed.flatMap((row) =>
      row.responses
        .filter((response) => row.responses.length > 2 || response.share <= 0.5)
        .map(({ name, share, interval, byAccount }) => ({
          text: `${row.label === undefined || once(row.situation) ? '' : `${row.label}: `}${row.situation} → ${name}`,
          share,
          interval,
          byAccount,
        })),
    ),
  };
  return { ...view, headline: accountsHeadline(snapshot, extra, view) };
}

function accountRow(
  snapshot: PosteriorSnapshot,
  result: AccountResult,
  declared: Account | undefined,
  best: number,
  bestScore: number,
): AccountRow {
  const behind = (value: number, top: number): number => (value === top ? 0 : value - top);
  return {
    name: result.name,
    assumption: assumption(declared),
    notComputable: result.notComputable,
    logMarginal: toWire(result.logMarginal),
    bound: result.bound,
    probability: toWire(result.probability),
    behind: toWire(behind(result.logMarginal, best)),
    logScore: toWire(result.logScore),
    scoreBehind: toWire(behind(result.logScore, bestScore)),
    probes: wires(result.probes),
    standings: result.standings.map(({ name, posterior, interval }) => ({
      name,
      posterior: toWire(posterior),
      interval,
    })),
    location: place(snapshot, declared?.origin),
  };
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
      return 'no persona, each situation by itself';
    default:
      return '';
  }
}
