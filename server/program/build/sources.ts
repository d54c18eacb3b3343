/** Where numbers come from: `source` declarations, and the marks that point to them. Must not know what is marked. */
import type { Declaration, Mark, SetDeclaration, SourceDeclaration } from '../../syntax/tree';
import type { ParsedFile, Placed } from '../files';
import type { Source } from '../model/program';
import type { BuildContext } from './buildContext';
import { defineNames, type NameTable, resolveName } from './names';

export interface Sources {
  readonly table: NameTable;
  readonly list: readonly Source[];
}

export function buildSources(ctx: BuildContext, declarations: readonly Placed<SourceDeclaration>[]): Sources {
  const { table, definitions } = defineNames(ctx, 'source', declarations);
  const list = definitions.map(({ node, declared }, index): Source => {
    return { ...declared, index, ...(node.address ? { address: node.address.value } : {}) };
  });
  return { table, list };
}

/** The source that a mark names; undefined without a mark or for an unknown name, which `checkMarks` reports. */
export function sourceOf(sources: NameTable, mark: Mark | undefined): number | undefined {
  return mark?.source && sources.get(mark.source.text);
}

/** Notes what every mark of the files refers to, and reports unknown sources. */
export function checkMarks(ctx: BuildContext, files: readonly ParsedFile[], sources: NameTable): void {
  files.forEach(({ parsed }, file) => {
    const check = (mark: Mark | undefined) => {
      if (mark) resolveName(ctx, 'source', sources, file, mark.source);
    };
    for (const declaration of parsed.file.declarations) eachMark(declaration, check);
  });
}

/** Calls `visit` with the marks of a declaration and of its parts, in order. */
export function eachMark(node: Declaration | SetDeclaration, visit: (mark: Mark | undefined) => void): void {
  // Most declarations of a large file are episodes: theirs is read without asking for the property first.
  if (node.kind === 'episode') {
    if (node.mark) visit(node.mark);
    return;
  }
  if ('mark' in node) visit(node.mark);
  if (node.kind === 'persona') for (const row of node.rows) visit(row.mark);
  if (node.kind === 'condition') for (const part of node.pieces) eachMark(part, visit);
}
