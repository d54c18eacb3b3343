/** The personas and `novel` as the page lists them: name, colour, identity, and how much each matters. */
import type { Origin } from '../../server/program/model/origin';
import type { Program } from '../../server/program/model/program';
import type { PosteriorSnapshot } from '../../server/snapshot';
import type { Declaration } from '../../server/syntax/tree';
import type { PanelHypothesis } from '../model/messages';
import { colourSlots } from '../model/palette';
import { type DeclarationTracker, declarationAt, declarationIdAt } from '../whatIf/declarations';
import { relevanceRanks } from './relevance';

/** `tracker` must have followed the program; without one, identities are those of this text. */
export function panelHypotheses(
  { program, evaluation }: PosteriorSnapshot,
  tracker?: DeclarationTracker,
): PanelHypothesis[] {
  const slots = colourSlots(evaluation.hypotheses);
  const idOf = (of: Program, origin: Origin, node: Declaration): string =>
    tracker?.idOf(of.files[origin.file]?.uri ?? '', node) ?? declarationIdAt(of, origin);
  const ranks = relevanceRanks(evaluation);
  return evaluation.hypotheses.map((name, h) => {
    const declared = program.personas[h] ?? program.novel;
    const origin = program.personas[h]?.nameOrigin ?? program.novel?.origin;
    const node = origin && declarationAt(program, origin);
    return {
      name,
      title: declared?.title,
      declaration: node ? idOf(program, origin, node) : '',
      rank: ranks[h] ?? h,
      colour: slots[h] ?? 0,
    };
  });
}
