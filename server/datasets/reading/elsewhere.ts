/** Patterns that must not run in this thread: the texts that they are tried on, collected for a block of rows. */
import type { RowBlock } from '../containers/blocks';
import { episodesOf } from '../formats/episodes';
import { readRow } from '../formats/formats';
import { fieldText } from '../mapping/fieldText';
import type { Path } from '../mapping/path';
import { type CompiledPattern, runsHere } from '../mapping/patterns';
import { type RowReader, scanRow } from './rowReader';

/** A pattern with the texts of a block; undefined where there is no such field. */
export interface PatternJob {
  readonly of: 'rules' | 'conditions';
  readonly index: number;
  readonly source: string;
  /** One for each row, or for rules one for each episode. */
  readonly texts: readonly (string | undefined)[];
}

export interface PatternJobs {
  readonly jobs: readonly PatternJob[];
  /** With `turn each`: the number of each row's first episode in the block. */
  readonly entries?: Int32Array;
}

interface Risky {
  readonly of: PatternJob['of'];
  readonly index: number;
  readonly path: Path;
  readonly pattern: CompiledPattern;
}

/** Nothing where every pattern of the mapping may run here on every text of the block. */
export function patternJobs(reader: RowReader, block: RowBlock, view: DataView): PatternJobs {
  const { rules, selection } = reader.mapping;
  const all: Risky[] = [
    ...rules.map(({ path, pattern }, index): Risky => ({ of: 'rules', index, path, pattern })),
    ...selection.conditions.flatMap(({ path, pattern }, index): Risky[] =>
      pattern ? [{ of: 'conditions', index, path, pattern }] : [],
    ),
  ];
  const risky = all.filter(({ pattern }) => pattern.risk !== 'linear');
  if (risky.length === 0) return { jobs: [] };
  const texts = risky.map((): (string | undefined)[] => []);
  const entries = new Int32Array(block.count);
  let entry = 0;
  for (let index = 0; index < block.count; index++) {
    entries[index] = entry;
    entry += 1;
    if (scanRow(reader, block, view, index)) continue;
    const row = readRow(reader.tape);
    const episodes = selection.eachTurn ? episodesOf(row) : [row];
    entry += episodes.length - 1;
    risky.forEach(({ of, path }, i) => {
      if (of === 'conditions') texts[i]![index] = fieldText(reader.tape, row, path);
      else
        episodes.forEach((episode, at) => {
          texts[i]![entries[index]! + at] = fieldText(reader.tape, episode, path);
        });
    });
  }
  const jobs = risky.flatMap(({ of, index, pattern }, i): PatternJob[] => {
    const found = Array.from({ length: of === 'rules' ? entry : block.count }, (_, at) => texts[i]![at]);
    const isSafe = found.every((text) => text === undefined || runsHere(pattern, text));
    return isSafe ? [] : [{ of, index, source: pattern.source, texts: found }];
  });
  return { jobs, entries };
}
