/**
 * What a network was trained on, as declarations of the product's language with one free number: the strength, in
 * effective episodes for each trained situation (for a reinforcement, 1/beta). Must not know networks.
 */
import type { World } from '../world/world';

export type Evidence =
  /** Answers in the given shares (C, each trained situation's part sums to 1), read as by one method. */
  | { readonly kind: 'episodes'; readonly method: 'sft' | 'document'; readonly shares: Float64Array }
  /** Preferences: the share of all pairs in which `response` was chosen over `other`. */
  | {
      readonly kind: 'preferences';
      readonly pairs: readonly {
        readonly situation: number;
        readonly response: number;
        readonly other: number;
        readonly share: number;
      }[];
    }
  /** KL-regularised reinforcement of one response; without `rigidity` it is strict selection. */
  | {
      readonly kind: 'reinforcement';
      readonly situation: number;
      readonly response: number;
      readonly rigidity?: number;
    };

/** Cells with a smaller share are left out of the text: they count less than the digits say. */
const LEAST_SHARE = 1e-9;

/**
 * The declarations of a piece of evidence at a strength ≥ 0. `rename` gives the name of the situation that was trained;
 * `times` is a parameter that multiplies the strength.
 */
export function evidenceText(
  world: World,
  evidence: Evidence,
  strength: number,
  rename: (name: string) => string = (name) => name,
  times?: string,
): string[] {
  const situation = (x: number) => rename(world.situations[x]?.name ?? '');
  const response = (x: number, y: number) => world.situations[x]?.responses[y] ?? '';
  const plain = (value: number) => (times ? String(Number(value.toPrecision(6))) : value.toExponential(12));
  const written = (value: number) => (times ? `(${plain(value)} * ${times})` : plain(value));
  const inverse = () => (times ? `(${plain(1 / strength)} / ${times})` : plain(1 / strength));
  if (strength === 0) return [];
  switch (evidence.kind) {
    case 'episodes':
      return world.situations.flatMap(({ responses }, x) =>
        responses.flatMap((name, y) => {
          const share = evidence.shares[(world.offset[x] ?? 0) + y] ?? 0;
          if (share < LEAST_SHARE) return [];
          return [`episode ${evidence.method} weight ${written(strength * share)}: ${situation(x)} -> ${name}`];
        }),
      );
    case 'preferences':
      return evidence.pairs
        .filter(({ share }) => share >= LEAST_SHARE)
        .map(
          ({ situation: x, response: y, other, share }) =>
            `episode prefer weight ${written(strength * share)}: ${situation(x)} -> ${response(x, y)} over ${response(x, other)}`,
        );
    case 'reinforcement': {
      const rigidity = evidence.rigidity === undefined ? '' : ` rigidity ${evidence.rigidity}`;
      const { situation: x, response: y } = evidence;
      return [`reinforce ${situation(x)} beta ${inverse()}${rigidity} reward ${response(x, y)} 1`];
    }
  }
}
