/** Fixes for names: did you mean, declare what is missing. */
import type { ResponseNode, SituationDeclaration } from '../../syntax/tree';
import {
  declarationAround,
  declarationNamed,
  declarationStart,
  type Fix,
  type Fixer,
  insert,
  newline,
  replace,
  sourceOf,
  stringOf,
  stringsOf,
} from './fix';

/** The names that may have been meant, nearest first. */
export const didYouMean: Fixer = (snapshot, finding) =>
  stringsOf(finding.data['suggestions']).map((name, at) => ({
    title: `Change to '${name}'`,
    edits: [replace(snapshot, finding, name)],
    preferred: at === 0,
  }));

export const declareCapability: Fixer = (snapshot, finding) => {
  const name = sourceOf(snapshot, finding);
  const around = snapshot.parsed.file.declarations.find(
    ({ start, end }) => start <= finding.start && finding.end <= end,
  );
  const at = around ? declarationStart(around) : 0;
  const eol = newline(snapshot);
  return [
    {
      title: `Declare capability '${name}'`,
      edits: [insert(snapshot, at, `capability ${name} 1% learnable strength 10${eol}${eol}`)],
    },
  ];
};

export const declareSituation: Fixer = (snapshot, finding) => {
  const name = sourceOf(snapshot, finding);
  const around = snapshot.parsed.file.declarations.find(
    ({ start, end }) => start <= finding.start && finding.end <= end,
  );
  if (!around) return [];
  const asked = responsesAfter(snapshot.text, finding.end);
  const eol = newline(snapshot);
  const responses = asked ? `${asked} | other` : 'response | other';
  return [
    {
      title: `Declare situation '${name}'`,
      edits: [insert(snapshot, declarationStart(around), `situation ${name}${eol}  -> ${responses}${eol}${eol}`)],
    },
  ];
};

/** The response that the text names after the situation's arrow. */
function responsesAfter(text: string, offset: number): string | undefined {
  return /^\s*->\s*([\p{L}_][\p{L}\p{Nd}_-]*)/u.exec(text.slice(offset, offset + 200))?.[1];
}

/** Adds the unknown response to its situation, where this text declares it. */
export const addResponse: Fixer = (snapshot, finding) => {
  const situation = stringOf(finding.data['situation']);
  const owner = situation && owningSituation(snapshot, situation);
  const last = owner ? owner.responses.at(-1) : undefined;
  if (!owner || !last) return [];
  const name = sourceOf(snapshot, finding);
  return [
    { title: `Add response '${name}' to ${owner.name?.text}`, edits: [insert(snapshot, last.end, ` | ${name}`)] },
  ];
};

/** The situation that writes the responses, up the line of `extends`, where this text declares it. */
export function owningSituation(
  snapshot: Parameters<Fixer>[0],
  name: string,
): (SituationDeclaration & { readonly responses: readonly ResponseNode[] }) | undefined {
  const seen = new Set<string>();
  let found = declarationNamed(snapshot, 'situation', name);
  while (found && found.responses.length === 0 && found.extends && !seen.has(found.extends.text)) {
    seen.add(found.extends.text);
    found = declarationNamed(snapshot, 'situation', found.extends.text);
  }
  return found;
}

/** Replaces or adds what the parser expected, where that is a word or a sign. */
export const asExpected: Fixer = (snapshot, finding) => {
  const expected = stringsOf(finding.data['expected']).slice(0, 4);
  const found = sourceOf(snapshot, finding);
  const isWord = /^[\p{L}_]/u.test(found);
  return expected.flatMap((text): Fix[] => {
    if (/^[\p{L}_][\p{L}\p{Nd}_-]*$/u.test(text)) {
      if (!isWord) return [];
      return [{ title: `Change to '${text}'`, edits: [replace(snapshot, finding, text)], preferred: false }];
    }
    if (!/^(->|[|,:{}"]|"""|\*\/)$/.test(text)) return [];
    const closing = finding.code.startsWith('syntax-unterminated') || finding.code === 'syntax-unclosed';
    const at = closing ? endOfUnclosed(snapshot.text, finding) : finding.start;
    return [{ title: `Insert '${text}'`, edits: [insert(snapshot, at, closing ? text : `${text} `)] }];
  });
};

function endOfUnclosed(text: string, { start, end }: { readonly start: number; readonly end: number }): number {
  const line = text.indexOf('\n', Math.max(start, end - 1));
  const stop = line < 0 ? text.length : line;
  return text[stop - 1] === '\r' ? stop - 1 : stop;
}

/** A setting that may stand once: which of the two goes is for the writer to say, so it is never run with "Fix all". */
export const dropDeclaration: Fixer = (snapshot, finding) => {
  const around = declarationAround(
    snapshot,
    finding,
    'situation',
    'persona',
    'capability',
    'dataset',
    'scenario',
    'units',
    'method',
    'novel',
    'compare',
  );
  if (!around) return [];
  const span = { start: declarationStart(around), end: around.end };
  return [{ title: 'Remove this declaration', edits: [replace(snapshot, trailing(snapshot.text, span), '')] }];
};

/** The span with the line breaks after it, so that no hole stays. */
export function trailing(text: string, span: { readonly start: number; readonly end: number }) {
  const gap = /^[ \t]*(?:\r?\n[ \t]*){0,2}(?=\r?\n|\S|$)/.exec(text.slice(span.end));
  return { start: span.start, end: span.end + (gap?.[0].length ?? 0) };
}
