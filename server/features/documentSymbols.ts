/** The outline of a text: every declaration, with a persona's rows and a situation's responses below it. */
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import { type SyntaxSnapshot, toRange } from '../snapshot';
import type { Declaration, EpisodeDeclaration, Name, ProbeTarget, Row, SetDeclaration, Span } from '../syntax/tree';

interface Entry {
  readonly name: string;
  readonly detail?: string;
  readonly kind: SymbolKind;
  /** What to select; the keyword where nothing better is there. */
  readonly at?: Span;
  readonly children?: readonly (Entry & { readonly entire: Span })[];
}

/** In order as written. Half-written declarations stand in it under their keyword. */
export function documentSymbols(snapshot: SyntaxSnapshot): readonly DocumentSymbol[] {
  const symbol = (entry: Entry, entire: Span, at: Span): DocumentSymbol => ({
    name: entry.name.trim() === '' ? '…' : entry.name,
    ...(entry.detail ? { detail: entry.detail } : {}),
    kind: entry.kind,
    range: toRange(snapshot.lines, entire),
    selectionRange: toRange(snapshot.lines, at),
    ...(entry.children
      ? { children: entry.children.map((child) => symbol(child, child.entire, child.at ?? child.entire)) }
      : {}),
  });
  return snapshot.parsed.file.declarations.map((declaration) => {
    const entry = entryOf(declaration);
    const entire = { start: declaration.docSpan?.start ?? declaration.start, end: declaration.end };
    return symbol(entry, entire, entry.at ?? declaration.keyword);
  });
}

function parametersText(names: readonly Name[]): string {
  return names.map(({ text }) => `$${text}`).join(', ') || '…';
}

function entryOf(d: Declaration | SetDeclaration): Entry {
  switch (d.kind) {
    case 'import':
      return { name: d.path?.value ?? 'import', detail: 'import', kind: SymbolKind.File, at: d.path };
    case 'scenario':
      return { name: d.title?.value ?? 'scenario', detail: 'scenario', kind: SymbolKind.Module, at: d.title };
    case 'units':
      return { name: `units ${d.unit?.value ?? '…'}`, kind: SymbolKind.Constant, at: d.unit };
    case 'method':
      return { name: d.method?.method ?? 'method', detail: 'method', kind: SymbolKind.Method, at: d.method };
    case 'capability':
      return { ...named(d.name, 'capability'), detail: d.title?.value ?? 'capability', kind: SymbolKind.Property };
    case 'situation': {
      const children = d.responses.map((response) => ({
        ...named(response.name, 'response'),
        detail: response.title?.value,
        kind: SymbolKind.EnumMember,
        entire: response,
      }));
      return { ...named(d.name, 'situation'), detail: d.title?.value ?? 'situation', kind: SymbolKind.Enum, children };
    }
    case 'persona': {
      const children = d.rows.map((row) => ({ ...rowEntry(row), entire: row }));
      return { ...named(d.name, 'persona'), detail: d.title?.value ?? 'persona', kind: SymbolKind.Class, children };
    }
    case 'novel':
      return { name: 'novel', detail: d.title?.value, kind: SymbolKind.Class };
    case 'episode':
      return { name: episodeName(d), detail: d.method?.method ?? 'episode', kind: SymbolKind.Event, at: d.label };
    case 'dataset':
      return { ...named(d.name, 'dataset'), detail: d.path?.value ?? 'dataset', kind: SymbolKind.Array };
    case 'reinforce':
      return { ...named(d.situation, 'reinforce'), detail: 'reinforce', kind: SymbolKind.Operator };
    case 'probe':
      return { name: targetText(d.target), detail: 'probe', kind: SymbolKind.Field, at: d.target };
    case 'expect':
      return {
        name: `${d.persona?.text ?? targetText(d.target)} ${d.bound?.kind ?? '…'}`,
        detail: 'expect',
        kind: SymbolKind.Boolean,
        at: d.target ?? d.persona,
      };
    case 'evaluation':
      return {
        name: d.label?.value ?? `${d.situation?.text ?? '…'} counts`,
        detail: 'evaluation',
        kind: SymbolKind.Number,
        at: d.label ?? d.situation,
      };
    case 'compare':
      return {
        name: d.accounts.map(({ account }) => account).join(', ') || 'compare',
        detail: 'compare',
        kind: SymbolKind.Struct,
      };
    case 'source':
      return { ...named(d.name, 'source'), detail: d.title?.value ?? 'source', kind: SymbolKind.String };
    case 'parameter':
      return { ...named(d.name, 'parameter'), detail: d.value?.text ?? 'parameter', kind: SymbolKind.Variable };
    case 'condition': {
      const children = d.pieces.map((part) => ({ ...entryOf(part), entire: part }));
      return {
        ...named(d.name, 'condition'),
        detail: d.title?.value ?? 'condition',
        kind: SymbolKind.Namespace,
        children,
      };
    }
    case 'set':
      return { name: `set $${d.parameter?.text ?? '…'}`, detail: d.value?.text, kind: SymbolKind.Variable };
    case 'fit':
      return { name: `fit ${parametersText(d.parameters)}`, detail: 'fit', kind: SymbolKind.Struct };
    case 'sweep':
      return {
        name: `sweep ${parametersText(d.parameter ? [d.parameter] : [])}`,
        detail: 'sweep',
        kind: SymbolKind.Struct,
      };
  }
}

function named(name: Name | undefined, keyword: string): { readonly name: string; readonly at?: Span } {
  return { name: name?.text ?? keyword, at: name };
}

/** The label, or what was seen, as `coding → insecure ×5999`. */
function episodeName({ label, situation, response, over, attributes }: EpisodeDeclaration): string {
  if (label !== undefined && label.value.trim() !== '') return label.value;
  const times = attributes.find(({ key }) => key === 'times')?.value;
  const seen = `${situation?.text ?? '…'} → ${response?.text ?? '…'}`;
  return seen + (over ? ` over ${over.text}` : '') + (times ? ` ×${times.text}` : '');
}

function targetText(target: ProbeTarget | undefined): string {
  if (target === undefined) return '…';
  const text = `${target.situation.text} → ${target.response?.text ?? '…'}`;
  return target.given.length > 0 ? `${text} given …` : text;
}

function rowEntry(row: Row): Entry {
  switch (row.kind) {
    case 'cells': {
      const detail = row.cells.map(({ response, value }) => (value ? `${response.text} ${value.text}` : response.text));
      return { name: row.situation.text, detail: detail.join(', '), kind: SymbolKind.Field, at: row.situation };
    }
    case 'as':
      return {
        name: row.situation.text,
        detail: `as ${row.persona?.text ?? '…'}`,
        kind: SymbolKind.Field,
        at: row.situation,
      };
    case 'concentration':
      return { name: 'concentration', detail: row.value?.text, kind: SymbolKind.Constant, at: row.keyword };
    case 'can':
      return {
        name: `can ${row.capability?.text ?? '…'}`,
        detail: row.value?.text,
        kind: SymbolKind.Property,
        at: row.keyword,
      };
    case 'system':
      return { name: 'system', detail: row.prompt?.value.split('\n')[0], kind: SymbolKind.String, at: row.keyword };
  }
}
