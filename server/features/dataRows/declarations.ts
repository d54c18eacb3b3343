/** The way from training data to the scenarios that read it: a lens above the file, and go to definition anywhere. */
import type { CodeLens, Location } from 'vscode-languageserver-types';
import { formatCount } from '../../../panel/model/numbers';
import type { Settings } from '../../settings';
import { toLocation } from '../../snapshot';
import { datasetTally } from '../datasetTally';
import type { DataSnapshot } from '../feature';
import { declaringFile, type Use, usesOf } from './uses';

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function dataLenses(data: DataSnapshot, settings: Settings): readonly CodeLens[] {
  if (!settings.codeLens) return [];
  const uses = usesOf(data);
  const declared = uses.map(
    (use): CodeLens => ({
      range: TOP,
      command: {
        title: `evidence in ${declaringFile(use)} · ${tally(use)}`,
        command: 'dramatis.reveal',
        arguments: [toLocation(use.snapshot, use.source.nameOrigin)],
      },
    }),
  );
  const preview = { title: 'preview', command: 'dramatis.previewDataset', arguments: [data.uri] };
  return uses.length === 0 ? [] : [...declared, { range: TOP, command: preview }];
}

function tally({ snapshot, counts }: Use): string {
  const { rows, classified } = datasetTally(snapshot.program, counts);
  return `${formatCount(classified)} of ${formatCount(rows)} rows used`;
}

/** Every declaration that reads the file, wherever in it one stands. */
export function dataDeclarations(data: DataSnapshot): readonly Location[] {
  return usesOf(data).map(({ snapshot, source }) => toLocation(snapshot, source.nameOrigin));
}
