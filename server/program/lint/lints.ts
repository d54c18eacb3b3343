/**
 * Lints: programs that are right and may still not say what was meant. Pure functions of a Program without errors; each
 * speaks only where a careful reader would, because a lint that cries wolf is switched off.
 */
import { CODES, type DiagnosticCode } from '../codes';
import { hasOpenDataset, namedSituations } from '../datasetSituations';
import type { Diagnostic } from '../diagnostic';
import type { Origin } from '../model/origin';
import type { Persona, Program, RowSource, Target } from '../model/program';

export function lint(program: Program): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const check of [samePersonas, repeatedRows, agreeingSituations, unseenEvidence, neutralProbes]) {
    found.push(...check(program));
  }
  return found;
}

function finding(code: DiagnosticCode, origin: Origin, message: string, more?: Partial<Diagnostic>): Diagnostic {
  return { code, severity: CODES[code].severity, origin, message, ...more };
}

const isPossible = ({ prior }: Persona) => prior > 0;

/** Personas whose rows, capabilities and concentrations nowhere differ. */
function samePersonas(program: Program): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const byHash = new Map<number, Persona[]>();
  for (const persona of program.personas.filter(isPossible)) {
    // Rows that are not written are alike by accident, and reported as missing.
    if (persona.rowSource.every(({ kind }) => kind === 'uniform')) continue;
    const hash = hashOf(persona.row);
    const bucket = byHash.get(hash) ?? [];
    const same = bucket.find((other) => {
      return (
        isEqual(other.row, persona.row) &&
        isEqual(other.can, persona.can) &&
        other.concentration === persona.concentration
      );
    });
    if (same) {
      const message = `'${persona.name}' answers every situation as '${same.name}' does: no evidence can separate them.`;
      found.push(
        finding('same-personas', persona.nameOrigin, message, {
          related: [{ origin: same.nameOrigin, message: `'${same.name}' is declared here.` }],
          data: { persona: persona.name, other: same.name },
        }),
      );
    } else {
      byHash.set(hash, [...bucket, persona]);
    }
  }
  return found;
}

/** FNV-1a over the bits: equal rows have equal hashes. */
function hashOf(values: Float64Array): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return hash;
}

function isEqual(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
}

function rowOf({ cellOffset }: Program, persona: Persona, situation: number): Float64Array {
  return persona.row.subarray(cellOffset[situation]!, cellOffset[situation + 1]!);
}

/** Rows written by hand that `as` or `extends` would say, or says already. */
function repeatedRows(program: Program): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { index: situation, name } of program.situations) {
    const byHash = new Map<number, Persona[]>();
    for (const persona of program.personas) {
      const source = persona.rowSource[situation]!;
      const row = rowOf(program, persona, situation);
      if (source.kind !== 'written' || isPlain(row)) continue;
      const inherited = inheritedRow(program, persona, situation);
      if (inherited && isEqual(inherited, row)) {
        const message = `'${persona.name}' would answer '${name}' like this without the row: it can go.`;
        found.push(
          finding('redundant-row', source.origin, message, { data: { persona: persona.name, situation: name } }),
        );
        continue;
      }
      const hash = hashOf(row.slice());
      const bucket = byHash.get(hash) ?? [];
      const same = bucket.find((other) => isEqual(rowOf(program, other, situation), row));
      if (same) {
        const message = `This row repeats that of '${same.name}': write '${name} as ${same.name}', so that both change together.`;
        const data = { persona: persona.name, situation: name, from: same.name };
        const related = relatedRow(same.rowSource[situation]!);
        found.push(finding('copied-row', source.origin, message, { related, data }));
      } else {
        byHash.set(hash, [...bucket, persona]);
      }
    }
  }
  return found;
}

function relatedRow(source: RowSource): Diagnostic['related'] {
  return 'origin' in source && source.origin ? [{ origin: source.origin, message: 'The same row stands here.' }] : [];
}

/** Rows that are alike by nature: one response for sure, or all of them alike. */
function isPlain(row: Float64Array): boolean {
  return row.every((value) => value === row[0]) || row.some((value) => value === 1);
}

/** The row that a persona would have if it wrote none, where that one is written. */
function inheritedRow(program: Program, persona: Persona, situation: number): Float64Array | undefined {
  const above = persona.extends === undefined ? undefined : program.personas[persona.extends]!;
  if (above && ['written', 'copied', 'extended'].includes(above.rowSource[situation]!.kind)) {
    return rowOf(program, above, situation);
  }
  const parent = program.situations[situation]!.parent;
  if (parent === undefined || persona.rowSource[parent]!.kind === 'uniform') return undefined;
  return rowOf(program, persona, parent);
}

/** Whether all possible personas answer alike, capability and stiffness included. */
function isAgreed(program: Program, situation: number): boolean {
  const [first, ...others] = program.personas.filter(isPossible);
  if (!first || others.length === 0) return false;
  const needs = program.situations[situation]!.responses.flatMap(({ needs }) => (needs === undefined ? [] : [needs]));
  return others.every((other) => {
    return (
      isEqual(rowOf(program, first, situation), rowOf(program, other, situation)) &&
      needs.every((capability) => Object.is(first.can[capability], other.can[capability])) &&
      first.concentration === other.concentration
    );
  });
}

/** Situations where every persona agrees though two of them wrote a row: where they say `as`, it is meant. */
function agreeingSituations(program: Program): readonly Diagnostic[] {
  return program.situations.flatMap(({ index, name, nameOrigin }) => {
    const writers = program.personas.filter(({ rowSource }) => rowSource[index]!.kind === 'written');
    if (writers.length < 2 || !isAgreed(program, index)) return [];
    const message = `Every persona answers '${name}' alike: no evidence there separates them.`;
    return [finding('agreeing-situation', nameOrigin, message, { data: { situation: name } })];
  });
}

/** Targets that the program asks about. */
function probedTargets({ probes, expectations }: Program): readonly Target[] {
  return [...probes, ...expectations].flatMap(({ target }) => (target ? [target] : []));
}

function askedSituations(program: Program): ReadonlySet<number> {
  const asked = probedTargets(program).map(({ situation }) => situation);
  return new Set([...asked, ...program.observed.map(({ situation }) => situation)]);
}

/**
 * Evidence that changes no answer: all personas agree there, no capability is trained, and no probe asks about the situation
 * itself. Silent with `novel`, which agrees with no persona, and without probes.
 */
function unseenEvidence(program: Program): readonly Diagnostic[] {
  const asked = askedSituations(program);
  // Accounts that a fit compares learn in each situation what `selection` does not.
  if (asked.size === 0 || program.novel || program.fit) return [];
  const found: Diagnostic[] = [];
  const seen = new Uint8Array(program.situations.length);
  for (const { situation, node, origin } of program.episodes) {
    if (seen[situation] === 1) continue;
    seen[situation] = 1;
    const { name, responses } = program.situations[situation]!;
    const trains = responses.some(({ needs }) => needs !== undefined && program.capabilities[needs]!.learnable);
    if (asked.has(situation) || trains || !isAgreed(program, situation)) continue;
    // Rows that are missing are told as missing.
    if (program.personas.every(({ rowSource }) => rowSource[situation]!.kind === 'uniform')) continue;
    const message = `Every persona answers '${name}' alike and no question asks about it: this evidence changes no answer.`;
    const { start, end } = node.situation!;
    found.push(finding('unseen-evidence', { file: origin.file, start, end }, message, { data: { situation: name } }));
  }
  return found;
}

/**
 * Questions that all look like the training: every one has a `given`, or every one stands in a situation that was trained
 * on though the program has a neutral one. Where a capability is trained the question is how well, and no twin is missed.
 */
function neutralProbes(program: Program): readonly Diagnostic[] {
  const { probes, situations } = program;
  if (probes.length === 0) return [];
  const all = probedTargets(program);
  if (all.every(({ given }) => given.length > 0)) {
    const { target, origin } = probes[0]!;
    const neutral = `${situations[target.situation]!.name} -> ${situations[target.situation]!.responses[target.response]!.name}`;
    const message = `Every question has a 'given': ask '${neutral}' without it too, to see what training alone does.`;
    return [finding('no-neutral-probe', origin, message, { data: { neutral } })];
  }
  const trained = trainedSituations(program);
  if (hasOpenDataset(program) || situations.every(({ index }) => trained.has(index))) return [];
  if ([...askedSituations(program)].some((situation) => !trained.has(situation))) return [];
  if (all.every((target) => exercisesCapability(program, target))) return [];
  const twins = probes.map(({ target }) => untrainedRelative(program, target.situation, trained));
  const at = Math.max(
    0,
    twins.findIndex((twin) => twin !== undefined),
  );
  const { target, origin } = probes[at]!;
  const twin = twins[at];
  const response = situations[target.situation]!.responses[target.response]!.name;
  const neutral = twin === undefined ? undefined : `${situations[twin]!.name} -> ${response}`;
  const ask = neutral === undefined ? 'in a neutral one too' : `'${neutral}' too`;
  const message = `Every question asks about a situation that was trained on: ask ${ask}, to see how far training reaches.`;
  return [finding('no-neutral-probe', origin, message, neutral === undefined ? {} : { data: { neutral } })];
}

function exercisesCapability(program: Program, { situation, response }: Target): boolean {
  const { responses } = program.situations[situation]!;
  return responses.some(({ needs, fallback }, at) => needs !== undefined && (at === response || fallback === response));
}

/** A situation with the same responses that nothing was trained on. */
function untrainedRelative(program: Program, situation: number, trained: ReadonlySet<number>): number | undefined {
  const { parent } = program.situations[situation]!;
  const relatives = program.situations.filter((other) => {
    return other.index === parent || other.parent === situation || (parent !== undefined && other.parent === parent);
  });
  return relatives.find(({ index }) => !trained.has(index))?.index;
}

/** Situations with evidence from training; what is read in the prompt (`context`) trains nothing. */
function trainedSituations(program: Program): ReadonlySet<number> {
  const trained = new Set(program.reinforcements.map(({ situation }) => situation));
  for (const { method, situation } of program.episodes) if (method !== 'context') trained.add(situation);
  const named = new Set(
    program.datasets
      .filter(({ method }) => method !== 'context')
      .flatMap(namedSituations)
      .map(({ name }) => name),
  );
  for (const { name, index } of program.situations) if (named.has(name)) trained.add(index);
  return trained;
}
