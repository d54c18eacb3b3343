/** What the numbers of the language mean, for signature help, completion and hovers: one entry per place of a number. */

export interface Signature {
  readonly label: string;
  readonly documentation: string;
  readonly parameters: readonly { readonly label: string; readonly documentation: string }[];
}

function one(word: string, parameter: string, documentation: string, about: string): Signature {
  const label = word ? `${word} ${parameter}` : parameter;
  return { label, documentation, parameters: [{ label: parameter, documentation: about }] };
}

export const SIGNATURES: Readonly<Record<string, Signature>> = {
  strength: one(
    'strength',
    'NUM [per token]',
    'How much one episode of this method counts, as a share of an independent observation.',
    '1 is a full observation, 0.01 one hundredth; with `per token` it is multiplied by the mean number of tokens.',
  ),
  repeats: one(
    'repeats',
    'NUM',
    'What showing the same episode again adds: epochs count as epochs^repeats.',
    '0 (default): an exact repeat is no new evidence; 1: every epoch counts in full.',
  ),
  discount: one(
    'discount',
    'NUM',
    'Diminishing returns of many episodes of one kind: a count c above 1 becomes c^(1−discount).',
    'From 0 (default, none) to 1 (any number counts once).',
  ),
  beta: one(
    'beta',
    'NUM',
    'Temperature of logged rewards: an rl episode counts reward/beta.',
    'Positive; 1 by default.',
  ),
  capability: one('', 'capability', 'The share of attempts that succeed.', 'Between 0 and 1.'),
  learnable: one(
    'learnable strength',
    'NUM',
    'The capability is uncertain and training moves it: κ ~ Beta(a·s, (1−a)·s), shared by all personas.',
    's: how many observations the declared value is worth.',
  ),
  prior: one(
    'prior',
    'WEIGHT',
    'Weight before the evidence; weights are normalised over all personas and novel.',
    'Any non-negative number; 0 stays 0 whatever the evidence.',
  ),
  concentration: one(
    'concentration',
    'k',
    'How firmly a persona holds its row: θ ~ Dirichlet(k·row), so evidence can shift its propensities.',
    'How many observations the row is worth; without it the persona is rigid.',
  ),
  can: one(
    'can CAPABILITY',
    'capability',
    'This persona’s own capability in place of the shared one.',
    'Between 0 and 1.',
  ),
  cell: one(
    '',
    'PROBABILITY',
    'What the persona does, given the capability.',
    'The row sums to 1; cells without a number share the rest.',
  ),
  parameter: one('', 'VALUE', 'The value of the parameter, wherever `$name` stands.', 'A condition may `set` another.'),
  set: one(
    'set $name',
    'VALUE',
    'The value of the parameter in this condition.',
    'An expression reads the values of the condition.',
  ),
  range: one(
    'from',
    'NUM to NUM',
    'The range of the parameter, the lower end first.',
    'What a fit and a sweep run over.',
  ),
  sd: one(
    'sd',
    'NUM',
    'Standard deviation of the parameter’s prior in a fit, on its scale.',
    'Natural log, or log odds.',
  ),
  retaining: one(
    'retaining',
    'r',
    'What is left of the evidence of earlier stages: every effective count is multiplied by it.',
    'From 0 (all forgotten) to 1 (default).',
  ),
  overdispersion: one(
    'overdispersion',
    'ρ',
    'Intraclass correlation of the answers of one run.',
    'From 0 (independent answers) to below 1.',
  ),
  amount: one(
    '',
    'AMOUNT of TOTAL',
    'How often the response was given, of so many answers.',
    'A literal with % is a rate.',
  ),
  of: one('of', 'TOTAL', 'How many answers there were.', 'Separate conversations.'),
  rate: one(
    '',
    'RATE from LOW to HIGH',
    'A published rate with its 95% interval.',
    'Counts as as many answers as the interval is wide.',
  ),
  habits: one(
    'habits',
    'c',
    'Each situation learns by itself from what pre-training would have said: Dirichlet(c·p₀).',
    'Positive.',
  ),
  transfer: one(
    'transfer',
    'g',
    'Evidence counts in full in its own situation and to the power g in others.',
    '0 is contextual, 1 is selection.',
  ),
  blend: one(
    'blend',
    'A',
    'One character, mixed of all personas in log space, with weights Dirichlet(A·π).',
    'Positive.',
  ),
  times: one('times', 'n', 'n distinct episodes of this kind.', 'Every one of them is evidence.'),
  epochs: one('epochs', 'n', 'The same episode shown n times.', 'Counts as n^repeats of its method.'),
  weight: one('weight', 'NUM', 'Weight of the episode in the training loss.', '1 by default; 0 is no evidence.'),
  tokens: one('tokens', 'n', 'Length of the output in tokens.', 'Counts where the method’s strength is per token.'),
  reward: one('reward', 'NUM', 'The reward that the output got.', 'May be negative: evidence against.'),
  rows: {
    label: 'rows NUM to NUM',
    documentation: 'The rows that are read, counted from 1 over all files.',
    parameters: [
      { label: 'NUM', documentation: 'The first row; alone, the last one.' },
      { label: 'NUM', documentation: 'The last row.' },
    ],
  },
  sample: one(
    'sample',
    'NUM',
    'So many of the rows that are left: those whose text has the smallest SHA-256.',
    'A whole number from 1.',
  ),
  'reinforce beta': one(
    'beta',
    'NUM',
    'Strength of the KL penalty of KL-regularised RL.',
    'Positive; small is a strong push.',
  ),
  rigidity: one(
    'rigidity',
    'ρ',
    'How much of the change selects among personas rather than shifting each of them.',
    '1 is KL-regularised RL as Bayesian inference; leave it out for strict selection.',
  ),
  bound: one('', 'PROBABILITY', 'A limit of the expectation.', 'Between 0 and 1.'),
  count: one('', 'COUNT', 'How often the response was observed in the evaluation.', 'Never training evidence.'),
  drift: one(
    'drift',
    'k',
    'Every persona may shift its propensities: concentration k for all.',
    'k: how many observations a row is worth.',
  ),
  novel: {
    label: 'novel p [c]',
    documentation: 'Selection, plus a persona that pre-training never wrote.',
    parameters: [
      { label: 'p', documentation: 'Prior probability of the novel persona; the others share 1 − p.' },
      { label: 'c', documentation: 'Concentration of its uniform Dirichlet; 1 by default.' },
    ],
  },
  population: one(
    'population',
    'A',
    'A persona is drawn anew for each episode, with weights w ~ Dirichlet(A·π).',
    'A: how firmly the mixture holds to the prior.',
  ),
  unstructured: one(
    'unstructured',
    'c',
    'No persona at all: each situation learns its own responses.',
    'c: Dirichlet(c/|Y|) each.',
  ),
};
