/** What holds for every program. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildProgram } from '../../server/program/build/build';
import type { Program } from '../../server/program/model/program';
import { parse } from '../../server/syntax/parser/parser';
import { arbitraryProgram, type ProgramText } from '../support/arbitraryProgram';

function build(text: string): Program {
  return buildProgram([{ uri: 'file:///w/main.scenario', text, parsed: parse(text) }]);
}

/** The program in names instead of indices, without places: equal for programs that mean the same. */
function meaning(program: Program) {
  const { situations, personas, capabilities, cellOffset } = program;
  const cell = (situation: number, response: number) =>
    `${situations[situation]!.name} -> ${situations[situation]!.responses[response]!.name}`;
  const byName = <T extends { readonly name: string }, V>(list: readonly T[], value: (one: T, index: number) => V) =>
    Object.fromEntries(
      list.map((one, index): [string, V] => [one.name, value(one, index)]).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return {
    methods: program.methods && byName(Object.values(program.methods), ({ origin: _, ...rest }) => rest),
    capabilities: byName(capabilities, ({ value, learnable, strength }) => ({ value, learnable, strength })),
    situations: byName(situations, ({ responses, parent }) => ({
      parent: parent === undefined ? undefined : situations[parent]!.name,
      responses: responses.map(({ name, needs, fallback }) => [
        name,
        needs === undefined ? undefined : capabilities[needs]!.name,
        fallback === undefined ? undefined : responses[fallback]!.name,
      ]),
    })),
    personas: byName(personas, (persona) => ({
      prior: persona.prior.toPrecision(12),
      concentration: persona.concentration,
      can: byName(capabilities, (_, index) => persona.can[index]),
      rows: byName(situations, ({ index }) => ({
        row: [...persona.row.subarray(cellOffset[index]!, cellOffset[index + 1]!)],
        source: persona.rowSource[index]!.kind,
      })),
    })),
    novel: program.novel && { prior: program.novel.prior.toPrecision(12), concentration: program.novel.concentration },
    units: program.units,
    episodes: program.episodes
      .map(({ method, situation, response, over, times, epochs, weight, tokens, reward }) =>
        JSON.stringify([method, cell(situation, response), over, times, epochs, weight, tokens, reward]),
      )
      .sort(),
    reinforcements: program.reinforcements
      .map(({ situation, beta, rigidity, reward }) =>
        JSON.stringify([situations[situation]!.name, beta, rigidity, [...reward]]),
      )
      .sort(),
    probes: program.probes.map(({ target }) => target.text).sort(),
    expectations: program.expectations.map(({ text }) => text).sort(),
    observed: program.observed
      .map(({ situation, runs }) => JSON.stringify([situations[situation]!.name, [...runs[0]!.counts]]))
      .sort(),
    accounts: program.accounts.map(({ name }) => name).sort(),
  };
}

/** A program and a permutation of its declarations. */
const shuffled = arbitraryProgram().chain((program) =>
  fc.tuple(
    fc.constant(program),
    fc.shuffledSubarray([...program.declarations], {
      minLength: program.declarations.length,
      maxLength: program.declarations.length,
    }),
  ),
);

function textOf(declarations: ProgramText['declarations']): string {
  return declarations.map(({ text }) => text).join('\n');
}

describe('Every program', () => {
  it('that is random and valid builds without an error, rows and priors summing to one', () => {
    fc.assert(
      fc.property(arbitraryProgram(), ({ text }) => {
        const program = build(text);
        assert.deepEqual(
          program.diagnostics.filter(({ severity }) => severity === 'error'),
          [],
        );
        const total = program.personas.reduce((sum, { prior }) => sum + prior, program.novel?.prior ?? 0);
        assert.ok(Math.abs(total - 1) < 1e-12);
        for (const { row } of program.personas) {
          for (let situation = 0; situation < program.situations.length; situation++) {
            const cells = row.subarray(program.cellOffset[situation]!, program.cellOffset[situation + 1]!);
            assert.ok(Math.abs(cells.reduce((sum, value) => sum + value, 0) - 1) < 1e-9);
            assert.ok(cells.every((value) => value >= 0));
          }
        }
      }),
    );
  });

  it('means the same in any order of its declarations', () => {
    fc.assert(
      fc.property(shuffled, ([{ declarations }, other]) => {
        assert.deepEqual(meaning(build(textOf(other))), meaning(build(textOf(declarations))));
      }),
    );
  });

  it('says the same about itself in any order of its declarations', () => {
    const codes = (text: string) =>
      build(text)
        .diagnostics.map(({ code }) => code)
        .sort();
    const aboutOneOfSeveral = /same-personas|copied-row|no-neutral-probe|duplicate-account|missing-tokens/;
    fc.assert(
      fc.property(shuffled, ([{ declarations }, other]) => {
        const plain = (text: string) => codes(text).filter((code) => !aboutOneOfSeveral.test(code));
        assert.deepEqual(plain(textOf(other)), plain(textOf(declarations)));
      }),
    );
  });

  it('changes only in its names when one of them is renamed at all its occurrences', () => {
    fc.assert(
      fc.property(arbitraryProgram(), fc.nat(), ({ text }, pick) => {
        const program = build(text);
        const definitions = program.occurrences.filter(({ role }) => role === 'definition');
        const chosen = definitions[pick % definitions.length]!;
        const old = text.slice(chosen.origin.start, chosen.origin.end);
        const fresh = 'entirely-new';
        let renamed = text;
        for (const { kind, owner, response, origin } of [...program.occurrences].reverse()) {
          if (kind !== chosen.kind || owner !== chosen.owner || response !== chosen.response) continue;
          assert.equal(text.slice(origin.start, origin.end), old);
          renamed = renamed.slice(0, origin.start) + fresh + renamed.slice(origin.end);
        }
        const after = build(renamed);
        const numbers = ({ personas, episodes, probes, reinforcements, evidence, cellOffset, accounts }: Program) => ({
          rows: personas.map(({ row, prior, can }) => [[...row], prior, [...can]]),
          episodes: episodes.map(({ situation, response, over, times }) => [situation, response, over, times]),
          probes: probes.map(({ target: { situation, response, given } }) => [situation, response, given]),
          reinforcements: reinforcements.map(({ situation, reward }) => [situation, [...reward]]),
          cells: [...cellOffset],
          accounts: accounts.map(({ name }) => name),
          evidence,
        });
        assert.deepEqual(numbers(after), numbers(program));
        assert.deepEqual(
          after.diagnostics.map(({ code }) => code),
          program.diagnostics.map(({ code }) => code),
        );
      }),
    );
  });

  it('however mutilated, is built, with every place inside its text and every number sound', () => {
    const mutilated = fc
      .tuple(
        arbitraryProgram(),
        fc.array(
          fc.tuple(
            fc.nat(),
            fc.nat(12),
            fc.constantFrom(
              '',
              ' ',
              '{',
              '}',
              '"',
              '->',
              ',',
              'as',
              'extends h0',
              'x',
              '0',
              '%',
              '-1',
              '1e999',
              '\n',
              '🙂',
              '__proto__',
            ),
          ),
          { minLength: 1, maxLength: 6 },
        ),
      )
      .map(([{ text }, cuts]) =>
        cuts.reduce((now, [at, length, put]) => {
          const start = at % (now.length + 1);
          return now.slice(0, start) + put + now.slice(start + length);
        }, text),
      );
    fc.assert(
      fc.property(mutilated, (text) => {
        const program = build(text);
        for (const { origin, message } of program.diagnostics) {
          assert.ok(origin.start >= 0 && origin.end >= origin.start && origin.end <= text.length, message);
        }
        for (const { owner, kind, response } of program.occurrences) {
          const list = {
            situation: program.situations,
            response: program.situations,
            persona: program.personas,
            capability: program.capabilities,
            dataset: program.declaredDatasets,
            parameter: program.parameters,
            condition: program.conditions,
            source: program.sources,
          }[kind];
          assert.ok(owner < list.length);
          if (response !== undefined) assert.ok(response < program.situations[owner]!.responses.length);
        }
        for (const { row, prior, can } of program.personas) {
          assert.ok(prior >= 0 && prior <= 1);
          assert.ok(row.every((value) => value >= 0 && value <= 1));
          assert.ok(can.every((value) => Number.isNaN(value) || (value >= 0 && value <= 1)));
        }
        for (const { times, epochs, weight, tokens = 0, reward = 0 } of program.episodes) {
          assert.ok([times, epochs, weight, tokens, reward].every(Number.isFinite));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same bytes for the same text', () => {
    fc.assert(
      fc.property(arbitraryProgram(), ({ text }) => {
        assert.equal(JSON.stringify(build(text)), JSON.stringify(build(text)));
      }),
    );
  });
});
