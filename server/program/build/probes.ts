/** What is asked of the posterior: probes, expectations, and evaluations to compare with. */
import type {
  ContextItem,
  CountEntry,
  ExpectBound,
  ExpectDeclaration,
  ProbeDeclaration,
  ProbeTarget,
} from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Expectation, GivenItem, Novel, Probe, Target } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { type NameTable, reportUnknown, resolveName } from './names';
import { notNegative, numberIn, probability } from './ranges';
import { resolveResponse, type Situations } from './situations';

export function buildProbes(
  ctx: BuildContext,
  declarations: readonly Placed<ProbeDeclaration>[],
  situations: Situations,
): Probe[] {
  const probes: Probe[] = [];
  for (const { file, node } of declarations) {
    const target = readTarget(ctx, file, node.target, situations);
    if (target && !isDamaged(ctx, file, node)) {
      probes.push({ index: probes.length, target, origin: originOf(file, node) });
    }
  }
  return probes;
}

function readTarget(
  ctx: BuildContext,
  file: number,
  node: ProbeTarget | undefined,
  situations: Situations,
): Target | undefined {
  if (!node) return undefined;
  const cell = readCell(ctx, file, node, situations);
  const given = readGiven(ctx, file, node.given, situations);
  if (!cell || !given) return undefined;
  const givenText = textOfGiven(node.given);
  const text = `${node.situation.text} -> ${node.response!.text}${givenText === undefined ? '' : ` given ${givenText}`}`;
  return { ...cell, given, text, givenText };
}

/** The items of a context; undefined where one has a mistake (reported). */
export function readGiven(
  ctx: BuildContext,
  file: number,
  nodes: readonly ContextItem[],
  situations: Situations,
): readonly GivenItem[] | undefined {
  const given: GivenItem[] = [];
  for (const item of nodes) {
    const cell = readCell(ctx, file, item, situations);
    const times = item.times ? numberIn(ctx, file, item.times, notNegative, `'times'`) : 1;
    if (cell && times !== undefined) given.push({ ...cell, times });
  }
  return given.length === nodes.length ? given : undefined;
}

/** As written, with normalised spaces; undefined without items. */
export function textOfGiven(nodes: readonly ContextItem[]): string | undefined {
  return nodes.length > 0 ? nodes.map(textOfItem).join(', ') : undefined;
}

function textOfItem({ situation, response, times }: ContextItem): string {
  return `${situation.text} -> ${response?.text ?? ''}${times ? ` times ${times.text}` : ''}`;
}

function readCell(
  ctx: BuildContext,
  file: number,
  node: Pick<ContextItem, 'situation' | 'response'>,
  situations: Situations,
): { readonly situation: number; readonly response: number } | undefined {
  const situation = resolveName(ctx, 'situation', situations.table, file, node.situation);
  if (situation === undefined) return undefined;
  const response = resolveResponse(ctx, situations, situation, file, node.response);
  return response === undefined ? undefined : { situation, response };
}

export function buildExpectations(
  ctx: BuildContext,
  declarations: readonly Placed<ExpectDeclaration>[],
  situations: Situations,
  personas: { readonly table: NameTable; readonly novel?: Novel },
): Expectation[] {
  const expectations: Expectation[] = [];
  for (const { file, node } of declarations) {
    const target = readTarget(ctx, file, node.target, situations);
    const persona = readPersona(ctx, file, node, personas);
    const limits = readLimits(ctx, file, node.bound);
    if (!(target || persona !== undefined) || !limits || isDamaged(ctx, file, node)) continue;
    const subject = target ? { target } : { persona };
    const text = `${target?.text ?? node.persona!.text} ${textOfBound(node.bound!)}`;
    expectations.push({ index: expectations.length, ...subject, ...limits, text, origin: originOf(file, node) });
  }
  return expectations;
}

function readPersona(
  ctx: BuildContext,
  file: number,
  { persona }: ExpectDeclaration,
  personas: { readonly table: NameTable; readonly novel?: Novel },
): number | undefined {
  if (!persona) return undefined;
  if (persona.text === 'novel' && !personas.table.has('novel')) {
    if (personas.novel) return -1;
    reportUnknown(ctx, 'persona', file, persona, [], { where: `: this program declares no 'novel'` });
    return undefined;
  }
  return resolveName(ctx, 'persona', personas.table, file, persona);
}

function readLimits(
  ctx: BuildContext,
  file: number,
  bound: ExpectBound | undefined,
): Pick<Expectation, 'bound' | 'low' | 'high'> | undefined {
  if (!bound) return undefined;
  const low = numberIn(ctx, file, bound.low, probability, 'The limit of an expectation');
  const high = numberIn(ctx, file, bound.high, probability, 'The limit of an expectation');
  if (bound.kind === 'below') return high === undefined ? undefined : { bound: 'below', high };
  if (bound.kind === 'above') return low === undefined ? undefined : { bound: 'above', low };
  if (low === undefined || high === undefined) return undefined;
  if (low >= high) {
    const message = `Nothing lies between ${bound.low!.text} and ${bound.high!.text}: the lower limit comes first.`;
    report(ctx, file, bound, 'empty-interval', message);
    return undefined;
  }
  return { bound: 'between', low, high };
}

function textOfBound({ kind, low, high }: ExpectBound): string {
  if (kind === 'between') return `between ${low!.text} and ${high!.text}`;
  return `${kind} ${(kind === 'below' ? high : low)!.text}`;
}

/** Numbers by response, 0 where none is written; undefined where one has a mistake (reported). */
export function readByResponse(
  ctx: BuildContext,
  file: number,
  entries: readonly CountEntry[],
  situation: number,
  situations: Situations,
  read: (number: CountEntry['value']) => number | undefined,
): Float64Array | undefined {
  const values = new Float64Array(situations.list[situation]!.responses.length);
  const seen = new Set<number>();
  let sound = true;
  for (const entry of entries) {
    const response = resolveResponse(ctx, situations, situation, file, entry.response);
    const value = read(entry.value);
    if (response === undefined || value === undefined) {
      sound = false;
    } else if (seen.has(response)) {
      report(ctx, file, entry, 'duplicate-setting', `'${entry.response.text}' already has a number here.`);
      sound = false;
    } else {
      seen.add(response);
      values[response] = value;
    }
  }
  return sound ? values : undefined;
}
