import assert from 'node:assert/strict';
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from '../../server/features/callHierarchy';
import { definition } from '../../server/features/definition';
import { documentHighlights } from '../../server/features/documentHighlights';
import { documentLinks } from '../../server/features/documentLinks';
import { fileRename } from '../../server/features/fileRename';
import { references } from '../../server/features/references';
import { prepareRename, rename } from '../../server/features/rename';
import { symbolAt } from '../../server/features/symbols';
import { workspaceSymbols } from '../../server/features/workspaceSymbols';
import { atCaret, edited, editsOf, FOLDER, semantic } from '../support/snapshots';

const LIBRARY = `situation coding -> secure | insecure
capability syntax 1%
persona helpful prior 9 { coding -> secure 90%, insecure }
`;
const MAIN = `import "lib.persona"
situation taught extends coding
persona careless extends helpful prior 1 { coding -> insecure 60%, secure }
persona mime prior 1 { coding as careless }
episode: coding -> insecure
probe taught -> insecure
expect careless below 5%
`;

const caretIn = (text: string, at: string, within = 0) => {
  const start = text.indexOf(at);
  return `${text.slice(0, start + within)}$0${text.slice(start + within)}`;
};

describe('navigation', () => {
  it('goes from a name to its definition in an imported file', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, 'helpful prior 1', 2), { 'lib.persona': LIBRARY });
    const [link] = definition(snapshot, position);
    assert.equal(link?.targetUri, `${FOLDER}/lib.persona`);
    assert.deepEqual(link?.targetSelectionRange, { start: { line: 2, character: 8 }, end: { line: 2, character: 15 } });
  });

  it('goes from an import to the file that it names', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, 'lib.persona', 3), { 'lib.persona': LIBRARY });
    assert.equal(definition(snapshot, position)[0]?.targetUri, `${FOLDER}/lib.persona`);
  });

  it('answers nothing where no name stands', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, ' prior 1 {', 4), { 'lib.persona': LIBRARY });
    assert.deepEqual(definition(snapshot, position), []);
  });

  it('finds a response wherever its situation, or one that extends it, names it', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, 'insecure\nprobe', 1), { 'lib.persona': LIBRARY });
    const key = symbolAt(snapshot, position);
    assert.ok(key);
    assert.equal(key.kind, 'response');
    const places = references([snapshot], key, true).map(({ uri, range }) => [
      uri.slice(FOLDER.length + 1),
      range.start.line,
    ]);
    assert.deepEqual(places, [
      ['main.scenario', 2],
      ['main.scenario', 4],
      ['main.scenario', 5],
      ['lib.persona', 0],
      ['lib.persona', 2],
    ]);
    assert.equal(references([snapshot], key, false).length, places.length - 1);
  });

  it('marks the definition as written and the uses as read', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, 'careless extends', 1), { 'lib.persona': LIBRARY });
    assert.deepEqual(
      documentHighlights(snapshot, position).map(({ range, kind }) => [range.start.line, kind]),
      [
        [2, 3],
        [3, 2],
        [6, 2],
      ],
    );
  });

  it('links the files that imports and datasets name', async () => {
    const text = 'import "sub/a.persona"\ndataset d from "../data/x.jsonl" { situation s response r }\n';
    const { snapshot } = await atCaret(text, {}, 'deep/main.scenario');
    assert.deepEqual(
      documentLinks(snapshot).map(({ target, range }) => [target, range.start.character]),
      [
        [`${FOLDER}/deep/sub/a.persona`, 8],
        [`${FOLDER}/data/x.jsonl`, 16],
      ],
    );
  });

  it('finds declared names by letters in order', async () => {
    const { snapshot } = await atCaret(MAIN, { 'lib.persona': LIBRARY });
    assert.deepEqual(
      workspaceSymbols([snapshot], 'cls').map(({ name }) => name),
      ['careless'],
    );
    assert.ok(workspaceSymbols([snapshot], '').length >= 8);
  });

  it('says who uses a persona and whom it uses', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, 'careless extends', 1), { 'lib.persona': LIBRARY });
    const [item] = prepareCallHierarchy(snapshot, position);
    assert.ok(item);
    assert.equal(item.name, 'careless');
    assert.deepEqual(
      incomingCalls(snapshot, item).map((call) => call.item.name),
      ['mime', 'expect careless below 5%'],
    );
    assert.deepEqual(
      outgoingCalls(snapshot, item).map((call) => call.item.name),
      ['helpful', 'coding'],
    );
  });
});

describe('renaming', () => {
  it('changes a persona in every file of every program that holds it', async () => {
    const { snapshot, position, host } = await atCaret(caretIn(MAIN, 'helpful prior', 1), { 'lib.persona': LIBRARY });
    host.write(`${FOLDER}/other.scenario`, 'import "lib.persona"\nexpect helpful above 1%\n');
    const other = await semantic(`${FOLDER}/other.scenario`, host);
    const key = symbolAt(snapshot, position);
    assert.ok(key);
    const result = rename([snapshot, other], key, 'kind-one');
    assert.ok('edit' in result);
    assert.equal(
      edited(MAIN, editsOf(result.edit, `${FOLDER}/main.scenario`)),
      MAIN.replace('extends helpful', 'extends kind-one'),
    );
    assert.equal(
      edited(LIBRARY, editsOf(result.edit, `${FOLDER}/lib.persona`)),
      LIBRARY.replace('persona helpful', 'persona kind-one'),
    );
    assert.equal(
      edited(other.text, editsOf(result.edit, other.uri)),
      'import "lib.persona"\nexpect kind-one above 1%\n',
    );
  });

  it('offers the name under the caret, and nothing on a keyword', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, 'careless extends', 3), { 'lib.persona': LIBRARY });
    assert.equal(prepareRename(snapshot, position)?.placeholder, 'careless');
    const keyword = await atCaret(caretIn(MAIN, 'persona careless', 3), { 'lib.persona': LIBRARY });
    assert.equal(prepareRename(keyword.snapshot, keyword.position), undefined);
  });

  for (const [wanted, reason] of [
    ['two words', /is not a name/],
    ['1st', /is not a name/],
    ['a--b', /is not a name/],
    ['helpful', /already a persona 'helpful'/],
  ] as const) {
    it(`refuses '${wanted}' with the reason`, async () => {
      const { snapshot, position } = await atCaret(caretIn(MAIN, 'careless extends', 3), { 'lib.persona': LIBRARY });
      const result = rename([snapshot], symbolAt(snapshot, position)!, wanted);
      assert.ok('refused' in result);
      assert.match(result.refused, reason);
    });
  }

  it('refuses a response name that the situation already has', async () => {
    const { snapshot, position } = await atCaret(caretIn(MAIN, 'insecure\nprobe', 1), { 'lib.persona': LIBRARY });
    const result = rename([snapshot], symbolAt(snapshot, position)!, 'secure');
    assert.ok('refused' in result);
  });

  it('follows a moved file in the imports that name it and in its own', async () => {
    const main = await atCaret('import "lib/a.persona"\ndataset d from "data/x.jsonl" { situation s response r }\n', {
      'lib/a.persona': 'import "b.persona"\n',
      'lib/b.persona': 'situation s -> r\n',
    });
    const library = await semantic(`${FOLDER}/lib/a.persona`, main.host);
    const { changes } = fileRename(
      [main.snapshot, library],
      [{ oldUri: `${FOLDER}/lib/a.persona`, newUri: `${FOLDER}/a2.persona` }],
    );
    assert.match(
      edited(main.snapshot.text, changes?.[main.snapshot.uri] ?? []),
      /^import "a2.persona"\ndataset d from "data\/x.jsonl"/,
    );
    assert.equal(edited(library.text, changes?.[library.uri] ?? []), 'import "lib/b.persona"\n');
  });

  it('follows a moved folder', async () => {
    const { snapshot } = await atCaret('import "lib/a.persona"\n', { 'lib/a.persona': '' });
    const { changes } = fileRename([snapshot], [{ oldUri: `${FOLDER}/lib`, newUri: `${FOLDER}/shelf/deep` }]);
    assert.equal(edited(snapshot.text, changes?.[snapshot.uri] ?? []), 'import "shelf/deep/a.persona"\n');
  });
});
