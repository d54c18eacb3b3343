/**
 * Labels that people and judges gave to rows: a JSON Lines or CSV file of `{id, situation, response, by?}`. Knows the
 * labels; which row an id belongs to is found while rows are read.
 */
import type { Host } from '../../host/host';
import { openRows } from '../containers/container';
import { DatasetFailure } from '../failure';
import { createTape, ScanFault, scanJson, type Tape } from '../json/scan';
import { isString, keyOf, member, rawOf, stringOf } from '../json/values';
import type { Limits } from '../limits';
import { sizeOf } from '../reading/fileSize';

export interface Label {
  readonly situation?: string;
  readonly response?: string;
  /** Who gave it; empty where the file does not say. `judge:…` is a model, every other a person. */
  readonly by: string;
}

export interface LabelTable {
  readonly byId: ReadonlyMap<string, readonly Label[]>;
  readonly labels: number;
  /** Lines that are no labels: the first of them, and how many. */
  readonly unusable: number;
  readonly firstUnusable?: string;
  /** Ids with two labels by one person: the first of the two counts. */
  readonly twice: readonly string[];
}

/** What a row is labelled as. */
export interface Decision {
  readonly situation?: string;
  readonly response?: string;
  /** Only a judge has labelled the row. */
  readonly judged: boolean;
}

export const isJudge = (by: string): boolean => by.startsWith('judge:');

const key = { id: keyOf('id'), situation: keyOf('situation'), response: keyOf('response'), by: keyOf('by') };

/** Throws a `DatasetFailure` where the file cannot be read. */
export async function readLabels(uri: string, host: Host, limits: Limits): Promise<LabelTable> {
  const size = await sizeOf(host, uri);
  const opened = await openRows({ uri, size, chunks: host.readBytes(uri) }, host, limits);
  const byId = new Map<string, Label[]>();
  const twice = new Set<string>();
  const tape = createTape();
  let labels = 0;
  let unusable = 0;
  let firstUnusable: string | undefined;
  try {
    for await (const block of opened.blocks) {
      const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
      for (let index = 0; index < block.count; index++) {
        const isBroken =
          block.rows?.[index]?.problem !== undefined ||
          scanJson(tape, block.bytes, view, block.from[index]!, block.to[index]!) !== ScanFault.none;
        const label = isBroken ? undefined : labelAt(tape);
        if (!label) {
          unusable += 1;
          firstUnusable ??= `line ${block.line[index]} is no label with an id and a situation or response`;
          continue;
        }
        labels += 1;
        const { id, ...given } = label;
        const known = byId.get(id);
        if (!known) byId.set(id, [given]);
        else if (known.some(({ by }) => by === given.by)) twice.add(id);
        else known.push(given);
      }
    }
  } finally {
    await opened.close();
  }
  if (labels === 0 && unusable > 0) {
    throw new DatasetFailure('dataset-labels', `The labels cannot be read: ${firstUnusable}.`);
  }
  return { byId, labels, unusable, ...(firstUnusable ? { firstUnusable } : {}), twice: [...twice] };
}

function labelAt(tape: Tape): (Label & { readonly id: string }) | undefined {
  const id = textAt(tape, member(tape, 0, key.id));
  const situation = textAt(tape, member(tape, 0, key.situation));
  const response = textAt(tape, member(tape, 0, key.response));
  if (id === undefined || (situation === undefined && response === undefined)) return undefined;
  const by = textAt(tape, member(tape, 0, key.by)) ?? '';
  return { id, ...(situation ? { situation } : {}), ...(response ? { response } : {}), by };
}

/** A text without the white space around it, or another value as JSON; undefined where there is nothing. */
function textAt(tape: Tape, node: number): string | undefined {
  if (node < 0) return undefined;
  const text = isString(tape, node) ? stringOf(tape, node).trim() : rawOf(tape, node);
  return text === '' || text === 'null' ? undefined : text;
}

/**
 * People over judges; among several people the label that most of them gave, of equally many the one that stands first.
 * The same among judges.
 */
export function decide(labels: readonly Label[]): Decision {
  const people = labels.filter(({ by }) => !isJudge(by));
  const counted = people.length > 0 ? people : labels;
  const text = ({ situation, response }: Label) => JSON.stringify([situation, response]);
  let best = counted[0]!;
  let most = 0;
  for (const label of counted) {
    const votes = counted.filter((other) => text(other) === text(label)).length;
    if (votes <= most) continue;
    best = label;
    most = votes;
  }
  const { situation, response } = best;
  return { ...(situation ? { situation } : {}), ...(response ? { response } : {}), judged: people.length === 0 };
}
