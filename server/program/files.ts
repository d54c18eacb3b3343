/**
 * The files of a program as the builder takes them: parsed, in order, with what loading found out about their paths.
 */
import type { DatasetDeclaration, Declaration, EpisodeDeclaration, ParseResult, Span } from '../syntax/tree';
import type { Diagnostic } from './diagnostic';
import type { Origin } from './model/origin';

/** The files of a dataset: in order, each once; empty where a path leads nowhere that may be read. */
export interface DatasetFiles {
  readonly uris: readonly string[];
  readonly labels?: string;
}

export interface ParsedFile {
  readonly uri: string;
  readonly text: string;
  readonly parsed: ParseResult;
  /** The import that names this file, undefined for the root. */
  readonly importedBy?: Origin;
  /** Where a dataset's path leads; a dataset whose path was refused is missing. */
  readonly datasets?: ReadonlyMap<DatasetDeclaration, DatasetFiles>;
  /** What loading found: imports and paths that lead nowhere or too far. */
  readonly diagnostics?: readonly Diagnostic[];
  /** An import of this file could not be followed, so names may be missing that are no mistake of this text. */
  readonly incomplete?: boolean;
}

/** A declaration and the index of its file. */
export interface Placed<D> {
  readonly file: number;
  readonly node: D;
  /** Index of the stage of training, 0 where not given. */
  readonly stage?: number;
}

export type DeclarationsByKind = {
  readonly [K in Exclude<Declaration['kind'], 'episode'>]: Placed<Extract<Declaration, { kind: K }>>[];
};

/** The order in which files speak: imports first, the root (index 0) last. */
function evidenceOrder(files: readonly ParsedFile[]): number[] {
  const order = files.map((_, index) => index).slice(1);
  if (files.length > 0) order.push(0);
  return order;
}

/** The declarations of a program by kind, each list in evidence order; `evidence` has episodes and datasets together. */
export function declarationsByKind(files: readonly ParsedFile[]): {
  readonly kinds: DeclarationsByKind;
  readonly evidence: readonly Placed<EpisodeDeclaration | DatasetDeclaration>[];
} {
  const kinds: Record<Exclude<Declaration['kind'], 'episode'>, Placed<Declaration>[]> = {
    import: [],
    scenario: [],
    units: [],
    method: [],
    capability: [],
    situation: [],
    persona: [],
    novel: [],
    dataset: [],
    reinforce: [],
    probe: [],
    expect: [],
    evaluation: [],
    compare: [],
    source: [],
    parameter: [],
    condition: [],
    fit: [],
    sweep: [],
  };
  const evidence: Placed<EpisodeDeclaration | DatasetDeclaration>[] = [];
  for (const file of evidenceOrder(files)) {
    for (const node of files[file]!.parsed.file.declarations) {
      const placed = { file, node };
      // There may be ten thousand episodes: one list is enough for them.
      if (node.kind !== 'episode') kinds[node.kind].push(placed);
      if (node.kind === 'episode' || node.kind === 'dataset') evidence.push({ file, node });
    }
  }
  return { kinds: kinds as unknown as DeclarationsByKind, evidence };
}

export function originOf(file: number, span: Span): Origin {
  return { file, start: span.start, end: span.end };
}

/** The datasets of a file, those of conditions last, each group in order. */
export function datasetDeclarations(declarations: readonly Declaration[]): readonly DatasetDeclaration[] {
  const own: DatasetDeclaration[] = [];
  const nested: DatasetDeclaration[] = [];
  for (const one of declarations) {
    if (one.kind === 'dataset') own.push(one);
    else if (one.kind === 'condition') for (const part of one.pieces) if (part.kind === 'dataset') nested.push(part);
  }
  return [...own, ...nested];
}
