/** Changes that mend nothing but help: inoculate, merge equal episodes, copy a row by name, sort the declarations. */
import { CodeActionKind, type TextEdit } from 'vscode-languageserver-types';
import type { SemanticSnapshot } from '../../snapshot';
import { DECLARATION_KINDS } from '../../syntax/parser/recovery';
import type { Declaration, EpisodeDeclaration, PersonaDeclaration, Span } from '../../syntax/tree';
import { declarationStart, insert, newline, replace, sourceOf } from './fix';
import { trailing } from './names';
import { addRow } from './rows';

export interface Refactoring {
  readonly title: string;
  readonly kind: string;
  readonly edits: readonly TextEdit[];
}

export function refactorings(snapshot: SemanticSnapshot, selection: Span): readonly Refactoring[] {
  const touched = snapshot.parsed.file.declarations.filter(
    ({ start, end }) => start <= selection.end && selection.start <= end,
  );
  const [first] = touched;
  if (!first) return [];
  return [
    ...(touched.length === 1 && first.kind === 'episode' ? inoculate(snapshot, first) : []),
    ...(first.kind === 'episode' ? mergeEqual(snapshot, first) : []),
    ...(touched.length === 1 && first.kind === 'persona' ? extractRow(snapshot, first, selection) : []),
  ];
}

/**
 * Inoculation: the same output where the input asks for it. Makes a situation that extends the episode's, a row for it
 * in every persona that this text declares (a copy of the asked-for behaviour is for the writer to judge, so the row
 * starts as all on the response), and moves the episode there.
 */
function inoculate(snapshot: SemanticSnapshot, episode: EpisodeDeclaration): readonly Refactoring[] {
  const situation = episode.situation;
  const response = episode.response;
  if (!situation || !response || episode.over) return [];
  const base = snapshot.program.situations.find(({ name }) => name === situation.text);
  if (!base || base.parent !== undefined) return [];
  const name = freeSituation(snapshot, `${situation.text}_asked`);
  const eol = newline(snapshot);
  const declaration = `situation ${name} extends ${situation.text} "The user asks for this very answer"${eol}${eol}`;
  const personas = snapshot.parsed.file.declarations.filter((one): one is PersonaDeclaration => one.kind === 'persona');
  const rows = personas
    .filter((persona) => !persona.extends)
    .map((persona) => addRow(snapshot, persona, `${name} -> ${response.text} 97%`));
  return [
    {
      title: `Inoculate: move the episode to a situation that asks for '${response.text}'`,
      kind: CodeActionKind.RefactorRewrite,
      edits: [insert(snapshot, firstEvidence(snapshot), declaration), ...rows, replace(snapshot, situation, name)],
    },
  ];
}

function freeSituation(snapshot: SemanticSnapshot, wanted: string): string {
  const used = new Set(snapshot.program.situations.map(({ name }) => name));
  let name = wanted;
  for (let n = 2; used.has(name); n++) name = `${wanted}${n}`;
  return name;
}

/** Before the first persona or evidence, where situations stand. */
function firstEvidence(snapshot: SemanticSnapshot): number {
  const later = new Set<Declaration['kind']>([
    'persona',
    'novel',
    'episode',
    'dataset',
    'reinforce',
    'probe',
    'expect',
  ]);
  const first = snapshot.parsed.file.declarations.find(({ kind }) => later.has(kind));
  return first ? declarationStart(first) : snapshot.text.length;
}

/** Episodes that say the same but for their `times` become one. */
function mergeEqual(snapshot: SemanticSnapshot, episode: EpisodeDeclaration): readonly Refactoring[] {
  const equal = snapshot.parsed.file.declarations.filter(
    (one): one is EpisodeDeclaration => one.kind === 'episode' && sameKind(snapshot, one, episode),
  );
  const [first, ...others] = equal;
  const isKnown = equal.every((one) => timesOf(one) !== undefined);
  if (!first?.response || others.length === 0 || !isKnown || equal.some(({ turns }) => turns.length > 0)) return [];
  const total = equal.reduce((sum, one) => sum + (timesOf(one) ?? 0), 0);
  const written = first.attributes.find(({ key }) => key === 'times');
  const last = first.over ?? first.response;
  const edit = written?.value
    ? replace(snapshot, written.value, String(total))
    : insert(snapshot, last.end, ` times ${total}`);
  const gone = others.map((one) =>
    replace(snapshot, trailing(snapshot.text, { start: declarationStart(one), end: one.end }), ''),
  );
  return [
    {
      title: `Merge ${equal.length} equal episodes into 'times ${total}'`,
      kind: CodeActionKind.RefactorRewrite,
      edits: [edit, ...gone],
    },
  ];
}

/** Undefined where an expression says so. */
function timesOf(episode: EpisodeDeclaration): number | undefined {
  const times = episode.attributes.find(({ key }) => key === 'times');
  return times ? times.value?.value : 1;
}

function sameKind(snapshot: SemanticSnapshot, a: EpisodeDeclaration, b: EpisodeDeclaration): boolean {
  return signature(snapshot, a) === signature(snapshot, b);
}

function signature(snapshot: SemanticSnapshot, one: EpisodeDeclaration): string {
  const attributes = one.attributes
    .filter(({ key }) => key !== 'times')
    .map((attribute) => sourceOf(snapshot, attribute))
    .sort();
  return JSON.stringify([
    one.method?.method ?? '',
    one.label?.value ?? '',
    one.situation?.text ?? '',
    one.response?.text ?? '',
    one.over?.text ?? '',
    attributes,
  ]);
}

/** A written row that another persona has too, by its numbers: say so by name. */
function extractRow(snapshot: SemanticSnapshot, persona: PersonaDeclaration, selection: Span): readonly Refactoring[] {
  const row = persona.rows.find(
    ({ kind, start, end }) => kind === 'cells' && start <= selection.end && selection.start <= end,
  );
  if (row?.kind !== 'cells') return [];
  const { program } = snapshot;
  const own = program.personas.find(({ name }) => name === persona.name?.text);
  const situation = program.situations.find(({ name }) => name === row.situation.text);
  if (!own || !situation) return [];
  const from = program.cellOffset[situation.index]!;
  const to = program.cellOffset[situation.index + 1]!;
  const twin = program.personas.find(
    (other) =>
      other !== own &&
      other.rowSource[situation.index]?.kind === 'written' &&
      other.row.slice(from, to).every((value, at) => Math.abs(value - own.row[from + at]!) < 1e-12),
  );
  if (!twin) return [];
  const newText = `${situation.name} as ${twin.name}`;
  return [
    {
      title: `Replace the row by '${newText}'`,
      kind: CodeActionKind.RefactorExtract,
      edits: [replace(snapshot, row, newText)],
    },
  ];
}

const GROUP: Partial<Record<Declaration['kind'], Declaration['kind']>> = { dataset: 'episode', expect: 'probe' };

/**
 * Groups the declarations by kind, in the order in which a reader needs them; within a group the written order stays,
 * because the order of evidence means something. Comments above a declaration move with it. Undefined where the text
 * is in order, or has mistakes of syntax that would make moving it unsafe.
 */
export function sortDeclarations(snapshot: SemanticSnapshot): TextEdit | undefined {
  const { parsed, text } = snapshot;
  if (parsed.issues.length > 0 || parsed.file.declarations.length < 2) return undefined;
  const rank = (kind: Declaration['kind']) => DECLARATION_KINDS.indexOf(GROUP[kind] ?? kind);
  const pieces = parsed.file.declarations.map((declaration, at, all) => ({
    rank: rank(declaration.kind),
    start: at === 0 ? headOf(snapshot, declaration) : lineAfter(text, all[at - 1]!.end, declarationStart(declaration)),
    end: 0,
  }));
  pieces.forEach((piece, at) => {
    piece.end = pieces[at + 1]?.start ?? text.length;
  });
  if (pieces.every((piece, at) => at === 0 || pieces[at - 1]!.rank <= piece.rank)) return undefined;
  const sorted = [...pieces].sort((a, b) => a.rank - b.rank);
  const eol = newline(snapshot);
  const body = sorted
    .map((piece, at) => {
      const source = text.slice(piece.start, piece.end).trim();
      const apart =
        at > 0 && (sorted[at - 1]!.rank !== piece.rank || /^\s*\r?\n\s*\r?\n/.test(text.slice(piece.start)));
      return (at === 0 ? '' : apart ? eol + eol : eol) + source;
    })
    .join('');
  return replace(snapshot, { start: pieces[0]!.start, end: text.length }, body + eol);
}

/** The first declaration's own comments; those before a blank line belong to the file and stay. */
function headOf(snapshot: SemanticSnapshot, first: Declaration): number {
  const before = snapshot.text.slice(0, declarationStart(first));
  const gaps = [...before.matchAll(/\r?\n[ \t]*\r?\n/g)];
  const last = gaps.at(-1);
  return last ? last.index + last[0].length : 0;
}

/** The end of the line on which the declaration before ends: a comment behind it stays with it. */
function lineAfter(text: string, end: number, next: number): number {
  const found = text.indexOf('\n', end);
  return found < 0 || found > next ? next : found;
}
