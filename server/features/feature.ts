/**
 * What a feature is to the outside: a method of the language server protocol, the level of snapshot that it needs, and
 * a function from snapshot and parameters to the answer. The connection knows features only in this shape; `registry.ts`
 * of the connection lists them. A feature that throws answers null and leaves a line in the log.
 */
import type { Host } from '../host/host';
import type { Settings } from '../settings';
import type { PosteriorSnapshot, SemanticSnapshot, SyntaxSnapshot } from '../snapshot';

/** What a feature may ask besides its snapshot. */
export interface FeatureContext {
  readonly settings: Settings;
  readonly host: Host;
  /** Every scenario of the workspace and every open text, each seen from its root: for what crosses programs. */
  readonly everyProgram: () => Promise<readonly SemanticSnapshot[]>;
  /** The numbers around a text, where they are to be had. */
  readonly numbers: (uri: string) => Promise<PosteriorSnapshot | undefined>;
  /** Whether the editor takes snippets in completions. */
  readonly snippets: boolean;
}

/** A snapshot with numbers where they are to be had, without where evaluation waits for a save or a command. */
export type MaybeNumbers = SemanticSnapshot | PosteriorSnapshot;

export function hasNumbers(snapshot: MaybeNumbers): snapshot is PosteriorSnapshot {
  return 'evaluation' in snapshot;
}

/** Whether it has numbers, and those of its own text. */
export function isOfNewestText(snapshot: MaybeNumbers): boolean {
  return hasNumbers(snapshot) && snapshot.outOfDate === undefined;
}

/** A text that is no scenario, and the scenarios that read it as a dataset. */
export interface DataSnapshot {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly users: readonly PosteriorSnapshot[];
}

/** Part of the server's capabilities (LSP `ServerCapabilities`), merged over all features. */
type Capabilities = Readonly<Record<string, unknown>>;

interface Shape<Level extends string, Snapshot> {
  readonly method: string;
  readonly level: Level;
  readonly capabilities: Capabilities;
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are the method's own; each feature names them.
  readonly answer: (snapshot: Snapshot, params: any, context: FeatureContext) => unknown;
  /** Whether the answer needs the numbers of the rival accounts: it then waits for them. Posterior level only. */
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are the method's own; each feature names them.
  readonly needsAccounts?: (text: SyntaxSnapshot, params: any) => boolean;
}

export type Feature =
  | Shape<'syntax', SyntaxSnapshot>
  | Shape<'semantic', SemanticSnapshot>
  | Shape<'posterior', MaybeNumbers>
  | Shape<'data', DataSnapshot>
  | Shape<'workspace', undefined>;

type Answer<Snapshot, Params> = (snapshot: Snapshot, params: Params, context: FeatureContext) => unknown;

/** Needs the tree of one open text. */
export function onSyntax<P>(method: string, capabilities: Capabilities, answer: Answer<SyntaxSnapshot, P>): Feature {
  return { method, level: 'syntax', capabilities, answer };
}

/** Needs the program around one text. */
export function onSemantic<P>(
  method: string,
  capabilities: Capabilities,
  answer: Answer<SemanticSnapshot, P>,
): Feature {
  return { method, level: 'semantic', capabilities, answer };
}

/** Waits for the numbers, and makes do without them where the settings say that they do not come by themselves. */
export function onPosterior<P>(
  method: string,
  capabilities: Capabilities,
  answer: Answer<MaybeNumbers, P>,
  needsAccounts?: (text: SyntaxSnapshot, params: P) => boolean,
): Feature {
  return { method, level: 'posterior', capabilities, answer, ...(needsAccounts ? { needsAccounts } : {}) };
}

/** The same method for a data file that a scenario reads; capabilities come from the feature for scenarios. */
export function onData<P>(method: string, answer: Answer<DataSnapshot, P>): Feature {
  return { method, level: 'data', capabilities: {}, answer };
}

/** Belongs to no one text. */
export function onWorkspace<P>(method: string, capabilities: Capabilities, answer: Answer<undefined, P>): Feature {
  return { method, level: 'workspace', capabilities, answer };
}
