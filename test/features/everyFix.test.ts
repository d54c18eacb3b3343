/** Every fix, applied to random programs with mistakes, leaves fewer findings of its kind and a text that can be read. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Diagnostic } from 'vscode-languageserver-types';
import { codeActions } from '../../server/features/codeActions';
import { buildProgram } from '../../server/program/build/build';
import { type SemanticSnapshot, toRange } from '../../server/snapshot';
import { lineIndex } from '../../server/syntax/lines';
import { parse } from '../../server/syntax/parser/parser';
import { arbitraryProgram } from '../support/arbitraryProgram';
import { edited, editsOf } from '../support/snapshots';

function snapshotOf(text: string): SemanticSnapshot {
  const uri = 'memory:/a.scenario';
  const parsed = parse(text);
  const program = buildProgram([{ uri, text, parsed }]);
  const lines = lineIndex(text);
  return { uri, version: 1, text, lines, parsed, program, file: 0, fileLines: [lines] };
}

const diagnosticsOf = (snapshot: SemanticSnapshot): readonly Diagnostic[] =>
  snapshot.program.diagnostics.map(({ code, message, origin, data }) => ({
    range: toRange(snapshot.lines, origin),
    code,
    message,
    data,
  }));

/** Mistakes that leave a text readable: what they change, by pattern. */
const MISTAKES: readonly (readonly [RegExp, string])[] = [
  [/\br0\b/, 'r9'],
  [/\bs0\b/, 's8'],
  [/\bh0\b/, 'h7'],
  [/\d+%/, '300%'],
  [/\d+%/, '7/2'],
  [/times \S+/, 'times 3 times 4'],
  [/selection/, 'selection, selection'],
  [/-> r0 \| r1/, '-> r0 | r1 | r0'],
  [/learnable/, ''],
  [/ else r\d/, ''],
  [/prior \S+/, 'prior 0'],
  [/beta/, 'beta 2 beta'],
  [/^episode: (.*)$/m, 'episode: $1\nepisode: $1'],
  [/^persona h0/m, 'persona h0 { }\npersona h0'],
  [/below 47.3%/, 'between 90% and 10%'],
  [/\$dose/, '$doze'],
  [/set \$dose [^\n]*/, 'set $dose 2 set $dose 3'],
  [/from 1 to 100 log/, 'from 100 to 1 log'],
  [/3 of 10/, '0 of 0'],
];

describe('Every fix', () => {
  it('removes what it mends, in random programs with mistakes', () => {
    fc.assert(
      fc.property(
        arbitraryProgram({ tested: true }),
        fc.array(fc.constantFrom(...MISTAKES), { minLength: 1, maxLength: 3 }),
        ({ text: sound }, mistakes) => {
          const text = mistakes.reduce((all, [pattern, wrong]) => all.replace(pattern, wrong), sound);
          const snapshot = snapshotOf(text);
          const found = diagnosticsOf(snapshot);
          const range = toRange(snapshot.lines, { start: 0, end: 0 });
          for (const diagnostic of found) {
            for (const action of codeActions(snapshot, range, { diagnostics: [diagnostic] }, [])) {
              if (action.diagnostics === undefined) continue;
              const after = snapshotOf(edited(text, editsOf(action.edit!, snapshot.uri)));
              const same = (list: readonly Diagnostic[]) =>
                list.filter(({ code, message }) => code === diagnostic.code && message === diagnostic.message).length;
              assert.ok(
                same(diagnosticsOf(after)) < same(found),
                `${diagnostic.code}: ${action.title}\n${text}\n=>\n${after.text}`,
              );
              assert.ok(
                after.parsed === undefined ||
                  parse(after.text).issues.length <=
                    snapshot.program.diagnostics.filter(({ code }) => code.startsWith('syntax-')).length,
                `${diagnostic.code}: ${action.title} breaks\n${text}\n=>\n${after.text}`,
              );
            }
          }
          // Refactorings at any place do not throw.
          for (const { start, end } of snapshot.parsed.file.declarations) {
            codeActions(snapshot, toRange(snapshot.lines, { start, end }), { diagnostics: [] }, []);
          }
        },
      ),
      { numRuns: 80, endOnFailure: true },
    );
  });
});
