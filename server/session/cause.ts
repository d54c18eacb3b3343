/** Why there are no numbers of a text, in words, with the line that is the cause. */

import type { PanelCause } from '../../panel/model/messages';
import { formatProbability } from '../../panel/model/numbers';
import type { Finding } from '../inference/evaluation';
import type { Origin } from '../program/model/origin';
import type { Program } from '../program/model/program';
import { fileName } from '../program/uris';
import { positionAt } from '../syntax/lines';
import type { Loaded, StaleCause } from './outcome';

export function causeOf(stale: StaleCause): PanelCause {
  switch (stale.kind) {
    case 'waiting':
      return { message: 'The text has changed since it was evaluated.' };
    case 'reading': {
      const { name, fraction, stopped } = stale.reading;
      const how = stopped ? 'was stopped' : fraction === undefined ? 'goes on' : `is at ${formatProbability(fraction)}`;
      return { message: `Reading dataset ${name} ${how}: its evidence is not in these numbers.` };
    }
    case 'unread': {
      const { loaded, dataset, message } = stale;
      const source = loaded.program.datasets[dataset]!;
      return atLine(loaded, source.pathOrigin, `dataset ${source.name}: ${message}`);
    }
    case 'broken':
      return atLine(stale.loaded, stale.diagnostic.origin, stale.diagnostic.message);
    case 'finding': {
      const { origin, message } = leftOut(stale.loaded.program, stale.finding);
      return atLine(stale.loaded, origin, message);
    }
  }
}

function atLine(loaded: Loaded, origin: Origin, message: string): PanelCause {
  const lines = loaded.lines[origin.file]!;
  const { uri } = loaded.program.files[origin.file]!;
  const start = positionAt(lines, origin.start);
  const file = origin.file === 0 ? '' : ` of ${fileName(uri)}`;
  const location = { uri: uri, range: { start, end: positionAt(lines, origin.end) } };
  return { message: `Line ${start.line + 1}${file}: ${message}`, location };
}

/** What a finding leaves out of the numbers, in a few words: its diagnostic says why. */
function leftOut(program: Program, finding: Finding): { readonly origin: Origin; readonly message: string } {
  const root: Origin = { file: 0, start: 0, end: 0 };
  if ('episode' in finding)
    return { origin: program.episodes[finding.episode]?.origin ?? root, message: 'this episode cannot be evidence' };
  if ('dataset' in finding) {
    const dataset = program.datasets[finding.dataset];
    return { origin: dataset?.nameOrigin ?? root, message: `dataset ${dataset?.name} cannot be evidence` };
  }
  if (!('situation' in finding)) return { origin: root, message: 'some evidence is left out' };
  const situation = program.situations[finding.situation];
  return { origin: situation?.nameOrigin ?? root, message: `situation ${situation?.name} cannot be evaluated` };
}
