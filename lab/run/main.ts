/**
 * The lab's command line:
 *
 *     npm run lab -- --quick                     one world, one arm, under a minute; not a result
 *     npm run lab -- --arm NAME --world N        one arm of one world
 *     npm run lab -- --all                       everything that is not there yet, resumable; prints its estimate first
 *     npm run lab -- --tune                      learning rates on development worlds
 */
import { commandLine } from './commands';

process.exitCode = await commandLine(process.argv.slice(2));
