/** Priors: relative weights as written, normalised over the personas and `novel` (LANGUAGE section 4). */
import type { NovelDeclaration, NumberNode, PersonaDeclaration } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Novel } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import type { Definition } from './names';
import { notNegative, numberIn, positive } from './ranges';
import { onlyOne } from './settings';

export interface Priors {
  /** By persona. */
  readonly weights: readonly number[];
  readonly normalised: readonly number[];
  readonly novel?: Novel;
}

export function buildPriors(
  ctx: BuildContext,
  personas: readonly Definition<PersonaDeclaration>[],
  novels: readonly Placed<NovelDeclaration>[],
): Priors {
  const zeros: { readonly file: number; readonly literal: NumberNode; readonly name: string }[] = [];
  const weightIn = (file: number, literal: NumberNode, name: string): number | undefined => {
    const weight = numberIn(ctx, file, literal, notNegative, 'A prior');
    if (weight === 0) zeros.push({ file, literal, name });
    return weight;
  };

  const anyWritten = personas.some(({ node }) => node.prior);
  const weights = personas.map(({ file, node, declared }) => {
    if (node.prior) return weightIn(file, node.prior, declared.name) ?? 0;
    if (!anyWritten) return 1;
    if (!isDamaged(ctx, file, node)) {
      const message = `'${declared.name}' has no prior, while other personas have one: write 'prior' and a relative weight.`;
      report(ctx, file, node.name!, 'missing-prior', message, { data: { persona: declared.name } });
    }
    return 0;
  });
  const novel = buildNovel(ctx, novels, weightIn);
  const hypotheses = weights.length + (novel ? 1 : 0);

  // Weights whose plain sum is too large for a double are scaled down first.
  const plain = weights.reduce((sum, weight) => sum + weight, 0) + (novel?.weight ?? 0);
  const scale = Number.isFinite(plain) ? 1 : 1 / (2 * hypotheses);
  const total =
    scale === 1 ? plain : weights.reduce((sum, weight) => sum + weight * scale, 0) + (novel?.weight ?? 0) * scale;
  const written = zeros.length > 0 && zeros.length === personas.length + (novel ? 1 : 0);
  if (total === 0 && written) {
    const { file, literal } = zeros[0]!;
    const message = 'Every prior is 0: give at least one persona a weight above 0. Until then all count alike.';
    report(ctx, file, literal, 'all-zero-priors', message);
  } else {
    for (const { file, literal, name } of zeros) {
      const message = `A prior of 0 stays 0 whatever the evidence (Cromwell's rule): '${name}' can never be selected.`;
      report(ctx, file, literal, 'zero-prior', message, { data: { persona: name } });
    }
  }
  const share = (weight: number) => (total > 0 ? (weight * scale) / total : 1 / hypotheses);
  return {
    weights,
    normalised: weights.map(share),
    novel: novel && { ...novel, prior: share(novel.weight) },
  };
}

function buildNovel(
  ctx: BuildContext,
  declarations: readonly Placed<NovelDeclaration>[],
  weightIn: (file: number, literal: NumberNode, name: string) => number | undefined,
): Novel | undefined {
  const placed = onlyOne(ctx, 'novel', declarations);
  if (!placed) return undefined;
  const { file, node } = placed;
  const concentration = node.concentration
    ? numberIn(ctx, file, node.concentration, positive, 'The concentration of novel')
    : 1;
  const weight = node.prior && weightIn(file, node.prior, 'novel');
  if (weight === undefined || concentration === undefined || isDamaged(ctx, file, node)) return undefined;
  return { title: node.title?.value, doc: node.doc, weight, prior: 0, concentration, origin: originOf(file, node) };
}
