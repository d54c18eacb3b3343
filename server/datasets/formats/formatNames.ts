/** The names of the formats of training data. Their readers are in `formats.ts`. */

/** What each format is called, for people. */
export const FORMATS = {
  chat: 'OpenAI chat',
  sharegpt: 'ShareGPT conversations',
  'openai-preference': 'OpenAI preference',
  preference: 'TRL preference',
  transcripts: 'transcript pairs (Human/Assistant)',
  'prompt-completion': 'prompt and completion',
  unpaired: 'TRL unpaired preference',
  stepwise: 'TRL stepwise supervision',
  'prompt-only': 'TRL prompt only',
  text: 'TRL language modelling',
  instruction: 'instruction and output',
  'question-answer': 'question and answer',
  'persona-statements': 'persona statements',
  rollout: 'RL rollout',
  'rollout-summary': 'RL rollout summary without text',
  'harness-sample': 'lm-evaluation-harness samples',
  'inspect-sample': 'Inspect log samples',
  record: 'records',
} as const;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];
