/**
 * From trees to names, rows and evidence, by LANGUAGE section 4 and nothing else. Only programs without errors: anything
 * else throws.
 */
import type {
  AccountNode,
  CapabilityDeclaration,
  Declaration,
  EpisodeDeclaration,
  EvaluationDeclaration,
  ExpectDeclaration,
  MethodName,
  NovelDeclaration,
  PersonaDeclaration,
  ProbeTarget,
  ReinforceDeclaration,
  SituationDeclaration,
  SourceFile,
  Unit,
} from '../../server/syntax/tree';
import type { Measured, Row, Situation, Term } from './rows';
import { datasetTerms } from './rows';

export interface SourceText {
  readonly name: string;
  readonly text: string;
  readonly tree: SourceFile;
}

export interface Capability {
  readonly name: string;
  readonly value: number;
  /** s of Beta(a·s, (1−a)·s), undefined where the capability is fixed. */
  readonly strength?: number;
}

export interface Persona {
  readonly name: string;
  /** The prior as written, before normalisation. */
  readonly weight: number;
  readonly prior: number;
  readonly concentration?: number;
  readonly can: ReadonlyMap<string, number>;
  /** θ by situation name. */
  readonly rows: ReadonlyMap<string, readonly number[]>;
}

export interface Method {
  readonly strength: number;
  readonly perToken: boolean;
  readonly repeats: number;
  readonly discount: number;
  readonly beta: number;
}

export interface Reinforcement {
  readonly situation: Situation;
  readonly beta: number;
  readonly rigidity?: number;
  readonly reward: readonly number[];
}

export interface Cell {
  readonly situation: Situation;
  readonly response: number;
}

export interface Target extends Cell {
  readonly given: readonly (Cell & { readonly times: number })[];
  readonly givenText?: string;
  readonly text: string;
}

export interface Evidence {
  readonly kind: 'episode' | 'dataset';
  readonly name: string;
  readonly terms: readonly Term[];
  readonly measured: readonly Measured[];
  readonly episode?: {
    readonly file: string;
    readonly line: number;
    readonly label: string | null;
    readonly method: MethodName;
    readonly situation: string;
    readonly response: string;
    readonly over?: string;
    readonly times: number;
  };
  readonly rows?: {
    readonly rows: number;
    readonly classified: number;
    readonly unclassified: number;
    readonly duplicates: number;
  };
}

export interface Program {
  readonly scenario: string | null;
  readonly units: Unit;
  readonly methods: Readonly<Record<MethodName, Method>>;
  readonly capabilities: readonly Capability[];
  readonly situations: readonly Situation[];
  readonly personas: readonly Persona[];
  readonly novel?: { readonly weight: number; readonly prior: number; readonly concentration: number };
  readonly evidence: readonly Evidence[];
  readonly reinforcements: readonly Reinforcement[];
  readonly probes: readonly Target[];
  readonly expectations: readonly {
    readonly target?: Target;
    readonly persona?: string;
    readonly low?: number;
    readonly high?: number;
    readonly text: string;
  }[];
  readonly evaluations: readonly {
    readonly label: string | null;
    readonly situation: Situation;
    readonly counts: readonly number[];
  }[];
  readonly accounts: readonly {
    readonly account: AccountNode['account'];
    readonly numbers: readonly number[];
    readonly name: string;
  }[];
}

/** `files[0]` is the root; imports name other entries of `files`. `rows` holds each dataset's rows by the path written. */
export function resolve(files: readonly SourceText[], rows: ReadonlyMap<string, readonly Row[]>): Program {
  const declared = inOrder(files);
  const of = <K extends Declaration['kind']>(kind: K) =>
    declared.flatMap(({ node, file }) =>
      node.kind === kind ? [{ node: node as Extract<Declaration, { kind: K }>, file }] : [],
    );

  const situations = resolveSituations(of('situation').map(({ node }) => node));
  const situation = (name: string) => must(situations.get(name), `situation ${name}`);
  const cell = (x: string, y: string): Cell => ({ situation: situation(x), response: responseIndex(situation(x), y) });
  const novelNode = of('novel')[0]?.node;
  const { personas, novel } = resolvePersonas(
    of('persona').map(({ node }) => node),
    novelNode,
    [...situations.values()],
  );

  const evidence = declared.flatMap(({ node, file }): Evidence[] => {
    if (node.kind === 'episode') return [episodeEvidence(node, file, cell)];
    if (node.kind !== 'dataset') return [];
    const path = node.path!.value;
    return [
      {
        kind: 'dataset',
        name: node.name!.text,
        ...datasetTerms(node, must(rows.get(path), `rows of ${path}`), situations),
      },
    ];
  });

  return {
    scenario: of('scenario')[0]?.node.title?.value ?? null,
    units: of('units')[0]?.node.unit?.value ?? 'bits',
    methods: resolveMethods(of('method').map(({ node }) => node)),
    capabilities: of('capability').map(({ node }) => resolveCapability(node)),
    situations: [...situations.values()],
    personas,
    novel,
    evidence,
    reinforcements: of('reinforce').map(({ node }) => resolveReinforcement(node, situation)),
    probes: of('probe').map(({ node, file }) => resolveTarget(node.target!, file, cell)),
    expectations: of('expect').map(({ node, file }) => resolveExpectation(node, file, cell)),
    evaluations: of('evaluation').map(({ node }) => resolveEvaluation(node, situation)),
    accounts: of('compare')
      .flatMap(({ node, file }) => node.accounts.map((account) => ({ account, file })))
      .map(({ account, file }) => ({
        account: account.account,
        numbers: account.numbers.map((n) => n.value ?? Number.NaN),
        name: written(file, account.start, account.end),
      })),
  };
}

/** "Declarations may stand in any order; episodes are ordered as written, imports first." Each file once. */
function inOrder(files: readonly SourceText[]): { node: Declaration; file: SourceText }[] {
  const done = new Set<SourceText>();
  const visit = (file: SourceText): { node: Declaration; file: SourceText }[] => {
    if (done.has(file)) return [];
    done.add(file);
    const imports = file.tree.declarations.flatMap((node) => (node.kind === 'import' ? [node.path!.value] : []));
    const imported = imports.flatMap((name) =>
      visit(
        must(
          files.find((f) => f.name === name),
          `file ${name}`,
        ),
      ),
    );
    return [...imported, ...file.tree.declarations.map((node) => ({ node, file }))];
  };
  return visit(files[0]!);
}

function resolveSituations(nodes: readonly SituationDeclaration[]): Map<string, Situation> {
  const resolved = new Map<string, Situation>();
  const byName = new Map(nodes.map((node) => [node.name!.text, node]));
  const visit = (name: string): Situation => {
    const known = resolved.get(name);
    if (known !== undefined) return known;
    const node = must(byName.get(name), `situation ${name}`);
    const parent = node.extends === undefined ? undefined : visit(node.extends.text);
    const names = node.responses.map((r) => r.name.text);
    // "A situation that `extends` another takes its responses."
    const responses =
      parent?.responses ??
      node.responses.map((r) => ({
        name: r.name.text,
        ...(r.needs === undefined ? {} : { needs: r.needs.text, fallback: names.indexOf(r.fallback!.text) }),
      }));
    const situation = { name, parent, responses };
    resolved.set(name, situation);
    return situation;
  };
  for (const node of nodes) visit(node.name!.text);
  return new Map(nodes.map((node) => [node.name!.text, resolved.get(node.name!.text)!]));
}

function resolvePersonas(
  nodes: readonly PersonaDeclaration[],
  novelNode: NovelDeclaration | undefined,
  situations: readonly Situation[],
): { personas: Persona[]; novel?: { weight: number; prior: number; concentration: number } } {
  const byName = new Map(nodes.map((node) => [node.name!.text, node]));
  const persona = (name: string) => must(byName.get(name), `persona ${name}`);

  /** h and the personas that it extends, nearest first. */
  const line = (h: PersonaDeclaration): PersonaDeclaration[] =>
    h.extends === undefined ? [h] : [h, ...line(persona(h.extends.text))];

  const rowOf = (h: PersonaDeclaration, x: Situation): readonly number[] | undefined => {
    // "written in h for x; written for x in the personas that h extends, nearest first;"
    for (const owner of line(h)) {
      for (const row of owner.rows) {
        if (row.kind === 'cells' && row.situation.text === x.name) return completeRow(row.cells, x);
        // "`as p` copies p's row"
        if (row.kind === 'as' && row.situation.text === x.name) return rowOrUniform(persona(row.persona!.text), x);
      }
    }
    // "the row of h for the situation that x extends, by the same rule;"
    return x.parent === undefined ? undefined : rowOf(h, x.parent);
  };
  // "else uniform"
  const rowOrUniform = (h: PersonaDeclaration, x: Situation) =>
    rowOf(h, x) ?? x.responses.map(() => 1 / x.responses.length);

  // "Priors are relative weights, normalised over the personas and `novel`; a persona without `prior` has weight 1 if none has one"
  const weights = nodes.map((node) => node.prior?.value ?? 1);
  const novelWeight = novelNode?.prior?.value ?? 0;
  const total = weights.reduce((sum, weight) => sum + weight, 0) + novelWeight;

  // "`extends p` takes every row not written here": concentration, can and system are rows.
  const inherited = <K extends PersonaDeclaration['rows'][number]['kind']>(h: PersonaDeclaration, kind: K) =>
    line(h).flatMap((owner) => owner.rows.filter((row) => row.kind === kind)) as Extract<
      PersonaDeclaration['rows'][number],
      { kind: K }
    >[];

  return {
    personas: nodes.map((h, i) => ({
      name: h.name!.text,
      weight: weights[i]!,
      prior: weights[i]! / total,
      concentration: inherited(h, 'concentration')[0]?.value?.value,
      can: new Map(
        inherited(h, 'can')
          .reverse()
          .map((row) => [row.capability!.text, row.value!.value!]),
      ),
      rows: new Map(situations.map((x) => [x.name, rowOrUniform(h, x)])),
    })),
    novel:
      novelNode === undefined
        ? undefined
        : { weight: novelWeight, prior: novelWeight / total, concentration: novelNode.concentration?.value ?? 1 },
  };
}

/**
 * "cells without a number and responses that the row does not name share what is left, equally; an unnamed response that is
 * some response's fallback (`else`) shares only if nothing else does, and is 0 otherwise."
 */
function completeRow(
  cells: readonly { readonly response: { readonly text: string }; readonly value?: { readonly value?: number } }[],
  x: Situation,
): readonly number[] {
  const named = new Map(cells.map((cell) => [cell.response.text, cell.value?.value]));
  const isFallback = (i: number) => x.responses.some((r) => r.fallback === i);
  const left = 1 - [...named.values()].reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const open = x.responses.map((_, i) => i).filter((i) => named.get(x.responses[i]!.name) === undefined);
  const first = open.filter((i) => named.has(x.responses[i]!.name) || !isFallback(i));
  const sharing = first.length > 0 ? first : open;
  return x.responses.map((r, i) => named.get(r.name) ?? (sharing.includes(i) ? Math.max(0, left) / sharing.length : 0));
}

function resolveMethods(nodes: readonly Extract<Declaration, { kind: 'method' }>[]): Record<MethodName, Method> {
  const methods = {} as Record<MethodName, Method>;
  for (const name of ['pretrain', 'document', 'sft', 'prefer', 'rl', 'context'] as const) {
    const settings = nodes.filter((node) => node.method!.method === name).flatMap((node) => node.settings);
    const value = (key: string, otherwise: number) => settings.find((s) => s.key === key)?.value?.value ?? otherwise;
    methods[name] = {
      strength: value('strength', 1),
      perToken: settings.some((s) => s.perToken !== undefined),
      repeats: value('repeats', 0),
      discount: value('discount', 0),
      beta: value('beta', 1),
    };
  }
  return methods;
}

function resolveCapability(node: CapabilityDeclaration): Capability {
  return { name: node.name!.text, value: node.value!.value!, strength: node.learnable && node.strength!.value };
}

function resolveReinforcement(node: ReinforceDeclaration, situation: (name: string) => Situation): Reinforcement {
  const x = situation(node.situation!.text);
  return {
    situation: x,
    beta: node.beta!.value!,
    rigidity: node.rigidity?.value,
    reward: x.responses.map((r) => node.rewards.find((entry) => entry.response.text === r.name)?.value?.value ?? 0),
  };
}

function episodeEvidence(node: EpisodeDeclaration, file: SourceText, cell: (x: string, y: string) => Cell): Evidence {
  const attribute = (key: string) => node.attributes.find((a) => a.key === key)?.value?.value;
  // "The default method is `sft`; an episode with `over` is `prefer`; one with `reward` is `rl`."
  const method = node.method?.method ?? (node.over ? 'prefer' : attribute('reward') !== undefined ? 'rl' : 'sft');
  const { situation, response } = cell(node.situation!.text, node.response!.text);
  const over = node.over && responseIndex(situation, node.over.text);
  const times = attribute('times') ?? 1;
  return {
    kind: 'episode',
    name: node.label?.value ?? '',
    terms: [
      {
        method,
        situation,
        response,
        over,
        weight: attribute('weight') ?? 1,
        times,
        epochs: attribute('epochs') ?? 1,
        tokens: attribute('tokens') ?? 1,
        reward: attribute('reward') ?? 1,
      },
    ],
    measured: [],
    episode: {
      file: file.name,
      line: file.text.slice(0, node.start).split('\n').length,
      label: node.label?.value ?? null,
      method,
      situation: situation.name,
      response: situation.responses[response]!.name,
      ...(over === undefined ? {} : { over: situation.responses[over]!.name }),
      times,
    },
  };
}

function resolveTarget(node: ProbeTarget, file: SourceText, cell: (x: string, y: string) => Cell): Target {
  const given = node.given.map((item) => ({
    ...cell(item.situation.text, item.response!.text),
    times: item.times?.value ?? 1,
  }));
  return {
    ...cell(node.situation.text, node.response!.text),
    given,
    givenText: node.given.length === 0 ? undefined : written(file, node.given[0]!.start, node.given.at(-1)!.end),
    text: written(file, node.start, node.end),
  };
}

function resolveExpectation(
  node: ExpectDeclaration,
  file: SourceText,
  cell: (x: string, y: string) => Cell,
): Program['expectations'][number] {
  return {
    target: node.target && resolveTarget(node.target, file, cell),
    persona: node.persona?.text,
    low: node.bound!.low?.value,
    high: node.bound!.high?.value,
    text: written(file, node.start, node.end).replace(/^expect /, ''),
  };
}

function resolveEvaluation(
  node: EvaluationDeclaration,
  situation: (name: string) => Situation,
): Program['evaluations'][number] {
  const x = situation(node.situation!.text);
  return {
    label: node.label?.value ?? null,
    situation: x,
    counts: x.responses.map(
      (r) =>
        (node.observed?.kind === 'counts' ? node.observed.counts : []).find((entry) => entry.response.text === r.name)
          ?.value?.value ?? 0,
    ),
  };
}

function written(file: SourceText, start: number, end: number): string {
  return file.text.slice(start, end).trim().replace(/\s+/g, ' ');
}

export function responseIndex(x: Situation, name: string): number {
  const index = x.responses.findIndex((r) => r.name === name);
  if (index < 0) throw new Error(`${x.name} has no response ${name}`);
  return index;
}

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the reference does not find ${what}`);
  return value;
}
