/** Whether a fit has anything to be fitted to. */
import type { FitDeclaration } from '../../syntax/tree';
import type { Placed } from '../files';
import type { Program } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';

export function checkFit(ctx: BuildContext, program: Program, placed: Placed<FitDeclaration> | undefined): void {
  if (!placed) return;
  const { file, node } = placed;
  const all = [program, ...program.conditions.map((one) => one.program)].flatMap(({ observed }) => observed);
  if (all.some(({ heldOut, runs }) => !heldOut && runs.length > 0)) return;
  // An evaluation with a mistake is told there.
  if (isDamaged(ctx, file, node) || ctx.diagnostics.some(({ severity }) => severity === 'error')) return;
  const message =
    all.length === 0
      ? `There is nothing to fit to: the program has no evaluation. Write one in a condition.`
      : `There is nothing to fit to: every evaluation is held out. Leave 'held out' away where the fit may look.`;
  report(ctx, file, node.keyword, 'fit-without-evaluations', message);
}
