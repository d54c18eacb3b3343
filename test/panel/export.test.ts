/** What is exported: whole, exact, and harmless to whatever opens it. */
import assert from 'node:assert/strict';
import Papa from 'papaparse';
import type { ViewName } from '../../panel/model/messages';
import { viewTables } from '../../panel/model/tables';
import { exportView } from '../../panel/views/exportData';
import { viewExtra } from '../../panel/views/extra';
import { panelView } from '../../panel/views/view';
import { htmlReport } from '../../report/html/report';
import { result } from '../../report/result';
import { viewJson } from '../../report/viewJson';
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

describe('What is exported', () => {
  let snapshot: PosteriorSnapshot;
  before(async () => {
    snapshot = await snapshotOf({ 'a.scenario': SCENARIO });
  });
  const requestOf = (view: ViewName) => ({ panel: 'p', view, whatIf: [], query: { count: 5 } });
  const extraOf = (view: ViewName) => runToEnd(viewExtra(snapshot, requestOf(view), new Map()));
  const used = (view: ViewName, format: 'csv' | 'markdown', table?: string) =>
    exportView(snapshot, requestOf(view), format, { extra: extraOf(view), table });

  it('is all of the evidence, not the window of the screen', () => {
    const { text, name } = used('evidence', 'csv');
    assert.equal(name, 'a-evidence.csv');
    const { data, errors } = Papa.parse<Record<string, string>>(text.trim(), { header: true });
    assert.deepEqual(errors, []);
    assert.equal(data.length, 81);
    assert.equal(
      data.at(-1)?.['kind'] === 'reinforcement' || data.some((row) => row['kind'] === 'reinforcement'),
      true,
    );
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

  it('is one table a file in CSV, the one that was asked for', () => {
    const tables = viewTables(
      panelView(snapshot, requestOf('predictions'), {}),
      snapshot.evaluation.hypotheses,
      'bits',
    );
    assert.ok(tables.length > 1);
    for (const { title, header, rows } of tables) {
      const { data } = Papa.parse<string[]>(used('predictions', 'csv', title).text.trim());
      assert.deepEqual(data[0], header);
      assert.equal(data.length, rows.length + 1);
    }
  });

  it('is JSON with the keys and units of the command line', () => {
    const entire = result(snapshot) as unknown as Record<string, unknown>;
    for (const view of VIEWS) {
      const json = JSON.parse(viewJson(snapshot, view, extraOf(view))) as Record<string, unknown>;
      const { trajectory, ...rest } = json;
      for (const [key, value] of Object.entries(rest)) assert.deepEqual(value, entire[key], key);
      assert.equal(json['scenario'], EVIL);
      assert.equal(Array.isArray(trajectory), view === 'trajectory');
    }
    const outOfDate = { mark: 'out of date', message: 'Line 3: broken.' } as const;
    assert.equal(JSON.parse(viewJson({ ...snapshot, outOfDate }, 'posterior', {})).complete, false);
    assert.match(exportView({ ...snapshot, outOfDate }, requestOf('posterior'), 'markdown').text, /Out of date/);
    assert.match(exportView({ ...snapshot, outOfDate }, requestOf('posterior'), 'csv').name, /out-of-date/);
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
  const reportOf = (snapshot: PosteriorSnapshot): string => {
    const request = { panel: 'p', view: 'trajectory', whatIf: [], query: {} } as const;
    return htmlReport(snapshot, runToEnd(viewExtra(snapshot, request, new Map())));
  };
  before(async () => {
    html = reportOf(await snapshotOf({ 'a.scenario': SCENARIO }));
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
    assert.equal(reportOf(again), html);
  });
});
