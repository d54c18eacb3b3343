/** The words for what only the numbers show: findings of the inference, failing expectations, accounts without a number. */

import { formatLog, formatProbability } from '../../../panel/model/numbers';
import type { ApproximatePreference, Finding } from '../../inference/evaluation';
import { CODES, type DiagnosticCode } from '../../program/codes';
import type { Diagnostic } from '../../program/diagnostic';
import type { Origin } from '../../program/model/origin';
import type { Expectation, Program } from '../../program/model/program';
import type { PosteriorSnapshot } from '../../snapshot';
import { misfits } from './misfit';

/** One episode worth more than this is suspicious: 30 decibans. */
const STRONG = 3 * Math.LN10;

export function findingDiagnostics(snapshot: PosteriorSnapshot): readonly Diagnostic[] {
  const { program, evaluation } = snapshot;
  return [
    ...evaluation.findings.map((finding) => wordsOf(program, finding)),
    ...expectationDiagnostics(snapshot),
    ...accountDiagnostics(snapshot),
    ...misfits(snapshot),
    ...strongEpisodes(snapshot),
  ];
}

function finding(code: DiagnosticCode, origin: Origin, message: string, data?: Diagnostic['data']): Diagnostic {
  return { code, severity: CODES[code].severity, origin, message, ...(data ? { data } : {}) };
}

/** A finding as a diagnostic. */
export function wordsOf(program: Program, found: Finding): Diagnostic {
  switch (found.kind) {
    case 'undefined-posterior': {
      const { origin, what, data } = evidence(program, found.evidence);
      return finding(
        'undefined-posterior',
        origin,
        `With ${what} no persona that has a prior is left, so there is no posterior. Give one of them a propensity above 0 here, make the capability learnable, or declare \`novel\`.`,
        data,
      );
    }
    case 'impossible-everywhere': {
      const { origin, what, data } = evidence(program, found.evidence);
      return finding(
        'impossible-everywhere',
        origin,
        `No persona can produce ${what}. Give one of them a propensity above 0 here, make the capability learnable, or declare \`novel\`.`,
        data,
      );
    }
    case 'killed-by-one': {
      const { origin, what, data } = evidence(program, found.evidence);
      const persona = program.personas[found.persona]?.name ?? 'novel';
      return finding(
        'killed-by-one',
        origin,
        `With ${what} alone, persona ${persona} is ruled out for ever: it gives it probability 0. A small number above 0 lets other evidence speak.`,
        { ...data, persona },
      );
    }
    case 'negative-evidence': {
      const episode = program.episodes[found.episode]!;
      return finding(
        'negative-evidence',
        episode.origin,
        `${NEGATIVE[found.reason](found.persona)} The episode is left out.`,
        {
          persona: found.persona,
          reason: found.reason,
        },
      );
    }
    case 'negative-dataset': {
      const dataset = program.datasets[found.dataset]!;
      return finding(
        'negative-evidence',
        dataset.nameOrigin,
        `${NEGATIVE[found.reason](found.persona)} The dataset is left out.`,
        { persona: found.persona, reason: found.reason },
      );
    }
    case 'approximate-preference': {
      const situation = program.situations[found.situation]!;
      return finding(
        'approximate-preference',
        situation.nameOrigin,
        `${APPROXIMATE[found.reason](situation.name)}: for personas with a concentration, and for novel, their likelihood is approximate.`,
      );
    }
    case 'missing-measurement': {
      const dataset = program.datasets[found.dataset]!;
      const rows = found.rows === 1 ? '1 row' : `${found.rows} rows`;
      return finding(
        'missing-measurement',
        dataset.nameOrigin,
        `Persona ${found.persona} has no measured log-likelihood in ${rows} of dataset ${dataset.name}, so the dataset is left out. Measure it too, or leave the persona out.`,
        { persona: found.persona, dataset: dataset.name },
      );
    }
    case 'intended-fallback': {
      const situation = program.situations[found.situation]!;
      const response = situation.responses[found.response]!;
      const together = { situation: situation.name, response: response.name, persona: found.persona };
      if (found.capabilities !== undefined)
        return finding(
          'intended-fallback',
          response.origin,
          `Persona ${found.persona} has a concentration, and ${found.capabilities} capabilities share the fallback ${response.name}: at most two can be integrated. Give some of them a fallback of their own.`,
          together,
        );
      return finding(
        'intended-fallback',
        response.origin,
        `Persona ${found.persona} has a concentration, and ${response.name} is both intended by a persona and a fallback: the two cannot be told apart. Give the failure a response of its own.`,
        together,
      );
    }
    case 'too-many-abilities': {
      const situation = program.situations[found.situation]!;
      return finding(
        'too-many-abilities',
        situation.nameOrigin,
        `More learnable capabilities meet in ${situation.name} than can be integrated: fix one of them, or split the situation.`,
      );
    }
    case 'no-persona': {
      const origin = { file: 0, start: 0, end: program.scenario?.origin.file === 0 ? program.scenario.origin.end : 0 };
      return finding(
        'no-persona',
        origin,
        'No persona yet, so there is nothing to select. Add `persona name prior 50%`.',
      );
    }
    case 'out-of-range': {
      if ('reinforcement' in found) {
        const { origin } = program.reinforcements[found.reinforcement]!;
        return finding(
          'out-of-range',
          origin,
          'The rewards divided by beta are too large to compute with, so there is no posterior. Use smaller rewards, or a larger beta.',
        );
      }
      const { origin, what, data } = evidence(program, found.evidence);
      const then = found.leftOut ? 'it is left out' : 'there is no posterior';
      return finding(
        'out-of-range',
        origin,
        `The evidence ${what} counts more than can be computed with, so ${then}. Use a smaller \`times\`, \`weight\` or strength.`,
        data,
      );
    }
    case 'moves-no-persona': {
      const { origin, what } = episode(program, found.episode);
      return finding(
        'moves-no-persona',
        origin,
        `This moves no persona: every persona shares the capability, and all are equally likely to show ${what}.`,
      );
    }
    case 'says-nothing-yet': {
      const { origin } = episode(program, found.episode);
      return finding(
        'says-nothing-yet',
        origin,
        'The network cannot do otherwise yet: not doing it says nothing about the personas.',
      );
    }
  }
}

const APPROXIMATE: Record<ApproximatePreference, (situation: string) => string> = {
  'shared-response': (situation) => `Preference pairs of ${situation} share a response`,
  'unequal-capability': (situation) => `Preference pairs of ${situation} compare responses of unequal capability`,
  fallback: (situation) => `Preference pairs of ${situation} involve a fallback that responses share`,
};

const NEGATIVE = {
  dirichlet: (persona: string) =>
    `Together with the rest, this negative evidence takes the count of persona ${persona} to 0 or below. Weaken the reward, or raise the concentration.`,
  impossible: (persona: string) =>
    `This is evidence against a response that persona ${persona} already finds impossible: its weight would be infinite.`,
  capability: (persona: string) =>
    `This negative evidence takes a capability${persona ? ` (persona ${persona})` : ''} to 0 or below. Weaken the reward, or raise the capability’s strength.`,
} as const;

interface Place {
  readonly origin: Origin;
  readonly what: string;
  readonly data?: Diagnostic['data'];
}

function evidence(program: Program, index: number): Place {
  const ref = program.evidence[index]!;
  if (ref.kind === 'episode') return episode(program, ref.index);
  const dataset = program.datasets[ref.index]!;
  return { origin: dataset.nameOrigin, what: `dataset ${dataset.name}`, data: { dataset: dataset.name } };
}

function episode(program: Program, index: number): Place {
  const { situation, response, node, origin } = program.episodes[index]!;
  const { name, responses } = program.situations[situation]!;
  const kind = { situation: name, response: responses[response]!.name };
  const end = node.over?.end ?? node.response?.end ?? node.keyword.end;
  return {
    // The head says what it is; a body of long turns would be underlined from end to end.
    origin: { file: origin.file, start: node.situation?.start ?? node.start, end },
    what: `${kind.situation} -> ${kind.response}`,
    data: kind,
  };
}

function expectationDiagnostics({ program, evaluation, counts }: PosteriorSnapshot): readonly Diagnostic[] {
  // A value without a dataset that is still being read would cry wolf.
  if (program.datasets.some(({ uri, index }) => uri !== undefined && !counts.has(index))) return [];
  return program.expectations.flatMap((expectation, index) => {
    const { value, holds } = evaluation.expectations[index]!;
    if (holds) return [];
    const message = Number.isNaN(value)
      ? 'This cannot be said to hold while the posterior is undefined.'
      : `Expected ${limits(expectation)}, but it is ${formatProbability(value)}.`;
    return [finding('expectation-fails', expectation.origin, message, { value: Number.isNaN(value) ? null : value })];
  });
}

function limits({ bound, low, high }: Expectation): string {
  const number = (limit: number | undefined): string => formatProbability(limit ?? Number.NaN);
  if (bound === 'between') return `between ${number(low)} and ${number(high)}`;
  return `${bound} ${number(bound === 'above' ? low : high)}`;
}

function accountDiagnostics({ program, evaluation }: PosteriorSnapshot): readonly Diagnostic[] {
  return program.accounts.flatMap((account, index) => {
    const reason = evaluation.accounts[index]?.notComputable;
    return reason === undefined
      ? []
      : [finding('account-not-computable', account.origin, `${account.name} is not computable: ${reason}`)];
  });
}

function strongEpisodes({ program, evaluation }: PosteriorSnapshot): readonly Diagnostic[] {
  if (!evaluation.defined) return [];
  const { hypotheses, episodes } = evaluation;
  const found: Diagnostic[] = [];
  for (let index = 0; index < episodes.count; index++) {
    let strongest = -1;
    let size = STRONG;
    for (let h = 0; h < hypotheses.length; h++) {
      const weight = Math.abs(episodes.single[index * hypotheses.length + h]!);
      if (weight > size && Number.isFinite(weight)) {
        strongest = h;
        size = weight;
      }
    }
    if (strongest < 0) continue;
    const weight = episodes.single[index * hypotheses.length + strongest]!;
    const { method } = program.episodes[index]!;
    found.push(
      finding(
        'strong-episode',
        episode(program, index).origin,
        `A single one of these is worth ${formatLog(weight, 'decibans', { sign: true })} for ${hypotheses[strongest]}, more than 30. Is the strength of ${method} (${program.methods[method].strength}) what you mean?`,
        { method },
      ),
    );
  }
  return found;
}
