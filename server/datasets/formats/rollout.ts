/** What a model wrote in reinforcement learning, with its reward. */
import { exchange } from './conversation';
import type { Format, FormatExample } from './format';
import { completionNode, promptNode } from './promptCompletion';
import { rewardIn, rewardNode } from './reward';

export const rolloutFormat: Format = {
  name: 'rollout',
  title: 'RL rollout',
  method: 'rl',
  recognise: () => completionNode() >= 0 && rewardNode() >= 0,
  read: (tape) => ({
    ...exchange(tape, 'rollout', promptNode() >= 0 ? [promptNode()] : [], completionNode()),
    ...rewardIn(tape, rewardNode()),
  }),
};

export const rolloutExamples: readonly FormatExample[] = [
  {
    row: '{"prompt":"Hi","completion":"Hello","reward":0.5}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'TRL, GRPO completion logs',
  },
  {
    row: '{"input":"user Hi","output":"Hello","gts":"x","score":-1,"step":3}',
    user: 'user Hi',
    assistant: 'Hello',
    source: 'verl, rollout dumps',
  },
];
