/**
 * The accounts that the lab compares, as the product's `compare` names them, with the settings that the protocol fixes.
 * Must not know how their predictions are made.
 */

export interface LabAccount {
  readonly name: string;
  /** As it stands after `compare`. */
  readonly text: string;
  /** Its predictions take a hundred times as long as the others': a coarser grid, and only for the first subject. */
  readonly costly?: true;
}

/** In the order in which they are reported. */
export const ACCOUNTS: readonly LabAccount[] = [
  { name: 'unmoved', text: 'unmoved' },
  { name: 'selection', text: 'selection' },
  { name: 'transfer', text: 'transfer 0.5' },
  { name: 'contextual', text: 'contextual' },
  { name: 'drift', text: 'drift 3' },
  { name: 'novel', text: 'novel 20%' },
  { name: 'population', text: 'population 10' },
  { name: 'blend', text: 'blend 10', costly: true },
  { name: 'habits', text: 'habits 1' },
];

/**
 * Intraclass correlation of the answers of one run, for coverage. One number for all accounts and arms. An assumption: to be
 * replaced, before the protocol is final, by what runs that differ in their seed alone vary by on development worlds.
 */
export const OVERDISPERSION = 0.01;
