/**
 * Code lenses: the panel over the scenario and each persona, and where it is asked for what-if over each episode. They are placed by the text
 * alone and are worded when they come into view (`resolve`), so a long file costs nothing.
 */
import type { CodeLens, Position } from 'vscode-languageserver-types';
import { formatLog, formatProbability } from '../../panel/model/numbers';
import { declarationIdAt } from '../../panel/whatIf/declarations';
import { standingOdds } from '../inference/posterior/logOdds';
import type { Program } from '../program/model/program';
import type { Settings } from '../settings';
import { type SemanticSnapshot, type SyntaxSnapshot, toRange } from '../snapshot';
import type { Declaration, Unit } from '../syntax/tree';
import { hasNumbers, type MaybeNumbers } from './feature';
import { unitOf } from './hover/page';

/** What a lens remembers until it is worded. */
interface LensData {
  readonly uri: string;
  readonly kind: 'panel' | 'persona' | 'what-if' | 'account';
  readonly at: Position;
}

const KINDS: Readonly<Partial<Record<Declaration['kind'], LensData['kind']>>> = {
  scenario: 'panel',
  persona: 'persona',
  novel: 'persona',
  episode: 'what-if',
  dataset: 'what-if',
  compare: 'account',
};

export function codeLenses({ uri, lines, parsed }: SyntaxSnapshot, settings: Settings): CodeLens[] {
  if (!settings.codeLens) return [];
  const { declarations } = parsed.file;
  return declarations.flatMap((declaration) => {
    const kind = KINDS[declaration.kind];
    if (kind === undefined || (kind === 'what-if' && !settings.episodeLens)) return [];
    const range = toRange(lines, declaration.keyword);
    const data: LensData = { uri, kind, at: range.start };
    return [{ range, data }];
  });
}

/** The lens with its words and what it opens. */
export function resolveCodeLens(snapshot: MaybeNumbers, lens: CodeLens, settings: Settings): CodeLens {
  const data = lens.data as LensData;
  const open = (title: string, view: string, query: Readonly<Record<string, unknown>> = {}): CodeLens => ({
    ...lens,
    command: { title, command: 'dramatis.openPosterior', arguments: [data.uri, view, query] },
  });
  const found = subject(snapshot, data);
  switch (data.kind) {
    case 'panel':
      return open('Open posterior', 'posterior');
    case 'persona':
      // The pair of numbers is in the hint where hints are on, and is said once.
      return open(
        personaTitle(found.h === undefined || settings.hints.personas ? '' : standing(snapshot, found.h)),
        'evidence',
        {
          measure: { kind: 'weight', persona: found.name },
        },
      );
    case 'account':
      return open('Compare accounts', 'accounts');
    case 'what-if':
      return open(`${shift(snapshot, found, unitOf(snapshot, settings))}what if?`, 'posterior', {
        controls: found.episode === undefined ? [] : [declarationIdAt(snapshot.program, found.episode.origin)],
      });
  }
}

interface Subject {
  readonly name?: string;
  readonly h?: number;
  readonly episode?: Program['episodes'][number];
  readonly dataset?: number;
}

function subject({ program, file, fileLines }: SemanticSnapshot, { at }: LensData): Subject {
  const start = fileLines[file]!.starts[at.line]! + at.character;
  const here = ({ origin }: { readonly origin: { file: number; start: number; end: number } }): boolean =>
    origin.file === file && origin.start <= start && start < origin.end;
  const h = program.personas.findIndex(here);
  if (h >= 0) return { name: program.personas[h]!.name, h };
  if (program.novel && here(program.novel)) return { name: 'novel', h: program.personas.length };
  const episode = program.episodes.find(here);
  if (episode) return { episode };
  const dataset = program.datasets.findIndex(here);
  return dataset >= 0 ? { dataset } : {};
}

function standing(snapshot: MaybeNumbers, h: number): string {
  const found = hasNumbers(snapshot) ? snapshot.evaluation.personas[h] : undefined;
  if (!found || !hasNumbers(snapshot) || Number.isNaN(found.prior)) return '';
  const { prior, posterior } = standingOdds(snapshot.evaluation);
  return `${formatProbability(found.prior, prior[h])} → ${formatProbability(found.posterior, posterior[h])}${markOf(snapshot)}`;
}

function shift(snapshot: MaybeNumbers, { episode, dataset }: Subject, unit: Unit): string {
  if (!hasNumbers(snapshot)) return '';
  const { episodes, datasets } = snapshot.evaluation;
  const moved = episode === undefined ? datasets.shift[dataset ?? -1] : episodes.shift[episode.index];
  return moved === undefined || Number.isNaN(moved) ? '' : `shift ${formatLog(moved, unit)}${markOf(snapshot)} · `;
}

/** The lens over a persona, with its pair of numbers where they are known. */
function personaTitle(pair: string): string {
  return pair === '' ? 'Evidence' : `${pair} · evidence`;
}

/** What stands behind numbers that are not of this text. */
function markOf(snapshot: MaybeNumbers): string {
  return hasNumbers(snapshot) && snapshot.outOfDate ? ` (${snapshot.outOfDate.mark})` : '';
}
