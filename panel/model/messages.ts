/**
 * The messages between server, client and panel: types and method names, nothing else.
 *
 * The language server protocol carries the editor features; these messages carry the panel. The page and the server
 * speak the same types: the client only passes them on, and does what only an editor can do (reveal, save, edit).
 * Every answer carries the revision that it was computed for; the holder of a newer one drops it.
 */

export interface WirePosition {
  /** 0-based, UTF-16. */
  readonly line: number;
  readonly character: number;
}
export interface WireRange {
  readonly start: WirePosition;
  readonly end: WirePosition;
}
export interface WireLocation {
  readonly uri: string;
  readonly range: WireRange;
}

export const VIEWS = ['posterior', 'trajectory', 'evidence', 'predictions', 'accounts'] as const;
export type ViewName = (typeof VIEWS)[number];

/** JSON has no infinities: they travel as strings. `null` is "not defined". */
export type WireNumber = number | '-inf' | 'inf' | null;

/** What What-if may change: a value of a declaration, which keeps its identity while the text changes. */
export interface WhatIfTarget {
  readonly kind: 'episode' | 'dataset' | 'prior' | 'method' | 'reinforcement';
  /** Identity of the declaration, given by the server; of a method its name. */
  readonly declaration: string;
  readonly key: 'times' | 'weight' | 'prior' | 'strength' | 'beta';
}

/** A value that What-if puts in the place of a written one; the text stays as it is. */
export interface WhatIfChange {
  /** URI of the scenario that it was made for: it means nothing in another. */
  readonly scenario: string;
  readonly target: WhatIfTarget;
  /** What people call the target. */
  readonly label: string;
  readonly value: number;
}

/** Something that What-if can change, with the value that the text gives it and the one that it has with all changes. */
export interface WhatIfControl {
  readonly target: WhatIfTarget;
  readonly label: string;
  /** A prior is a normalised probability, whatever weights the text writes. */
  readonly value: number;
  /** Differs from `value` also where another change moves it: priors share what is left. */
  readonly effective: number;
  readonly location?: WireLocation;
}

/** What a panel wants to see. */
export interface PanelRequest {
  readonly panel: string;
  readonly view: ViewName;
  /** Locked to this scenario; undefined follows the active one. */
  readonly lockedTo?: string;
  readonly whatIf: readonly WhatIfChange[];
  /** Asks for everything that a pin keeps, once. */
  readonly pin?: boolean;
  /** Questions of the view itself: rival, chosen persona, sort, filter, window. Plain JSON, defined with each view. */
  readonly query: Readonly<Record<string, unknown>>;
}

export interface PanelCause {
  readonly message: string;
  readonly location?: WireLocation;
}

export interface PanelHypothesis {
  readonly name: string;
  readonly title?: string;
  /** Identity of its declaration: stays when it is renamed. */
  readonly declaration: string;
  /** Place among all by how much it matters, 0 first: by posterior, or by how far it moved. */
  readonly rank: number;
  /** Stable colour slot of the palette that editor and page share. */
  readonly colour: number;
}

/** What a pin keeps: every view of one revision of one scenario. */
export interface PinRecord<View = unknown> {
  readonly scenario: { readonly uri: string; readonly title: string };
  readonly revision: number;
  readonly hypotheses: readonly PanelHypothesis[];
  readonly views: Readonly<Record<ViewName, View>>;
}

export interface PanelProgress {
  readonly label: string;
  /** 0 to 1, undefined where the end is not known. */
  readonly fraction?: number;
  /** Given back with `cancelWork` to stop it. */
  readonly token: string;
}

/** All that one panel shows. */
export interface PanelState<View = unknown> {
  readonly panel: string;
  readonly revision: number;
  /** `empty`: no scenario yet; `stale`: the numbers are those of the last good text, `cause` says why. */
  readonly status: 'live' | 'stale' | 'undefined' | 'empty';
  readonly cause?: PanelCause;
  readonly scenario?: { readonly uri: string; readonly title: string };
  readonly unit: 'bits' | 'nats' | 'decibans';
  readonly hypotheses: readonly PanelHypothesis[];
  readonly view: ViewName;
  readonly data?: View;
  /** The same view with the what-if changes applied. */
  readonly whatIf?: View;
  readonly controls?: readonly WhatIfControl[];
  /** Changes of this scenario whose declaration is no longer in the text: they are not applied. */
  readonly lost?: readonly WhatIfTarget[];
  readonly progress?: PanelProgress;
  /** What was asked for with `pin`. */
  readonly pin?: PinRecord<View>;
  /** The text is newer than these numbers, and its own are being computed: for longer than a person overlooks. */
  readonly updating?: boolean;
  /** The scenario declares nothing to weigh yet (`empty`): declarations to begin with. */
  readonly firstSteps?: readonly string[];
  /** What is shown of the rival accounts is of the text before; theirs is still being computed. */
  readonly rivalsPending?: boolean;
}

/** Client to server. */
export const panelOpen = 'dramatis/panel/open'; // PanelRequest, notification: opens, or changes what is asked
export const panelClose = 'dramatis/panel/close'; // { panel }, notification
export const activeEditor = 'dramatis/activeEditor'; // ActiveEditor, notification
export const cancelWork = 'dramatis/cancelWork'; // { token }, notification
export const whatIfEdit = 'dramatis/whatIf/edit'; // { panel }, request: WhatIfWriting
export const exportData = 'dramatis/export'; // { panel, format: 'csv' | 'json' | 'markdown' }, request: { text, name }
export const report = 'dramatis/report'; // { uri }, request: ReportAnswer
export const evaluateNow = 'dramatis/evaluateNow'; // { uri }, request: evaluates where the setting is manual

/** How the what-if changes are written: `edit` names the versions that it is for, and is null where nothing changes. */
export interface WhatIfWriting<Edit = unknown> {
  readonly edit: Edit | null;
  /** The text is no longer the one that the changes were made for: a declaration has gone. */
  readonly outdated: boolean;
}

export const datasetPreview = 'dramatis/datasetPreview'; // PreviewRequest, request: DatasetPreview | null

export interface PreviewRequest {
  /** A scenario, one of its imports, or a data file that an open scenario reads. */
  readonly uri: string;
  /** Where the caret stands: in a declaration it chooses that dataset, elsewhere all of them are shown. */
  readonly position?: WirePosition;
  /** Chooses the dataset by its name. */
  readonly dataset?: string;
}

/** The first rows of datasets with what each became. */
export interface DatasetPreview {
  /** The one that was chosen. */
  readonly dataset?: string;
  readonly markdown: string;
}

/** What the client says of itself when it starts the server. Settings may stand beside it, for editors that send them so. */
export interface InitializationOptions {
  /** URI of the page that explains the codes of diagnostics. */
  readonly documentation?: string;
}

/** A report, or why there are no numbers to report. */
export type ReportAnswer = { readonly html: string } | { readonly reason: string };

export interface ActiveEditor {
  readonly uri?: string;
  readonly position?: WirePosition;
}

/** Server to client. */
export const panelState = 'dramatis/panel/state'; // PanelState, notification
export const panelCaret = 'dramatis/panel/caret'; // CaretMessage, notification: what the caret is on
/** What the editor's caret is on in the scenario that a panel shows. */
export interface CaretMessage {
  readonly panel: string;
  /** The item of evidence, in the order in which evidence acts. */
  readonly evidence?: number;
  /** What the line does; undefined where it has no numbers. */
  readonly line?: string;
}

export const serverStatus = 'dramatis/status'; // ServerStatus, notification

export interface ServerStatus {
  readonly state: 'ready' | 'working' | 'stale' | 'undefined';
  readonly scenario?: string;
  /** For the status item: one line. */
  readonly text: string;
  readonly detail?: string;
}

/**
 * Server to client, where the server runs in a web worker and has no file system of its own: the client answers out of
 * the editor's. Changes on disk come as `workspace/didChangeWatchedFiles`.
 */
export const fileStat = 'dramatis/file/stat'; // { uri }, request: FileFacts | null
export const fileRead = 'dramatis/file/read'; // { uri, start?, end? }, request: Uint8Array | null
export const fileList = 'dramatis/file/list'; // { uri }, request: names, folders end in `/`

export interface FileFacts {
  readonly size: number;
  readonly mtime: number;
}

/** Page to client. The client gives each page its id: a page asks without one. */
export type PageMessage =
  /** The page has loaded and listens; the client answers with the last state, if there is one. */
  | { readonly kind: 'ready' }
  /** Asks, or asks for something else. The page keeps it with `setState`, and asks for it again after a reload. */
  | { readonly kind: 'request'; readonly request: Omit<PanelRequest, 'panel'> }
  /** Shows a place in the text. `preserveFocus` leaves the keyboard in the page. */
  | { readonly kind: 'reveal'; readonly location: WireLocation; readonly preserveFocus?: boolean }
  /** Writes the what-if changes to the text, as one undoable edit. */
  | { readonly kind: 'write' }
  /** Numbers of the view, from the server: saved through the save dialog (`csv`, `json`) or copied (`markdown`). */
  | { readonly kind: 'export'; readonly format: 'csv' | 'json' | 'markdown'; readonly table?: string }
  /** A picture that the page has drawn, saved through the save dialog. */
  | { readonly kind: 'save'; readonly name: string; readonly content: string | Uint8Array }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'cancel'; readonly token: string };

/** What a command, a code lens or a link wants a panel to show. */
export interface ViewRequest {
  readonly view?: ViewName;
  /** Stay with this scenario. */
  readonly lockedTo?: string;
  /** Merged into the questions of the view; `controls` opens What-if. */
  readonly query?: Readonly<Record<string, unknown>>;
}

/** Client to page. */
export type HostMessage =
  | { readonly kind: 'state'; readonly state: PanelState }
  | { readonly kind: 'caret'; readonly evidence?: number; readonly line?: string }
  /** A person asked for this: the page asks the server accordingly. */
  | ({ readonly kind: 'show' } & ViewRequest)
  /** Written: the page drops its what-if changes. */
  | { readonly kind: 'written' }
  /** The server has gone, or is back: numbers stay, the page asks again by itself once it is back. */
  | { readonly kind: 'server'; readonly running: boolean };
