/** The editor stays calm: short hints, no lens over every episode, and What-if as an action and a link. */
import assert from 'node:assert/strict';
import type { MarkupContent } from 'vscode-languageserver-types';
import { declarationIdAt } from '../../panel/whatIf/declarations';
import { codeActions } from '../../server/features/codeActions';
import { codeLenses } from '../../server/features/codeLens';
import { hover } from '../../server/features/hover';
import { inlayHints } from '../../server/features/inlayHints';
import { DEFAULT_SETTINGS, readSettings } from '../../server/settings';
import { snapshotOf } from '../media/states';

const TEXT = `situation talk_about_work -> answers | refuses | asks_back | says_nothing_at_all
persona careful_engineer prior 90% { talk_about_work -> answers 70%, refuses }
persona malicious prior 10% { talk_about_work -> refuses 70%, asks_back 5% }
episode sft "a refusal": talk_about_work -> refuses times 3
reinforce talk_about_work beta 2 reward answers 1
evaluation "later": talk_about_work -> answers 20, refuses 80
`;

const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

describe('The editor', () => {
  it('has hints of about thirty characters', async () => {
    const hints = inlayHints(await snapshotOf({ 'a.scenario': TEXT }), ALL, DEFAULT_SETTINGS);
    assert.ok(hints.length > 6);
    for (const { label } of hints) assert.ok(String(label).length <= 36, String(label));
  });

  it('says at an evaluation what is predicted and what was measured', async () => {
    const snapshot = await snapshotOf({ 'a.scenario': TEXT });
    const hint = inlayHints(snapshot, ALL, DEFAULT_SETTINGS).find(({ position }) => position.line === 5);
    assert.match(String(hint?.label), /^(asks_back|says_nothing_at…) [\d.]+%, measured 0%$/);
    const found = hover(snapshot, { line: 5, character: 3 }, DEFAULT_SETTINGS);
    assert.ok(found);
    assert.match((found.contents as MarkupContent).value, /predicted \| measured/);
  });

  it('has a lens over an episode only where it is asked for', async () => {
    const snapshot = await snapshotOf({ 'a.scenario': TEXT });
    const lines = (settings: unknown) =>
      codeLenses(snapshot, readSettings(settings)).map(({ range }) => range.start.line);
    assert.ok(!lines({}).includes(3));
    assert.ok(lines({ episodeLens: true }).includes(3));
  });

  it('offers What-if as an action and as a link, for the declaration under the caret', async () => {
    const snapshot = await snapshotOf({ 'a.scenario': TEXT });
    for (const [line, declared] of [
      [1, snapshot.program.personas[0]],
      [3, snapshot.program.episodes[0]],
      [4, snapshot.program.reinforcements[0]],
    ] as const) {
      assert.ok(declared);
      const id = declarationIdAt(snapshot.program, declared.origin);
      const at = { line, character: 2 };
      const action = codeActions(snapshot, { start: at, end: at }, { diagnostics: [] }, []).find(
        ({ title }) => title === 'What if…',
      );
      assert.deepEqual(action?.command?.arguments, [snapshot.uri, 'posterior', { controls: [id] }]);
      if (line === 1) continue;
      const displayed = hover(snapshot, at, DEFAULT_SETTINGS);
      assert.ok(displayed);
      const text = (displayed.contents as MarkupContent).value;
      assert.ok(
        text.includes(
          `command:dramatis.openPosterior?${encodeURIComponent(JSON.stringify(action?.command?.arguments))}`,
        ),
      );
    }
  });
});
