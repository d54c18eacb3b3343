/**
 * A dataset's mapping, ready to be applied to rows: constants, fields, and `when … matches` rules in order. For each
 * key the first rule that matches and gives it wins; a constant or field outside of rules is for the rows that no rule
 * gave the key.
 */

import type { Origin } from '../../program/model/origin';
import type { DatasetSource, FieldEntry, FieldValue } from '../../program/model/program';
import { outputBytes, type Row } from '../formats/row';
import type { Tape } from '../json/scan';
import { keyOf, looseNumber, rawOf } from '../json/values';
import { fieldText } from './fieldText';
import { follow, type Path, parsePath } from './path';
import { type CompiledPattern, compilePattern } from './patterns';
import { compileSelection, type Selection } from './selection';

type MappedKey = FieldEntry['key'];
const NUMBER_KEYS: ReadonlySet<string> = new Set(['reward', 'weight', 'tokens', 'epochs']);

type Value =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'counted' }
  | { readonly kind: 'field'; readonly path: Path };

interface Rule {
  readonly path: Path;
  readonly pattern: CompiledPattern;
  readonly values: readonly (readonly [MappedKey, Value])[];
}

export interface Mapping {
  readonly constants: Partial<Record<MappedKey, Value>>;
  readonly rules: readonly Rule[];
  readonly logprobs?: {
    readonly aggregate: 'sum' | 'mean';
    readonly scale: number;
    readonly base: string;
    readonly path: Path;
  };
  /** First parts of the paths that the mapping looks at. */
  readonly reads: ReadonlySet<string>;
  readonly gives: ReadonlySet<MappedKey>;
  /** Every path that the mapping looks at. */
  readonly paths: readonly Path[];
  /** Which rows are read, and how many episodes each is. */
  readonly selection: Selection;
  /** Where the id of a row's label stands, if the mapping says so. */
  readonly labelsBy?: Path;
  /** Responses by situation, where what only a judge labelled is spread over them. */
  readonly corrected?: ReadonlyMap<string, readonly string[]>;
}

export interface MappingFault {
  readonly code: 'dataset-pattern-invalid' | 'dataset-path-invalid' | 'dataset-mapping-number';
  readonly message: string;
  readonly origin: Origin;
}

/** Compiles the mapping of a declaration; every fault with its place. */
export function compileMapping(source: DatasetSource): {
  readonly mapping: Mapping;
  readonly faults: readonly MappingFault[];
} {
  const faults: MappingFault[] = [];
  const reads = new Set<string>();
  const gives = new Set<MappedKey>();
  const paths: Path[] = [];
  const pathOf = (text: string, origin: Origin): Path => {
    const path = parsePath(text);
    if (!path) {
      faults.push({
        code: 'dataset-path-invalid',
        message: `"${text}" is not a path of fields, such as "label", "meta.domain" or "messages[-1].content".`,
        origin,
      });
    }
    reads.add(text.split(/[.[]/u, 1)[0]!);
    const known = path ?? { text, entire: keyOf(text), steps: [] };
    paths.push(known);
    return known;
  };
  const compiled = (key: MappedKey, value: FieldValue): Value | undefined => {
    gives.add(key);
    if (value.kind === 'field') return { kind: 'field', path: pathOf(value.path, value.origin) };
    if (value.kind === 'number') return NUMBER_KEYS.has(key) ? value : { kind: 'name', name: String(value.value) };
    if (key === 'tokens' && value.name === 'counted') return { kind: 'counted' };
    if (!NUMBER_KEYS.has(key)) return { kind: 'name', name: value.name };
    const ways = key === 'tokens' ? 'a number, a field, or `counted`' : 'a number or a field';
    faults.push({
      code: 'dataset-mapping-number',
      message: `\`${key}\` takes ${ways}, not the name \`${value.name}\`.`,
      origin: value.origin,
    });
    return undefined;
  };
  const constants: Partial<Record<MappedKey, Value>> = {};
  for (const entry of source.entries) {
    const value = compiled(entry.key, entry.value);
    if (value) constants[entry.key] ??= value;
  }
  const rules: Rule[] = [];
  for (const rule of source.rules) {
    const pattern = compilePattern(rule.pattern);
    const path = pathOf(rule.path, rule.origin);
    if ('error' in pattern) {
      faults.push({ code: 'dataset-pattern-invalid', message: pattern.error, origin: rule.origin });
      continue;
    }
    const values = rule.entries.flatMap((entry) => {
      const value = compiled(entry.key, entry.value);
      return value ? [[entry.key, value] as const] : [];
    });
    rules.push({ path, pattern, values });
  }
  const selection = compileSelection(source, pathOf, (fault) =>
    faults.push({ code: 'dataset-pattern-invalid', ...fault }),
  );
  const { logprobs, labels } = source;
  const scale = { nats: 1, bits: Math.LN2, log10: Math.LN10 };
  return {
    mapping: {
      constants,
      rules,
      reads,
      gives,
      paths,
      selection,
      ...(labels?.by === undefined ? {} : { labelsBy: pathOf(labels.by, labels.origin) }),
      ...(labels?.corrected
        ? { corrected: new Map(labels.responses.map(({ situation, names }) => [situation, names])) }
        : {}),
      ...(logprobs
        ? {
            logprobs: {
              aggregate: logprobs.aggregate,
              base: logprobs.base,
              scale: scale[logprobs.base],
              path: pathOf(
                logprobs.value.kind === 'field'
                  ? logprobs.value.path
                  : logprobs.value.kind === 'name'
                    ? logprobs.value.name
                    : '',
                logprobs.origin,
              ),
            },
          }
        : {}),
    },
    faults,
  };
}

/** Whether the row has anything that the mapping looks at. */
export function looksAt({ paths }: Mapping, tape: Tape): boolean {
  return paths.some((path) => follow(tape, path) >= 0);
}

/** What the mapping gave one row. Mutable and reused. */
export interface Mapped {
  situation: string | undefined;
  response: string | undefined;
  over: string | undefined;
  /** NaN where nothing gave it. */
  reward: number;
  weight: number;
  tokens: number;
  epochs: number;
  /** A number that was asked for and is not there, in words. */
  fault: string | undefined;
}

export function createMapped(): Mapped {
  return {
    situation: undefined,
    response: undefined,
    over: undefined,
    reward: Number.NaN,
    weight: Number.NaN,
    tokens: Number.NaN,
    epochs: Number.NaN,
    fault: undefined,
  };
}

/** Applies the mapping; `matches(rule)` says whether a rule's pattern matches the row. */
export function applyMapping(
  mapping: Mapping,
  tape: Tape,
  row: Row,
  matches: (rule: number) => boolean,
  into: Mapped,
): void {
  into.situation = into.response = into.over = into.fault = undefined;
  into.reward = into.weight = into.tokens = into.epochs = Number.NaN;
  const { rules, constants } = mapping;
  let given = 0;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    let wanted = 0;
    for (const [key] of rule.values) wanted |= KEY_BIT[key];
    if ((wanted & ~given) === 0 || !matches(i)) continue;
    for (const [key, value] of rule.values) {
      if ((given & KEY_BIT[key]) !== 0) continue;
      given |= KEY_BIT[key];
      set(tape, row, key, value, into);
    }
  }
  for (const key of KEYS) {
    const value = constants[key];
    if (value && (given & KEY_BIT[key]) === 0) set(tape, row, key, value, into);
  }
}

const KEYS = ['situation', 'response', 'over', 'reward', 'weight', 'tokens', 'epochs'] as const;
const KEY_BIT: Readonly<Record<MappedKey, number>> = {
  situation: 1,
  response: 2,
  over: 4,
  reward: 8,
  weight: 16,
  tokens: 32,
  epochs: 64,
};

function set(tape: Tape, row: Row, key: MappedKey, value: Value, into: Mapped): void {
  if (key === 'situation' || key === 'response' || key === 'over') {
    const name =
      value.kind === 'name'
        ? value.name
        : value.kind === 'field'
          ? fieldText(tape, row, value.path)?.trim()
          : undefined;
    into[key] = name === '' ? undefined : name;
    return;
  }
  if (value.kind === 'number') into[key] = checked(key, value.value, into);
  else if (value.kind === 'counted') into[key] = Math.ceil(outputBytes(tape, row) / 4);
  else if (value.kind === 'field') {
    const node = follow(tape, value.path);
    const number = node < 0 ? undefined : looseNumber(tape, node);
    if (number === undefined) {
      into.fault ??=
        node < 0 ? `there is no field "${value.path.text}" for ${key}` : `${key} is ${excerpt(rawOf(tape, node))}`;
    } else into[key] = checked(key, number, into);
  }
}

/** Rewards may be negative; the other numbers may not, and nothing is shown less than some part of once. */
function checked(key: MappedKey, value: number, into: Mapped): number {
  if (key !== 'reward' && (value < 0 || (key === 'epochs' && value === 0))) {
    into.fault ??= `${key} is ${value}`;
  }
  return value;
}

export function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
