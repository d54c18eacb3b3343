/** A program with some parts replaced. */
import type { Program } from '../../program/model/program';

/**
 * The same program with other parts. What is not replaced is looked up in the program when it is asked for: copying it
 * would compute its diagnostics, which cost a build of their own.
 */
export function variant(program: Program, pieces: Partial<Program>): Program {
  return Object.assign(Object.create(program) as Program, pieces);
}
