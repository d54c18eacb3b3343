/**
 * Verdicts over worlds by the protocol's rules. Must not know networks or files.
 *
 * Sums over doses, networks and fine-tunings are taken within a world before any ratio; the world is the unit.
 */
import { type OverWorlds, overWorlds, skill } from '../measurement/skill';
import type { CellScores } from './scores';

export interface AccountVerdict {
  readonly account: string;
  /** 1 − ΣKL(account ‖ network)/ΣKL(unmoved ‖ network), over worlds; null where it makes no prediction. */
  readonly skill: OverWorlds | null;
  /** Share of held-out situations inside the 90% interval, over worlds. */
  readonly coverage: OverWorlds | null;
  /** Mean log loss of a world, nats; the account with the least is the one that is named. */
  readonly loss: number;
  /** Means over doses and cells of how far its log score is below the saturated model's. */
  readonly regrets: readonly number[];
  readonly verdict: 'holds' | 'fails' | 'undecided' | 'no prediction';
  readonly because: string;
}

export interface ArmVerdict {
  readonly arm: string;
  readonly subject: string;
  readonly worlds: number;
  readonly cells: number;
  readonly accounts: readonly AccountVerdict[];
  /** The account with the least log loss on everything that was held out. */
  readonly named: string | null;
}

/** What the rules need of one dose of one cell. */
export interface Judged {
  readonly world: number;
  readonly account: string;
  readonly divergence: number;
  readonly inside90: number;
  readonly of: number;
  readonly loss: number;
  /** Mean log score of an answer below the saturated model's, nats: without context, after it, in pairs. */
  readonly regrets: readonly [number, number, number];
}

/** Limits of the protocol. */
export const RULES = { skill: 0.5, coverage: 0.8, rivalErrors: 2, aboutZero: 0.1 } as const;

export function judged(cells: readonly CellScores[], subject: string): Judged[] {
  return cells.flatMap(({ id, doses }) =>
    doses.flatMap(({ scores }) =>
      [...(scores.get(subject) ?? [])].map(([account, score]) => ({
        world: id.world,
        account,
        divergence: score?.divergence ?? Number.NaN,
        inside90: score?.inside90 ?? 0,
        of: score?.of ?? 0,
        loss: score?.loss ?? Number.NaN,
        regrets: [score?.regret ?? Number.NaN, score?.context ?? Number.NaN, score?.paired ?? Number.NaN] as const,
      })),
    ),
  );
}

/** Skill by world of every account; a world without movement to predict is left out. */
export function skillsByWorld(all: readonly Judged[]): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const sums = new Map<string, Map<number, number>>();
  for (const { account, world, divergence } of all) {
    const of = sums.get(account) ?? new Map<number, number>();
    of.set(world, (of.get(world) ?? 0) + divergence);
    sums.set(account, of);
  }
  const unmoved = sums.get('unmoved');
  return new Map(
    [...sums].map(([account, byWorld]) => [
      account,
      new Map(
        [...byWorld].flatMap(([world, sum]) => {
          const value = skill(sum, unmoved?.get(world) ?? 0);
          return value === null ? [] : [[world, value] as const];
        }),
      ),
    ]),
  );
}

/** The verdict on one arm. `scrambled`: skills over worlds in the scrambled twin of the arm, by account. */
export function verdictOf(
  arm: string,
  subject: string,
  all: readonly Judged[],
  scrambled?: ReadonlyMap<string, OverWorlds>,
): ArmVerdict {
  const skills = skillsByWorld(all);
  const accounts = [...new Set(all.map(({ account }) => account))];
  const verdicts = accounts.map((account): AccountVerdict => {
    const own = all.filter((one) => one.account === account);
    const byWorld = skills.get(account) ?? new Map<number, number>();
    const loss = mean([...groupSums(own, ({ loss: nats }) => nats).values()]);
    if (byWorld.size === 0 || Number.isNaN(loss)) {
      return {
        account,
        skill: null,
        coverage: null,
        loss,
        regrets: [],
        verdict: 'no prediction',
        because: 'it makes no prediction',
      };
    }
    const over = overWorlds([...byWorld.values()]);
    const inside = groupSums(own, ({ inside90 }) => inside90);
    const of = groupSums(own, (one) => one.of);
    const coverage = overWorlds([...inside].map(([world, n]) => n / (of.get(world) ?? 1)));
    const rival = strongestRival(account, skills);
    const regrets = [0, 1, 2].map((i) => mean(own.map((one) => one.regrets[i] ?? Number.NaN)));
    return {
      account,
      skill: over,
      coverage,
      loss,
      regrets,
      ...ruling(account, over, coverage, rival, scrambled?.get(account)),
    };
  });
  const named = verdicts.reduce<AccountVerdict | null>(
    (best, one) => (Number.isFinite(one.loss) && (!best || one.loss < best.loss) ? one : best),
    null,
  );
  return {
    arm,
    subject,
    worlds: new Set(all.map(({ world }) => world)).size,
    cells: all.length,
    accounts: verdicts,
    named: named?.account ?? null,
  };
}

interface Rival {
  readonly account: string;
  readonly difference: OverWorlds;
}

/** The rival whose skill is higher by the most standard errors, over the worlds that both have. */
function strongestRival(account: string, skills: ReadonlyMap<string, ReadonlyMap<number, number>>): Rival | undefined {
  const own = skills.get(account) ?? new Map<number, number>();
  const rivals = [...skills].flatMap(([name, byWorld]) => {
    const differences = [...byWorld].flatMap(([world, value]) => {
      const mine = own.get(world);
      return name === account || mine === undefined ? [] : [value - mine];
    });
    return differences.length < 2 ? [] : [{ account: name, difference: overWorlds(differences) }];
  });
  const errors = ({ difference }: Rival) => difference.mean / Math.max(difference.standardError ?? 0, 1e-12);
  return rivals.sort((a, b) => errors(b) - errors(a))[0];
}

function ruling(
  account: string,
  over: OverWorlds,
  coverage: OverWorlds,
  rival: Rival | undefined,
  scrambled: OverWorlds | undefined,
): Pick<AccountVerdict, 'verdict' | 'because'> {
  if (account === 'unmoved') return { verdict: 'undecided', because: 'it is what skill is measured against' };
  if (!over.interval95 || !coverage.interval95) return { verdict: 'undecided', because: 'fewer than two worlds' };
  if (over.interval95[0] <= 0)
    return { verdict: 'fails', because: 'the interval of its skill includes 0 or lies below' };
  if (coverage.interval95[1] < RULES.coverage) {
    return { verdict: 'fails', because: 'too few held-out counts are inside its 90% intervals' };
  }
  if (over.mean <= RULES.skill) return { verdict: 'undecided', because: `its skill is at most ${RULES.skill}` };
  const ahead = rival && rival.difference.mean > RULES.rivalErrors * (rival.difference.standardError ?? 0);
  if (ahead) return { verdict: 'undecided', because: `${rival.account} is better by two standard errors` };
  if (!scrambled) return { verdict: 'undecided', because: 'its skill in scrambled worlds is not known' };
  if (!aboutZero(scrambled)) return { verdict: 'undecided', because: 'it has skill in scrambled worlds too' };
  return { verdict: 'holds', because: 'skill, coverage, rivals and scrambled worlds agree' };
}

/** Not above 0 by more than what the protocol allows: the interval reaches down to 0, or the mean is small. */
const aboutZero = ({ mean: value, interval95 }: OverWorlds): boolean =>
  value < RULES.aboutZero || (interval95 !== null && interval95[0] <= 0);

function groupSums(all: readonly Judged[], value: (one: Judged) => number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const one of all) sums.set(one.world, (sums.get(one.world) ?? 0) + value(one));
  return sums;
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);
