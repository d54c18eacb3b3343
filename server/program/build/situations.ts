/** Capabilities and situations: what can be asked, what can be answered, and which answers need a capability. */
import type { CapabilityDeclaration, Name, ResponseNode, SituationDeclaration } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Capability, Response, Situation } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { cutCycles } from './cycles';
import { type Definition, defineNames, type NameTable, reportUnknown, resolveName } from './names';
import { numberIn, positive, probability } from './ranges';

export interface Capabilities {
  readonly table: NameTable;
  readonly definitions: readonly Definition<CapabilityDeclaration>[];
  readonly list: readonly Capability[];
}

export function buildCapabilities(
  ctx: BuildContext,
  declarations: readonly Placed<CapabilityDeclaration>[],
): Capabilities {
  const { table, definitions } = defineNames(ctx, 'capability', declarations);
  return rebuildCapabilities(ctx, { table, definitions });
}

/** The same capabilities, their numbers read again. */
export function rebuildCapabilities(
  ctx: BuildContext,
  { table, definitions }: Pick<Capabilities, 'table' | 'definitions'>,
): Capabilities {
  const list = definitions.map(({ file, node, declared }): Capability => {
    const value = numberIn(ctx, file, node.value, probability, `The capability '${declared.name}'`);
    const broken = {
      ...declared,
      value: value ?? clamp(ctx.quantities.overrides.get(node.value ?? node) ?? node.value?.value),
      learnable: false,
      strength: 0,
    };
    if (!node.learnable) return broken;
    const strength = numberIn(ctx, file, node.strength, positive, `The strength of '${declared.name}'`);
    if (value === undefined || strength === undefined) return broken;
    if (value === 0 || value === 1) {
      const message =
        value === 0
          ? `A capability of 0 can never be learned: give it a small value above 0, such as 0.1%.`
          : `A capability of 1 has nothing left to learn: leave out 'learnable', or give it a value below 1.`;
      report(ctx, file, node.value!, 'learnable-extreme', message, { data: { capability: declared.name, value } });
      return broken;
    }
    return { ...broken, value, learnable: true, strength };
  });
  return { table, definitions, list };
}

function clamp(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? 1 : Math.max(0, Math.min(1, value));
}

/** What resolving the name of a response needs to know of its situation. */
interface ResponseScope {
  /** The situation that writes the responses: itself, or the one that it takes them from. */
  readonly owner: number;
  readonly table: NameTable;
  /** Its responses could not all be read: an unknown one is no mistake of the place that names it. */
  readonly tolerant: boolean;
}

export interface Situations {
  readonly table: NameTable;
  readonly list: readonly Situation[];
  readonly scopes: readonly ResponseScope[];
}

export function buildSituations(
  ctx: BuildContext,
  declarations: readonly Placed<SituationDeclaration>[],
  capabilities: Capabilities,
): Situations {
  const { table, definitions } = defineNames(ctx, 'situation', declarations);
  const wanted = definitions.map(({ file, node }) => resolveName(ctx, 'situation', table, file, node.extends));
  const parents = cutCycles(ctx, 'situation', definitions, wanted, (node) => node.extends);

  const own = definitions.map((definition, index) => {
    const { file, node } = definition;
    if (node.extends && node.responses.length > 0) {
      const span = { start: node.arrow?.start ?? node.responses[0]!.start, end: node.responses.at(-1)!.end };
      const message = `A situation that extends another takes its responses and has none of its own: leave out '->' or 'extends'.`;
      report(ctx, file, span, 'responses-and-extends', message);
    }
    return node.extends ? undefined : buildResponses(ctx, definition, index, capabilities);
  });

  const list: Situation[] = [];
  const scopes: ResponseScope[] = [];
  definitions.forEach(({ file, node, declared }, index) => {
    let owner = index;
    while (parents[owner] !== undefined) owner = parents[owner]!;
    const written = own[owner];
    const responses = written?.responses ?? [];
    const damaged = isDamaged(ctx, file, node) || (node.extends !== undefined && parents[index] === undefined);
    if (!node.extends && node.responses.length === 0 && !damaged) {
      const message = `The situation '${declared.name}' needs responses: write '-> one | other', or extend a situation that has them.`;
      report(ctx, file, node.name!, 'no-responses', message, { data: { situation: declared.name } });
    }
    list.push({ ...declared, index, parent: parents[index], responses, inherited: owner !== index });
    scopes.push({
      owner,
      table: written?.table ?? new Map(),
      tolerant: damaged || responses.length === 0 || (node.extends !== undefined && node.responses.length > 0),
    });
  });
  // What an extended situation lost, those that extend it lack too.
  return {
    table,
    list,
    scopes: scopes.map((scope) => (scopes[scope.owner]!.tolerant ? { ...scope, tolerant: true } : scope)),
  };
}

function buildResponses(
  ctx: BuildContext,
  { file, node, declared }: Definition<SituationDeclaration>,
  situation: number,
  capabilities: Capabilities,
): { readonly responses: readonly Response[]; readonly table: NameTable } {
  const table = new Map<string, number>();
  const nodes: ResponseNode[] = [];
  for (const response of node.responses) {
    const first = table.get(response.name.text);
    ctx.occurrences.define('response', situation, file, response.name, first ?? nodes.length);
    if (first !== undefined) {
      const message = `'${declared.name}' already has a response '${response.name.text}'; this one is not used.`;
      report(ctx, file, response.name, 'duplicate-name', message, {
        related: [{ origin: originOf(file, nodes[first]!.name), message: 'First declared here.' }],
        data: { kind: 'response', name: response.name.text },
      });
      continue;
    }
    table.set(response.name.text, nodes.length);
    nodes.push(response);
  }
  const fallbackOf = (response: ResponseNode, name: Name | undefined): number | undefined => {
    if (!name) return undefined;
    const index = table.get(name.text);
    if (index === undefined) {
      const others = nodes.filter((other) => other !== response).map((other) => other.name.text);
      reportUnknown(ctx, 'response', file, name, others, {
        where: ` in '${declared.name}'`,
        data: { situation: declared.name },
      });
      return undefined;
    }
    ctx.occurrences.refer('response', situation, file, name, index);
    if (nodes[index] === response) {
      const message = `'${name.text}' cannot be its own fallback: name the response that happens instead.`;
      report(ctx, file, name, 'fallback-itself', message);
      return undefined;
    }
    return index;
  };
  const responses = nodes.map((response): Response => {
    const needs = resolveName(ctx, 'capability', capabilities.table, file, response.needs);
    const fallback = fallbackOf(response, response.fallback);
    const title = response.title?.value;
    const plain = { name: response.name.text, title, origin: originOf(file, response) };
    // Half of a need would lose probability: both parts or none.
    return needs !== undefined && fallback !== undefined ? { ...plain, needs, fallback } : plain;
  });
  return { responses, table };
}

/** The index of a response in its situation, noting the reference; undefined where it is missing or unknown (reported). */
export function resolveResponse(
  ctx: BuildContext,
  situations: Situations,
  situation: number,
  file: number,
  name: Name | undefined,
): number | undefined {
  if (!name) return undefined;
  const scope = situations.scopes[situation]!;
  const index = scope.table.get(name.text);
  if (index !== undefined) {
    ctx.occurrences.refer('response', scope.owner, file, name, index);
    return index;
  }
  if (!scope.tolerant) {
    const where = ` in '${situations.list[situation]!.name}'`;
    reportUnknown(ctx, 'response', file, name, scope.table.keys(), {
      where,
      data: { situation: situations.list[situation]!.name },
    });
  }
  return undefined;
}
