/** The order of a program's files, and what is wrong with its paths. Pure: everything has been read. */
import type { ImportDeclaration, ParseResult, StringLiteral } from '../../syntax/tree';
import { CODES, type DiagnosticCode } from '../codes';
import type { Diagnostic, RelatedPlace } from '../diagnostic';
import { type DatasetFiles, originOf, type ParsedFile } from '../files';
import type { Origin } from '../model/origin';
import { fileName, resolveAgainst } from '../uris';
import { type DataPath, type DatasetPaths, maxGlobFiles } from './dataFiles';

/** What a path came to. */
export interface LoadedFile {
  readonly uri: string;
  readonly text: string;
  readonly parsed: ParseResult;
  readonly imports: { readonly node: ImportDeclaration; readonly to: LoadedFile | 'nowhere' | 'outside' | 'unsaved' }[];
  readonly datasets: DatasetPaths[];
}

interface Arrangement {
  /** The root first, then each file after those that it imports. */
  readonly files: readonly LoadedFile[];
  /** The first import of a file. */
  readonly importers: ReadonlyMap<LoadedFile, { readonly file: LoadedFile; readonly node: ImportDeclaration }>;
  /** Imports that close a circle. */
  readonly circles: ReadonlySet<ImportDeclaration>;
}

/** Files in the order that `buildProgram` takes, with their diagnostics. */
export function arrangeFiles(root: LoadedFile, rootMissing: boolean): readonly ParsedFile[] {
  const arrangement = arrange(root);
  const index = new Map(arrangement.files.map((file, at) => [file, at]));
  return arrangement.files.map((file, at): ParsedFile => {
    const importedBy = importPlace(arrangement, index, file);
    const diagnostics = fileDiagnostics(arrangement, index, file);
    if (at === 0 && rootMissing) {
      const message = `There is no file '${fileName(file.uri)}', or it cannot be read.`;
      diagnostics.push({ code: 'file-missing', severity: 'error', origin: { file: 0, start: 0, end: 0 }, message });
    }
    const datasets = new Map(file.datasets.map((paths) => [paths.node, filesOf(file, paths)]));
    const incomplete = file.imports.some(({ to }) => typeof to === 'string');
    const { uri, text, parsed } = file;
    return { uri, text, parsed, importedBy, datasets, diagnostics, incomplete };
  });
}

/** What is to be read: nothing where one of the paths may not be followed, since the rest would be fewer rows. */
function filesOf(file: LoadedFile, { paths, labels }: DatasetPaths): DatasetFiles {
  const placesOf = ({ literal, found }: DataPath): readonly (string | undefined)[] =>
    found.map((place) => {
      if (place.kind === 'place') return place.uri;
      // The reader of datasets says that it is missing, and sees it when it appears.
      return place.kind === 'nowhere' ? resolveAgainst(file.uri, literal.value) : undefined;
    });
  const uris = paths.flatMap((path) => (path.glob ? [undefined] : placesOf(path)));
  const label = labels && placesOf(labels)[0];
  const isWhole = uris.every((uri) => uri !== undefined) && (!labels || label !== undefined);
  return { uris: isWhole ? [...new Set(uris)] : [], ...(label === undefined ? {} : { labels: label }) };
}

/** Depth first, in the order of imports; without recursion, because a chain of imports may be long. */
function arrange(root: LoadedFile): Arrangement {
  const order: LoadedFile[] = [];
  const importers = new Map<LoadedFile, { readonly file: LoadedFile; readonly node: ImportDeclaration }>();
  const circles = new Set<ImportDeclaration>();
  const state = new Map<LoadedFile, 'open' | 'done'>([[root, 'open']]);
  const walk = [{ file: root, next: 0 }];
  for (let top = walk.at(-1); top; top = walk.at(-1)) {
    const link = top.file.imports[top.next++];
    if (!link) {
      state.set(top.file, 'done');
      order.push(top.file);
      walk.pop();
    } else if (typeof link.to !== 'string') {
      const seen = state.get(link.to);
      if (seen === 'open') circles.add(link.node);
      if (seen) continue;
      state.set(link.to, 'open');
      importers.set(link.to, { file: top.file, node: link.node });
      walk.push({ file: link.to, next: 0 });
    }
  }
  return { files: [root, ...order.slice(0, -1)], importers, circles };
}

/** The import of a file; undefined for the root. */
function importPlace(
  { importers }: Arrangement,
  index: ReadonlyMap<LoadedFile, number>,
  file: LoadedFile,
): Origin | undefined {
  const by = importers.get(file);
  const at = by && index.get(by.file);
  return by && at !== undefined ? originOf(at, by.node.path ?? by.node) : undefined;
}

/** Of a chain of imports so many are named. */
const LONGEST_CHAIN = 20;

/** The imports that lead to a file, the nearest first. */
function importChain(
  arrangement: Arrangement,
  index: ReadonlyMap<LoadedFile, number>,
  file: LoadedFile,
): readonly RelatedPlace[] {
  const places: RelatedPlace[] = [];
  let imported: LoadedFile | undefined = file;
  while (imported && places.length < LONGEST_CHAIN) {
    const origin = importPlace(arrangement, index, imported);
    if (!origin) break;
    places.push({ origin, message: `'${fileName(imported.uri)}' is imported here.` });
    imported = arrangement.importers.get(imported)?.file;
  }
  return places;
}

function fileDiagnostics(
  arrangement: Arrangement,
  index: ReadonlyMap<LoadedFile, number>,
  file: LoadedFile,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const add = (code: DiagnosticCode, path: StringLiteral, message: string) => {
    const related = importChain(arrangement, index, file);
    diagnostics.push({
      code,
      severity: CODES[code].severity,
      origin: originOf(index.get(file)!, path),
      message,
      ...(related.length > 0 ? { related } : {}),
      data: { path: path.value },
    });
  };
  const refuse = (code: DiagnosticCode, kind: 'outside' | 'unsaved', path: StringLiteral) => {
    if (kind === 'unsaved') {
      const message = `An unsaved file has no folder in which to look for '${path.value}': save it first.`;
      add('path-without-folder', path, message);
    } else {
      const message = `'${path.value}' lies outside the workspace folder: move it inside, or open a folder that holds both.`;
      add(code, path, message);
    }
  };
  for (const { node, to } of file.imports) {
    const path = node.path!;
    if (to === 'nowhere') add('import-missing', path, `There is no file '${path.value}' to import.`);
    else if (typeof to === 'string') refuse('import-outside', to, path);
    else if (arrangement.circles.has(node)) {
      const message =
        to === file
          ? 'A file cannot import itself.'
          : `'${path.value}' imports this file in turn: leave one of the imports out.`;
      add('import-circle', path, message);
    }
  }
  for (const { paths, labels } of file.datasets) {
    for (const { literal, found, glob } of labels ? [...paths, labels] : paths) {
      if (glob === 'empty') add('dataset-glob', literal, `No file matches '${literal.value}'.`);
      if (glob === 'many') {
        const message = `More than ${maxGlobFiles.toLocaleString('en')} files match '${literal.value}': write a narrower one.`;
        add('dataset-glob', literal, message);
      }
      for (const { kind } of found) {
        if (kind !== 'outside' && kind !== 'unsaved') continue;
        refuse('dataset-outside', kind, literal);
        break;
      }
    }
  }
  return diagnostics;
}
