/** What stands once in a program: its scenario, its units, its methods. */
import { METHODS, type MethodName, type Unit } from '../../syntax/tree';
import { type DeclarationsByKind, originOf, type Placed } from '../files';
import type { Method, Program } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { fraction, notNegative, numberIn, positive } from './ranges';

/** The first of what may stand once; every further one is reported. */
export function onlyOne<D extends { readonly keyword: { readonly start: number; readonly end: number } }>(
  ctx: BuildContext,
  what: string,
  declarations: readonly Placed<D>[],
): Placed<D> | undefined {
  const [first, ...others] = declarations;
  for (const { file, node } of others) {
    report(
      ctx,
      file,
      node.keyword,
      'duplicate-declaration',
      `'${what}' stands at most once in a program; this one is not used.`,
      {
        related: [{ origin: originOf(first!.file, first!.node.keyword), message: 'First declared here.' }],
      },
    );
  }
  return first;
}

export function buildScenario(ctx: BuildContext, kinds: DeclarationsByKind): Program['scenario'] {
  const placed = onlyOne(ctx, 'scenario', kinds.scenario);
  if (!placed?.node.title) return undefined;
  return { title: placed.node.title.value, origin: originOf(placed.file, placed.node) };
}

export function buildUnits(ctx: BuildContext, kinds: DeclarationsByKind): Unit {
  return onlyOne(ctx, 'units', kinds.units)?.node.unit?.value ?? 'bits';
}

const RANGES = { strength: notNegative, repeats: fraction, discount: fraction, beta: positive } as const;

export function buildMethods(ctx: BuildContext, kinds: DeclarationsByKind): Record<MethodName, Method> {
  const methods = {} as Record<MethodName, Method>;
  for (const name of METHODS) {
    methods[name] = { name, strength: 1, perToken: false, repeats: 0, discount: 0, beta: 1 };
    const named = kinds.method.filter(({ node }) => node.method?.method === name);
    const placed = onlyOne(ctx, `method ${name}`, named);
    if (placed) methods[name] = buildMethod(ctx, placed, name);
  }
  return methods;
}

function buildMethod(
  ctx: BuildContext,
  { file, node }: DeclarationsByKind['method'][number],
  name: MethodName,
): Method {
  const values = { strength: 1, repeats: 0, discount: 0, beta: 1 };
  let perToken = false;
  const seen = new Set<string>();
  for (const setting of node.settings) {
    // The parser has reported a second one.
    if (seen.has(setting.key)) continue;
    seen.add(setting.key);
    const what = `The ${setting.key} of ${name}`;
    values[setting.key] = numberIn(ctx, file, setting.value, RANGES[setting.key], what) ?? values[setting.key];
    if (setting.key === 'strength' && setting.perToken) perToken = true;
    if (setting.key === 'beta' && name !== 'rl' && !isDamaged(ctx, file, setting)) {
      const message = `'beta' divides rewards, which only rl has: it changes nothing here.`;
      report(ctx, file, setting, 'unused-beta', message);
    }
  }
  return { name, ...values, perToken, origin: originOf(file, node) };
}
