/** Declarations of a text with those inside of conditions. Must not know what they mean. */
import type { ConditionPart, Declaration, SetDeclaration, Span } from './tree';

/** Each declaration, a condition followed by its own. */
export function withPieces(declarations: readonly Declaration[]): readonly (Declaration | SetDeclaration)[] {
  if (!declarations.some(({ kind }) => kind === 'condition')) return declarations;
  return declarations.flatMap((one): readonly (Declaration | SetDeclaration)[] =>
    one.kind === 'condition' ? [one, ...one.pieces] : [one],
  );
}

/** The same without `set`s: declarations of the kinds that a program has outside of conditions too. */
export function nestedDeclarations(declarations: readonly Declaration[]): readonly Declaration[] {
  return withPieces(declarations).filter((one): one is Declaration => one.kind !== 'set');
}

/** The part of a condition around the place. */
export function pieceAround(declarations: readonly Declaration[], place: Span): ConditionPart | undefined {
  for (const one of declarations) {
    if (one.kind !== 'condition' || one.start > place.start || place.end > one.end) continue;
    return one.pieces.find(({ start, end }) => start <= place.start && place.end <= end);
  }
  return undefined;
}
