/**
 * One vocabulary: coined words that were replaced by the field's standard terms must not come back as names. Whole
 * identifiers and file names are compared, so a longer name may contain one of them.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { repository } from './sources';

/** Coined word → standard term. */
const STANDARD: Readonly<Record<string, string>> = {
  shelf: 'DatasetCache',
  Taken: 'CachedDataset',
  draft: 'BuildContext',
  Draft: 'BuildContext',
  standpoint: 'PosteriorState',
  Standpoint: 'PosteriorState',
  reach: 'evaluateIncremental, extent, lookahead',
  Memory: 'EvaluationCache',
  settle: 'validate, finish',
  settled: 'valid, finished',
  Settled: 'ValidEvidence',
  practice: 'warmUp',
  Practice: 'WarmUp',
  realTurns: 'systemScheduler',
  pace: 'throttle, time slice',
  Pace: 'Throttle, TimeSlice',
  kept: 'cache, retained',
  takeBack: 'dispose',
  Mover: 'InfluenceCalculator',
  mover: 'calculator',
  movers: 'contributors',
  Door: 'HostBridge',
  door: 'bridge',
  openDoor: 'openHostBridge',
  knob: 'WhatIfControl',
  knobs: 'WhatIfControl',
  wish: 'ViewRequest',
  attend: 'reconcile',
  passing: 'pending, reusable buffer',
  adopt: 'attach',
  tell: 'publish, notify',
  say: 'render, report',
  speak: 'describe',
  owed: 'stale responses',
  answered: 'replied',
  burst: 'edit burst',
  scout: 'header probe',
  breathe: 'yield',
  bite: 'chunk',
  stride: 'step size, check interval',
  PATIENCE: 'a time-out with its unit',
  GATHER: 'a coalesce delay with its unit',
  DEAR: 'a limit with its unit',
  CHEAP: 'a limit with its unit',
  BETWEEN_THE_LINES: 'DEFERRED_METHODS',
  premises: 'model inputs',
  weigh: 'compute log likelihoods, weightOf',
  reweigh: 'update log likelihoods',
  Ledger: 'LikelihoodTerms',
  ledger: 'terms',
  gather: 'collect',
  regather: 'update evidence',
  Ground: 'AccountInputs',
  Loser: 'LossyResponse',
  lattice: 'quadrature nodes',
  Lattice: 'QuadratureNodes',
  climb: 'find maximum',
  survey: 'locate',
  descend: 'bracket',
  ghost: 'previous value',
  Shown: 'PanelSnapshot',
  shown: 'displayed',
  overlay: 'open documents',
  Overlay: 'OpenDocuments',
  ownerOf: 'rootOf',
  framing: 'declaration parts',
  whole: 'entire, parseDeclaration',
  head: 'header',
  shiftParts: 'offset spans',
  near: 'near-duplicates, assertNear',
  distinct: 'unique, dedupe',
  parts: 'pieces, chartParts',
  questions: 'probes',
  ability: 'capability',
  abilities: 'capabilities',
  house: 'architecture',
  room: 'layer, space',
  rooms: 'layers',
  wall: 'rule',
  walls: 'rules',
  once: 'evaluateFile',
  nobody: 'unused',
  somebody: 'the caller',
  whoever: 'the caller',
};

/** Words of node's and the tests' own interfaces: `{ once: true }`, an emitter's `once`. */
const PLATFORM: ReadonlySet<string> = new Set(['once']);

const FOLDERS = ['client', 'server', 'panel', 'report', 'media', 'test', 'scripts', 'bench', 'lab'];

/** Whole identifiers of a source that are coined words, with their lines. */
function coinedNames(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      const name = node.text.replace(/^#/, '');
      if (Object.hasOwn(STANDARD, name) && !PLATFORM.has(name)) {
        const { line } = source.getLineAndCharacterOfPosition(node.pos);
        found.push(`${file}:${line + 1}: ${name} → ${STANDARD[name]}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...FOLDERS], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith('/words.test.ts'));

describe('Names', () => {
  it('are standard terms in the sources', () => {
    const found = files.flatMap((file) => coinedNames(file, readFileSync(join(repository, file), 'utf8')));
    assert.deepEqual(found, []);
  }).timeout(60_000);

  it('are standard terms for files', () => {
    const found = files.filter((file) => Object.hasOwn(STANDARD, basename(file).replace(/(\.test)?\.(ts|mjs)$/, '')));
    assert.deepEqual(found, []);
  });

  it('are found wherever they stand', () => {
    const text = 'class A { #shelf = 1; }\nconst { draft: b } = c;\nexport const whole = 1;';
    assert.deepEqual(
      coinedNames('a.ts', text).map((line) => line.split(' ')[1]),
      ['shelf', 'draft', 'whole'],
    );
  });
});
