/**
 * The program: what the text of a file and its imports means, with every name resolved, every row complete and the
 * evidence in order. Plain data with dense integer indices, ready for typed arrays.
 *
 * This layer knows trees and names. It must not know training files' contents, posteriors, or editors.
 *
 * Indices: `situation`, `persona`, `capability`, `dataset` are positions in the arrays below; a *cell* is a pair
 * (situation, response) with the flat index `cellOffset[situation] + response`.
 */

import type { AccountKind, EpisodeDeclaration, MethodName, Role, SourceFile, Unit } from '../../syntax/tree';
import type { Diagnostic } from '../diagnostic';
import type { ParsedFile } from '../files';
import type { GivenItem, Observation } from './observation';
import type { Declared, Origin } from './origin';
import type { Parameter, Source, Sweep } from './parameter';
import type { LabelsSource, RowSelection } from './selection';

export type { GivenItem, Observation, PublishedRate, Run } from './observation';
export type { Parameter, Scale, Source, Sweep } from './parameter';

interface ProgramFile {
  readonly uri: string;
  readonly text: string;
  readonly tree: SourceFile;
  /** The import that names this file, undefined for the root. */
  readonly importedBy?: Origin;
}

export interface Method {
  readonly name: MethodName;
  readonly strength: number;
  readonly perToken: boolean;
  readonly repeats: number;
  readonly discount: number;
  readonly beta: number;
  /** Where it is declared, undefined for a method at its defaults. */
  readonly origin?: Origin;
}

export interface Capability extends Declared {
  readonly value: number;
  readonly learnable: boolean;
  /** Prior strength s of Beta(a·s, (1−a)·s); meaningful where learnable. */
  readonly strength: number;
}

export interface Response {
  readonly name: string;
  readonly title?: string;
  /** Index of the capability that it needs, and of the response (same situation) that takes the lost mass. */
  readonly needs?: number;
  readonly fallback?: number;
  readonly origin: Origin;
}

export interface Situation extends Declared {
  readonly index: number;
  readonly parent?: number;
  readonly responses: readonly Response[];
  /** True where the responses are those of the situation that it extends. */
  readonly inherited: boolean;
}

/** How a persona came to its row for a situation (LANGUAGE section 4, Rows). */
export type RowSource =
  | { readonly kind: 'written'; readonly origin: Origin }
  | { readonly kind: 'copied'; readonly from: number; readonly origin: Origin }
  | { readonly kind: 'extended'; readonly from: number; readonly origin?: Origin }
  | { readonly kind: 'parent'; readonly situation: number; readonly from: number; readonly origin?: Origin }
  | { readonly kind: 'uniform' };

/** What the text of a cell says about where its number comes from. */
export const CellForm = { absent: 0, written: 1, shared: 2 } as const;

export interface Persona extends Declared {
  readonly index: number;
  readonly extends?: number;
  /** The weight as written, before normalisation; 1 where none in the program has one. */
  readonly weight: number;
  readonly priorOrigin?: Origin;
  /** Normalised over the personas and `novel`. */
  readonly prior: number;
  readonly concentration?: number;
  readonly concentrationOrigin?: Origin;
  /** κ that this persona has instead of the shared one, by capability; NaN where it has none of its own. */
  readonly can: Float64Array;
  readonly system?: string;
  /** θ: propensities given capability, by cell. */
  readonly row: Float64Array;
  /** How each cell of `row` was given (`CellForm`), by cell. */
  readonly cellForm: Uint8Array;
  /** By situation. */
  readonly rowSource: readonly RowSource[];
}

export interface Novel {
  readonly title?: string;
  readonly doc?: string;
  readonly weight: number;
  readonly prior: number;
  readonly concentration: number;
  readonly origin: Origin;
}

export interface Episode {
  readonly index: number;
  readonly method: MethodName;
  readonly label?: string;
  readonly doc?: string;
  readonly situation: number;
  readonly response: number;
  readonly over?: number;
  readonly times: number;
  readonly epochs: number;
  readonly weight: number;
  /** Undefined where not written: counts as 1 where the method is per token. */
  readonly tokens?: number;
  /** Undefined where not written: counts as 1 where the method is rl. */
  readonly reward?: number;
  readonly turns: readonly { readonly role: Role; readonly text: string }[];
  /** Index into `Program.stages`. */
  readonly stage: number;
  readonly origin: Origin;
  readonly node: EpisodeDeclaration;
}

/** A mapping's value with names left as text: a dataset's row may name any situation. */
export type FieldValue =
  | { readonly kind: 'name'; readonly name: string; readonly origin: Origin }
  | { readonly kind: 'number'; readonly value: number; readonly origin: Origin }
  | { readonly kind: 'field'; readonly path: string; readonly origin: Origin };

export interface FieldEntry {
  readonly key: 'situation' | 'response' | 'over' | 'reward' | 'weight' | 'tokens' | 'epochs';
  readonly value: FieldValue;
  readonly origin: Origin;
}

export interface FieldRule {
  readonly path: string;
  readonly pattern: string;
  readonly entries: readonly FieldEntry[];
  readonly origin: Origin;
}

export interface DatasetSource extends Declared {
  /** Index into `Program.datasets`. */
  readonly index: number;
  /** Index into `Program.declaredDatasets`, the same in the programs of all conditions. */
  readonly declaration: number;
  /** Index into `Program.stages`. */
  readonly stage: number;
  /** The method as written; undefined lets the file's format decide (prefer, rl) with sft as the rest. */
  readonly method?: MethodName;
  /** As written. */
  readonly path: string;
  readonly pathOrigin: Origin;
  /** Resolved against the file that declares it and checked against the workspace; undefined where that failed or the text has a mistake. */
  readonly uri?: string;
  readonly entries: readonly FieldEntry[];
  readonly rules: readonly FieldRule[];
  /** All files, in order; `uri` is the first. Absent where there is one. */
  readonly uris?: readonly string[];
  readonly selection?: RowSelection;
  readonly labels?: LabelsSource;
  readonly logprobs?: {
    readonly aggregate: 'sum' | 'mean';
    readonly base: 'nats' | 'bits' | 'log10';
    readonly value: FieldValue;
    readonly origin: Origin;
  };
}

/** Evidence in the order as written: an inline episode or a dataset, by index. */
export interface EvidenceRef {
  readonly kind: 'episode' | 'dataset';
  readonly index: number;
}

export interface Reinforcement {
  readonly index: number;
  readonly situation: number;
  readonly beta: number;
  /** Undefined: strict selection (ρ → ∞). */
  readonly rigidity?: number;
  /** By response of the situation; 0 where not named. */
  readonly reward: Float64Array;
  /** Index into `Program.stages`. */
  readonly stage: number;
  readonly origin: Origin;
}

export interface Target {
  readonly situation: number;
  readonly response: number;
  readonly given: readonly GivenItem[];
  /** `freeform -> misaligned given coding -> insecure times 8`, normalised spaces. */
  readonly text: string;
  /** The part after `given`, undefined without one. */
  readonly givenText?: string;
}

export interface Probe {
  readonly index: number;
  readonly target: Target;
  readonly origin: Origin;
}

export interface Expectation {
  readonly index: number;
  /** Exactly one of the two; `persona` is an index, or -1 for novel. */
  readonly target?: Target;
  readonly persona?: number;
  readonly bound: 'below' | 'above' | 'between';
  /** The lower limit of `above` and `between`, the upper one of `below` and `between`. */
  readonly low?: number;
  readonly high?: number;
  /** The declaration as written, without `expect`, normalised spaces. */
  readonly text: string;
  readonly origin: Origin;
}

export interface Account {
  readonly index: number;
  readonly kind: AccountKind;
  /**
   * k of drift, p of novel, A of population and blend, c of unstructured and habits, g of transfer; undefined where the
   * account takes none.
   */
  readonly value?: number;
  /** c of novel. */
  readonly concentration?: number;
  /** As written, normalised spaces: `novel 1%`. */
  readonly name: string;
  readonly origin: Origin;
}

/** A stage of training; a program has one, a condition one more than the condition that it comes `after`. */
export interface Stage {
  /**
   * What is left of the stage at the end of training (LANGUAGE section 7, `retaining`): every effective count N, every
   * measured row's term and every reinforcement's 1/β of the stage is multiplied by it. 1 for the last stage.
   */
  readonly retention: number;
  /** The condition whose evidence it has; undefined: the program's own. */
  readonly condition?: number;
}

/** `set $name number` in a condition. */
export interface ConditionSet {
  readonly parameter: number;
  readonly origin: Origin;
  readonly valueOrigin: Origin;
}

/** One training run: what it says of itself, and the program of part one that it comes to. */
export interface Condition extends Declared {
  readonly index: number;
  /** The condition that it is a variant or a later stage of. */
  readonly base?: { readonly kind: 'extends' | 'after'; readonly condition: number };
  /** What is left of earlier stages; 1 where nothing is written. A variant of a later stage has that stage's. */
  readonly retaining: number;
  /** What it shares with others; undefined: it is a unit of its own. */
  readonly unit?: string;
  /** Its own `set`s, in order. */
  readonly sets: readonly ConditionSet[];
  readonly source?: number;
  /**
   * Shared declarations and its own, with every number resolved; a program without conditions of its own. Its
   * evaluations are the condition's alone, its probes and expectations the shared ones, then its own.
   */
  readonly program: Program;
}

/** `fit $a, $b overdispersion ρ under …`. */
export interface Fit {
  readonly parameters: readonly number[];
  /** 0 where nothing is written. */
  readonly overdispersion: number;
  /** The parameter that is the overdispersion, where it is exactly one (`overdispersion $rho`). */
  readonly overdispersionParameter?: number;
  /** Empty: `declared` alone. */
  readonly accounts: readonly Account[];
  readonly origin: Origin;
}

export type SymbolKind =
  | 'situation'
  | 'response'
  | 'persona'
  | 'capability'
  | 'dataset'
  | 'parameter'
  | 'condition'
  | 'source';

/** One occurrence of a name, for navigation and renaming. Response names belong to the situation that owns them. */
export interface Occurrence {
  readonly kind: SymbolKind;
  /** Index of the situation, persona, capability, parameter, condition, source or (declared) dataset; for a response the index of the owning situation (the one that writes it). */
  readonly owner: number;
  /** Index of the response in its situation, for responses. */
  readonly response?: number;
  readonly role: 'definition' | 'reference';
  readonly origin: Origin;
}

export interface Program {
  /** The root first, then imports in the order of their evidence. */
  readonly files: readonly ProgramFile[];
  readonly scenario?: { readonly title: string; readonly origin: Origin };
  readonly units: Unit;
  readonly methods: Readonly<Record<MethodName, Method>>;
  readonly capabilities: readonly Capability[];
  readonly situations: readonly Situation[];
  /** `cellOffset[s] + r` is the cell of response r of situation s; its last entry is the number of cells. */
  readonly cellOffset: Int32Array;
  readonly personas: readonly Persona[];
  readonly novel?: Novel;
  /** Inline episodes without an error, in order, imports first. */
  readonly episodes: readonly Episode[];
  readonly datasets: readonly DatasetSource[];
  /** Every dataset of the text, also those of conditions; the same list in the program of every condition. */
  readonly declaredDatasets: readonly DatasetSource[];
  /** Episodes and datasets together, in order. */
  readonly evidence: readonly EvidenceRef[];
  readonly reinforcements: readonly Reinforcement[];
  readonly probes: readonly Probe[];
  readonly expectations: readonly Expectation[];
  /** Evaluations: of the program without a condition, or of the condition. */
  readonly observed: readonly Observation[];
  readonly accounts: readonly Account[];
  /** Stages of training, the last one last; one with retention 1 in a program without a later stage. */
  readonly stages: readonly Stage[];
  readonly parameters: readonly Parameter[];
  readonly sources: readonly Source[];
  /** Empty in the program of a condition. */
  readonly conditions: readonly Condition[];
  /** In the program of a condition: its index. */
  readonly condition?: number;
  /** In the program of a condition with that condition's values. */
  readonly fit?: Fit;
  readonly sweeps: readonly Sweep[];
  /** What the program was built from, for `instantiate` and `declaredNumbers`. */
  readonly text: readonly ParsedFile[];
  readonly occurrences: readonly Occurrence[];
  /** Of syntax and of the program, in order of file and place. */
  readonly diagnostics: readonly Diagnostic[];
}
