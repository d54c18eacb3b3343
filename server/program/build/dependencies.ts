/**
 * Which units of an assembly read which numbers: what must be built again when a parameter or a literal has another
 * value. Read off the text once for an assembly.
 */

import { eachTerm } from '../../syntax/expressionTerms';
import type { Declaration, NumberNode, SetDeclaration } from '../../syntax/tree';
import type { Assembly, Unit } from './assembly';
import type { NameTable } from './names';
import { eachNumber } from './numberNodes';

export interface Dependencies {
  /** By parameter. */
  readonly readers: ReadonlyMap<number, ReadonlySet<Unit>>;
  /** By literal of the text. */
  readonly owners: ReadonlyMap<object, Unit>;
}

const known = new WeakMap<Assembly['inputs'], Dependencies>();

export function dependenciesOf({ inputs, texts }: Assembly, parameters: NameTable): Dependencies {
  const found = known.get(inputs);
  if (found) return found;
  const readers = new Map<number, Set<Unit>>();
  const owners = new Map<object, Unit>();
  const see = (node: NumberNode, unit: Unit) => {
    if (node.expression === undefined) {
      owners.set(node, unit);
      return;
    }
    eachTerm(node.expression, (term) => {
      if (term.kind === 'literal') owners.set(term, unit);
      else {
        const parameter = parameters.get(term.parameter?.text ?? '');
        if (parameter === undefined) return;
        const units = readers.get(parameter);
        if (units) units.add(unit);
        else readers.set(parameter, new Set([unit]));
      }
    });
  };
  const walk = (node: Declaration | SetDeclaration, unit: Unit) => {
    eachNumber(node, (number) => {
      see(number, unit);
    });
  };
  for (const { node } of inputs.kinds.method) walk(node, 'methods');
  for (const { node } of inputs.kinds.capability) walk(node, 'capabilities');
  texts.definitions.forEach(({ node }, index) => {
    eachNumber(node, (number, role) => {
      see(number, role === 'prior' ? 'priors' : `persona ${index}`);
    });
  });
  for (const { node } of inputs.kinds.novel) walk(node, 'priors');
  inputs.evidence.forEach(({ node }, at) => {
    walk(node, `evidence ${at}`);
    owners.set(node, `evidence ${at}`);
  });
  inputs.reinforce.forEach(({ node }, at) => {
    walk(node, `reinforce ${at}`);
  });
  for (const { node } of inputs.probe) walk(node, 'probes');
  for (const { node } of inputs.expect) walk(node, 'expectations');
  for (const { node } of inputs.evaluation) walk(node, 'observed');
  for (const { node } of inputs.kinds.compare) walk(node, 'accounts');
  for (const { node } of inputs.kinds.fit) walk(node, 'fit');
  for (const retaining of inputs.retaining) if (retaining) see(retaining.node, 'stages');
  const dependencies = { readers, owners };
  known.set(inputs, dependencies);
  return dependencies;
}

/** Units that read a parameter whose value differs, or one of the literals. */
export function dirtyUnits(
  { readers, owners }: Dependencies,
  before: Float64Array,
  after: Float64Array,
  literals: Iterable<object>,
): Set<Unit> {
  const dirty = new Set<Unit>();
  for (let parameter = 0; parameter < after.length; parameter++) {
    if (Object.is(before[parameter], after[parameter])) continue;
    for (const unit of readers.get(parameter) ?? []) dirty.add(unit);
  }
  for (const literal of literals) {
    const unit = owners.get(literal);
    if (unit !== undefined) dirty.add(unit);
  }
  return dirty;
}
