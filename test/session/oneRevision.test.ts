/**
 * Every surface shows values of one evaluation: over random programs and edits, hints, lenses, hovers, panel views and the
 * machine-readable result are compared number by number; while a text has no numbers, with the last text that had some.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MarkupContent } from 'vscode-languageserver-types';
import { type PanelState, VIEWS, type ViewName, type WireNumber } from '../../panel/model/messages';
import { formatProbability, fromWire, inUnit } from '../../panel/model/numbers';
import { viewTables } from '../../panel/model/tables';
import type {
  AccountsView,
  EvidenceView,
  PanelView,
  PosteriorView,
  PredictionsView,
  TrajectoryView,
} from '../../panel/model/viewTypes';
import { type Result, result } from '../../report/result';
import { codeLenses, resolveCodeLens } from '../../server/features/codeLens';
import { hasNumbers } from '../../server/features/feature';
import { hover } from '../../server/features/hover';
import { inlayHints } from '../../server/features/inlayHints';
import { evaluateOnce } from '../../server/session/evaluateFile';
import { Panels } from '../../server/session/panels';
import { DEFAULT_SETTINGS, readSettings } from '../../server/settings';
import type { PosteriorSnapshot } from '../../server/snapshot';
import { positionAt } from '../../server/syntax/lines';
import { drain } from '../async/fakeScheduler';
import { arbitraryProgram } from '../support/arbitraryProgram';
import { memoryHost } from '../support/memoryHost';
import { FOLDER, openSession } from './open';

const ALL = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
const ROOT = `${FOLDER}/a.scenario`;

/** What an edit does to the declarations of a program. */
const edit = fc.record({
  kind: fc.constantFrom('drop', 'repeat', 'break', 'number', 'swap'),
  at: fc.nat(999),
});

function edited(
  declarations: readonly string[],
  { kind, at }: { readonly kind: string; readonly at: number },
): string[] {
  const index = at % Math.max(1, declarations.length);
  const text = declarations[index] ?? '';
  const others = declarations.filter((_, other) => other !== index);
  if (kind === 'drop') return others;
  if (kind === 'repeat') return [...declarations, text];
  if (kind === 'swap') return [...others, text];
  const changed =
    kind === 'break'
      ? text.replace(/->/, '')
      : text.replace(/\b(\d+)%/, (_, digits: string) => `${Number(digits) / 2}%`);
  return declarations.map((one, other) => (other === index ? changed : one));
}

const shownPair = (prior: number, posterior: number, before: number, after: number): string =>
  `${formatProbability(prior, before)} → ${formatProbability(posterior, after)}`;

/** The numbers of a view's tables are those of its data: in full in the export, and as they are read on the page. */
function compareTables({ data, unit, hypotheses }: PanelState): void {
  const view = data as PanelView;
  const names = hypotheses.map(({ name }) => name);
  const tables = viewTables(view, names, unit);
  const cell = (title: string, row: number, column: number) =>
    tables.find((table) => table.title === title)?.rows[row]?.[column];
  const same = (title: string, row: number, column: number, value: WireNumber | undefined): void => {
    const number = fromWire(value);
    const found = cell(title, row, column);
    assert.deepEqual(found?.raw, Number.isNaN(number) ? '' : number, `${title} ${row} ${column}`);
  };
  const log = (value: WireNumber | undefined): WireNumber | undefined => {
    const nats = fromWire(value);
    return Number.isFinite(nats) ? inUnit(nats, unit) : value;
  };
  const sameLog = (title: string, row: number, column: number, value: WireNumber | undefined): void => {
    const wire = log(value);
    if (typeof wire === 'string') assert.equal(cell(title, row, column)?.raw, wire);
    else same(title, row, column, wire);
  };
  switch (view.kind) {
    case 'posterior':
      for (const [at, row] of view.hypotheses.entries()) {
        same('Personas', at, 1, row.prior);
        same('Personas', at, 2, row.posterior);
        sameLog('Personas', at, 4, row.logOddsPosterior);
      }
      return;
    case 'trajectory':
      for (const [at, point] of view.points.entries()) {
        sameLog('Posterior by step', at, 2, point.contribution);
        for (const [h, share] of point.posterior.entries()) same('Posterior by step', at, 4 + h, share);
      }
      return;
    case 'evidence':
      for (const [at, row] of view.rows.entries()) {
        sameLog('Evidence', at, 6, row.shift);
        for (const [h, weight] of row.weight.entries()) sameLog('Evidence', at, 8 + h, weight);
      }
      return;
    case 'predictions':
      for (const [at, probe] of view.probes.entries()) {
        same('Probes', at, 1, probe.before);
        same('Probes', at, 2, probe.after);
        const total = probe.contribution.reduce<number>((sum, part) => sum + fromWire(part), 0);
        if (probe.after !== null) assert.ok(Math.abs(total - fromWire(probe.after)) < 1e-9);
        const before = probe.contributionBefore.reduce<number>((sum, part) => sum + fromWire(part), 0);
        if (!Number.isNaN(before)) assert.ok(Math.abs(before - fromWire(probe.before)) < 1e-9);
      }
      return;
    case 'accounts':
      for (const [at, row] of view.accounts.entries()) {
        sameLog('Accounts', at, 2, row.logScore);
        sameLog('Accounts', at, 3, row.logMarginal);
        same('Accounts', at, 6, row.probability);
      }
  }
}

/** The trajectory ends where the posterior is, whatever its last step is. */
function compareEnds(states: ReadonlyMap<ViewName, PanelState>): void {
  const way = states.get('trajectory')?.data as TrajectoryView | undefined;
  const now = states.get('posterior')?.data as PosteriorView | undefined;
  const end = way?.points.at(-1);
  if (!now?.defined || !end) return;
  for (const [h, { posterior }] of now.hypotheses.entries())
    assert.ok(Math.abs(fromWire(end.posterior[h]) - fromWire(posterior)) < 1e-9, `end of the trajectory of ${h}`);
}

/** Compares every surface with the views of the panel, all of one snapshot; the mark is what ends hints and lenses. */
function compare(snapshot: PosteriorSnapshot, states: ReadonlyMap<ViewName, PanelState>, mark: string): number {
  const posterior = states.get('posterior')?.data as PosteriorView;
  const predictions = states.get('predictions')?.data as PredictionsView;
  const hints = inlayHints(snapshot, ALL, DEFAULT_SETTINGS).map(({ position, label }) => ({
    position,
    label: String(label),
  }));
  for (const state of states.values()) compareTables(state);
  compareEnds(states);
  const { program, lines } = snapshot;
  // The pair of numbers is in the lens where it is not in a hint.
  const inLenses = readSettings({ hints: { personas: false } });
  const lenses = codeLenses(snapshot, inLenses).map((lens) => resolveCodeLens(snapshot, lens, inLenses));
  let compared = 0;
  for (const persona of program.personas) {
    const row = posterior.hypotheses.find(({ name }) => name === persona.name);
    if (!row) continue;
    const pair = shownPair(
      row.prior,
      fromWire(row.posterior),
      fromWire(row.logOddsPrior),
      fromWire(row.logOddsPosterior),
    );
    const { line } = positionAt(lines, persona.nameOrigin.start);
    assert.ok(
      hints.some(({ position, label }) => position.line === line && label === `${pair}${mark}`),
      `hint of ${persona.name}: ${pair}${mark} among ${JSON.stringify(hints.filter((one) => one.position.line === line))}`,
    );
    assert.ok(
      lenses.some(({ range, command }) => range.start.line === line && command?.title.startsWith(`${pair}${mark}`)),
    );
    const at = positionAt(lines, persona.nameOrigin.start);
    const found = hover(snapshot, at, DEFAULT_SETTINGS);
    assert.ok(found);
    const text = (found.contents as MarkupContent).value;
    assert.ok(text.includes(formatProbability(fromWire(row.posterior), fromWire(row.logOddsPosterior))), text);
    assert.equal(/Showing the last valid result/.test(text), mark !== '');
    compared++;
  }
  for (const probe of program.probes) {
    const row = predictions.probes.find((one) => one.text.replaceAll('→', '->') === probe.target.text);
    if (!row) continue;
    const label = `${formatProbability(fromWire(row.before))} → ${formatProbability(fromWire(row.after))}${mark}`;
    const { line } = positionAt(lines, probe.origin.end);
    assert.ok(
      hints.some((hint) => hint.position.line === line && hint.label === label),
      `hint of ${probe.target.text}: ${label}`,
    );
    compared++;
  }
  return compared;
}

function compareResult(
  { personas, probes, accounts, logMarginal, evidence, units }: Result,
  states: ReadonlyMap<ViewName, PanelState>,
): void {
  const posterior = states.get('posterior')?.data as PosteriorView;
  const predictions = states.get('predictions')?.data as PredictionsView;
  const compared = states.get('accounts')?.data as AccountsView;
  assert.deepEqual(
    posterior.hypotheses.map(({ name, prior, posterior: share }) => [name, prior, share]),
    personas.map(({ name, prior, posterior: share }) => [name, prior, share]),
  );
  assert.equal(posterior.logMarginal === null, logMarginal === null);
  const weighed = states.get('evidence')?.data as EvidenceView | undefined;
  for (const row of weighed?.rows.filter(({ kind }) => kind === 'episode') ?? []) {
    const printed = evidence[row.index];
    const shift = fromWire(row.shift);
    assert.equal(Number.isNaN(shift) ? null : inUnit(shift, units as 'bits'), printed?.shift ?? null);
  }
  assert.deepEqual(
    predictions.probes.map(({ before, after }) => [before, after]),
    probes.map(({ before, after }) => [before, after]),
  );
  assert.deepEqual(
    compared.accounts.map(({ name, probability }) => [name, probability]),
    accounts.map(({ name, probability }) => [name, probability]),
  );
}

describe('All surfaces', () => {
  it('show the same numbers of one revision, over random programs and edits', async () => {
    let [live, outOfDate, numbers] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        arbitraryProgram({ capabilities: false, accounts: false }),
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        async ({ declarations }, edits) => {
          const states = new Map<ViewName, PanelState>();
          const opened = openSession();
          const panels = new Panels(opened.session, {
            state: (state) => void states.set(state.view, state),
            caret: () => undefined,
            failed: (error) => opened.failures.push(error),
          });
          opened.listen((scenario, what) => panels.changed(scenario, what));
          for (const view of VIEWS) panels.open({ panel: view, view, lockedTo: ROOT, whatIf: [], query: {} });
          // Accounts that cost little: what is compared here is where their numbers are displayed.
          let pieces = [...declarations.map(({ text }) => text), 'compare selection, unstructured 1'];
          for (const change of [undefined, ...edits]) {
            if (change) pieces = edited(pieces, change);
            const text = `${pieces.join('\n')}\n`;
            opened.put('a.scenario', text);
            await drain(20);
            // Time passes between two edits, so that each state is one that a person saw.
            for (let wait = 0; wait < 4; wait++) await opened.scheduler.pass(1000);
            await opened.session.shownWhole(ROOT);
            await drain(20);
            assert.deepEqual(opened.failures, []);
            const fresh = await evaluateOnce(ROOT, memoryHost({ [ROOT]: text }), [FOLDER]);
            const best = await opened.session.best(ROOT, { accounts: true });
            assert.ok(best);
            const statuses = [...states.values()].map(({ status }) => status);
            if (fresh.incomplete !== undefined) {
              assert.ok(
                statuses.every((status) => status === 'stale' || status === 'empty'),
                statuses.join(),
              );
              assert.deepEqual(
                result(fresh).personas.map(({ posterior }) => posterior),
                fresh.program.personas.map(() => null).concat(fresh.program.novel ? [null] : []),
              );
              if (!hasNumbers(best)) continue;
              assert.ok(best.outOfDate);
              outOfDate++;
              numbers += compare(best, states, ' (out of date)');
              continue;
            }
            assert.ok(hasNumbers(best) && best.outOfDate === undefined);
            for (const state of states.values()) assert.equal(state.revision, best.revision);
            live++;
            numbers += compare(best, states, '');
            assert.deepEqual(result(best), result(fresh));
            compareResult(result(best), states);
          }
          opened.session.dispose();
        },
      ),
      { numRuns: 12, seed: 11 },
    );
    assert.ok(live > 12 && outOfDate > 3 && numbers > 80, `${live} live, ${outOfDate} out of date, ${numbers} numbers`);
  }).timeout(120_000);
});
