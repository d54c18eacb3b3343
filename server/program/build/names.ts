/**
 * Names to indices: one table per kind, first definition wins, and one diagnostic for a name that is unknown or taken.
 */
import { nearest } from '../../syntax/nearest';
import type { Name, Span, StringLiteral } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Declared } from '../model/origin';
import type { SymbolKind } from '../model/program';
import { type BuildContext, isExcused, report } from './buildContext';

/** A table of names of one kind. */
export type NameTable = ReadonlyMap<string, number>;

interface NamedDeclaration extends Span {
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly doc?: string;
}

/** A declaration that won its name, with the facts that every declared thing has. */
export interface Definition<D> extends Placed<D> {
  readonly declared: Declared;
}

/** Give each named declaration its index; a second one of the same name is reported and left out. */
export function defineNames<D extends NamedDeclaration>(
  ctx: BuildContext,
  kind: Exclude<SymbolKind, 'response'>,
  declarations: readonly Placed<D>[],
): { readonly table: NameTable; readonly definitions: readonly Definition<D>[] } {
  const table = new Map<string, number>();
  const definitions: Definition<D>[] = [];
  for (const { file, node } of declarations) {
    const name = node.name;
    if (!name) continue;
    const first = table.get(name.text);
    ctx.occurrences.define(kind, first ?? definitions.length, file, name);
    if (first !== undefined) {
      report(ctx, file, name, 'duplicate-name', `There is already a ${kind} '${name.text}'; this one is not used.`, {
        related: [{ origin: definitions[first]!.declared.nameOrigin, message: 'First declared here.' }],
        data: { kind, name: name.text },
      });
      continue;
    }
    table.set(name.text, definitions.length);
    definitions.push({
      file,
      node,
      declared: {
        name: name.text,
        title: node.title?.value,
        doc: node.doc,
        origin: originOf(file, node),
        nameOrigin: originOf(file, name),
      },
    });
  }
  return { table, definitions };
}

const CODE_OF = {
  situation: 'unknown-situation',
  response: 'unknown-response',
  persona: 'unknown-persona',
  capability: 'unknown-capability',
  parameter: 'unknown-parameter',
  condition: 'unknown-condition',
  source: 'unknown-source',
} as const;

/** One error on an unknown name, with the nearest known ones; silent where text that could not be read may define it. */
export function reportUnknown(
  ctx: BuildContext,
  kind: keyof typeof CODE_OF,
  file: number,
  name: Name,
  known: Iterable<string>,
  more?: { readonly where?: string; readonly data?: Readonly<Record<string, unknown>> },
): void {
  if (isExcused(ctx, name)) return;
  const names = [...known];
  const where = more?.where ?? '';
  const suggestions = nearestOf(ctx, `${kind}${where} ${name.text}`, name.text, names);
  const end =
    suggestions.length > 0
      ? ` Did you mean ${suggestions.map((suggestion) => `'${suggestion}'`).join(' or ')}?`
      : names.length > 0 && names.length <= 6
        ? ` There ${names.length === 1 ? 'is' : 'are'} ${names.map((known) => `'${known}'`).join(', ')}.`
        : '';
  report(ctx, file, name, CODE_OF[kind], `Unknown ${kind} '${name.text}'${where}.${end}`, {
    data: { kind, name: name.text, suggestions, ...more?.data },
  });
}

/** At most three names that may have been meant; worked out once for a mistake that is made many times. */
function nearestOf(ctx: BuildContext, key: string, name: string, known: readonly string[]): readonly string[] {
  let found = ctx.suggestions.get(key);
  if (!found) {
    found = nearest(name, known).slice(0, 3);
    ctx.suggestions.set(key, found);
  }
  return found;
}

/** The index of a name, noting the reference; undefined where it is missing or unknown, which is then reported. */
export function resolveName(
  ctx: BuildContext,
  kind: 'situation' | 'persona' | 'capability' | 'parameter' | 'condition' | 'source',
  table: NameTable,
  file: number,
  name: Name | undefined,
): number | undefined {
  if (!name) return undefined;
  const index = table.get(name.text);
  if (index === undefined) reportUnknown(ctx, kind, file, name, table.keys());
  else ctx.occurrences.refer(kind, index, file, name);
  return index;
}
