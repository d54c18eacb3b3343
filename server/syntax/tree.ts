/**
 * The syntax tree: what a person wrote, with the place of every part, and nothing about what it means.
 *
 * A tree is a value: plain, immutable, without parents. Names are not resolved, rows are not completed, numbers are
 * not checked against a range. A part that is missing from broken text is `undefined`; the parser has reported it.
 * This layer must not know programs, files on disk, or editors.
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
  readonly expression?: undefined;
}

/** `$name` or a sum in parentheses, perhaps with a `-` before it; `text` is as written, with the usual white space. */
export interface NumberExpression extends Span {
  readonly value?: undefined;
  readonly text: string;
  readonly expression: Expression;
}

/** What may stand where a number may: only a value of the whole program gives an expression its number. */
export type NumberNode = NumberLiteral | NumberExpression;

/** Parts that broken text lacks are undefined. Depth and size are limited by the parser. */
export type Expression =
  | (NumberLiteral & { readonly kind: 'literal' })
  | (Span & { readonly kind: 'use'; readonly parameter?: Name })
  | (Span & { readonly kind: 'minus'; readonly of?: Expression })
  | (Span & {
      readonly kind: 'operation';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left?: Expression;
      readonly right?: Expression;
    });

/** `@name`: where the numbers of a construct come from. The span has the `@`. */
export interface Mark extends Span {
  readonly source?: Name;
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
  readonly value?: NumberNode;
  /** `per token` after a strength. */
  readonly perToken?: Span;
}

export interface MethodDeclaration extends DeclarationBase {
  readonly kind: 'method';
  readonly method?: MethodRef;
  readonly settings: readonly MethodSetting[];
  readonly mark?: Mark;
}

export interface CapabilityDeclaration extends DeclarationBase {
  readonly kind: 'capability';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly value?: NumberNode;
  readonly learnable?: Span;
  readonly strength?: NumberNode;
  readonly mark?: Mark;
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
  readonly value?: NumberNode;
}

export interface CellsRow extends Span {
  readonly kind: 'cells';
  readonly situation: Name;
  readonly cells: readonly Cell[];
  readonly mark?: Mark;
}
export interface AsRow extends Span {
  readonly kind: 'as';
  readonly situation: Name;
  readonly persona?: Name;
  readonly mark?: Mark;
}
export interface ConcentrationRow extends Span {
  readonly kind: 'concentration';
  readonly keyword: Span;
  readonly value?: NumberNode;
  readonly mark?: Mark;
}
export interface CanRow extends Span {
  readonly kind: 'can';
  readonly keyword: Span;
  readonly capability?: Name;
  readonly value?: NumberNode;
  readonly mark?: Mark;
}
export interface SystemRow extends Span {
  readonly kind: 'system';
  readonly keyword: Span;
  readonly prompt?: StringLiteral;
  readonly mark?: Mark;
}
export type Row = CellsRow | AsRow | ConcentrationRow | CanRow | SystemRow;

export interface PersonaDeclaration extends DeclarationBase {
  readonly kind: 'persona';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly extends?: Name;
  readonly prior?: NumberNode;
  /** Of its prior. */
  readonly mark?: Mark;
  /** Span from `{` to `}`, when there is a body. */
  readonly body?: Span;
  readonly rows: readonly Row[];
}

export interface NovelDeclaration extends DeclarationBase {
  readonly kind: 'novel';
  readonly title?: StringLiteral;
  readonly prior?: NumberNode;
  readonly concentration?: NumberNode;
  readonly mark?: Mark;
}

export const ATTRIBUTES = ['times', 'epochs', 'weight', 'tokens', 'reward'] as const;
export type AttributeKey = (typeof ATTRIBUTES)[number];

export interface Attribute extends Span {
  readonly key: AttributeKey;
  readonly keySpan: Span;
  readonly value?: NumberNode;
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
  readonly mark?: Mark;
  readonly body?: Span;
  readonly turns: readonly Turn[];
}

export const MAPPING_KEYS = ['situation', 'response', 'over', 'reward', 'weight', 'tokens', 'epochs'] as const;
export type MappingKey = (typeof MAPPING_KEYS)[number];

export type MappingValue =
  | (Name & { readonly kind: 'name' })
  | (NumberNode & { readonly kind: 'number' })
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
/** Rows that satisfy it are kept. */
export interface WhereMapping extends Span {
  readonly kind: 'where';
  readonly keyword: Span;
  readonly path?: StringLiteral;
  readonly negated: boolean;
  readonly test?: WhereTest;
}
export type WhereTest =
  | { readonly kind: 'matches'; readonly pattern?: StringLiteral }
  | { readonly kind: 'is'; readonly value?: WhereValue }
  | { readonly kind: 'exists' };
export type WhereValue =
  | (StringLiteral & { readonly kind: 'string' })
  | (NumberLiteral & { readonly kind: 'number' })
  | (Name & { readonly kind: 'name' });

/** `rows a to b`; `first` is absent in `rows b`. */
export interface RowsMapping extends Span {
  readonly kind: 'rows';
  readonly keyword: Span;
  readonly first?: NumberLiteral;
  readonly last?: NumberLiteral;
}
export interface SampleMapping extends Span {
  readonly kind: 'sample';
  readonly keyword: Span;
  readonly count?: NumberLiteral;
}
export interface TurnMapping extends Span {
  readonly kind: 'turn';
  readonly keyword: Span;
  readonly which?: 'last' | 'each';
}
export interface LabelsMapping extends Span {
  readonly kind: 'labels';
  readonly keyword: Span;
  readonly path?: StringLiteral;
  readonly by?: StringLiteral;
  /** The word, where it stands. */
  readonly corrected?: Span;
}
/** What says which rows are read, and how. */
export type RowSelectionMapping = WhereMapping | RowsMapping | SampleMapping | TurnMapping | LabelsMapping;
export type Mapping = ConstantMapping | WhenMapping | LogprobsMapping | RowSelectionMapping;

export interface DatasetDeclaration extends DeclarationBase {
  readonly kind: 'dataset';
  readonly method?: MethodRef;
  readonly name?: Name;
  /** The first file; `morePaths` are those behind a comma. */
  readonly path?: StringLiteral;
  readonly morePaths: readonly StringLiteral[];
  readonly mark?: Mark;
  readonly body?: Span;
  readonly mappings: readonly Mapping[];
}

export interface RewardEntry extends Span {
  readonly response: Name;
  readonly value?: NumberNode;
}

export interface ReinforceDeclaration extends DeclarationBase {
  readonly kind: 'reinforce';
  readonly situation?: Name;
  readonly beta?: NumberNode;
  readonly rigidity?: NumberNode;
  readonly rewards: readonly RewardEntry[];
  readonly mark?: Mark;
}

export interface ContextItem extends Span {
  readonly situation: Name;
  readonly response?: Name;
  readonly times?: NumberNode;
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
  readonly low?: NumberNode;
  readonly high?: NumberNode;
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
  readonly value?: NumberNode;
}

export interface AmountNode extends Span {
  readonly amount?: NumberNode;
  readonly of?: NumberNode;
}

/** What an evaluation observed, in one of the forms of LANGUAGE section 7. */
export type Observed =
  | (Span & { readonly kind: 'counts'; readonly counts: readonly CountEntry[] })
  | (Span & { readonly kind: 'runs'; readonly response: Name; readonly runs: readonly AmountNode[] })
  | (Span & {
      readonly kind: 'rate';
      readonly response: Name;
      readonly rate?: NumberNode;
      readonly low?: NumberNode;
      readonly high?: NumberNode;
    })
  | (Span & { readonly kind: 'planned'; readonly response: Name; readonly of?: NumberNode });

export interface EvaluationDeclaration extends DeclarationBase {
  readonly kind: 'evaluation';
  /** `held out`. */
  readonly heldOut?: Span;
  readonly label?: StringLiteral;
  readonly situation?: Name;
  readonly observed?: Observed;
  /** Items of `given`, empty without one. */
  readonly given: readonly ContextItem[];
  /** Responses of `among`, empty without one. */
  readonly among: readonly Name[];
  readonly overdispersion?: NumberNode;
  readonly mark?: Mark;
}

export interface SourceDeclaration extends DeclarationBase {
  readonly kind: 'source';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly address?: StringLiteral;
}

export const SCALES = ['linear', 'log', 'logit'] as const;
export type ScaleWord = (typeof SCALES)[number];

export interface ScaleRef extends Span {
  readonly value: ScaleWord;
}

export interface ParameterDeclaration extends DeclarationBase {
  readonly kind: 'parameter';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly value?: NumberLiteral;
  readonly from?: NumberLiteral;
  readonly to?: NumberLiteral;
  readonly sd?: NumberLiteral;
  readonly scale?: ScaleRef;
  readonly mark?: Mark;
}

export interface FitDeclaration extends DeclarationBase {
  readonly kind: 'fit';
  /** Names without their `$`. */
  readonly parameters: readonly Name[];
  readonly overdispersion?: NumberNode;
  readonly accounts: readonly AccountNode[];
}

export interface SweepDeclaration extends DeclarationBase {
  readonly kind: 'sweep';
  readonly parameter?: Name;
  readonly from?: NumberLiteral;
  readonly to?: NumberLiteral;
  readonly scale?: ScaleRef;
}

/** `set $name number`, in a condition. */
export interface SetDeclaration extends DeclarationBase {
  readonly kind: 'set';
  readonly parameter?: Name;
  readonly value?: NumberNode;
}

export type ConditionPart =
  | SetDeclaration
  | EpisodeDeclaration
  | DatasetDeclaration
  | ReinforceDeclaration
  | ProbeDeclaration
  | ExpectDeclaration
  | EvaluationDeclaration;

export interface ConditionDeclaration extends DeclarationBase {
  readonly kind: 'condition';
  readonly name?: Name;
  readonly title?: StringLiteral;
  readonly base?: Span & { readonly relation: 'extends' | 'after'; readonly name?: Name };
  readonly retaining?: NumberNode;
  readonly unit?: Name;
  readonly mark?: Mark;
  readonly body?: Span;
  readonly pieces: readonly ConditionPart[];
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
  readonly numbers: readonly NumberNode[];
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
  | CompareDeclaration
  | SourceDeclaration
  | ParameterDeclaration
  | ConditionDeclaration
  | FitDeclaration
  | SweepDeclaration;

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
