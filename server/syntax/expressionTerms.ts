/** Walks over expressions. Must not know values. */
import type { Expression, Name } from './tree';

/** The names of parameters that an expression reads, in order. */
export function parametersIn(e: Expression | undefined): readonly Name[] {
  const names: Name[] = [];
  eachTerm(e, (term) => {
    if (term.kind === 'use' && term.parameter) names.push(term.parameter);
  });
  return names;
}

/** Calls `visit` with each literal and each use, in order. */
export function eachTerm(
  e: Expression | undefined,
  visit: (term: Extract<Expression, { kind: 'literal' | 'use' }>) => void,
): void {
  if (e === undefined) return;
  if (e.kind === 'minus') eachTerm(e.of, visit);
  else if (e.kind === 'operation') {
    eachTerm(e.left, visit);
    eachTerm(e.right, visit);
  } else visit(e);
}
