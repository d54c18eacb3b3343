/** Hovers over probes, expectations, accounts and reinforcements: where a prediction comes from. */

import { formatInterval, formatLog, formatPercent, formatProbability } from '../../../panel/model/numbers';
import type { ProbeResult } from '../../inference/evaluation';
import { observedShares } from '../../inference/posterior/observedShares';
import type { Observation } from '../../program/model/observation';
import type { Account, Expectation, Probe, Reinforcement } from '../../program/model/program';
import type { PosteriorSnapshot } from '../../snapshot';
import type { Unit } from '../../syntax/tree';
import { hasNumbers, type MaybeNumbers } from '../feature';
import { SIGNATURES } from '../signatures';
import { whatIfLink } from '../whatIf';
import { bar, code, heading, page, table } from './page';

export function probeHover(snapshot: MaybeNumbers, probe: Probe): string {
  const header = heading('probe', probe.target.text);
  if (!hasNumbers(snapshot)) return header;
  return page(header, decomposition(snapshot, snapshot.evaluation.probes[probe.index]!));
}

/** before → after, and each persona's part in it: weight × its own prediction. */
function decomposition({ evaluation }: PosteriorSnapshot, probe: ProbeResult): string {
  const rows = evaluation.hypotheses.map((name, h) => {
    const [weight, predicts] = [probe.weightGiven[h]!, probe.byPersona[h]!];
    return [
      code(name),
      formatProbability(weight),
      formatProbability(predicts),
      formatProbability(weight * predicts),
      bar(weight * predicts),
    ];
  });
  return page(
    `**${formatProbability(probe.before)} → ${formatProbability(probe.after)}**`,
    rows.length > 0 ? table(['', '>weight', '>P(response)', '>contribution', ''], rows) : undefined,
  );
}

export function expectationHover(snapshot: MaybeNumbers, expectation: Expectation): string {
  const header = heading('expectation', expectation.text);
  if (!hasNumbers(snapshot)) return header;
  const { value, holds } = snapshot.evaluation.expectations[expectation.index]!;
  return page(header, `It is **${formatProbability(value)}**: the expectation ${holds ? 'holds' : 'fails'}.`);
}

const ASSUMPTIONS: Readonly<Record<Account['kind'], string>> = {
  selection: 'Every persona is rigid, and none is new: training only selects.',
  drift: 'Every persona has this concentration: training also shifts propensities inside it.',
  novel: 'Selection, and a persona that pre-training never wrote.',
  contextual: 'A persona is drawn anew for each situation.',
  population: 'A persona is drawn anew for each episode; training moves the mixture.',
  unstructured: 'There is no persona at all: each situation learns its own answers.',
  declared: 'The program as it is written.',
  unmoved: 'Training moves nothing: predictions are those from before.',
  habits: 'There is no persona: each situation learns by itself, from what pre-training would have said.',
  transfer: 'Evidence counts in full in its own situation and with this share in every other.',
  blend: 'One character, mixed of all personas in log space; training moves the mixture.',
};

export function accountHover(snapshot: MaybeNumbers, account: Account, unit: Unit): string {
  const header = page(
    heading('account', account.name),
    ASSUMPTIONS[account.kind],
    SIGNATURES[account.kind]?.documentation,
  );
  if (!hasNumbers(snapshot)) return header;
  const results = snapshot.evaluation.accounts;
  const own = results[account.index];
  if (!own) return header;
  if (own.notComputable !== undefined) return page(header, `Not computable: ${own.notComputable}`);
  const best = Math.max(
    ...results.map(({ logMarginal }) => (Number.isNaN(logMarginal) ? Number.NEGATIVE_INFINITY : logMarginal)),
  );
  const behind = own.logMarginal - best;
  const compared = results.filter(({ notComputable }) => notComputable === undefined).length;
  const rows = [
    ['log score on the evaluations', formatLog(own.logScore, unit)],
    ['log marginal (observations only)', `${own.bound ? 'at least ' : ''}${formatLog(own.logMarginal, unit)}`],
    ['probability under equal prior odds', `${formatPercent(own.probability)} ${bar(own.probability)}`],
    ...(compared > 1
      ? [
          [
            'below the reference',
            behind < 0 ? `${own.bound ? 'at most ' : ''}${formatLog(-behind, unit)}` : 'reference',
          ],
        ]
      : []),
  ];
  return page(header, table(['', ''], rows), ABOUT_MARGINALS);
}

/** What was measured beside what is predicted, response by response. */
export function evaluationHover(snapshot: PosteriorSnapshot, observed: Observation): string {
  const { total, outcomes } = observedShares(snapshot.program, snapshot.evaluation, observed);
  const situation = snapshot.program.situations[observed.situation]?.name ?? '';
  const given = observed.givenText === undefined ? '' : ` given ${observed.givenText}`;
  const header = heading('evaluation', `${situation}${given}`, observed.label);
  const rows = outcomes.map(({ name, predicted, share, interval }) => [
    code(name),
    formatProbability(predicted),
    total > 0 ? formatProbability(share) : 'not yet',
    total > 0 ? formatInterval(...interval) : '',
  ]);
  return page(header, table(['', '>predicted', '>measured', '>95% interval'], rows));
}

/** What a log marginal says, and what it does not. */
const ABOUT_MARGINALS =
  'A log marginal says which account would have expected the training file. It says nothing about the network.';

export function reinforcementHover(snapshot: MaybeNumbers, reinforcement: Reinforcement, unit: Unit): string {
  const { program } = snapshot;
  const header = heading('reinforcement of', program.situations[reinforcement.situation]!.name);
  const how =
    reinforcement.rigidity === undefined
      ? 'Strict selection (no rigidity): personas are weighted by their reward, response distributions unchanged.'
      : `KL-regularised RL at its optimum, rigidity ${reinforcement.rigidity}: ρ·log Z selects, exp(r/ρβ) tilts inside each persona.`;
  if (!hasNumbers(snapshot)) return page(header, how);
  const { selection, propensityShift } = snapshot.evaluation.reinforcements[reinforcement.index]!;
  const rows = [
    ['selection among personas', formatLog(selection, unit)],
    ['propensity shift inside them', formatLog(propensityShift, unit)],
  ];
  return page(header, how, table(['part of the change', '>KL'], rows), whatIfLink(snapshot, reinforcement));
}
