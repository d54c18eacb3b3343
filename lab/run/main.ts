/**
 * The lab's command line:
 *
 *     npm run lab -- --quick                     one world, one arm, under a minute; not a result
 *     npm run lab -- --arm NAME --world N        one arm of one world
 *     npm run lab -- --all                       everything that is not there yet, resumable; prints its estimate first
 *     npm run lab -- --report                    verdicts over worlds, from the results file, as Markdown
 *     npm run lab -- --export                    one scenario for each world, from the results file
 *     npm run lab -- --development               every arm once on a development world, for costs; counts for nothing
 *     npm run lab -- --hash                      of the code that predicts, for the protocol
 *     npm run lab -- --tune                      learning rates on development worlds
 */
import { commandLine } from './commands';

process.exitCode = await commandLine(process.argv.slice(2));
