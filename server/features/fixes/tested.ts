/** Fixes for parameters, conditions, evaluations and fits. */
import { pieceAround } from '../../syntax/pieces';
import { declarationAround, declarationStart, type Fixer, insert, remove, replace, sourceOf, stringOf } from './fix';

/** A `set` that cannot be. */
export const removeSet: Fixer = (snapshot, finding) => {
  const piece = pieceAround(snapshot.parsed.file.declarations, finding);
  if (piece?.kind !== 'set') return [];
  const title = `Remove 'set $${piece.parameter?.text ?? ''}'`;
  return [{ title, edits: [remove(snapshot, piece)], preferred: true }];
};

export const swapRange: Fixer = (snapshot, finding) => {
  const node = declarationAround(snapshot, finding, 'parameter', 'sweep');
  const { from, to } = node ?? {};
  if (!from || !to || from.value === to.value) return [];
  const edits = [replace(snapshot, from, sourceOf(snapshot, to)), replace(snapshot, to, sourceOf(snapshot, from))];
  return [{ title: 'Swap the ends', edits, preferred: true }];
};

/** A fitted parameter without a range: one around its value, on its scale. */
export const addRange: Fixer = (snapshot, finding) => {
  const name = stringOf(finding.data['parameter']);
  const node = snapshot.parsed.file.declarations.find((one) => one.kind === 'parameter' && one.name?.text === name);
  if (node?.kind !== 'parameter' || !node.value || node.from) return [];
  const { value } = node.value;
  const ends =
    node.scale?.value === 'logit'
      ? ['0.1%', '99.9%']
      : value === 0
        ? ['-1', '1']
        : [value / 10, value * 10].sort((a, b) => a - b).map((end) => `${Number(end.toPrecision(6))}`);
  const title = `Add 'from ${ends[0]} to ${ends[1]}' to ${name}`;
  return [{ title, edits: [insert(snapshot, node.value.end, ` from ${ends[0]} to ${ends[1]}`)], preferred: true }];
};

/** A scale that the numbers do not fit. */
export const dropScale: Fixer = (snapshot, finding) => {
  const node = declarationAround(snapshot, finding, 'parameter', 'sweep');
  if (!node?.scale) return [];
  return [{ title: `Leave out '${node.scale.value}'`, edits: [remove(snapshot, node.scale)] }];
};

/** A value outside its parameter's own range: the range reaches as far. */
export const widenRange: Fixer = (snapshot, finding) => {
  const piece = pieceAround(snapshot.parsed.file.declarations, finding);
  const name =
    piece?.kind === 'set' ? piece.parameter?.text : declarationAround(snapshot, finding, 'parameter')?.name?.text;
  const node = snapshot.parsed.file.declarations.find((one) => one.kind === 'parameter' && one.name?.text === name);
  const literal = piece?.kind === 'set' ? piece.value : node?.kind === 'parameter' ? node.value : undefined;
  if (node?.kind !== 'parameter' || !node.from || !node.to || literal?.value === undefined) return [];
  const end = literal.value < node.from.value ? node.from : node.to;
  if (literal.value >= node.from.value && literal.value <= node.to.value) return [];
  return [{ title: `Widen the range of ${name} to ${literal.text}`, edits: [replace(snapshot, end, literal.text)] }];
};

export const addToAmong: Fixer = (snapshot, finding) => {
  const node = declarationAround(snapshot, finding, 'evaluation');
  const last = node?.among.at(-1);
  const response = stringOf(finding.data['response']);
  if (!last || !response) return [];
  return [
    { title: `Add '${response}' to 'among'`, edits: [insert(snapshot, last.end, `, ${response}`)], preferred: true },
  ];
};

export const dropAmong: Fixer = (snapshot, finding) => {
  const node = declarationAround(snapshot, finding, 'evaluation');
  const [first] = node?.among ?? [];
  const last = node?.among.at(-1);
  if (!node || !first || !last) return [];
  const start = snapshot.text.lastIndexOf('among', first.start);
  return [{ title: `Leave out 'among'`, edits: [remove(snapshot, { start, end: last.end })] }];
};

/** An evaluation that counts nothing: leave it out, or hold it out until it is measured. */
export const planEvaluation: Fixer = (snapshot, finding) => {
  const node = declarationAround(snapshot, finding, 'evaluation');
  if (!node) return [];
  const gone = { start: declarationStart(node), end: node.end };
  const fixes = [{ title: 'Remove the evaluation', edits: [remove(snapshot, gone)] }];
  const { observed } = node;
  if (observed?.kind !== 'runs') return fixes;
  const planned = replace(snapshot, observed, observed.response.text);
  const edits = node.heldOut ? [planned] : [insert(snapshot, node.keyword.end, ' held out'), planned];
  return [...fixes, { title: 'Hold it out until it is measured', edits }];
};

export const removeDeclaration: Fixer = (snapshot, finding) => {
  const node = declarationAround(snapshot, finding, 'parameter', 'source', 'fit', 'sweep');
  if (!node) return [];
  const span = { start: declarationStart(node), end: node.end };
  return [{ title: `Remove this ${node.kind}`, edits: [remove(snapshot, span)] }];
};

export const declareParameter: Fixer = (snapshot, finding) => {
  const name = stringOf(finding.data['name']);
  const first = snapshot.parsed.file.declarations.find(({ kind }) => kind !== 'import' && kind !== 'scenario');
  if (!name || name.includes('-')) return [];
  const at = first ? declarationStart(first) : 0;
  return [{ title: `Declare parameter ${name}`, edits: [insert(snapshot, at, `parameter ${name} 1\n`)] }];
};

export const declareSource: Fixer = (snapshot, finding) => {
  const name = stringOf(finding.data['name']);
  const first = snapshot.parsed.file.declarations.find(({ kind }) => kind !== 'import' && kind !== 'scenario');
  if (!name) return [];
  const at = first ? declarationStart(first) : 0;
  return [{ title: `Declare source ${name}`, edits: [insert(snapshot, at, `source ${name} ""\n`)] }];
};
