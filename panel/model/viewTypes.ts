/**
 * What each view of the panel is given and may ask: types and nothing else, shared by the server, which fills them, and
 * the page, which draws them. Probabilities are plain numbers; logs are nats (the page shows them in the scenario's
 * unit); what may be infinite or not defined is a `WireNumber`. Arrays "by hypothesis" have the order of
 * `PanelState.hypotheses`: the personas, then `novel`.
 */
import type { ViewName, WireLocation, WireNumber } from './messages';

interface ViewBase<Kind extends ViewName> {
  readonly kind: Kind;
  readonly defined: boolean;
  /** What the view shows, in one computed sentence. */
  readonly headline: string;
}

export interface HypothesisRow {
  readonly name: string;
  readonly title?: string;
  readonly doc?: string;
  readonly prior: number;
  readonly posterior: WireNumber;
  readonly logLikelihood: WireNumber;
  /** Log odds against all the others together. */
  readonly logOddsPrior: WireNumber;
  readonly logOddsPosterior: WireNumber;
  /** Of the mixture's weight where the scenario compares `population`: mean and 90% interval. */
  readonly mixture?: { readonly account: string; readonly mean: number; readonly interval: readonly [number, number] };
  readonly location?: WireLocation;
}

/** A hypothesis' answers in one situation, where the evidence or a reinforcement changed them. */
export interface LearnedRow {
  readonly hypothesis: number;
  readonly situation: string;
  readonly title?: string;
  readonly why: 'novel' | 'concentration' | 'reinforced';
  readonly responses: readonly {
    readonly name: string;
    readonly before: number;
    readonly after: WireNumber;
    /** Central 90% interval of the propensity, for rows that are Dirichlet. */
    readonly interval?: readonly [number, number];
  }[];
  /** For novel: the named persona whose row is nearest, and how far it is (KL, nats). */
  readonly nearest?: { readonly name: string; readonly divergence: WireNumber };
}

export interface CapabilityRow {
  readonly name: string;
  readonly title?: string;
  readonly learnable: boolean;
  readonly before: number;
  readonly after: WireNumber;
  readonly intervalBefore: readonly [number, number];
  readonly intervalAfter: readonly [WireNumber, WireNumber];
  readonly location?: WireLocation;
}

export interface PosteriorView extends ViewBase<'posterior'> {
  readonly logMarginal: WireNumber;
  readonly hypotheses: readonly HypothesisRow[];
  readonly capabilities: readonly CapabilityRow[];
  readonly learned: readonly LearnedRow[];
  /** The named persona nearest to novel over all situations. */
  readonly nearest?: { readonly name: string; readonly divergence: WireNumber };
  /** How much evidence stands behind this. */
  readonly evidence: {
    readonly declarations: number;
    readonly episodes: number;
    readonly datasets: number;
    readonly rows: number;
    readonly measured: number;
  };
}

export interface TrajectoryPoint {
  /** 0 is the prior; n comes after the n-th evidence; a fraction is inside an evidence. */
  readonly step: number;
  /** By hypothesis; null where undefined. */
  readonly posterior: readonly WireNumber[];
  /** Its logs, nats, also where shares underflow. */
  readonly logPosterior: readonly WireNumber[];
  /** Log odds of `persona` against `rival`. */
  readonly logOdds: WireNumber;
  /** What this step alone changed: of `logOdds`, and its log predictive. Null inside an evidence. */
  readonly contribution: WireNumber;
  readonly surprise: WireNumber;
  /** So many steps since the last point that is kept: more than one where there are more steps than a picture can show. */
  readonly run: number;
  /** The evidence of the step; undefined for the prior. */
  readonly label?: string;
  readonly kind?: 'episode' | 'dataset' | 'reinforcement';
  readonly measured?: boolean;
  readonly location?: WireLocation;
}

export interface TrajectoryView extends ViewBase<'trajectory'> {
  /** Number of evidences and reinforcements; steps go from 0 to this. */
  readonly steps: number;
  /** Number of evidences alone. */
  readonly evidence: number;
  readonly from: number;
  readonly to: number;
  readonly persona: number;
  readonly rival: number;
  /** At most some hundreds: where there are more steps, of each run of them the ends and the extremes. */
  readonly points: readonly TrajectoryPoint[];
  /** Coarse shares over the whole way, for the strip that is brushed. */
  readonly overview: readonly { readonly step: number; readonly posterior: readonly WireNumber[] }[];
  /** Not there yet: the posterior along the way takes longer than the posterior. */
  readonly pending: boolean;
}

export type EvidenceMeasure =
  | { readonly kind: 'shift' }
  | { readonly kind: 'capability' }
  | { readonly kind: 'weight'; readonly persona: string }
  | { readonly kind: 'probe'; readonly probe: number };

export interface EvidenceQuery {
  readonly measure?: EvidenceMeasure;
  readonly sort?: 'order' | 'value' | 'size' | 'count' | 'label';
  readonly ascending?: boolean;
  readonly method?: string;
  readonly situation?: string;
  readonly text?: string;
  /** One of an episode's `times` in place of all of them. */
  readonly single?: boolean;
  readonly start?: number;
  readonly count?: number;
}

export interface EvidenceRow {
  /** Identity of the declaration, for What-if. */
  readonly declaration: string;
  /** Place in the order in which evidence acts, reinforcements last: its identity across sorting. */
  readonly evidence: number;
  readonly kind: 'episode' | 'dataset' | 'reinforcement';
  /** Index among its kind. */
  readonly index: number;
  readonly label: string;
  readonly method: string;
  /** `coding → insecure`; for a dataset what it comes to in words. */
  readonly what: string;
  readonly count: number;
  /** The chosen measure: nats, or a difference of probability where the measure is a probe. */
  readonly value: WireNumber;
  /** By hypothesis, nats. */
  readonly weight: readonly WireNumber[];
  readonly shift: WireNumber;
  readonly capability: WireNumber;
  readonly measured: boolean;
  readonly location?: WireLocation;
}

export interface EvidenceView extends ViewBase<'evidence'> {
  readonly measure: EvidenceMeasure;
  readonly single: boolean;
  /** The measure is still being computed: its values are not there. */
  readonly pending: boolean;
  readonly sort: NonNullable<EvidenceQuery['sort']>;
  readonly ascending: boolean;
  readonly total: number;
  readonly matching: number;
  readonly start: number;
  readonly rows: readonly EvidenceRow[];
  /** The largest finite size of the measure over all that match: one scale for every window. */
  readonly largest: number;
  /** The largest finite size of a weight over all that match, for the heat map. */
  readonly largestWeight: number;
  /** All that match in the shown order, in buckets: the strongest weight of each hypothesis in it. */
  readonly overview: readonly {
    readonly start: number;
    readonly count: number;
    readonly weight: readonly WireNumber[];
  }[];
  readonly methods: readonly string[];
  readonly situations: readonly string[];
  readonly probes: readonly string[];
}

export interface ProbeRow {
  readonly text: string;
  readonly situation: string;
  readonly response: string;
  readonly given?: string;
  readonly before: number;
  readonly after: WireNumber;
  /** The same without its `given`. */
  readonly withoutGiven?: { readonly before: number; readonly after: WireNumber };
  /** By hypothesis: what it predicts, the weight that it has, and the product: its part of `after` (of `before`). */
  readonly predicts: readonly WireNumber[];
  readonly weights: readonly WireNumber[];
  readonly contribution: readonly WireNumber[];
  readonly contributionBefore: readonly WireNumber[];
  readonly location?: WireLocation;
}

export interface ExpectationRow {
  readonly text: string;
  readonly value: WireNumber;
  readonly holds: boolean;
  readonly bound: 'below' | 'above' | 'between';
  readonly low?: number;
  readonly high?: number;
  /** Distance to the nearest limit: positive where it holds. */
  readonly margin: WireNumber;
  readonly location?: WireLocation;
}

export interface EvaluationRow {
  readonly label?: string;
  readonly situation: string;
  readonly given?: string;
  readonly heldOut: boolean;
  readonly total: number;
  readonly responses: readonly {
    readonly name: string;
    readonly count: number;
    readonly share: number;
    /** Jeffreys 95% interval of the share. */
    readonly interval: readonly [number, number];
    readonly before: WireNumber;
    readonly predicted: WireNumber;
    /** By account, in the order of `PredictionsView.accounts`. */
    readonly byAccount: readonly WireNumber[];
    /** The lowest and highest that any hypothesis with a posterior predicts: what no mixture of them can leave. */
    readonly attainable: readonly [WireNumber, WireNumber];
  }[];
  /** What the posterior leaves unexplained, in a sentence; empty where the counts agree. */
  readonly residual: string;
  readonly location?: WireLocation;
}

export interface PredictionsView extends ViewBase<'predictions'> {
  readonly probes: readonly ProbeRow[];
  readonly expectations: readonly ExpectationRow[];
  readonly evaluations: readonly EvaluationRow[];
  readonly accounts: readonly string[];
}

export interface AccountRow {
  readonly name: string;
  /** What the account assumes, one short sentence. */
  readonly assumption: string;
  readonly notComputable?: string;
  readonly logMarginal: WireNumber;
  readonly bound: boolean;
  readonly probability: WireNumber;
  /** Log marginal minus that of the reference (the largest), nats: 0 for it, else negative. */
  readonly behind: WireNumber;
  readonly logScore: WireNumber;
  /** `logScore` minus that of the account that scores best, nats. */
  readonly scoreBehind: WireNumber;
  /** Prediction of every probe, in order. */
  readonly probes: readonly WireNumber[];
  readonly standings: readonly {
    readonly name: string;
    readonly posterior: WireNumber;
    readonly interval?: readonly [number, number];
  }[];
  readonly location?: WireLocation;
}

export interface ReinforcementRow {
  readonly situation: string;
  /** KL over personas, and the mean KL inside them (nats). */
  readonly selection: WireNumber;
  readonly propensityShift: WireNumber;
  readonly beta: number;
  readonly rigidity?: number;
  readonly location?: WireLocation;
}

export interface AccountsView extends ViewBase<'accounts'> {
  readonly accounts: readonly AccountRow[];
  readonly probes: readonly string[];
  readonly reinforcements: readonly ReinforcementRow[];
  /** How many evaluations stand in the program, and how many answers they counted. */
  readonly evaluations: number;
  readonly answers: number;
  /** One row for each response that an evaluation counted: what was observed beside what each account predicts. */
  readonly measured: readonly {
    readonly text: string;
    readonly share: number;
    readonly interval: readonly [number, number];
    readonly byAccount: readonly WireNumber[];
  }[];
}

export type PanelView = PosteriorView | TrajectoryView | EvidenceView | PredictionsView | AccountsView;
