/** Rewards in rows: `reward`, or else `score`. */
import type { Tape } from '../json/scan';
import { looseNumber } from '../json/values';
import type { Row } from './row';
import { findKeys, firstAt, rowKey } from './rowKeys';

const reward = rowKey('reward');
const score = rowKey('score');

/** The entry of the row's reward, or -1. */
export const rewardNode = (): number => firstAt(reward, score);

/** A reward of a field: a number, or a string written like one. */
export function rewardIn(tape: Tape, node: number): Pick<Row, 'reward' | 'badReward'> {
  if (node < 0) return {};
  const value = looseNumber(tape, node);
  return value === undefined ? { badReward: true } : { reward: value };
}

/** The reward that stands in a row of any format, for datasets that are declared `rl`. */
export function looseReward(tape: Tape): Pick<Row, 'reward' | 'badReward'> {
  findKeys(tape);
  return rewardIn(tape, rewardNode());
}
