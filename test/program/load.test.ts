/** Files of a program: which are read, in which order, and what is refused. */
import assert from 'node:assert/strict';
import { loadProgram } from '../../server/program/load/load';
import { type ParseCache, parseCache } from '../../server/program/load/parseCache';
import type { Program } from '../../server/program/model/program';
import { type MemoryHost, memoryHost } from '../support/memoryHost';

const ROOT = 'file:///w/main.scenario';

async function load(host: MemoryHost, root = ROOT, workspace = ['file:///w'], cache?: ParseCache): Promise<Program> {
  return loadProgram(root, host, { workspace, cache });
}

/** `file: code "text"`, and for each related place `<- file "text"`. */
function complaints({ diagnostics, files }: Program): string[] {
  const place = (origin: Program['diagnostics'][number]['origin']) => {
    const { uri, text } = files[origin.file]!;
    return `${uri.split('/').at(-1)} ${text.slice(origin.start, origin.end)}`;
  };
  return diagnostics.map(({ code, origin, related = [] }) => {
    return [`${code} ${place(origin)}`, ...related.map((one) => place(one.origin))].join(' <- ');
  });
}

describe('An import', () => {
  it('is relative to the file that it stands in', async () => {
    const program = await load(
      memoryHost({
        [ROOT]: 'import "lib/a.persona"\nprobe x -> y',
        'file:///w/lib/a.persona': 'import "../shared/b.persona"',
        'file:///w/shared/b.persona': 'situation x -> y | z\npersona p { x -> y 3%, z }',
      }),
    );
    assert.deepEqual(complaints(program), []);
    assert.deepEqual(
      program.files.map(({ uri }) => uri),
      [ROOT, 'file:///w/shared/b.persona', 'file:///w/lib/a.persona'],
    );
    assert.equal(program.files[1]!.importedBy!.file, 2);
    assert.equal(program.files[0]!.importedBy, undefined);
  });

  it('by two ways counts once, by whatever path or link', async () => {
    const host = memoryHost(
      {
        [ROOT]:
          'import "a.episodes"\nimport "b.episodes"\nimport "./sub/../a.episodes"\nimport "linked.episodes"\nsituation x -> y | z\npersona p { x -> y 3%, z }\nprobe x -> y\npersona q { x -> y 9%, z }',
        'file:///w/a.episodes': 'import "common.episodes"\nepisode "a": x -> y',
        'file:///w/b.episodes': 'import "common.episodes"\nepisode "b": x -> y',
        'file:///w/common.episodes': 'episode "common": x -> z',
      },
      { 'file:///w/linked.episodes': 'file:///w/common.episodes' },
    );
    const program = await load(host);
    assert.deepEqual(complaints(program), []);
    assert.deepEqual(
      program.episodes.map(({ label }) => label),
      ['common', 'a', 'b'],
    );
    assert.equal(host.reads.filter((read) => /^readText .*(common|linked)/.test(read)).length, 1);
  });

  it('of a missing file is one error, with the chain that led there, and no unknown names follow', async () => {
    const program = await load(
      memoryHost({
        [ROOT]: 'import "a.persona"\nprobe unknown -> nothing\nexpect nobody below 3%',
        'file:///w/a.persona': 'import "b.persona"',
        'file:///w/b.persona': 'import "gone.persona"',
      }),
    );
    assert.deepEqual(complaints(program), [
      'import-missing b.persona "gone.persona" <- a.persona "b.persona" <- main.scenario "a.persona"',
    ]);
  });

  it('of a file outside the workspace is refused, there or not, and never read', async () => {
    const host = memoryHost({
      [ROOT]:
        'import "../secret.persona"\nimport "/etc/passwd"\nimport "../w2/a.persona"\nimport "../w/../gone.persona"',
      'file:///secret.persona': 'persona p',
      'file:///etc/passwd': 'root',
      'file:///w2/a.persona': 'persona q',
    });
    assert.deepEqual(complaints(await load(host)), [
      'import-outside main.scenario "../secret.persona"',
      'import-outside main.scenario "/etc/passwd"',
      'import-outside main.scenario "../w2/a.persona"',
      'import-outside main.scenario "../w/../gone.persona"',
    ]);
    assert.deepEqual(
      host.reads.filter((read) => read.startsWith('readText')),
      [`readText ${ROOT}`],
    );
  });

  it('through a link that leaves the workspace is refused, for a file and for a folder', async () => {
    const host = memoryHost(
      {
        [ROOT]: 'import "innocent.persona"\nimport "folder/a.persona"',
        'file:///etc/secret': 'persona p',
        'file:///etc/a.persona': 'persona q',
      },
      { 'file:///w/innocent.persona': 'file:///etc/secret', 'file:///w/folder': 'file:///etc' },
    );
    assert.deepEqual(complaints(await load(host)), [
      'import-outside main.scenario "innocent.persona"',
      'import-outside main.scenario "folder/a.persona"',
    ]);
    assert.ok(
      !host.reads.some((read) => read.startsWith('readText file:///etc') || read.includes('readText file:///w/folder')),
    );
  });

  it('works in a workspace that is itself behind a link, or has several folders', async () => {
    const host = memoryHost(
      {
        'file:///real/main.scenario': 'import "a.persona"\nimport "../other/b.persona"',
        'file:///real/a.persona': '',
        'file:///other/b.persona': '',
      },
      { 'file:///link': 'file:///real' },
    );
    const behind = await load(host, 'file:///link/main.scenario', ['file:///link/', 'file:///other']);
    assert.deepEqual(complaints(behind), []);
    assert.equal(behind.files.length, 3);
  });

  it('of itself, or in a circle, is an error on the import that closes it', async () => {
    const program = await load(
      memoryHost({
        [ROOT]: 'import "a.persona"\nimport "main.scenario"\nsituation x -> y | z',
        'file:///w/a.persona': 'import "b.persona"\nsituation u -> v | w',
        'file:///w/b.persona': 'import "main.scenario"\nimport "a.persona"',
      }),
    );
    assert.deepEqual(complaints(program), [
      'import-circle main.scenario "main.scenario"',
      'import-circle b.persona "main.scenario" <- a.persona "b.persona" <- main.scenario "a.persona"',
      'import-circle b.persona "a.persona" <- a.persona "b.persona" <- main.scenario "a.persona"',
    ]);
    assert.deepEqual(
      program.situations.map(({ name }) => name),
      ['u', 'x'],
    );
  });

  it('in an unsaved file says to save it first', async () => {
    const host = memoryHost({
      'untitled:Untitled-1':
        'import "a.persona"\ndataset d from "b.jsonl" { situation x response y }\nsituation x -> y | z',
    });
    assert.deepEqual(
      complaints(await load(host, 'untitled:Untitled-1')),
      ['path-without-folder Untitled-1 "a.persona"', 'path-without-folder Untitled-1 "b.jsonl"'].map((line) =>
        line.replace('Untitled-1', 'untitled:Untitled-1'),
      ),
    );
  });

  it('works in a virtual file system', async () => {
    const program = await load(
      memoryHost({
        'vscode-vfs://github/team/repo/main.scenario': 'import "a b#1.persona"\nimport "../../x/a.persona"',
        'vscode-vfs://github/team/repo/a%20b%231.persona': 'persona p',
      }),
      'vscode-vfs://github/team/repo/main.scenario',
      ['vscode-vfs://github/team/repo'],
    );
    assert.deepEqual(complaints(program), ['import-outside main.scenario "../../x/a.persona"']);
    assert.equal(program.files[1]!.uri, 'vscode-vfs://github/team/repo/a%20b%231.persona');
  });

  it('by a path that no disk can have finds nothing', async () => {
    const program = await load(
      memoryHost({
        [ROOT]: 'import ""\nimport "\\u{0}"\nimport "a\\nb"\nimport "%2e%2e/x"\nimport "https://example.org/a"',
      }),
    );
    assert.deepEqual(
      program.diagnostics.map(({ code }) => code.replace(/-(missing|outside)$/, '')),
      Array(5).fill('import'),
    );
  });

  it('through a thousand files in a row is followed', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`file:///w/${i}.persona`, `import "${i + 1}.persona"\npersona p${i}`]),
    );
    const program = await load(
      memoryHost({ ...files, 'file:///w/1000.persona': 'persona last' }),
      'file:///w/0.persona',
    );
    assert.equal(program.personas[0]!.name, 'last');
    assert.equal(program.personas.length, 1001);
  });
});

describe('A dataset’s file', () => {
  it('is looked for beside the file that declares it, and may not leave the workspace', async () => {
    const host = memoryHost(
      {
        [ROOT]:
          'import "sub/a.episodes"\ndataset two from "../x.jsonl" { situation x response y }\ndataset three from "link.jsonl" { situation x response y }\nsituation x -> y | z',
        'file:///w/sub/a.episodes': 'dataset one from "data/a.jsonl" { situation x response y }',
        'file:///secret.jsonl': '{}',
      },
      { 'file:///w/link.jsonl': 'file:///secret.jsonl' },
    );
    const program = await load(host);
    assert.deepEqual(complaints(program), [
      'dataset-outside main.scenario "../x.jsonl"',
      'dataset-outside main.scenario "link.jsonl"',
    ]);
    // A file that is not there yet keeps its address: the reader of datasets says so, and sees it when it appears.
    assert.deepEqual(
      program.datasets.map(({ uri }) => uri),
      ['file:///w/sub/data/a.jsonl', undefined, undefined],
    );
  });
});

describe('Loading', () => {
  it('gives an empty program with one error where the root is missing', async () => {
    const program = await load(memoryHost({}));
    assert.deepEqual(complaints(program), ['file-missing main.scenario ']);
    assert.equal(program.files.length, 1);
  });

  it('does not read a text again that did not change', async () => {
    const host = memoryHost({
      [ROOT]: 'import "a.persona"\nprobe x -> y',
      'file:///w/a.persona': 'situation x -> y | z',
    });
    const cache = parseCache();
    const first = await load(host, ROOT, ['file:///w'], cache);
    host.write(ROOT, 'import "a.persona"\nprobe x -> z');
    const second = await load(host, ROOT, ['file:///w'], cache);
    assert.equal(second.files[1]!.tree, first.files[1]!.tree);
    assert.notEqual(second.files[0]!.tree, first.files[0]!.tree);
    assert.equal(second.probes[0]!.target.response, 1);
  });

  it('survives a host that throws', async () => {
    const host: MemoryHost = {
      ...memoryHost({ [ROOT]: 'import "a.persona"' }),
      realpath: () => Promise.reject(new Error('no')),
    };
    assert.deepEqual(complaints(await load(host)), ['import-missing main.scenario "a.persona"']);
  });
});
