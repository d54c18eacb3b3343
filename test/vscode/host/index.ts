/**
 * Runs inside VS Code's extension host: Mocha over the tests beside this file. Each line of its report carries a mark,
 * so that the process outside can tell them from VS Code's own chatter.
 */
import { format } from 'node:util';
import type MochaType from 'mocha';
import { MARK } from './mark';

// The extension host loads CommonJS, and there the class is an export of this name.
const { Mocha } = require('mocha') as { readonly Mocha: typeof MochaType };

export function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...values: unknown[]) => {
    for (const line of format(...values).split('\n')) console.log(`${MARK}${line}`);
  };
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: 'spec', color: false });
  mocha.suite.emit('pre-require', globalThis as unknown as MochaType.MochaGlobals, '', mocha);
  require('./activation.test');
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      console.log(`${MARK}${JSON.stringify({ passes, failures, pending })}`);
      if (failures > 0) reject(new Error(`${failures} tests failed`));
      else resolve();
    });
  });
}
