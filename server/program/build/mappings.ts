/**
 * Datasets as declared: where the rows are and how each becomes an episode. The rows themselves are another layer's
 * business; names that a row may bring stay text.
 */
import type { DatasetDeclaration, MappingEntry, MappingKey, MappingValue, WhenMapping } from '../../syntax/tree';
import { originOf } from '../files';
import type { DatasetSource, FieldEntry, FieldRule, FieldValue } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { type Definition, reportUnknown, resolveName } from './names';
import { quantityOf } from './quantities';
import { finite, notNegative, numberIn, positive } from './ranges';
import { buildSelection } from './selections';
import type { Situations } from './situations';

const NUMBER_RANGES = { reward: finite, weight: notNegative, tokens: notNegative, epochs: positive } as const;

/** The dataset; where its text has a mistake (reported) without a `uri`, so that it is not read. */
export function buildDataset(
  ctx: BuildContext,
  { file, node, declared }: Definition<DatasetDeclaration>,
  declaration: number,
  situations: Situations,
  stage = 0,
): DatasetSource {
  const { constants, whens, logprobs } = splitMappings(ctx, file, node);
  const scope = situationsOf(ctx, file, node, situations);
  const entries = readEntries(ctx, file, constants, scope, situations);
  const rules = whens.map((rule) => readRule(ctx, file, rule, scope, situations));
  const measured = logprobs && readValue(ctx, file, logprobs.value);
  const source = {
    ...declared,
    index: 0,
    declaration,
    stage,
    method: node.method?.method,
    path: node.path?.value ?? '',
    pathOrigin: originOf(file, node.path ?? node),
    entries: withWeight(ctx, file, node, entries ?? []),
    rules: rules.filter((rule) => rule !== undefined),
    ...(measured && logprobs?.aggregate && logprobs.base
      ? {
          logprobs: {
            aggregate: logprobs.aggregate,
            base: logprobs.base,
            value: measured,
            origin: originOf(file, logprobs),
          },
        }
      : {}),
  };
  const files = ctx.files[file]!.datasets?.get(node);
  const { selection, labels, sound } = buildSelection(ctx, file, node, files?.labels, situations);
  const chosen = { ...source, ...(selection ? { selection } : {}), ...(labels ? { labels } : {}) };
  if (!entries || source.rules.length < rules.length || !node.path || isDamaged(ctx, file, node)) return chosen;
  if (!sound || !isEntireMapping(ctx, file, node, chosen)) return chosen;
  const uris = files?.uris ?? [];
  return { ...chosen, uri: uris[0], ...(uris.length > 1 ? { uris } : {}) };
}

/** With a weight that the text does not have, where the dataset itself is overridden. */
function withWeight(
  ctx: BuildContext,
  file: number,
  node: DatasetDeclaration,
  entries: readonly FieldEntry[],
): readonly FieldEntry[] {
  const value = ctx.quantities.overrides.get(node);
  if (value === undefined) return entries;
  const origin = originOf(file, node);
  return [...entries, { key: 'weight', value: { kind: 'number', value, origin }, origin }];
}

/** Whether rows can become evidence at all: they need a cell or measured values, and a preference its alternative. */
function isEntireMapping(
  ctx: BuildContext,
  file: number,
  node: DatasetDeclaration,
  { name, entries, rules, logprobs, labels }: Pick<DatasetSource, 'name' | 'entries' | 'rules' | 'logprobs' | 'labels'>,
): boolean {
  // A label can give a row its situation and its response.
  if (logprobs || labels) return true;
  const every = [...entries, ...rules.flatMap((rule) => rule.entries)];
  const has = (key: MappingKey) => every.some((entry) => entry.key === key);
  if (!has('situation') || !has('response')) {
    const missing = has('situation') ? 'response' : has('response') ? 'situation' : 'situation and no response';
    const message = `No row of '${name}' gets a ${missing}, so none becomes evidence: map it inside the braces.`;
    report(ctx, file, node.name!, 'incomplete-mapping', message);
  }
  if (node.method?.method !== 'prefer' || has('over')) return true;
  const message = `A preference needs the response that was turned down: map 'over' inside the braces.`;
  report(ctx, file, node.method, 'preference-without-over', message);
  return false;
}

function splitMappings(ctx: BuildContext, file: number, node: DatasetDeclaration) {
  const constants: MappingEntry[] = [];
  const whens: WhenMapping[] = [];
  let logprobs: Extract<DatasetDeclaration['mappings'][number], { kind: 'logprobs' }> | undefined;
  for (const mapping of node.mappings) {
    if (mapping.kind === 'set') constants.push(mapping.entry);
    else if (mapping.kind === 'when') whens.push(mapping);
    else if (mapping.kind !== 'logprobs') continue;
    else if (!logprobs) logprobs = mapping;
    else report(ctx, file, mapping, 'duplicate-setting', `This dataset already has 'logprobs'; this one is not used.`);
  }
  return { constants, whens, logprobs };
}

/** Situations that a row of the dataset can get; undefined where a field of the row decides. */
function situationsOf(
  ctx: BuildContext,
  file: number,
  node: DatasetDeclaration,
  situations: Situations,
): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  let open = false;
  for (const mapping of node.mappings) {
    const entries = mapping.kind === 'set' ? [mapping.entry] : mapping.kind === 'when' ? mapping.entries : [];
    for (const { key, value } of entries) {
      if (key !== 'situation') continue;
      const index = value?.kind === 'name' ? situations.table.get(value.text) : undefined;
      if (index === undefined) open = true;
      else found.add(index);
    }
  }
  return open || isDamaged(ctx, file, node) ? undefined : found;
}

function readRule(
  ctx: BuildContext,
  file: number,
  rule: WhenMapping,
  scope: ReadonlySet<number> | undefined,
  situations: Situations,
): FieldRule | undefined {
  const entries = readEntries(ctx, file, rule.entries, scope, situations);
  if (!rule.path || !rule.pattern) return undefined;
  try {
    new RegExp(rule.pattern.value, 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /, '') : 'unknown reason';
    const message = `This is not a regular expression of JavaScript with flag u: ${reason}.`;
    report(ctx, file, rule.pattern, 'invalid-pattern', message);
    return undefined;
  }
  return entries && { path: rule.path.value, pattern: rule.pattern.value, entries, origin: originOf(file, rule) };
}

function readEntries(
  ctx: BuildContext,
  file: number,
  nodes: readonly MappingEntry[],
  scope: ReadonlySet<number> | undefined,
  situations: Situations,
): readonly FieldEntry[] | undefined {
  const entries: FieldEntry[] = [];
  const seen = new Set<MappingKey>();
  let sound = true;
  const own = nodes.find((node) => node.key === 'situation' && node.value?.kind === 'name')?.value;
  const ownSituation = own?.kind === 'name' ? situations.table.get(own.text) : undefined;
  for (const node of nodes) {
    if (seen.has(node.key)) {
      report(ctx, file, node, 'duplicate-setting', `'${node.key}' is already mapped here; this one is not used.`);
      continue;
    }
    seen.add(node.key);
    const candidates = ownSituation === undefined ? scope : new Set([ownSituation]);
    const value = readSoundValue(ctx, file, node, candidates, situations);
    if (value) {
      entries.push({ key: node.key, value, origin: originOf(file, node) });
    } else {
      sound = false;
    }
  }
  return sound ? entries : undefined;
}

function readValue(ctx: BuildContext, file: number, value: MappingValue | undefined): FieldValue | undefined {
  switch (value?.kind) {
    case 'name':
      return { kind: 'name', name: value.text, origin: originOf(file, value) };
    case 'number':
      return { kind: 'number', value: quantityOf(ctx, file, value) ?? Number.NaN, origin: originOf(file, value) };
    case 'field':
      return value.path && { kind: 'field', path: value.path.value, origin: originOf(file, value) };
    default:
      return undefined;
  }
}

/** The value, where it may stand for its key; undefined where it may not (reported). */
function readSoundValue(
  ctx: BuildContext,
  file: number,
  { key, value }: MappingEntry,
  scope: ReadonlySet<number> | undefined,
  situations: Situations,
): FieldValue | undefined {
  if (!value || value.kind === 'field') return readValue(ctx, file, value);
  // `tokens counted` is an estimate from the row's text, which the reader of datasets makes.
  if (key === 'tokens' && value.kind === 'name' && value.text === 'counted') return readValue(ctx, file, value);
  const named = key === 'situation' || key === 'response' || key === 'over';
  if (named !== (value.kind === 'name')) {
    const message = named
      ? `'${key}' needs a name or a field, not a number.`
      : `'${key}' needs a number or a field, not a name: write 'field "${value.kind === 'name' ? value.text : ''}"' to read it from the row.`;
    report(ctx, file, value, 'mapping-value', message, { data: { key } });
    return undefined;
  }
  if (value.kind === 'number') {
    const range = NUMBER_RANGES[key as keyof typeof NUMBER_RANGES];
    const number = numberIn(ctx, file, value, range, `'${key}'`);
    return number === undefined ? undefined : { kind: 'number', value: number, origin: originOf(file, value) };
  }
  const isKnown =
    key === 'situation'
      ? resolveName(ctx, 'situation', situations.table, file, value) !== undefined
      : isKnownResponse(ctx, file, value, scope, situations);
  return isKnown ? readValue(ctx, file, value) : undefined;
}

/** A response that some situation within reach has. Each one that has it is referred to. */
function isKnownResponse(
  ctx: BuildContext,
  file: number,
  name: Extract<MappingValue, { kind: 'name' }>,
  candidates: ReadonlySet<number> | undefined,
  situations: Situations,
): boolean {
  const within =
    candidates === undefined || candidates.size === 0 ? situations.list.map((_, index) => index) : [...candidates];
  const owners = new Map<number, number>();
  for (const situation of within) {
    const { owner, table } = situations.scopes[situation]!;
    const response = table.get(name.text);
    if (response !== undefined) owners.set(owner, response);
  }
  for (const [owner, response] of owners) ctx.occurrences.refer('response', owner, file, name, response);
  if (owners.size > 0) return true;
  if (within.some((situation) => situations.scopes[situation]!.tolerant)) return false;
  const known = new Set(within.flatMap((situation) => [...situations.scopes[situation]!.table.keys()]));
  const where = within.length === 1 ? ` in '${situations.list[within[0]!]!.name}'` : '';
  const data = within.length === 1 ? { situation: situations.list[within[0]!]!.name } : {};
  reportUnknown(ctx, 'response', file, name, known, { where, data });
  return false;
}
