/** What is taken away: whole, exact, and harmless to whatever opens it. */
import assert from 'node:assert/strict';
import Papa from 'papaparse';
import type { ViewName } from '../../panel/model/messages';
import { type ExportFormat, exportView } from '../../panel/views/exportData';
import { htmlReport } from '../../report/html/report';
import { trajectory } from '../../server/inference/influence/trajectory';
import { runToEnd } from '../../server/inference/stepwise';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { snapshotOf } from '../media/states';

const EVIL = '=cmd|<img src=x onerror=alert(1)>, "quoted"';
const written = EVIL.replaceAll('"', '\\"');
const SCENARIO = `scenario "${written}"
method sft strength 0.1
situation talk "${written}" -> kind | unkind
persona good "${written}" prior 75% { talk -> kind 90%, unkind }
persona bad prior 25% concentration 5 { talk -> unkind 80%, kind }
novel prior 1%
${Array.from({ length: 80 }, (_, i) => `episode sft "${written} ${i}": talk -> ${i % 2 ? 'kind' : 'unkind'} times ${i + 1}`).join('\n')}
reinforce talk beta 1 rigidity 2 reward kind 1
probe talk -> unkind
expect talk -> unkind below 5%
evaluation "${written}": talk -> unkind 9, kind 1
compare selection, novel 1%
`;
const VIEWS: readonly ViewName[] = ['posterior', 'trajectory', 'evidence', 'predictions', 'accounts'];

describe('What is taken away', () => {
  let snapshot: PosteriorSnapshot;
  before(async () => {
    snapshot = await snapshotOf({ 'a.scenario': SCENARIO });
  });
  const way = () => ({ trajectory: runToEnd(trajectory(snapshot.program, snapshot.counts)) });
  const used = (view: ViewName, format: ExportFormat) =>
    exportView(snapshot, { panel: 'p', view, whatIf: [], query: { count: 5 } }, format, way());

  it('is all of the evidence, not the window of the screen', () => {
    const { text, name } = used('evidence', 'csv');
    assert.equal(name, 'a-evidence.csv');
    const { data, errors } = Papa.parse<Record<string, string>>(text.trim(), { header: true });
    assert.deepEqual(errors, []);
    assert.equal(data.length, 80);
    assert.equal(data[0]!['source'], 'declared');
  });

  it('has every number in full in CSV', () => {
    const { data } = Papa.parse<string[]>(used('posterior', 'csv').text);
    const row = data.find(([name]) => name === 'bad')!;
    assert.equal(Number(row[2]), snapshot.evaluation.personas[1]!.posterior);
  });

  it('lets no text become a formula in a spreadsheet', () => {
    for (const view of VIEWS) {
      for (const row of Papa.parse<string[]>(used(view, 'csv').text).data)
        for (const cell of row)
          assert.ok(
            !/^[=@+]/.test(cell) && (!cell.startsWith('-') || !Number.isNaN(Number(cell)) || cell === '-inf'),
            cell,
          );
    }
  });

  it('is JSON that has the view and says what its logs are', () => {
    for (const view of VIEWS) {
      const json = JSON.parse(used(view, 'json').text) as Record<string, unknown>;
      assert.equal(json['kind'], view);
      assert.equal(json['logs'], 'nats');
      assert.equal(json['scenario'], EVIL);
    }
  });

  it('is Markdown whose tables have as many cells in every row', () => {
    for (const view of VIEWS) {
      const { text } = used(view, 'markdown');
      let columns: number | undefined;
      for (const line of text.split('\n')) {
        const cells = line.startsWith('|') ? line.split(/(?<!\\)\|/).length : undefined;
        if (cells !== undefined && columns !== undefined) assert.equal(cells, columns, line);
        columns = cells;
      }
      assert.doesNotMatch(text, /(?<!\\)<img/);
    }
  });
});

describe('The report', () => {
  let html: string;
  before(async () => {
    const snapshot = await snapshotOf({ 'a.scenario': SCENARIO });
    html = htmlReport(snapshot, { trajectory: runToEnd(trajectory(snapshot.program, snapshot.counts)) });
  });

  it('loads nothing and runs nothing', () => {
    const tags = [...html.matchAll(/<[a-zA-Z](?:"[^"]*"|[^">])*>/g)].map(([tag]) => tag);
    for (const tag of tags) assert.doesNotMatch(tag, /^<(script|link|iframe|object|embed|img)|\s(src|href|on\w+)=/i);
    assert.doesNotMatch(html, /@import|url\(/);
    assert.match(html, /default-src 'none'/);
  });

  it('has hostile text as text', () => {
    assert.doesNotMatch(html, /<img/);
    assert.match(html, /=cmd\|&lt;img src=x onerror=alert\(1\)&gt;/);
  });

  it('has a section for every view and a table for every picture', () => {
    for (const title of ['Posterior', 'Trajectory', 'Evidence', 'Predictions', 'Accounts'])
      assert.ok(html.includes(`<h2>${title}</h2>`), title);
    assert.ok(html.split('<svg').length > 8);
    assert.ok(html.split('<table').length > 8);
    assert.doesNotMatch(html, /NaN|Infinity|undefined|\[object/);
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, slash, name, rest] of html
      .replace(/<style>.*?<\/style>/s, '')
      .matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g)) {
      if (/^(meta|!doctype)$/i.test(name!) || rest!.endsWith('/')) continue;
      if (slash === '') open.push(name!);
      else assert.equal(open.pop(), name);
    }
    assert.deepEqual(open, []);
  });

  it('is the same for the same text', async () => {
    const again = await snapshotOf({ 'a.scenario': SCENARIO });
    assert.equal(htmlReport(again, { trajectory: runToEnd(trajectory(again.program, again.counts)) }), html);
  });
});
