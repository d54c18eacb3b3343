/** The command line: the same answers as the editor, for scripts and terminals. JSON goes to standard output alone. */
import { Command, CommanderError } from 'commander';
import { analyse } from './cli/analyse';
import { check } from './cli/check';
import { compare } from './cli/compare';
import { evaluate } from './cli/evaluate';
import { COULD_NOT_RUN, Failure } from './cli/files';
import { fit } from './cli/fit';
import { format } from './cli/format';
import { report } from './cli/report';
import { scoreImport, scoreJoin, scoreRequests } from './cli/score';
import { seal } from './cli/seal';

declare const process: NodeJS.Process;
/** The version in package.json, put in by the build. */
declare const DRAMATIS_VERSION: string;

const program = new Command('dramatis')
  .description('Persona selection: what training does to the distribution over personas')
  .version(DRAMATIS_VERSION)
  .exitOverride()
  .configureHelp({ sortSubcommands: false });

program
  .command('evaluate')
  .description('compute the posterior of a scenario and everything that follows from it')
  .argument('<file>', 'the scenario, or - for standard input')
  .option('--format <format>', 'text or json', 'text')
  .option('--workspace <folder>', 'imports and datasets may come from here (default: the current or the file’s folder)')
  .option('--color', 'colour though the output is no terminal')
  .option('--no-color', 'no colour')
  .action(evaluate);

program
  .command('fit')
  .description('fit the parameters of a scenario to its evaluations, and hold its accounts against what was held out')
  .argument('<file>', 'the scenario, or - for standard input')
  .option('--format <format>', 'text or json', 'text')
  .option('--leave-out <what>', 'conditions: leave each unit out in turn')
  .option('--workspace <folder>', 'imports and datasets may come from here')
  .option('--color', 'colour though the output is no terminal')
  .option('--no-color', 'no colour')
  .action(fit);

program
  .command('analyse')
  .description('what it would take: sweeps, horizon, remedies, sensitivity, flipping sets, what to measure next')
  .argument('<file>', 'the scenario, or - for standard input')
  .option('--format <format>', 'text or json', 'text')
  .option('--only <list>', 'some of sweep,horizon,remedies,sensitivity,flips,identifiability')
  .option('--watch <what>', 'the probe or persona whose sensitivity is shown (default: the first probe)')
  .option('--workspace <folder>', 'imports and datasets may come from here')
  .option('--color', 'colour though the output is no terminal')
  .option('--no-color', 'no colour')
  .action(analyse);

program
  .command('seal')
  .description('write down what is predicted of everything held out, with fingerprints of the text and the data')
  .argument('<file>', 'the scenario')
  .option('--check', 'say whether text and data are still the ones that were sealed')
  .option('-o, --output <file>', 'the seal (default: FILE.seal.json)')
  .option('--workspace <folder>', 'imports and datasets may come from here')
  .action(seal);

program
  .command('compare')
  .description('how two versions of a scenario differ, and how much of it each changed declaration explains')
  .argument('<before>', 'a file, or REV:FILE in a Git repository')
  .argument('<after>', 'a file, or REV:FILE in a Git repository')
  .option('--format <format>', 'text or json', 'text')
  .option('--workspace <folder>', 'imports and datasets may come from here')
  .option('--color', 'colour though the output is no terminal')
  .option('--no-color', 'no colour')
  .action(compare);

program
  .command('check')
  .description('list the problems of some files')
  .argument('<files...>')
  .option('--workspace <folder>', 'imports and datasets may come from here')
  .action(check);

program
  .command('format')
  .description('format a file in place (standard input: to standard output)')
  .argument('<file>', 'the file, or - for standard input')
  .option('--check', 'change nothing, exit with 1 if formatting would')
  .action(format);

program
  .command('report')
  .description('write one HTML file with all charts and tables of a scenario')
  .argument('<file>', 'the scenario, or - for standard input')
  .requiredOption('-o, --output <file>', 'the HTML file, or - for standard output')
  .option('--workspace <folder>', 'imports and datasets may come from here')
  .action(report);

program
  .command('score-requests')
  .description('write the requests that measure log-likelihoods on a server of your own')
  .argument('<file>', 'the scenario, or - for standard input')
  .requiredOption('-o, --output <file>', 'JSON Lines of requests, or - for standard output')
  .option('--model <name>', 'the model’s name on your server', 'model')
  .option('--template <name>', 'how turns become a prompt: transcript, chatml or llama3', 'transcript')
  .option('--dataset <name...>', 'only these datasets (default: all, and the inline episodes)')
  .option('--workspace <folder>', 'imports and datasets may come from here')
  .action(scoreRequests);

program
  .command('score-import')
  .description('turn the replies to those requests into measured log-likelihoods')
  .argument('<replies>', 'JSON Lines of replies, or - for standard input')
  .requiredOption('-o, --output <file>', 'JSON Lines for `logprobs`, or - for standard output')
  .option('--requests <file>', 'the requests, so that every reply that is missing is named')
  .option('--layout <layout>', 'wide (one row per episode) or long (one per episode and persona)', 'wide')
  .action(scoreImport);

program
  .command('score-join')
  .description('join lm-evaluation-harness samples, one file for each persona, into measured log-likelihoods')
  .argument('<persona=samples...>', 'whose prompt the run had, and its samples_….jsonl')
  .requiredOption('-o, --output <file>', 'JSON Lines for `logprobs`, or - for standard output')
  .option('--choice <which>', 'the continuation that is the episode: target, all, or its number from 0', 'target')
  .action(scoreJoin);

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : COULD_NOT_RUN;
  else {
    console.error(`dramatis: ${error instanceof Failure ? error.message : String((error as Error).stack ?? error)}`);
    process.exitCode = COULD_NOT_RUN;
  }
});
