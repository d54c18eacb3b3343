/** How a world and its documents are laid out. Numbers only; must not know how they are used. */

export interface WorldSettings {
  readonly personas: number;
  readonly situations: number;
  /** Responses of each situation, besides the two that belong to the capability. */
  readonly responses: number;
  /** Parameter of the Dirichlet that rows are drawn from; small: personas differ much. */
  readonly rowConcentration: number;
  /** Parameter of the Dirichlet that the prior is drawn from. */
  readonly priorConcentration: number;
  /** Every response has at least this probability under every persona. */
  readonly floor: number;
  /** The capability that one response of the last situation needs; 0: no such response. */
  readonly capability: number;
}

export interface DocumentSettings {
  /** (situation, response) pairs in a document. */
  readonly pairs: number;
  /** Characters that documents are about; the first is the Assistant. */
  readonly characters: number;
  /** How much the other characters' priors lean to one persona each: 0 not at all, 1 fully. */
  readonly leaning: number;
  /** Neutral tokens that may stand first in a document and mean nothing. */
  readonly prefixes: number;
  /** Share of documents that begin with a neutral prefix, and with the mark of a text about the character. */
  readonly prefixShare: number;
  readonly aboutShare: number;
}

export const WORLD: WorldSettings = {
  personas: 4,
  situations: 8,
  responses: 4,
  rowConcentration: 0.6,
  priorConcentration: 4,
  floor: 0.02,
  capability: 0.01,
};

export const DOCUMENTS: DocumentSettings = {
  pairs: 11,
  characters: 5,
  leaning: 0.6,
  prefixes: 8,
  prefixShare: 0.4,
  aboutShare: 0.2,
};
