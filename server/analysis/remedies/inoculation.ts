/**
 * Inoculation (LANGUAGE section 9, Remedies): the same evidence in a situation that extends its own, where the answer that
 * was trained says less about who answers.
 */
import type { DatasetCounts } from '../../datasets/counts';
import type { Stepwise } from '../../inference/stepwise';
import type { Program } from '../../program/model/program';
import { entry } from '../numbers/entry';
import { standingOf } from '../subject/standing';
import { countsFor, isUnsound, programWith, type Subject } from '../subject/subject';
import { variant } from '../subject/variant';
import type { Remedy } from './remedy';

interface Moved {
  readonly what: string;
  readonly move: NonNullable<Remedy['move']>;
  readonly program: Program;
  readonly counts: ReadonlyMap<number, DatasetCounts>;
}

export function* inoculations(
  subject: Subject,
  condition: number | null,
  expectation: number,
  good: (value: number) => boolean,
): Stepwise<readonly Remedy[]> {
  const program = programWith(subject, condition);
  if (isUnsound(program)) return [];
  const found: Remedy[] = [];
  for (const { what, move, program: other, counts } of moves(program, countsFor(subject, program))) {
    yield;
    const there = yield* standingOf(other, counts);
    if (isUnsound(there)) continue;
    const after = entry(there.expectations, expectation);
    if (good(after)) found.push({ kind: 'evidence', what, move, from: null, to: null, distance: null, after });
  }
  return found;
}

/** Every piece of evidence in every situation that extends the one where it stands. */
function* moves(program: Program, counts: ReadonlyMap<number, DatasetCounts>): Generator<Moved> {
  const extending = (situation: number) => program.situations.filter((s) => s.parent === situation);
  for (const [index, episode] of program.episodes.entries()) {
    for (const child of extending(episode.situation)) {
      const episodes = program.episodes.map((e, i) => (i === index ? { ...e, situation: child.index } : e));
      yield {
        what: `${episode.label === undefined ? `episode ${index + 1}` : `"${episode.label}"`} in ${child.name}`,
        move: { evidence: 'episode', index, situation: child.index },
        program: variant(program, { episodes }),
        counts,
      };
    }
  }
  for (const [index, read] of counts) {
    const dataset = program.datasets[index];
    if (!dataset) continue;
    for (const situation of program.situations) {
      const at = read.names.indexOf(situation.name);
      if (at < 0 || !read.groups.situation.includes(at)) continue;
      for (const child of extending(situation.index)) {
        const names = read.names.includes(child.name) ? read.names : [...read.names, child.name];
        const to = names.indexOf(child.name);
        const moved = read.groups.situation.map((s) => (s === at ? to : s));
        const changed = new Map(counts);
        changed.set(index, { ...read, names, groups: { ...read.groups, situation: moved } });
        yield {
          what: `dataset ${dataset.name} in ${child.name}`,
          move: { evidence: 'dataset', index, situation: child.index },
          program,
          counts: changed,
        };
      }
    }
  }
}
