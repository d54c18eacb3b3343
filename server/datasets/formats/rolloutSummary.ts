/** Rewards of rollouts whose text is kept elsewhere. */
import type { Format, FormatExample } from './format';
import { rewardIn } from './reward';
import { at, rowKey } from './rowKeys';

const trajectory = rowKey('traj_idx');
const reward = rowKey('total_reward');

export const rolloutSummaryFormat: Format = {
  name: 'rollout-summary',
  title: 'RL rollout summary without text',
  method: 'rl',
  recognise: () => at(trajectory) >= 0 && at(reward) >= 0,
  read: (tape) => ({ format: 'rollout-summary', pieces: [], ...rewardIn(tape, at(reward)) }),
};

export const rolloutSummaryExamples: readonly FormatExample[] = [
  {
    row: '{"schema_version":1,"iteration":4,"group_idx":0,"traj_idx":2,"total_reward":1.5,"steps":[]}',
    user: '',
    assistant: '',
    source: 'tinker-cookbook, train_rollout_summaries.jsonl',
  },
];
