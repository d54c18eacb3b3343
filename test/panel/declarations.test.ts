/** Declarations are followed from one text to the next, and what cannot be followed is lost, never another one. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DeclarationTracker, followDeclarations } from '../../panel/whatIf/declarations';
import type { Program } from '../../server/program/model/program';
import { parse } from '../../server/syntax/parser/parser';

const fileOf = (text: string) => ({ uri: 'file:///a', text, tree: parse(text).file });
const programOf = (text: string) => ({ files: [fileOf(text)] }) as unknown as Program;

/** The text that the declaration of the old text which contains `mark` has in the new one. */
function followed(before: string, after: string, mark: string): string | undefined {
  const [old, now] = [fileOf(before), fileOf(after)];
  const from = old.tree.declarations.find(({ start, end }) => before.slice(start, end).includes(mark));
  const to = from && followDeclarations(old, now).get(from);
  return to && after.slice(to.start, to.end);
}

const TEXT = `situation s -> a | b
episode "first": s -> a times 3
episode: s -> b
episode: s -> b
persona p prior 50% { s -> a 90%, b }
`;

describe('Following a declaration', () => {
  it('stays with it when a line is inserted above, and when that line begins like it', () => {
    for (const line of ['episode "new": s -> b times 30', 'episode "first": s -> b', 'probe s -> a', '// x']) {
      const after = TEXT.replace('episode "first"', `${line}\nepisode "first"`);
      assert.equal(followed(TEXT, after, '"first"'), 'episode "first": s -> a times 3');
    }
  });

  it('stays with it when its own text changes, its name included', () => {
    assert.match(followed(TEXT, TEXT.replace('times 3', 'times 4'), '"first"') ?? '', /times 4/);
    assert.match(followed(TEXT, TEXT.replace('"first": s -> a', '"other": s -> b'), '"first"') ?? '', /"other"/);
    assert.match(followed(TEXT, TEXT.replace('persona p', 'persona q'), 'persona p') ?? '', /persona q/);
  });

  it('loses it when it goes, though one like it stays', () => {
    assert.equal(followed(TEXT, TEXT.replace(/episode "first".*\n/, ''), '"first"'), undefined);
    assert.equal(followed(TEXT, TEXT.replace('episode "first"', '// episode "first"'), '"first"'), undefined);
    assert.equal(followed(TEXT, '', '"first"'), undefined);
  });

  it('is right about every declaration that random insertions and deletions leave', () => {
    const line = fc.nat(999).map((n) => `episode "e${n}": s -> a`);
    fc.assert(
      fc.property(
        fc.uniqueArray(line, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat(3)),
        (lines, dice) => {
          const next = (): number => dice.next().value ?? 0;
          const after = lines.flatMap((text) => {
            const what = next();
            return what === 0 ? [] : what === 1 ? [`episode "new${lines.indexOf(text)}": s -> b`, text] : [text];
          });
          const [old, now] = [fileOf(lines.join('\n')), fileOf(after.join('\n'))];
          const followed = followDeclarations(old, now);
          const map = new Map(
            old.tree.declarations.flatMap((from) => [[from, followed.get(from)] as const].filter(([, to]) => to)),
          );
          for (const [at, from] of old.tree.declarations.entries()) {
            const to = map.get(from);
            const text = to && now.text.slice(to.start, to.end);
            if (after.includes(lines[at] ?? '')) assert.equal(text, lines[at]);
          }
          assert.equal(new Set(map.values()).size, map.size);
        },
      ),
    );
  });
});

describe('An identity', () => {
  it('outlives edits, and is not given to another declaration', () => {
    const tracker = new DeclarationTracker();
    const program = programOf(TEXT);
    tracker.follow(program);
    const node = program.files[0]?.tree.declarations[1];
    assert.ok(node);
    const id = tracker.idOf('file:///a', node);
    const after = TEXT.replace(
      'episode "first": s -> a times 3',
      'episode "first": s -> b\nepisode "first": s -> a times 3',
    );
    const next = programOf(after);
    tracker.follow(next);
    assert.equal(tracker.find(id)?.declaration, next.files[0]?.tree.declarations[2]);
    const other = next.files[0]?.tree.declarations[1];
    assert.ok(other);
    assert.notEqual(tracker.idOf('file:///a', other), id);
  });

  it('is found by its text after a reload, the nearest of equal ones, and not where the text is another', () => {
    const before = new DeclarationTracker();
    const program = programOf(TEXT);
    before.follow(program);
    const [, one, , three] = program.files[0]?.tree.declarations ?? [];
    assert.ok(one && three);
    const ids = [before.idOf('file:///a', one), before.idOf('file:///a', three)];
    const after = new DeclarationTracker();
    const next = programOf(`// x\n${TEXT}`);
    after.follow(next);
    assert.equal(after.find(ids[0] ?? '')?.declaration, next.files[0]?.tree.declarations[1]);
    assert.equal(after.find(ids[1] ?? '')?.declaration, next.files[0]?.tree.declarations[3]);
    const changed = new DeclarationTracker();
    changed.follow(programOf(TEXT.replace('times 3', 'times 4')));
    assert.equal(changed.find(ids[0] ?? ''), undefined);
    assert.equal(changed.find('nonsense'), undefined);
  });
});
