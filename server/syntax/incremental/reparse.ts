/**
 * Reading again after an edit: the chunks before the edit are kept as they are, those behind it are moved, and only
 * what lies between is read. The result equals that of `parse` on the new text, to the last property.
 */

import { commonPrefix, commonSuffix } from '../commonEnds';
import { tokensFrom } from '../lexer/lexer';
import { chunkStart, growing, grown, readChunk, SEAM } from '../parser/chunks';
import { cursorFrom } from '../parser/cursor';
import { parse } from '../parser/parser';
import type { ParseResult } from '../tree';
import { offsetComment, offsetDeclaration, offsetIssue } from './offsetSpans';

/** `removed` characters at `start` of the old text have become `inserted` characters. */
export interface TextChange {
  readonly start: number;
  readonly removed: number;
  readonly inserted: number;
}

/** The smallest change that makes `after` of `before`. */
export function changeBetween(before: string, after: string): TextChange {
  const start = commonPrefix(before, after);
  const tail = commonSuffix(before, after, Math.min(before.length, after.length) - start);
  return { start, removed: before.length - tail - start, inserted: after.length - tail - start };
}

/** Reads `text`, which differs from the text of `previous` by one change. Declarations before it keep their identity. */
export function reparse(text: string, previous: ParseResult, change: TextChange): ParseResult {
  const by = change.inserted - change.removed;
  const isSane = change.start >= 0 && change.removed >= 0 && change.start + change.removed <= previous.file.length;
  if (!isSane || text.length !== previous.file.length + by) return parse(text);
  const { seams } = previous;
  const count = seams.length / SEAM.width;
  let retained = 0;
  while (retained < count - 1 && seams[retained * SEAM.width + SEAM.lookahead]! <= change.start) retained++;
  const from = seams[retained * SEAM.width + SEAM.start]!;
  const c = cursorFrom(tokensFrom(text, from));
  const fresh = growing(seams[retained * SEAM.width + SEAM.state]!);
  let rest = retained;
  for (;;) {
    const start = chunkStart(c, from);
    if (start >= change.start + change.inserted) {
      while (rest < count && seams[rest * SEAM.width + SEAM.start]! < start - by) rest++;
      const isSame =
        rest < count &&
        rest > 0 &&
        seams[rest * SEAM.width + SEAM.start] === start - by &&
        seams[rest * SEAM.width + SEAM.state] === fresh.state;
      if (isSame) break;
    }
    if (!readChunk(c, fresh, start)) {
      rest = count;
      break;
    }
  }
  return joined(previous, retained, grown(fresh, text.length), rest, by);
}

/** The first `kept` chunks of `previous`, then the fresh ones, then those of `previous` from `rest` on, moved. */
function joined(previous: ParseResult, retained: number, fresh: ParseResult, rest: number, by: number): ParseResult {
  const { file, issues, seams } = previous;
  const first = countsBefore(previous, retained);
  const last = countsBefore(previous, rest);
  const declarations = file.declarations.slice(0, first.declarations);
  for (const declaration of fresh.file.declarations) declarations.push(declaration);
  for (let i = last.declarations; i < file.declarations.length; i++) {
    const declaration = file.declarations[i]!;
    declarations.push(by === 0 ? declaration : offsetDeclaration(declaration, by));
  }
  const comments = file.comments.slice(0, first.comments);
  for (const comment of fresh.file.comments) comments.push(comment);
  for (let i = last.comments; i < file.comments.length; i++) comments.push(offsetComment(file.comments[i]!, by));
  const told = issues.slice(0, first.issues);
  for (const issue of fresh.issues) told.push(issue);
  for (let i = last.issues; i < issues.length; i++) told.push(offsetIssue(issues[i]!, by));
  const newSeams = joinedSeams(seams, retained, fresh, rest, by, first, last);
  return { file: { declarations, comments, length: fresh.file.length }, issues: told, seams: newSeams };
}

interface Counts {
  readonly declarations: number;
  readonly comments: number;
  readonly issues: number;
}

function countsBefore({ file, issues, seams }: ParseResult, chunk: number): Counts {
  const at = chunk * SEAM.width;
  if (at >= seams.length) {
    return { declarations: file.declarations.length, comments: file.comments.length, issues: issues.length };
  }
  return {
    declarations: seams[at + SEAM.declarations]!,
    comments: seams[at + SEAM.comments]!,
    issues: seams[at + SEAM.issues]!,
  };
}

function joinedSeams(
  old: Int32Array,
  retained: number,
  fresh: ParseResult,
  rest: number,
  by: number,
  first: Counts,
  last: Counts,
): Int32Array {
  const leading = retained * SEAM.width;
  const tail = Math.min(rest * SEAM.width, old.length);
  const seams = new Int32Array(leading + fresh.seams.length + old.length - tail);
  seams.set(old.subarray(0, leading));
  seams.set(fresh.seams, leading);
  seams.set(old.subarray(tail), leading + fresh.seams.length);
  const behind = leading + fresh.seams.length;
  moveSeams(seams, leading, behind, 0, first, { declarations: 0, comments: 0, issues: 0 });
  const before = {
    declarations: first.declarations + fresh.file.declarations.length,
    comments: first.comments + fresh.file.comments.length,
    issues: first.issues + fresh.issues.length,
  };
  moveSeams(seams, behind, seams.length, by, before, last);
  return seams;
}

function moveSeams(seams: Int32Array, from: number, to: number, by: number, now: Counts, was: Counts): void {
  for (let at = from; at < to; at += SEAM.width) {
    seams[at + SEAM.start]! += by;
    seams[at + SEAM.lookahead]! += by;
    seams[at + SEAM.declarations]! += now.declarations - was.declarations;
    seams[at + SEAM.comments]! += now.comments - was.comments;
    seams[at + SEAM.issues]! += now.issues - was.issues;
  }
}
