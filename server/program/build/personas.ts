/** Personas: who the Assistant might be. Their own settings are read here, their rows in `rows.ts`. */
import type { NovelDeclaration, PersonaDeclaration, Row } from '../../syntax/tree';
import { originOf, type Placed } from '../files';
import type { Origin } from '../model/origin';
import type { Novel, Persona } from '../model/program';
import { type BuildContext, isDamaged, report } from './buildContext';
import { cutCycles } from './cycles';
import { type Definition, defineNames, type NameTable, resolveName } from './names';
import { buildPriors } from './priors';
import { numberIn, positive, probability } from './ranges';
import { completeRows, readRow, type WrittenRows } from './rows';
import type { Capabilities, Situations } from './situations';

export interface Personas {
  readonly table: NameTable;
  readonly list: readonly Persona[];
  readonly novel?: Novel;
  /** Whether a row is missing through a mistake that has been reported: by persona, situations. */
  readonly excusedRows: readonly ReadonlySet<number>[];
  /** Personas whose text the parser could not read in full. */
  readonly damaged: readonly boolean[];
}

export interface OwnSettings {
  readonly concentration?: number;
  readonly concentrationOrigin?: Origin;
  readonly can: Float64Array;
  readonly system?: string;
  readonly rows: WrittenRows;
  readonly excused: Set<number>;
}

/** What building the personas again with other numbers needs: what their texts say, and who extends whom. */
export interface PersonaTexts {
  readonly table: NameTable;
  readonly definitions: readonly Definition<PersonaDeclaration>[];
  readonly parents: readonly (number | undefined)[];
  readonly novels: readonly Placed<NovelDeclaration>[];
  /** By persona. */
  readonly settings: readonly OwnSettings[];
}

export function readPersonas(
  ctx: BuildContext,
  declarations: readonly Placed<PersonaDeclaration>[],
  novels: readonly Placed<NovelDeclaration>[],
  situations: Situations,
  capabilities: Capabilities,
  unit: (index: number, read: () => OwnSettings) => OwnSettings,
): PersonaTexts {
  const { table, definitions } = defineNames(ctx, 'persona', declarations);
  const wanted = definitions.map(({ file, node }) => resolveName(ctx, 'persona', table, file, node.extends));
  const parents = cutCycles(ctx, 'persona', definitions, wanted, (node) => node.extends);
  const settings = definitions.map((definition, index) =>
    unit(index, () => readSettings(ctx, definition, table, situations, capabilities)),
  );
  return { table, definitions, parents, novels, settings };
}

/** The texts with the settings of some personas read again. */
export function rereadPersonas(
  ctx: BuildContext,
  texts: PersonaTexts,
  changed: ReadonlySet<number>,
  situations: Situations,
  capabilities: Capabilities,
  unit: (index: number, read: () => OwnSettings) => OwnSettings,
): PersonaTexts {
  const settings = texts.settings.map((own, index) => {
    if (!changed.has(index)) return own;
    return unit(index, () => readSettings(ctx, texts.definitions[index]!, texts.table, situations, capabilities));
  });
  return { ...texts, settings };
}

export function buildPersonas(
  ctx: BuildContext,
  texts: PersonaTexts,
  situations: Situations,
  known?: { readonly personas: Personas; readonly reached: ReadonlySet<number> },
): Personas {
  const { table, definitions, parents, novels } = texts;
  const own = inheritSettings(texts.settings, parents);
  const { weights, normalised, novel } = buildPriors(ctx, definitions, novels);
  const rows = completeRows(
    ctx,
    situations,
    parents,
    own.map((settings) => settings.rows),
    known?.reached,
  );

  const damaged = definitions.map(({ file, node }, index) => {
    return isDamaged(ctx, file, node) || (node.extends !== undefined && parents[index] === undefined);
  });
  const list = definitions.map(({ file, node, declared }, index): Persona => {
    const old = known && !known.reached.has(index) ? known.personas.list[index] : undefined;
    if (old) return { ...old, weight: weights[index]!, prior: normalised[index]! };
    const { rows: _, excused: __, ...settings } = own[index]!;
    return {
      ...declared,
      ...settings,
      index,
      extends: parents[index],
      weight: weights[index]!,
      priorOrigin: node.prior && originOf(file, node.prior),
      prior: normalised[index]!,
      ...rows.personas[index]!,
    };
  });
  const reserved = novel && table.get('novel');
  if (reserved !== undefined) {
    const message = `'novel' is the name of the novel persona in every result: call this persona something else.`;
    const { nameOrigin } = list[reserved]!;
    report(ctx, nameOrigin.file, nameOrigin, 'duplicate-name', message, {
      related: [{ origin: novel!.origin, message: 'The novel persona is declared here.' }],
      data: { kind: 'persona', name: 'novel' },
    });
  }
  for (const [persona, settings] of own.entries()) {
    for (const situation of rows.excused[persona] ?? []) settings.excused.add(situation);
    // Who inherits from a persona that could not be read may lack rows through no fault of its own.
    for (let up = parents[persona]; up !== undefined && !damaged[persona]; up = parents[up]) {
      if (damaged[up]) damaged[persona] = true;
    }
  }
  return { table, list, novel, excusedRows: own.map((settings) => settings.excused), damaged };
}

/** The personas whose rows or settings may differ where those of `changed` do: they extend them, or copy a row. */
export function reachedBy(texts: PersonaTexts, changed: ReadonlySet<number>): ReadonlySet<number> {
  const reached = new Set(changed);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    texts.settings.forEach(({ rows }, persona) => {
      const parent = texts.parents[persona];
      const copies = [...rows.values()].some((row) => row.kind === 'as' && reached.has(row.persona));
      if (copies || (parent !== undefined && reached.has(parent))) reached.add(persona);
    });
  }
  return reached;
}

/** The personas with other priors: rows and settings stay. */
export function reweighPersonas(ctx: BuildContext, texts: PersonaTexts, personas: Personas): Personas {
  const { weights, normalised, novel } = buildPriors(ctx, texts.definitions, texts.novels);
  const list = personas.list.map((persona, index): Persona => {
    return { ...persona, weight: weights[index]!, prior: normalised[index]! };
  });
  return { ...personas, list, novel };
}

/** `extends p` takes every row not written here: a concentration, capabilities and the system prompt are rows too. */
function inheritSettings(written: readonly OwnSettings[], parents: readonly (number | undefined)[]): OwnSettings[] {
  const own = [...written];
  const done = new Uint8Array(own.length);
  for (let start = 0; start < own.length; start++) {
    const chain: number[] = [];
    for (let at: number | undefined = start; at !== undefined && !done[at]; at = parents[at]) chain.push(at);
    for (const persona of chain.reverse()) {
      done[persona] = 1;
      const parent = parents[persona];
      if (parent === undefined) continue;
      const { concentration, concentrationOrigin, can, system } = own[parent]!;
      const mine = own[persona]!;
      own[persona] = {
        ...mine,
        ...(mine.concentration === undefined ? { concentration, concentrationOrigin } : {}),
        can: mine.can.map((value, capability) => (Number.isNaN(value) ? can[capability]! : value)),
        system: mine.system ?? system,
      };
    }
  }
  return own;
}

function readSettings(
  ctx: BuildContext,
  { file, node, declared }: Definition<PersonaDeclaration>,
  personas: NameTable,
  situations: Situations,
  capabilities: Capabilities,
): OwnSettings {
  const can = new Float64Array(capabilities.list.length).fill(Number.NaN);
  const rows: WrittenRows = new Map();
  const excused = new Set<number>();
  const seen = new Set<string>();
  const isSecond = (row: Row, key: string, words: string) => {
    if (!seen.has(key)) {
      seen.add(key);
      return false;
    }
    report(ctx, file, row, 'duplicate-setting', `'${declared.name}' already has ${words}; this one is not used.`);
    return true;
  };
  let concentration: number | undefined;
  let concentrationOrigin: Origin | undefined;
  let system: string | undefined;
  for (const row of node.rows) {
    switch (row.kind) {
      case 'concentration':
        if (isSecond(row, 'concentration', 'a concentration')) break;
        concentration = numberIn(ctx, file, row.value, positive, 'A concentration');
        if (concentration !== undefined) concentrationOrigin = originOf(file, row);
        break;
      case 'system':
        if (!isSecond(row, 'system', 'a system prompt')) system = row.prompt?.value;
        break;
      case 'can': {
        const capability = resolveName(ctx, 'capability', capabilities.table, file, row.capability);
        const value = numberIn(ctx, file, row.value, probability, 'A capability');
        if (capability === undefined || isSecond(row, `can ${capability}`, `'can ${row.capability!.text}'`)) break;
        can[capability] = value ?? Number.NaN;
        break;
      }
      default:
        readRow(ctx, file, row, declared.name, { personas, situations, rows, excused });
    }
  }
  return { concentration, concentrationOrigin, can, system, rows, excused };
}
