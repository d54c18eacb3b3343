/** The reader of each kind of declaration, in the order of LANGUAGE section 4. */

import type { Declaration, DeclarationKind } from '../tree';
import type { Cursor } from './cursor';
import type { Documentation } from './declarationParts';
import { readDataset, readEpisode, readReinforce } from './evidenceDeclarations';
import {
  readCapability,
  readImport,
  readMethod,
  readNovel,
  readPersona,
  readScenario,
  readSituation,
  readUnits,
} from './modelDeclarations';
import { readCompare, readEvaluation, readExpect, readProbe } from './questionDeclarations';
import { readCondition, readFit, readParameter, readSource, readSweep } from './testDeclarations';

const READERS: { readonly [K in DeclarationKind]: (c: Cursor, documentation: Documentation) => Declaration } = {
  import: readImport,
  scenario: readScenario,
  units: readUnits,
  method: readMethod,
  capability: readCapability,
  situation: readSituation,
  persona: readPersona,
  novel: readNovel,
  episode: readEpisode,
  dataset: readDataset,
  reinforce: readReinforce,
  probe: readProbe,
  expect: readExpect,
  evaluation: readEvaluation,
  compare: readCompare,
  source: readSource,
  parameter: readParameter,
  condition: readCondition,
  fit: readFit,
  sweep: readSweep,
};

/** Reads the declaration of this kind, and passes over what is left of it if it is broken. */
export function readDeclaration(c: Cursor, of: DeclarationKind, documentation: Documentation): Declaration {
  return READERS[of](c, documentation);
}
