/** What-if, written down: the changes as one edit of the text, each in the place where its value stands or would stand. */
import type { Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import type { Program } from '../../server/program/model/program';
import type { SemanticSnapshot } from '../../server/snapshot';
import { positionAt } from '../../server/syntax/lines';
import type { Declaration, MethodDeclaration, NumberNode } from '../../server/syntax/tree';
import { formatSource } from '../model/numbers';
import { changesOf, type ProgramChange, whatIfPriors } from './apply';
import { declarationAt } from './declarations';

/** Replace `start` to `end` of a file by `text`; an insertion where both are the same. */
interface Replacement {
  readonly file: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The edit that writes the changes, for exactly these texts: `versions` are the editor's, by file, null for one that is
 * not open. Null where nothing in the text would change.
 */
export function whatIfEdit(
  snapshot: SemanticSnapshot,
  changes: readonly ProgramChange[],
  versions: (uri: string) => number | null = () => null,
): WorkspaceEdit | null {
  const { program } = snapshot;
  const replacements = [
    ...changesOf(changes, 'episode').flatMap(({ target, value }) => episodeEdit(program, target, value)),
    ...changesOf(changes, 'dataset').flatMap(({ target, value }) => datasetEdit(program, target.index, value)),
    ...changesOf(changes, 'method').flatMap(({ target, value }) => methodEdit(program, target.method, value)),
    ...changesOf(changes, 'reinforcement').flatMap(({ target, value }) => betaEdit(program, target.index, value)),
    ...priorEdits(program, changes),
  ];
  if (replacements.length === 0) return null;
  const documentChanges = program.files.flatMap(({ uri }, file) => {
    const lines = snapshot.fileLines[file];
    const edits = replacements
      .filter((replacement) => replacement.file === file)
      .flatMap(({ start, end, text }): TextEdit[] => {
        const range: Range | undefined = lines && { start: positionAt(lines, start), end: positionAt(lines, end) };
        return range ? [{ range, newText: text }] : [];
      });
    return edits.length === 0 ? [] : [{ textDocument: { uri, version: versions(uri) }, edits }];
  });
  return { documentChanges };
}

/** A new value in the form of the old one: a percentage stays a percentage. */
function inForm(literal: NumberNode | undefined, value: number, percent = false): string {
  return formatSource(value, literal ? literal.text.endsWith('%') : percent);
}

function replace(file: number, literal: NumberNode, value: number, percent?: boolean): Replacement[] {
  const text = percent === undefined ? inForm(literal, value) : formatSource(value, percent);
  return text === literal.text ? [] : [{ file, start: literal.start, end: literal.end, text }];
}

function insert(file: number, at: number, text: string): Replacement[] {
  return [{ file, start: at, end: at, text }];
}

function episodeEdit(
  program: Program,
  target: { readonly index: number; readonly key: 'times' | 'weight' },
  value: number,
): Replacement[] {
  const episode = program.episodes[target.index];
  if (!episode || (target.key === 'times' && value <= 0)) return [];
  const { node, origin } = episode;
  const written = node.attributes.find((attribute) => attribute.key === target.key && attribute.value);
  if (written?.value) return replace(origin.file, written.value, value);
  if (value === episode[target.key]) return [];
  const behind = [node.response, node.over, ...node.attributes].flatMap((part) => (part ? [part.end] : []));
  return insert(origin.file, Math.max(...behind), ` ${target.key} ${formatSource(value)}`);
}

function datasetEdit(program: Program, index: number, value: number): Replacement[] {
  const dataset = program.datasets[index];
  const node = dataset && declarationAt(program, dataset.origin);
  if (node?.kind !== 'dataset') return [];
  const { file } = dataset!.origin;
  for (const mapping of node.mappings) {
    if (mapping.kind !== 'set' || mapping.entry.key !== 'weight' || !mapping.entry.value) continue;
    const written = mapping.entry.value;
    if (written.kind === 'number') return replace(file, written, value);
    return [{ file, start: written.start, end: written.end, text: formatSource(value) }];
  }
  const last = node.mappings.at(-1);
  if (last) return insert(file, last.end, `  weight ${formatSource(value)}`);
  if (node.body) return insert(file, node.body.start + 1, ` weight ${formatSource(value)} `);
  return insert(file, node.end, ` { weight ${formatSource(value)} }`);
}

function methodEdit(program: Program, name: string, value: number): Replacement[] {
  const method = Object.values(program.methods).find((candidate) => candidate.name === name);
  if (!method) return [];
  const node = method.origin && declarationAt(program, method.origin);
  if (method.origin && node?.kind === 'method') {
    const written = strengthOf(node);
    if (written) return replace(method.origin.file, written, value);
    const at = node.method?.end ?? node.keyword.end;
    return insert(method.origin.file, at, ` strength ${formatSource(value)}`);
  }
  if (value === method.strength) return [];
  const header = program.files[0]!.tree.declarations.filter(({ kind }) => HEAD.has(kind)).at(-1);
  const line = `method ${name} strength ${formatSource(value)}`;
  return header ? insert(0, header.end, `\n${line}`) : insert(0, 0, `${line}\n`);
}

function betaEdit(program: Program, index: number, value: number): Replacement[] {
  const reinforcement = program.reinforcements[index];
  const node = reinforcement && declarationAt(program, reinforcement.origin);
  if (node?.kind !== 'reinforce' || !node.beta || value <= 0) return [];
  return replace(reinforcement.origin.file, node.beta, value);
}

/** Declarations that a new method goes after. */
const HEAD: ReadonlySet<Declaration['kind']> = new Set(['import', 'scenario', 'units', 'method']);

function strengthOf(node: MethodDeclaration): NumberNode | undefined {
  return node.settings.find((setting) => setting.key === 'strength')?.value;
}

/** How far from 1 a sum of written priors may be and still be meant as probabilities. */
const ABOUT_ONE = 0.02;

/**
 * Priors are relative. Where they are written as probabilities all of them are written again, so that they add up to 1
 * as before; where they are odds (3, 1) only those that were changed are, against the unchanged rest.
 */
function priorEdits(program: Program, changes: readonly ProgramChange[]): Replacement[] {
  const priors = whatIfPriors(program, changes);
  if (!priors) return [];
  const places = priorPlaces(program);
  const weights = [...program.personas.map(({ weight }) => weight), ...(program.novel ? [program.novel.weight] : [])];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const asked = new Set(changesOf(changes, 'prior').map(({ target }) => target.persona));
  const rest = places.reduce((sum, place, h) => (asked.has(place.name) ? sum : sum + weights[h]!), 0);
  const left = places.reduce((sum, place, h) => (asked.has(place.name) ? sum : sum + priors[h]!), 0);
  const probabilities =
    Math.abs(total - 1) <= ABOUT_ONE || places.some(({ literal }) => !literal) || !(rest > 0 && left > 0);
  return places.flatMap(({ name, file, literal, at }, h) => {
    if (!probabilities && !asked.has(name)) return [];
    const value = probabilities ? priors[h]! : (priors[h]! / left) * rest;
    if (literal) return replace(file, literal, value, probabilities || literal.text.endsWith('%'));
    return insert(file, at, ` prior ${formatSource(value, true)}`);
  });
}

interface PriorPlace {
  readonly name: string;
  readonly file: number;
  readonly literal?: NumberNode;
  /** Where a prior would be written. */
  readonly at: number;
}

function priorPlaces(program: Program): PriorPlace[] {
  const places = program.personas.map(({ name, origin, nameOrigin }): PriorPlace => {
    const node = declarationAt(program, nameOrigin);
    const pieces = node?.kind === 'persona' ? [node.name, node.title, node.extends] : [];
    const at = Math.max(nameOrigin.end, ...pieces.flatMap((part) => (part ? [part.end] : [])));
    return { name, file: origin.file, literal: node?.kind === 'persona' ? node.prior : undefined, at };
  });
  if (program.novel) {
    const { origin } = program.novel;
    const node = declarationAt(program, origin);
    const literal = node?.kind === 'novel' ? node.prior : undefined;
    places.push({ name: 'novel', file: origin.file, literal, at: node?.keyword.end ?? origin.end });
  }
  return places;
}
