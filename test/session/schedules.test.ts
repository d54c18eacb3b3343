/**
 * Random schedules of everything that happens to a session (texts opened, edited, closed and activated, files and settings
 * changed, slow datasets, panels, requests), against an evaluation of the final texts from nothing.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resultText } from '../../report/result';
import { systemScheduler } from '../../server/async/scheduler';
import { evaluateOnce } from '../../server/session/evaluateFile';
import { OpenDocuments } from '../../server/session/openDocuments';
import { readSettings } from '../../server/settings';
import { drain, type Gate, gate } from '../async/fakeScheduler';
import { memoryHost } from '../support/memoryHost';
import { FOLDER, openSession } from './open';

const CAST = (prior: number): string => `situation coding -> secure | insecure
persona good prior ${100 - prior}% { coding -> secure 90%, insecure }
persona bad prior ${prior}% { coding -> insecure 90%, secure }
`;
const rows = (count: number): string =>
  Array.from({ length: count }, (_, at) => `${JSON.stringify({ prompt: `p${at}`, completion: 'c' })}\n`).join('');

/** What each file may come to hold: valid, broken, and with one thing more or less. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  'a.scenario': [
    'import "deep.persona"\nepisode sft: coding -> insecure times 1\n',
    'import "deep.persona"\nepisode sft: coding -> insecure times 2\ndataset rows from "rows.jsonl" { situation coding response insecure }\n',
    'import "deep.persona"\nepisode sft: coding -> \ndataset rows from "rows.jsonl" { situation coding response insecure }\n',
    'import "deep.persona"\ndataset rows from "rows.jsonl" { situation coding response insecure }\nprobe coding -> insecure\nexpect bad above 1%\ncompare selection, unstructured 1\n',
    'import "cast.persona"\nepisode sft: coding -> insecure times 5\n',
    'import "link.persona"\nepisode sft: coding -> insecure times 4\n',
    'import "gone.persona"\n',
  ],
  'b.scenario': [
    'import "cast.persona"\nepisode sft: coding -> secure times 3\n',
    'import "cast.persona"\ndataset rows from "rows.jsonl" { situation coding response secure }\n',
    'scenario "New"',
  ],
  'deep.persona': ['import "cast.persona"\n', 'import "cast.persona"\n// a note\n', ''],
  'cast.persona': [CAST(10), CAST(50), CAST(30), `${CAST(10)}persona good {}\n`],
  'link.persona': [CAST(20)],
  'rows.jsonl': [rows(1), rows(2), rows(3), 'not json\n', ''],
};
const FILES = Object.keys(VARIANTS);

const file = fc.constantFrom(...FILES);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), file, variant: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), file, variant: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('activate' as const), file }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask' as const), file, level: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('save' as const), file }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('settings' as const), when: fc.constantFrom('onSave', 'live') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('slow' as const), on: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), milliseconds: fc.constantFrom(0, 1, 50, 350, 700) }),
  },
);

describe('A session after any schedule', () => {
  it('answers what an evaluation of its texts from nothing answers', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 30 }), async (schedule) => {
        const texts = new Map<string, string>([
          ['cast.persona', CAST(10)],
          ['deep.persona', 'import "cast.persona"\n'],
          ['rows.jsonl', rows(2)],
        ]);
        const open = new Map<string, string>();
        let slow: Gate | undefined;
        const opened = openSession(Object.fromEntries(texts), {}, (host) => {
          host.link(`${FOLDER}/link.persona`, `${FOLDER}/cast.persona`);
          return {
            ...host,
            async *readBytes(uri, range) {
              await slow?.promise;
              yield* host.readBytes(uri, range);
            },
          };
        });
        const { session, host, scheduler, uri } = opened;
        const textOf = (name: string, variant: number): string => {
          const all = VARIANTS[name] ?? [''];
          return all[variant % all.length] ?? '';
        };
        // The file that an open link leads to stays where it is.
        const isTarget = (name: string): boolean =>
          name === 'link.persona' || (name === 'cast.persona' && open.has('link.persona'));
        const asked: Promise<unknown>[] = [];
        for (const step of schedule) {
          if (step.kind === 'put') {
            const text = textOf(step.file, step.variant);
            // Two names of one file are not open at once with two texts, and no editor opens a link that leads nowhere.
            const isLink = step.file === 'link.persona';
            if (isLink && (open.has('cast.persona') || !texts.has('cast.persona'))) continue;
            if (step.file === 'cast.persona' && open.has('link.persona')) continue;
            open.set(step.file, text);
            opened.put(step.file, text, step.file.endsWith('.jsonl') ? 'jsonl' : 'dramatis');
          } else if (step.kind === 'write' && step.file !== 'link.persona') {
            texts.set(step.file, textOf(step.file, step.variant));
            host.write(uri(step.file), textOf(step.file, step.variant));
          } else if (step.kind === 'close' && open.delete(step.file)) session.remove(uri(step.file));
          else if (step.kind === 'delete' && !isTarget(step.file) && texts.delete(step.file))
            host.remove(uri(step.file));
          else if (step.kind === 'activate') asked.push(session.activate(uri(step.file)));
          else if (step.kind === 'ask') {
            const levels = [session.semantic, session.posterior, session.best, session.shownWhole] as const;
            const ask = levels[step.level] ?? session.best;
            asked.push(ask.call(session, uri(step.file)));
          } else if (step.kind === 'hold') session.hold('panel', new Set(step.on ? [uri('b.scenario')] : []));
          else if (step.kind === 'save') session.saved(uri(step.file));
          else if (step.kind === 'settings') session.configure(readSettings({ evaluation: { when: step.when } }));
          else if (step.kind === 'slow') {
            slow?.open();
            slow = step.on ? gate() : undefined;
          } else if (step.kind === 'pass') {
            if (step.milliseconds === 0) await drain(2);
            else await scheduler.pass(step.milliseconds);
          }
        }
        slow?.open();
        slow = undefined;
        session.configure(readSettings({}));
        await drain();
        await scheduler.pass(5000);
        await drain();
        assert.deepEqual(opened.failures, []);
        for (const name of ['a.scenario', 'b.scenario']) {
          if (!open.has(name) && !texts.has(name)) continue;
          const fresh = await fromNothing(name, texts, open);
          const snapshot = await session.posterior(uri(name), { accounts: true });
          if (fresh.incomplete === undefined) {
            assert.ok(snapshot, `${name} has numbers`);
            assert.equal(resultText(snapshot), resultText(fresh), name);
            compared++;
          } else assert.equal(snapshot, undefined, `${name}: ${fresh.incomplete}`);
          const best = await session.best(uri(name));
          assert.ok(best);
          assert.deepEqual(
            best.program.diagnostics.map(({ code, origin }) => [code, origin]),
            fresh.program.diagnostics.map(({ code, origin }) => [code, origin]),
          );
        }
        await Promise.all(asked);
        session.dispose();
      }),
      { numRuns: 150, seed: 7 },
    );
    assert.ok(compared > 60, `${compared} with numbers`);
  }).timeout(120_000);
});

/** The same texts, open ones over those on disk, evaluated once. */
async function fromNothing(name: string, texts: ReadonlyMap<string, string>, open: ReadonlyMap<string, string>) {
  const host = memoryHost(Object.fromEntries([...texts].map(([file_, text]) => [`${FOLDER}/${file_}`, text])));
  host.link(`${FOLDER}/link.persona`, `${FOLDER}/cast.persona`);
  const documents = new OpenDocuments(host, systemScheduler, () => undefined);
  for (const [file_, text] of open)
    documents.put({
      uri: `${FOLDER}/${file_}`,
      version: 1,
      text,
      language: file_.endsWith('.jsonl') ? 'jsonl' : 'dramatis',
    });
  await drain(5);
  return evaluateOnce(`${FOLDER}/${name}`, documents, [FOLDER]);
}
