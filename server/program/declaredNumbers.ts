/** The numbers of a text, each with an identity that outlives edits elsewhere. Must not know what is done with them. */

import { eachTerm, parametersIn } from '../syntax/expressionTerms';
import type { Declaration, Mark, NumberNode, SetDeclaration } from '../syntax/tree';
import { type Build, buildOf } from './build/build';
import { isDamaged } from './build/buildContext';
import { eachNumber, type NumberRole } from './build/numberNodes';
import { sourceOf } from './build/sources';
import { originOf, type ParsedFile } from './files';
import type { Origin } from './model/origin';
import type { Scale } from './model/parameter';

export type { NumberRole } from './build/numberNodes';

export interface DeclaredNumber {
  /** File, declaration, role: the same after edits elsewhere in the text. */
  readonly id: string;
  readonly role: NumberRole;
  /** What changing it means: other training, another belief, another question, another measurement. */
  readonly kind: 'evidence' | 'belief' | 'question' | 'measurement';
  readonly value: number;
  /** As written; `1` where `implicit`. */
  readonly text: string;
  /** Log odds for probabilities, log2 for positive numbers, linear for what may be zero by nature or negative. */
  readonly scale: 'logit' | 'log2' | 'linear';
  /** Its place; empty, where it would be written, if `implicit`. */
  readonly origin: Origin;
  /** Not in the text: what counts without it (`times 1`). `insert` goes before the number. */
  readonly implicit?: { readonly insert: string };
  /** One of several numbers of an expression. */
  readonly inExpression: boolean;
  /** Index of the source that marks it; undefined: an assumption. */
  readonly source?: number;
  /** For people: `times of "realignment"`, `prior of malicious`, `secure in coding of malicious`. */
  readonly label: string;
  /** The condition that it stands in. */
  readonly condition?: number;
  /** Indices of what it is of, where it is of one. `episode` and `dataset` index the program that has the declaration. */
  readonly parameter?: number;
  readonly persona?: number;
  readonly situation?: number;
  readonly response?: number;
  readonly capability?: number;
}

/** In order of file and place. `files` is `Program.text`. Numbers of declarations with a mistake are left out. */
export function declaredNumbers(files: readonly ParsedFile[]): readonly DeclaredNumber[] {
  return collected(files).numbers;
}

/** The node of the tree behind each `DeclaredNumber.id`, for overriding its value. */
export function numberNodes(files: readonly ParsedFile[]): ReadonlyMap<string, object> {
  return collected(files).nodes;
}

interface Collected {
  readonly numbers: readonly DeclaredNumber[];
  readonly nodes: ReadonlyMap<string, object>;
}

const known = new WeakMap<readonly ParsedFile[], Collected>();

function collected(files: readonly ParsedFile[]): Collected {
  let found = known.get(files);
  if (!found) {
    found = collect(files, buildOf(files));
    known.set(files, found);
  }
  return found;
}

type Node = Declaration | SetDeclaration;

function collect(files: readonly ParsedFile[], build: Build): Collected {
  const numbers: DeclaredNumber[] = [];
  const nodes = new Map<string, object>();
  const belief = parametersOfBeliefs(files, build);
  files.forEach(({ uri, parsed }, file) => {
    const seen = new Map<string, number>();
    const visit = (declaration: Node, scope: string, condition: number | undefined) => {
      if (declaration.kind !== 'condition' && isDamaged(build.ctx, file, declaration)) return;
      const key = `${scope}${nameOf(declaration)}`;
      const ordinal = seen.get(key) ?? 0;
      seen.set(key, ordinal + 1);
      const identity = `${uri}#${key}${ordinal > 0 ? `#${ordinal}` : ''}`;
      const add = (node: object, one: Omit<DeclaredNumber, 'id' | 'condition'>, part: string) => {
        const id = `${identity}/${one.role}${part === '' ? '' : ` ${part}`}`;
        numbers.push({ id, ...one, ...(condition === undefined ? {} : { condition }) });
        nodes.set(id, node);
      };
      eachNumber(declaration, (node, role, part) => {
        const common = {
          role,
          kind: kindOf(build, declaration, role, belief),
          source: sourceOf(build.assembly.names.sources, markOf(declaration, node)),
          label: labelOf(declaration, role, part),
          ...placesOf(build, declaration, part),
        };
        if (node.expression === undefined) {
          const { value, text } = node;
          const scale = scaleOf(build, declaration, role, part, value);
          add(node, { ...common, value, text, scale, origin: originOf(file, node), inExpression: false }, part);
          return;
        }
        let at = 0;
        eachTerm(node.expression, (term) => {
          if (term.kind !== 'literal') return;
          const { value, text } = term;
          const scale = value > 0 ? 'log2' : 'linear';
          const place = originOf(file, term);
          add(term, { ...common, value, text, scale, origin: place, inExpression: true }, `${part}~${at++}`);
        });
      });
      const implicit = implicitOf(declaration);
      if (implicit) {
        const origin = { file, start: implicit.at, end: implicit.at };
        const label = labelOf(declaration, implicit.role, '');
        const common = { role: implicit.role, kind: 'evidence', value: 1, text: '1', scale: 'log2', label } as const;
        const source = sourceOf(build.assembly.names.sources, markOf(declaration, undefined));
        add(
          declaration,
          { ...common, origin, implicit: { insert: implicit.insert }, inExpression: false, source },
          'implicit',
        );
      }
      if (declaration.kind !== 'condition') return;
      const own = build.conditions.list.find(({ definition }) => definition.node === declaration);
      if (own) for (const part of declaration.pieces) visit(part, `${key}/`, own.index);
    };
    for (const declaration of parsed.file.declarations) visit(declaration, '', undefined);
  });
  return { numbers, nodes };
}

/** The kind and name of a declaration, or what it says where it has no name. */
function nameOf(d: Node): string {
  switch (d.kind) {
    case 'episode':
      return `episode ${d.label?.value ?? ''} ${d.situation?.text} -> ${d.response?.text} ${d.over?.text ?? ''}`.trim();
    case 'method':
      return `method ${d.method?.method}`;
    case 'reinforce':
      return `reinforce ${d.situation?.text}`;
    case 'probe':
      return `probe ${d.target?.situation.text} -> ${d.target?.response?.text}`;
    case 'expect':
      return `expect ${d.persona?.text ?? d.target?.situation.text} ${d.target?.response?.text ?? ''}`.trim();
    case 'evaluation':
      return `evaluation ${d.label?.value ?? ''} ${d.situation?.text}`.trim();
    case 'set':
      return `set ${d.parameter?.text}`;
    default:
      return 'name' in d && d.name ? `${d.kind} ${d.name.text}` : d.kind;
  }
}

/** A number that counts without being written: where it would stand. */
function implicitOf(
  d: Node,
): { readonly role: 'times' | 'dataset-weight'; readonly insert: string; readonly at: number } | undefined {
  if (d.kind === 'episode') {
    if (d.attributes.some(({ key }) => key === 'times') || !d.response) return undefined;
    const ends = [d.response, d.over, ...d.attributes].flatMap((part) => (part ? [part.end] : []));
    return { role: 'times', insert: ' times ', at: Math.max(...ends) };
  }
  if (d.kind !== 'dataset' || !d.body) return undefined;
  if (d.mappings.some((mapping) => mapping.kind === 'set' && mapping.entry.key === 'weight')) return undefined;
  return { role: 'dataset-weight', insert: ' weight ', at: d.mappings.at(-1)?.end ?? d.body.start + 1 };
}

const EVIDENCE: ReadonlySet<NumberRole> = new Set([
  'times',
  'epochs',
  'weight',
  'tokens',
  'reward',
  'dataset-weight',
  'dataset-epochs',
  'dataset-tokens',
  'dataset-reward',
  'beta',
  'rigidity',
  'reinforce-reward',
]);
const QUESTIONS: ReadonlySet<NumberRole> = new Set(['given-times', 'limit', 'account']);
const MEASUREMENTS: ReadonlySet<NumberRole> = new Set(['count', 'overdispersion']);

function kindOf(build: Build, d: Node, role: NumberRole, beliefs: ReadonlySet<number>): DeclaredNumber['kind'] {
  if (role === 'parameter' || role === 'set') {
    const name = d.kind === 'parameter' ? d.name : d.kind === 'set' ? d.parameter : undefined;
    return beliefs.has(build.parameters.table.get(name?.text ?? '') ?? -1) ? 'belief' : 'evidence';
  }
  if (EVIDENCE.has(role)) return 'evidence';
  if (QUESTIONS.has(role)) return 'question';
  return MEASUREMENTS.has(role) ? 'measurement' : 'belief';
}

/** Parameters that something else than evidence reads, also by way of a `set`; and those that nothing reads. */
function parametersOfBeliefs(files: readonly ParsedFile[], { parameters }: Build): ReadonlySet<number> {
  const beliefs = new Set<number>();
  const readers = new Map<number, number[]>();
  const used = new Set<number>();
  const visit = (d: Node) => {
    eachNumber(d, (node, role) => {
      for (const name of parametersIn(node.expression)) {
        const index = parameters.table.get(name.text);
        if (index === undefined) continue;
        used.add(index);
        const set = d.kind === 'set' ? parameters.table.get(d.parameter?.text ?? '') : undefined;
        if (set !== undefined) readers.set(set, [...(readers.get(set) ?? []), index]);
        else if (!EVIDENCE.has(role)) beliefs.add(index);
      }
    });
    if (d.kind === 'condition') d.pieces.forEach(visit);
  };
  for (const { parsed } of files) parsed.file.declarations.forEach(visit);
  for (const { index } of parameters.list) if (!used.has(index)) beliefs.add(index);
  const open = [...beliefs];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const read of readers.get(at) ?? []) {
      if (beliefs.has(read)) continue;
      beliefs.add(read);
      open.push(read);
    }
  }
  return beliefs;
}

/** The mark that speaks for a number: of its row, else of its declaration. */
function markOf(d: Node, node: NumberNode | undefined): Mark | undefined {
  if (d.kind === 'persona' && node) {
    const row = d.rows.find(({ start, end }) => start <= node.start && node.end <= end);
    if (row) return row.mark;
  }
  return 'mark' in d ? d.mark : undefined;
}

const BY_SCALE: Readonly<Record<Scale, DeclaredNumber['scale']>> = { linear: 'linear', log: 'log2', logit: 'logit' };
const PROBABILITIES: ReadonlySet<NumberRole> = new Set([
  'cell',
  'can',
  'capability',
  'repeats',
  'discount',
  'retaining',
  'limit',
  'overdispersion',
]);

function scaleOf(build: Build, d: Node, role: NumberRole, part: string, value: number): DeclaredNumber['scale'] {
  if (role === 'parameter' || role === 'set') {
    const name = d.kind === 'parameter' ? d.name : d.kind === 'set' ? d.parameter : undefined;
    return BY_SCALE[build.parameters.list[build.parameters.table.get(name?.text ?? '') ?? -1]?.scale ?? 'linear'];
  }
  if (PROBABILITIES.has(role)) return 'logit';
  if (role === 'account' && /^(transfer|novel \d+ 0)/.test(part)) return 'logit';
  if (role === 'count' && /^(rate|low|high)$/.test(part)) return 'logit';
  const isSigned = role === 'reward' || role === 'dataset-reward' || role === 'reinforce-reward';
  return isSigned || value < 0 ? 'linear' : 'log2';
}

const WORDS: Readonly<Partial<Record<NumberRole, string>>> = {
  cell: '',
  capability: 'value',
  'capability-strength': 'strength',
  'method-beta': 'beta',
  'novel-prior': 'prior',
  'novel-concentration': 'concentration',
  'dataset-weight': 'weight',
  'dataset-epochs': 'epochs',
  'dataset-tokens': 'tokens',
  'dataset-reward': 'reward',
  'reinforce-reward': 'reward',
  'given-times': 'times in the context',
  account: 'number',
  parameter: 'value',
  set: 'value',
};

function labelOf(d: Node, role: NumberRole, part: string): string {
  const of = subjectOf(d);
  if (role === 'cell') {
    const [situation, response] = part.split('/');
    return `${response} in ${situation} of ${of}`;
  }
  const word = WORDS[role] ?? role;
  const what = role === 'can' || role === 'reinforce-reward' ? ` ${part}` : '';
  return `${word}${what} of ${of}`;
}

function subjectOf(d: Node): string {
  switch (d.kind) {
    case 'episode':
      return d.label ? `"${d.label.value}"` : `${d.situation?.text} -> ${d.response?.text}`;
    case 'method':
      return d.method?.method ?? 'method';
    case 'set':
    case 'parameter':
      return `$${(d.kind === 'set' ? d.parameter : d.name)?.text}`;
    case 'reinforce':
      return `reinforce ${d.situation?.text}`;
    case 'evaluation':
      return d.label ? `"${d.label.value}"` : nameOf(d);
    default:
      return 'name' in d && d.name ? d.name.text : nameOf(d);
  }
}

/** Indices of what a number is of. */
function placesOf(
  { assembly, parameters }: Build,
  d: Node,
  part: string,
): Pick<DeclaredNumber, 'parameter' | 'persona' | 'situation' | 'response' | 'capability'> {
  const { situations } = assembly.names;
  switch (d.kind) {
    case 'persona': {
      const persona = assembly.personas.table.get(d.name?.text ?? '');
      const [name = '', response = ''] = part.split('/');
      const situation = situations.table.get(name);
      const capability = assembly.capabilities.table.get(part);
      return {
        ...(persona === undefined ? {} : { persona }),
        ...(situation === undefined ? {} : { situation, ...indexOf(situations.scopes[situation]?.table, response) }),
        ...(capability === undefined ? {} : { capability }),
      };
    }
    case 'episode': {
      const situation = situations.table.get(d.situation?.text ?? '');
      if (situation === undefined) return {};
      return { situation, ...indexOf(situations.scopes[situation]?.table, d.response?.text ?? '') };
    }
    case 'capability': {
      const capability = assembly.capabilities.table.get(d.name?.text ?? '');
      return capability === undefined ? {} : { capability };
    }
    case 'parameter':
    case 'set': {
      const parameter = parameters.table.get((d.kind === 'set' ? d.parameter : d.name)?.text ?? '');
      return parameter === undefined ? {} : { parameter };
    }
    default:
      return {};
  }
}

function indexOf(table: ReadonlyMap<string, number> | undefined, name: string): { readonly response?: number } {
  const response = table?.get(name);
  return response === undefined ? {} : { response };
}
