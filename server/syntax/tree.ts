/**
 * The syntax tree: what a person wrote, with the place of every part, and nothing about what it means.
 *
 * A tree is a value: plain, immutable, without parents. Names are not resolved, rows are not completed, numbers are
 * not checked against a range. A part that is missing from broken text is `undefined`; the parser has reported it.
 * This room must not know programs, files on disk, or editors.
 */

/** Half-open range of UTF-16 offsets into the text that was parsed. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A name as written. */
export interface Name extends Span {
  readonly text: string;
}

/** A number as written: `text` keeps the form (`30%`, `1/1000`, `6_000`), `value` is its value (0.3, 0.001, 6000). */
export interface NumberLiteral extends Span {
  readonly value: number;
  readonly text: string;
}

/** A string as written: `value` has the escapes resolved and, for `"""`, the common indent dropped. */
export interface StringLiteral extends Span {
  readonly value: string;
}

/** Every declaration: its whole span, its `///` documentation, its first keyword. */
interface DeclarationBase extends Span {
  readonly doc?: string;
  /** Span of the `///` lines, when there are any (always before `start`). */
  readonly docSpan?: Span;
  readonly keyword: Span;
}

export const METHODS = ['pretrain', 'document', 'sft', 'prefer', 'rl', 'context'] as const;
export type MethodName = (typeof METHODS)[number];

export const UNITS = ['bits', 'nats', 'decibans'] as const;
export type Unit = (typeof UNITS)[number];

export interface MethodRef extends Span {
  readonly method: MethodName;
}

export interface ImportDeclaration extends DeclarationBase {
  readonly kind: 'import';
  readonly path?: StringLiteral;
}

export interface ScenarioDeclaration extends DeclarationBase {
  readonly kind: 'scenario';
  readonly title?: StringLiteral;
}

export interface UnitsDeclaration extends DeclarationBase {
  readonly kind: 'units';
  readonly unit?: Span & { readonly value: Unit };
}

export interface MethodSetting extends Span {
  readonly key: 'strength' | 'repeats' | 'discount' | 'beta';
  readonly keySpan: Span;
  readonly value?: NumberLiteral;
  /** `per token` after a strength. */
  readonly perToken?: Span;
}

export interface MethodDeclaration extends DeclarationBase {
  readonly kind: 'method';
  readonly method?: MethodRef;
  readonly settings: readonly MethodSetting[];
}

export interface CapabilityDeclaration extends DeclarationBase {
  readonly kind: 'capability';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly value?: NumberLiteral;
  readonly learnable?: Span;
  readonly strength?: NumberLiteral;
}

export interface ResponseNode extends Span {
  readonly name: Name;
  readonly title?: StringLiteral;
  readonly needs?: Name;
  readonly fallback?: Name;
}

export interface SituationDeclaration extends DeclarationBase {
  readonly kind: 'situation';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly extends?: Name;
  readonly arrow?: Span;
  readonly responses: readonly ResponseNode[];
}

export interface Cell extends Span {
  readonly response: Name;
  readonly value?: NumberLiteral;
}

export interface CellsRow extends Span {
  readonly kind: 'cells';
  readonly situation: Name;
  readonly cells: readonly Cell[];
}
export interface AsRow extends Span {
  readonly kind: 'as';
  readonly situation: Name;
  readonly persona?: Name;
}
export interface ConcentrationRow extends Span {
  readonly kind: 'concentration';
  readonly keyword: Span;
  readonly value?: NumberLiteral;
}
export interface CanRow extends Span {
  readonly kind: 'can';
  readonly keyword: Span;
  readonly capability?: Name;
  readonly value?: NumberLiteral;
}
export interface SystemRow extends Span {
  readonly kind: 'system';
  readonly keyword: Span;
  readonly prompt?: StringLiteral;
}
export type Row = CellsRow | AsRow | ConcentrationRow | CanRow | SystemRow;

export interface PersonaDeclaration extends DeclarationBase {
  readonly kind: 'persona';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly extends?: Name;
  readonly prior?: NumberLiteral;
  /** Span from `{` to `}`, when there is a body. */
  readonly body?: Span;
  readonly rows: readonly Row[];
}

export interface NovelDeclaration extends DeclarationBase {
  readonly kind: 'novel';
  readonly title?: StringLiteral;
  readonly prior?: NumberLiteral;
  readonly concentration?: NumberLiteral;
}

export const ATTRIBUTES = ['times', 'epochs', 'weight', 'tokens', 'reward'] as const;
export type AttributeKey = (typeof ATTRIBUTES)[number];

export interface Attribute extends Span {
  readonly key: AttributeKey;
  readonly keySpan: Span;
  readonly value?: NumberLiteral;
}

export const ROLES = ['system', 'user', 'assistant', 'tool'] as const;
export type Role = (typeof ROLES)[number];

export interface Turn extends Span {
  readonly role: Role;
  readonly roleSpan: Span;
  readonly text?: StringLiteral;
}

export interface EpisodeDeclaration extends DeclarationBase {
  readonly kind: 'episode';
  readonly method?: MethodRef;
  readonly label?: StringLiteral;
  readonly situation?: Name;
  readonly response?: Name;
  readonly over?: Name;
  /** All attributes, those before the colon and those after, in order. */
  readonly attributes: readonly Attribute[];
  readonly body?: Span;
  readonly turns: readonly Turn[];
}

export const MAPPING_KEYS = ['situation', 'response', 'over', 'reward', 'weight', 'tokens', 'epochs'] as const;
export type MappingKey = (typeof MAPPING_KEYS)[number];

export type MappingValue =
  | (Name & { readonly kind: 'name' })
  | (NumberLiteral & { readonly kind: 'number' })
  | (Span & { readonly kind: 'field'; readonly path?: StringLiteral });

export interface MappingEntry extends Span {
  readonly key: MappingKey;
  readonly keySpan: Span;
  readonly value?: MappingValue;
}

export interface ConstantMapping extends Span {
  readonly kind: 'set';
  readonly entry: MappingEntry;
}
export interface WhenMapping extends Span {
  readonly kind: 'when';
  readonly path?: StringLiteral;
  readonly pattern?: StringLiteral;
  readonly entries: readonly MappingEntry[];
}
export interface LogprobsMapping extends Span {
  readonly kind: 'logprobs';
  readonly aggregate?: 'sum' | 'mean';
  readonly base?: 'nats' | 'bits' | 'log10';
  readonly value?: MappingValue;
}
export type Mapping = ConstantMapping | WhenMapping | LogprobsMapping;

export interface DatasetDeclaration extends DeclarationBase {
  readonly kind: 'dataset';
  readonly method?: MethodRef;
  readonly name?: Name;
  readonly path?: StringLiteral;
  readonly body?: Span;
  readonly mappings: readonly Mapping[];
}

export interface RewardEntry extends Span {
  readonly response: Name;
  readonly value?: NumberLiteral;
}

export interface ReinforceDeclaration extends DeclarationBase {
  readonly kind: 'reinforce';
  readonly situation?: Name;
  readonly beta?: NumberLiteral;
  readonly rigidity?: NumberLiteral;
  readonly rewards: readonly RewardEntry[];
}

export interface ContextItem extends Span {
  readonly situation: Name;
  readonly response?: Name;
  readonly times?: NumberLiteral;
}

export interface ProbeTarget extends Span {
  readonly situation: Name;
  readonly response?: Name;
  /** Items of `given`, empty without one. */
  readonly given: readonly ContextItem[];
}

export interface ProbeDeclaration extends DeclarationBase {
  readonly kind: 'probe';
  readonly target?: ProbeTarget;
}

export interface ExpectBound extends Span {
  readonly kind: 'below' | 'above' | 'between';
  readonly low?: NumberLiteral;
  readonly high?: NumberLiteral;
}

export interface ExpectDeclaration extends DeclarationBase {
  readonly kind: 'expect';
  /** What is expected: a probe's target, or a persona's posterior. */
  readonly target?: ProbeTarget;
  readonly persona?: Name;
  readonly bound?: ExpectBound;
}

export interface CountEntry extends Span {
  readonly response: Name;
  readonly value?: NumberLiteral;
}

export interface EvaluationDeclaration extends DeclarationBase {
  readonly kind: 'evaluation';
  readonly label?: StringLiteral;
  readonly situation?: Name;
  readonly counts: readonly CountEntry[];
}

export const ACCOUNTS = [
  'selection',
  'drift',
  'novel',
  'contextual',
  'population',
  'unstructured',
  'declared',
  'unmoved',
  'habits',
  'transfer',
  'blend',
] as const;
/** Accounts that take no number. */
export const PLAIN_ACCOUNTS: readonly AccountKind[] = ['selection', 'contextual', 'declared', 'unmoved'];
export type AccountKind = (typeof ACCOUNTS)[number];

export interface AccountNode extends Span {
  readonly account: AccountKind;
  /** Numbers after the account's word, in order. */
  readonly numbers: readonly NumberLiteral[];
}

export interface CompareDeclaration extends DeclarationBase {
  readonly kind: 'compare';
  readonly accounts: readonly AccountNode[];
}

export type Declaration =
  | ImportDeclaration
  | ScenarioDeclaration
  | UnitsDeclaration
  | MethodDeclaration
  | CapabilityDeclaration
  | SituationDeclaration
  | PersonaDeclaration
  | NovelDeclaration
  | EpisodeDeclaration
  | DatasetDeclaration
  | ReinforceDeclaration
  | ProbeDeclaration
  | ExpectDeclaration
  | EvaluationDeclaration
  | CompareDeclaration;

export type DeclarationKind = Declaration['kind'];

/** A comment that is not documentation, kept for the formatter. */
export interface Comment extends Span {
  readonly style: 'line' | 'block' | 'doc';
}

/** One parsed text. */
export interface SourceFile {
  /** In order as written, imports included. */
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
  /** Length of the text in UTF-16 units. */
  readonly length: number;
}

/** One mistake of syntax: at most one per broken part, never a cascade. */
export interface SyntaxIssue extends Span {
  /** A code of `../program/codes.ts`' table, of those that begin with `syntax-`. */
  readonly code: `syntax-${string}`;
  readonly message: string;
  /** What could stand here instead, for a quick fix; nearest first. */
  readonly expected?: readonly string[];
}

export interface ParseResult {
  readonly file: SourceFile;
  /** In order of place. */
  readonly issues: readonly SyntaxIssue[];
  /** Where `reparse` may cut; of no meaning to others. */
  readonly seams: Int32Array;
}
