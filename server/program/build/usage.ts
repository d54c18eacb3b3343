/** What the evidence and the questions use: rows that are missing there, and declarations that nothing uses. */
import { hasOpenDataset, namedSituations } from '../datasetSituations';
import type { Origin } from '../model/origin';
import type { Program, Situation, Target } from '../model/program';
import { type BuildContext, report } from './buildContext';
import type { Personas } from './personas';
import type { Situations } from './situations';

type Uses = Pick<
  Program,
  'episodes' | 'datasets' | 'reinforcements' | 'probes' | 'expectations' | 'observed' | 'situations'
>;

/** By situation, the first place that uses it: evidence before questions. Datasets count where their text names it. */
function situationUses(program: Uses): ReadonlyMap<number, Origin> {
  const uses = new Map<number, Origin>();
  const note = (situation: number, origin: Origin) => {
    if (!uses.has(situation)) uses.set(situation, origin);
  };
  const noteTarget = ({ situation, given }: Target, origin: Origin) => {
    note(situation, origin);
    for (const item of given) note(item.situation, origin);
  };
  for (const { situation, origin } of program.episodes) note(situation, origin);
  const byName = new Map(program.situations.map(({ name, index }) => [name, index]));
  for (const dataset of program.datasets) {
    for (const { name, origin } of namedSituations(dataset)) note(byName.get(name)!, origin);
  }
  for (const { situation, origin } of program.reinforcements) note(situation, origin);
  for (const { target, origin } of program.probes) noteTarget(target, origin);
  for (const { target, origin } of program.expectations) if (target) noteTarget(target, origin);
  for (const { situation, origin } of program.observed) note(situation, origin);
  return uses;
}

/** A warning for each row that is missing where it matters; an information where there is no persona at all. */
export function checkRows(ctx: BuildContext, program: Uses, situations: Situations, personas: Personas): void {
  const uses = situationUses(program);
  for (const persona of personas.list) {
    if (personas.damaged[persona.index]) continue;
    const isMissing = (index: number | undefined) => {
      return index !== undefined && uses.has(index) && persona.rowSource[index]!.kind === 'uniform';
    };
    for (const [index, origin] of uses) {
      const situation = situations.list[index]!;
      if (!isMissing(index) || situations.scopes[index]!.tolerant) continue;
      // A row for the situation above would serve here too, and is asked for there.
      if (isMissing(situation.parent) || personas.excusedRows[persona.index]!.has(index)) continue;
      const message = `'${persona.name}' has no row for '${situation.name}', which is used: it counts as uniform. Write the row, or copy one with 'as'.`;
      report(ctx, persona.nameOrigin.file, persona.nameOrigin, 'missing-row', message, {
        related: [{ origin, message: `'${situation.name}' is used here.` }],
        data: { persona: persona.name, situation: situation.name },
      });
    }
  }
  if (personas.list.length === 0 && !personas.novel && ctx.diagnostics.every(({ severity }) => severity !== 'error')) {
    const first = [...uses.values()][0];
    if (!first) return;
    const message = 'There is no persona yet, so none can be selected: declare one, or import a file that does.';
    report(ctx, first.file, first, 'no-persona', message);
  }
}

/**
 * Hints on names that nothing uses. Only in the root file (an imported one is a library that others use too), and only
 * once the program has evidence or questions.
 */
export function checkUnused(ctx: BuildContext, program: Program, situations: Situations): void {
  if (situationUses(program).size === 0) return;
  const isOpen = hasOpenDataset(program);
  for (const situation of program.situations) {
    if (isOpen || situation.nameOrigin.file !== 0) continue;
    if (!ctx.occurrences.isReferred('situation', situation.index)) {
      const message = `Nothing refers to the situation '${situation.name}'.`;
      report(ctx, 0, situation.nameOrigin, 'unused-situation', message, { data: { name: situation.name } });
    } else if (!situation.inherited) {
      checkResponses(ctx, program, situation, situations);
    }
  }
  const needed = new Set(program.situations.flatMap(({ responses }) => responses.map(({ needs }) => needs)));
  program.capabilities.forEach((capability, index) => {
    if (needed.has(index) || capability.nameOrigin.file !== 0) return;
    const message = `No response needs the capability '${capability.name}'.`;
    report(ctx, 0, capability.nameOrigin, 'unused-capability', message, { data: { name: capability.name } });
  });
}

/** The same for parameters, which need no evidence to be of use. A source may stand for the reader alone. */
export function checkUnusedNames(ctx: BuildContext, program: Pick<Program, 'parameters'>): void {
  program.parameters.forEach(({ name, nameOrigin }, index) => {
    if (nameOrigin.file !== 0 || ctx.occurrences.isReferred('parameter', index)) return;
    report(
      ctx,
      0,
      nameOrigin,
      'unused-parameter',
      `Nothing uses the parameter '${name}': write '$${name}' where a number stands.`,
      {
        data: { name },
      },
    );
  });
}

function checkResponses(ctx: BuildContext, program: Program, situation: Situation, situations: Situations): void {
  // A uniform row is not an intention.
  const writers = program.personas.filter(({ rowSource }) => rowSource[situation.index]!.kind !== 'uniform');
  if (writers.length === 0) return;
  const family = program.situations.filter(({ index }) => situations.scopes[index]!.owner === situation.index);
  situation.responses.forEach((response, at) => {
    if (ctx.occurrences.isReferred('response', situation.index, at)) return;
    const cells = family.map(({ index }) => program.cellOffset[index]! + at);
    if (writers.some(({ row }) => cells.some((cell) => row[cell]! > 0))) return;
    const message = `No persona ever answers '${situation.name}' with '${response.name}', and nothing else names it.`;
    const { file, start } = response.origin;
    report(ctx, file, { start, end: start + nameLength(ctx, response.origin) }, 'unused-response', message, {
      data: { situation: situation.name, name: response.name },
    });
  });
}

/** The response's origin begins with its name. */
function nameLength(ctx: BuildContext, { file, start, end }: Origin): number {
  return ctx.files[file]!.text.slice(start, end).search(/\s|$/);
}
