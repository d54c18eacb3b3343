/**
 * The result of inference. Plain numbers in typed arrays, natural logs throughout (units are for showing); -Infinity is
 * a legal log, NaN never is, except where a field says that it marks "not defined".
 *
 * *H* is the number of hypotheses: the personas in the program's order, then `novel` where there is one. Matrices are
 * row-major. Cells are the program's flat cells.
 */

/** A hypothesis' standing. */
export interface Standing {
  readonly name: string;
  /** Normalised prior probability. */
  readonly prior: number;
  /** NaN where the posterior is undefined. */
  readonly posterior: number;
  /** log L_h in nats. */
  readonly logLikelihood: number;
  /** The best 90% interval of the weight, for the accounts that have one. */
  readonly interval?: readonly [number, number];
}

export interface CapabilityStanding {
  readonly name: string;
  readonly learnable: boolean;
  /** Mean capability, prior and posterior. */
  readonly before: number;
  readonly after: number;
  /** Central 90% intervals; equal to the means where fixed. */
  readonly intervalBefore: readonly [number, number];
  readonly intervalAfter: readonly [number, number];
}

/** What a set of evidences moved: one entry per inline episode, or per dataset. */
export interface Influence {
  readonly count: number;
  /** count × H: W_h = log odds(h|D) − log odds(h|D∖e), nats; ±Infinity possible, NaN where the posterior is undefined. */
  readonly weight: Float64Array;
  /** count × H: the same for one single of the episode's `times`. Empty for datasets. */
  readonly single: Float64Array;
  /** count: KL(w(D)‖w(D∖e)), nats. */
  readonly shift: Float64Array;
  /** count: KL of the capability posterior with e from the one without, nats; 0 where none is learnable. */
  readonly capability: Float64Array;
}

export interface ReinforcementSplit {
  /** KL(w'‖w) over hypotheses, nats. */
  readonly selection: number;
  /** Σ_h w'_h KL(tilted_h‖P_h), nats. */
  readonly propensityShift: number;
}

export interface ProbeResult {
  readonly before: number;
  /** NaN where the posterior is undefined. */
  readonly after: number;
  /** H: each hypothesis' own prediction after the evidence, and before it. */
  readonly byPersona: Float64Array;
  readonly byPersonaBefore: Float64Array;
  /** H: weights after the probe's `given`; what multiplies `byPersona` in `after`. */
  readonly weightGiven: Float64Array;
  /** H: the same before the evidence; what multiplies `byPersonaBefore` in `before`. */
  readonly weightGivenBefore: Float64Array;
}

/** What the program says of one of its evaluations; NaN where the posterior is undefined. */
export interface ObservationResult {
  /** By outcome: p_o = Σ_{y in o} p_y, renormalised within all outcomes. */
  readonly predicted: Float64Array;
  /** By run: log likelihood of the counts, nats, without the multinomial coefficient; -Infinity is possible. */
  readonly logScore: Float64Array;
  /** By run: the same of the observed shares. */
  readonly saturated: Float64Array;
}

export interface ExpectationResult {
  readonly value: number;
  readonly holds: boolean;
}

export interface AccountResult {
  readonly name: string;
  /** Why there is no number; the other fields are then NaN or empty. */
  readonly notComputable?: string;
  /** NaN where it has none, as a rule of prediction has not: `withoutMarginal` then says why, and the rest has numbers. */
  readonly logMarginal: number;
  readonly withoutMarginal?: string;
  /** True where logMarginal is a lower bound. */
  readonly bound: boolean;
  /** Set where preference pairs that overlap, or integrals with few nodes, make the numbers of this account approximate. */
  readonly approximate?: boolean;
  /** Under equal prior odds over the computable accounts. */
  readonly probability: number;
  /** Its prediction of every probe, after the evidence. */
  readonly probes: Float64Array;
  /** Its prediction of every cell, after the evidence (no `given`). */
  readonly predictive: Float64Array;
  /** Log predictive score on the evaluations' counts; NaN where there are none. */
  readonly logScore: number;
  /** Its own posterior over hypotheses (mixture weights for population: posterior means with 90% intervals). Empty for unstructured. */
  readonly standings: readonly Standing[];
}

/** Why: a response stands in two pairs; the two of a pair have unequal capabilities; one loses to a fallback, or is one. */
export type ApproximatePreference = 'shared-response' | 'unequal-capability' | 'fallback';

/** A finding that only the numbers show; `features/diagnostics` words it. */
export type Finding =
  /** Every persona with a prior has L = 0; the first evidence (index into `program.evidence`) that makes it so. */
  | { readonly kind: 'undefined-posterior'; readonly evidence: number }
  /** A negative episode takes a Dirichlet parameter to 0 or below, or rewards against what a persona cannot do; it is left out. */
  | {
      readonly kind: 'negative-evidence';
      readonly episode: number;
      readonly persona: string;
      readonly reason: 'dirichlet' | 'impossible' | 'capability';
    }
  /** A dataset's negative rows do so; the dataset is left out. */
  | {
      readonly kind: 'negative-dataset';
      readonly dataset: number;
      readonly persona: string;
      readonly reason: 'dirichlet' | 'impossible' | 'capability';
    }
  /** Preference pairs of a Dirichlet persona without an exact number. */
  | { readonly kind: 'approximate-preference'; readonly situation: number; readonly reason: ApproximatePreference }
  /** A persona's measured log-likelihood is missing. */
  | { readonly kind: 'missing-measurement'; readonly dataset: number; readonly persona: string; readonly rows: number }
  /** A concentration meets a fallback that a persona intends, or one that more than two capabilities lose to. */
  | {
      readonly kind: 'intended-fallback';
      readonly situation: number;
      readonly response: number;
      readonly persona: string;
      /** So many, where that is the reason. */
      readonly capabilities?: number;
    }
  /** More than two learnable capabilities meet in one situation, or capabilities are coupled in a way that cannot be integrated. */
  | { readonly kind: 'too-many-abilities'; readonly situation: number }
  /** No persona and no `novel`: nothing has a prior yet. */
  | { readonly kind: 'no-persona' }
  /** Numbers beyond the range of a double: an episode or dataset (index into `program.evidence`) that is left out for that, or the cause of an undefined posterior. */
  | { readonly kind: 'out-of-range'; readonly evidence: number; readonly leftOut?: boolean }
  | { readonly kind: 'out-of-range'; readonly reinforcement: number }
  /** Lints of LANGUAGE section 5's readers. */
  | { readonly kind: 'killed-by-one'; readonly persona: number; readonly evidence: number }
  | { readonly kind: 'moves-no-persona'; readonly episode: number }
  | { readonly kind: 'says-nothing-yet'; readonly episode: number }
  | { readonly kind: 'impossible-everywhere'; readonly evidence: number };

export interface Evaluation {
  readonly hypotheses: readonly string[];
  /** False: the posterior is undefined, and everything that depends on it is NaN. */
  readonly defined: boolean;
  readonly logMarginal: number;
  readonly personas: readonly Standing[];
  readonly capabilities: readonly CapabilityStanding[];
  readonly episodes: Influence;
  readonly datasets: Influence;
  readonly reinforcements: readonly ReinforcementSplit[];
  readonly probes: readonly ProbeResult[];
  readonly expectations: readonly ExpectationResult[];
  /** By index into `Program.observed`. */
  readonly observed: readonly ObservationResult[];
  readonly accounts: readonly AccountResult[];
  /** H × cells: P_h(y|x) before any evidence, and after it (capabilities and rows at posterior means, tilted). */
  readonly predictiveBefore: Float64Array;
  readonly predictiveAfter: Float64Array;
  /** H × cells: propensity rows θ, prior mean and posterior mean; equal to the row for rigid personas. */
  readonly rowsBefore: Float64Array;
  readonly rowsAfter: Float64Array;
  /** Cells: effective counts N as they entered (all methods added, preferences left out). */
  readonly counts: Float64Array;
  /** For `novel`: the named persona nearest to the learned row: by situation and in all, KL in nats. */
  readonly nearest?: {
    readonly overall: { readonly persona: number; readonly divergence: number };
    readonly bySituation: readonly { readonly persona: number; readonly divergence: number }[];
  };
  readonly findings: readonly Finding[];
}

/** The posterior along the evidence in order, for the Trajectory view. */
export interface Trajectory {
  /** Index into `program.evidence` after which each point stands, -1 for the prior; inside the n-th evidence n − 1 + its share. */
  readonly step: Float64Array;
  /** points × H. NaN rows where undefined. */
  readonly posterior: Float64Array;
  /** The same as logs, nats, also where shares underflow; -Infinity where impossible. */
  readonly logPosterior: Float64Array;
  /** points: log predictive of the step's evidence given all before, nats (0 for the prior). */
  readonly surprise: Float64Array;
}
