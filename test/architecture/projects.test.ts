/** The TypeScript projects: which globals a layer can see. Each project is asked to compile a line that it must refuse. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repository } from './sources';

/** Errors of one more file in the folder of a project, compiled with the project's options. */
function errorsOf(project: string, file: string, text: string): readonly string[] {
  const config = join(repository, `tsconfig.${project}.json`);
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (path) => readFileSync(path, 'utf8')).config,
    ts.sys,
    repository,
  );
  const path = join(repository, file);
  const settings = { ...options, composite: false, incremental: false, tsBuildInfoFile: undefined, noEmit: true };
  const host = ts.createCompilerHost(settings);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? text : readFile(name));
  host.getSourceFile = (name, language, ...rest) =>
    name === path ? ts.createSourceFile(name, text, language) : getSourceFile(name, language, ...rest);
  const program = ts.createProgram([path], settings, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('The TypeScript projects', () => {
  const globals = { 'the page': 'document', node: 'process', mocha: 'describe', timers: 'setTimeout' };
  for (const [project, file] of [
    ['core', 'server/program/sample.ts'],
    ['inference', 'server/inference/sample.ts'],
    ['panel', 'panel/views/sample.ts'],
  ] as const) {
    for (const [what, name] of Object.entries(globals)) {
      it(`hide ${what} from ${project}`, () => {
        const errors = errorsOf(project, file, `export const seen = ${name};\n`);
        assert.equal(errors.length, 1, errors.join('\n'));
        assert.match(errors[0]!, new RegExp(`Cannot find name '${name}'`));
      });
    }
    it(`let ${project} use the language itself`, () => {
      assert.deepEqual(errorsOf(project, file, 'export const seen = Math.hypot(3, 4);\n'), []);
    });
  }
});
