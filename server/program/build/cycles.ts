/** `extends` must lead somewhere: circles are reported once and cut. */
import type { Name } from '../../syntax/tree';
import { originOf } from '../files';
import { type BuildContext, report } from './buildContext';
import type { Definition } from './names';

/**
 * Parents by index without circles. Each circle is cut at one `extends`, the one met last when walking from the first
 * declaration, and reported there with the others as related places.
 */
export function cutCycles<D extends { readonly name?: Name }>(
  ctx: BuildContext,
  kind: 'situation' | 'persona' | 'condition',
  definitions: readonly Definition<D & { readonly start: number; readonly end: number }>[],
  wanted: readonly (number | undefined)[],
  baseOf: (node: D) => Name | undefined,
): (number | undefined)[] {
  const parents = [...wanted];
  // 0 not seen, otherwise the number of the walk that saw it.
  const seen = new Int32Array(wanted.length);
  for (let start = 0; start < wanted.length; start++) {
    const path: number[] = [];
    let at: number | undefined = start;
    while (at !== undefined && seen[at] === 0) {
      seen[at] = start + 1;
      path.push(at);
      at = parents[at];
    }
    if (at === undefined || seen[at] !== start + 1) continue;
    const circle = path.slice(path.indexOf(at));
    const last = circle.at(-1)!;
    const { file, node, declared } = definitions[last]!;
    const message =
      circle.length === 1
        ? `The ${kind} '${declared.name}' cannot extend itself.`
        : `The ${kind}s ${circle.map((index) => `'${definitions[index]!.declared.name}'`).join(', ')} extend each other in a circle.`;
    report(ctx, file, baseOf(node) ?? node, 'cyclic-extends', message, {
      related: circle.slice(0, -1).map((index) => ({
        origin: originOf(definitions[index]!.file, baseOf(definitions[index]!.node) ?? definitions[index]!.node),
        message: `'${definitions[index]!.declared.name}' extends here.`,
      })),
    });
    parents[last] = undefined;
  }
  return parents;
}
