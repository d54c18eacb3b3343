/** Rows of training data, as plain objects, to terms of evidence (LANGUAGE section 5, Datasets). */
import type { DatasetDeclaration, MappingKey, MappingValue, MethodName } from '../../server/syntax/tree';

export interface Situation {
  readonly name: string;
  readonly parent?: Situation;
  readonly responses: readonly { readonly name: string; readonly needs?: string; readonly fallback?: number }[];
}

export type Row = Readonly<Record<string, unknown>>;

/** One kind of episode: what enters c of its cell. */
export interface Term {
  readonly method: MethodName;
  readonly situation: Situation;
  readonly response: number;
  readonly over?: number;
  readonly weight: number;
  readonly times: number;
  readonly epochs: number;
  readonly tokens: number;
  readonly reward: number;
}

/** One row of measured log-likelihoods, in nats, whole (a mean has been multiplied by its tokens). */
export interface Measured {
  readonly method: MethodName;
  readonly situation?: Situation;
  readonly logprob: Readonly<Record<string, number>>;
  readonly weight: number;
  readonly epochs: number;
}

interface Message {
  readonly role: string;
  readonly content: string;
}

export function datasetTerms(
  node: DatasetDeclaration,
  rows: readonly Row[],
  situations: ReadonlyMap<string, Situation>,
): {
  terms: Term[];
  measured: Measured[];
  rows: { rows: number; classified: number; unclassified: number; duplicates: number };
} {
  const method = node.method?.method ?? naturalMethod(rows[0] ?? {});
  const terms = new Map<string, Term>();
  const measured = new Map<string, Measured>();
  let classified = 0;
  let duplicates = 0;

  rows.forEach((row, index) => {
    const number = (key: MappingKey, otherwise: number) => {
      const value = mapped(node, row, key);
      return value === undefined ? otherwise : Number(value);
    };
    const situation = situations.get(String(mapped(node, row, 'situation')));
    const response = situation?.responses.findIndex((r) => r.name === String(mapped(node, row, 'response')));
    const overName = mapped(node, row, 'over');
    const weight = number('weight', 1);
    const epochs = number('epochs', 1);
    const tokens = number('tokens', 1);
    const reward = number('reward', Number(row.reward ?? row.score ?? 1));
    const text = rowText(row) ?? `row ${index}`;

    const logprobs = node.mappings.find((m) => m.kind === 'logprobs');
    if (logprobs !== undefined) {
      classified++;
      const factor =
        { nats: 1, bits: Math.LN2, log10: Math.LN10 }[logprobs.base!] * (logprobs.aggregate === 'mean' ? tokens : 1);
      const read = valueIn(row, logprobs.value!) as Readonly<Record<string, number>>;
      const logprob = Object.fromEntries(Object.entries(read).map(([name, p]) => [name, Number(p) * factor]));
      measured.set(String(index), { method, situation, logprob, weight, epochs });
      return;
    }
    if (situation === undefined || response === undefined || response < 0) return;
    classified++;
    const over = overName === undefined ? undefined : situation.responses.findIndex((r) => r.name === String(overName));
    // "Rows with the same text are one episode shown several times (`epochs`)."
    const key = JSON.stringify([text, situation.name, response, over, weight, reward]);
    const before = terms.get(key);
    if (before !== undefined) duplicates++;
    terms.set(key, {
      method,
      situation,
      response,
      over,
      weight,
      times: 1,
      epochs: epochs + (before?.epochs ?? 0),
      tokens: before?.tokens ?? tokens,
      reward,
    });
  });
  return {
    terms: [...terms.values()],
    measured: [...measured.values()],
    rows: { rows: rows.length, classified, unclassified: rows.length - classified, duplicates },
  };
}

/** "(the method defaults to `prefer`)", "(rl)", else `sft`. */
function naturalMethod(row: Row): MethodName {
  if ('chosen' in row || 'preferred_output' in row) return 'prefer';
  return 'reward' in row || 'score' in row ? 'rl' : 'sft';
}

/** "`when … matches` rules are tried in order, the first that matches each key wins"; a constant holds where none does. */
function mapped(node: DatasetDeclaration, row: Row, key: MappingKey): unknown {
  for (const mapping of node.mappings) {
    if (mapping.kind !== 'when') continue;
    const entry = mapping.entries.find((e) => e.key === key);
    const subject = fieldOf(row, mapping.path!.value);
    if (entry === undefined || subject === undefined) continue;
    if (new RegExp(mapping.pattern!.value, 'u').test(String(subject))) return valueIn(row, entry.value!);
  }
  const constant = node.mappings.find((m) => m.kind === 'set' && m.entry.key === key);
  return constant?.kind === 'set' ? valueIn(row, constant.entry.value!) : undefined;
}

function valueIn(row: Row, value: MappingValue): unknown {
  if (value.kind === 'name') return value.text;
  return value.kind === 'number' ? value.value : fieldOf(row, value.path!.value);
}

/** "`user`, `assistant` and `system` stand for the last turn of that role." */
function fieldOf(row: Row, path: string): unknown {
  if (['user', 'assistant', 'system'].includes(path)) {
    return (row.messages as readonly Message[] | undefined)?.filter((m) => m.role === path).at(-1)?.content;
  }
  let value: unknown = row;
  for (const step of path.replace(/\[(-?\d+)\]/g, '.$1').split('.')) {
    if (Array.isArray(value)) value = value.at(Number(step));
    else value = (value as Row | undefined)?.[step];
  }
  return value;
}

/** What makes two rows the same: the turns, or prompt and answers, but for white space; undefined for a row without text. */
function rowText(row: Row): string | undefined {
  const spaced = (_key: string, value: unknown) =>
    typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : value;
  const text = entireText(row);
  return text && JSON.stringify(JSON.parse(text, spaced));
}

function entireText(row: Row): string | undefined {
  if (row.messages !== undefined)
    return JSON.stringify((row.messages as readonly Message[]).map((m) => [m.role, m.content]));
  const pieces = [
    'prompt',
    'input',
    'completion',
    'output',
    'chosen',
    'rejected',
    'preferred_output',
    'non_preferred_output',
  ]
    .filter((key) => row[key] !== undefined)
    .map((key) => row[key]);
  return pieces.length > 0 ? JSON.stringify(pieces) : undefined;
}
