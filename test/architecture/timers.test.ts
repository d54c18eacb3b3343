/**
 * One scheduler: timers, turns of the event loop and hand-made queues stand in `server/async` alone. A rule over imports
 * cannot see globals, so the sources are searched.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
const FOLDERS = ['client', 'server', 'panel', 'report', 'media'];

const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'a timer': /\b(?:set|clear)(?:Timeout|Interval|Immediate)\b/,
  'a turn of the event loop': /\b(?:queueMicrotask|MessageChannel|requestIdleCallback|process\.nextTick)\b/,
  // `queue = queue.then(…)`: a promise that is replaced by its own continuation.
  'a queue of promises': /\b([\w.#]+)\s*=\s*\1\s*\.then\(/,
};

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sources(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** What stands in a text that only the scheduler may use, comments left out. */
function found(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return Object.keys(FORBIDDEN).filter((what) => FORBIDDEN[what]?.test(code));
}

describe('The one scheduler', () => {
  it('is what all sources use', () => {
    const folders = readdirSync(repository).filter((name) => FOLDERS.includes(name));
    const offenders = folders
      .flatMap((folder) => sources(join(repository, folder)))
      .map((file) => ({ file: relative(repository, file), what: found(readFileSync(file, 'utf8')) }))
      .filter(({ file, what }) => what.length > 0 && !file.startsWith(join('server', 'async')));
    assert.deepEqual(offenders, []);
  });

  it('is noticed where a source goes around it', () => {
    assert.deepEqual(found('const timer = setTimeout(call, 1);'), ['a timer']);
    assert.deepEqual(found('await new Promise((done) => setImmediate(done));'), ['a timer']);
    assert.deepEqual(found('const { port1 } = new MessageChannel();'), ['a turn of the event loop']);
    assert.deepEqual(found('work = work.then(() => next());'), ['a queue of promises']);
    assert.deepEqual(found('this.#work = this.#work\n  .then(next);'), ['a queue of promises']);
    assert.deepEqual(found('// a comment may say setTimeout\nconst a = b.then(c);'), []);
  });
});
