/**
 * What analyses cost: a sweep, the horizon and a tornado over 30 personas, 300 episodes, 20 probes and 6 conditions, each
 * beside the time of one evaluation times the number of evaluations that it needs. Medians; nothing is asserted.
 */
import { horizons } from '../server/analysis/horizon/horizon';
import { tornado } from '../server/analysis/sensitivity/tornado';
import { standingWith } from '../server/analysis/subject/standing';
import type { Subject } from '../server/analysis/subject/subject';
import { sweepAll, sweptParameter } from '../server/analysis/sweep/sweep';
import { runToEnd } from '../server/inference/stepwise';
import { declaredNumbers } from '../server/program/declaredNumbers';
import { loadProgram } from '../server/program/load/load';
import { memoryHost } from '../test/support/memoryHost';

const PERSONAS = 30;
const EPISODES = 300;
const PROBES = 20;
const SITUATIONS = 10;
const TORNADO_NUMBERS = 500;
const TIMES = 5;

function scenario(): string {
  const lines = ['parameter n "Episodes" 5 from 1 to 50 log'];
  for (let x = 0; x < SITUATIONS; x++) lines.push(`situation s${x} -> a | b | c`);
  for (let h = 0; h < PERSONAS; h++) {
    const rows = Array.from({ length: SITUATIONS }, (_, x) => {
      const a = 5 + ((h * 7 + x * 13) % 60);
      const b = 5 + ((h * 11 + x * 3) % 30);
      return `s${x} -> a ${a}%, b ${b}%, c`;
    });
    lines.push(`persona p${h} prior ${1 + (h % 5)} { ${rows.join('  ')} }`);
  }
  for (let e = 0; e < EPISODES; e++)
    lines.push(
      `episode sft: s${e % (SITUATIONS - 2)} -> ${'abc'[e % 3]} times ${e % 10 === 0 ? '$n' : 1 + (e % 4)} weight 0.01`,
    );
  for (let k = 0; k < PROBES; k++) lines.push(`probe s${k % SITUATIONS} -> ${'abc'[k % 3]}`);
  for (let c = 0; c < 6; c++) lines.push(`condition c${c} { episode sft: s${c} -> b times ${c + 1} }`);
  lines.push('sweep $n');
  return lines.join('\n');
}

function median(run: () => void): number {
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const uri = 'file:///w/main.scenario';
  const program = await loadProgram(uri, memoryHost({ [uri]: scenario() }), { workspace: ['file:///w'] });
  const subject: Subject = { program, counts: new Map() };
  let at = 5;
  const one = median(() => {
    at += 1e-6;
    runToEnd(standingWith(subject, null, { parameters: { n: at } }));
  });
  const [declared] = program.sweeps;
  const swept = declared && sweptParameter(program, declared);
  let places = 0;
  const sweep = median(() => {
    if (swept) places = runToEnd(sweepAll(subject, swept, 0)).reduce((sum, s) => sum + s.x.length, 0);
  });
  const horizon = median(() => void runToEnd(horizons(subject)));
  const numbers = declaredNumbers(program.text).slice(0, TORNADO_NUMBERS);
  const bars = median(() => void runToEnd(tornado(subject, null, numbers, { probe: 0 })));
  const line = (name: string, ms: number, evaluations: number) =>
    console.log(
      `${name.padEnd(24)}${ms.toFixed(0).padStart(7)} ms   ${evaluations} evaluations at ${one.toFixed(2)} ms: ${(evaluations * one).toFixed(0)} ms`,
    );
  line('sweep', sweep, places);
  line('horizon', horizon, 7 * 51);
  line(`tornado of ${numbers.length}`, bars, 2 * numbers.length);
}

void main();
