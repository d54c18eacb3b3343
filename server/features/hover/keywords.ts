/** What each keyword declares, and each method is for, in a sentence or two. */
import type { DeclarationKind, MethodName } from '../../syntax/tree';

export const KEYWORDS: Readonly<Record<DeclarationKind, string>> = {
  import: '`import "file"` takes in the declarations of another file; its evidence comes before this file’s.',
  scenario: '`scenario "title"` names the program. At most one.',
  units: '`units bits | nats | decibans` is how evidence is shown: 1 bit = ln 2 nats = 3.0103 decibans.',
  method:
    '`method NAME strength s [per token] repeats r discount d beta b` says what an episode of this training method counts as evidence.',
  capability:
    '`capability NAME "title" a [learnable strength s]` is something that the network can or cannot do, whichever persona it enacts.',
  situation:
    '`situation NAME "title" -> response | response needs CAPABILITY else FALLBACK` is a kind of input with its possible outputs.',
  persona:
    '`persona NAME "title" prior p { situation -> response p, … }` is a character that the Assistant might be: what it would do, given the capability.',
  novel:
    '`novel prior p concentration c` admits a character that pre-training never wrote, and that learns from the evidence alone.',
  episode:
    '`episode METHOD: situation -> response [over response] times n` is a training episode: evidence for the personas that predict it.',
  dataset: '`dataset METHOD NAME from "file" { … }` takes every row of a training file as an episode.',
  reinforce: '`reinforce situation beta b [rigidity ρ] reward response r, …` is KL-regularised RL at its optimum.',
  probe: '`probe situation -> response [given …]` asks for a prediction, before and after the evidence.',
  expect: '`expect … below | above | between` is checked: it is an error when it does not hold.',
  evaluation:
    '`evaluation "label": situation -> response n, …` are observed counts to compare predictions with; never training evidence.',
  source: '`source NAME "title" "address"` names where numbers come from: `@NAME` behind a construct marks them.',
  parameter:
    '`parameter NAME "title" value from a to b sd s linear | log | logit` gives a number a name: `$NAME` stands wherever a number does.',
  condition:
    '`condition NAME extends c | after c retaining r { set $x n … }` is a training run: shared declarations and its own.',
  fit: '`fit $a, $b under account, …` fits parameters to the evaluations that are not held out.',
  sweep: '`sweep $x from a to b` shows every result as a function of the parameter.',
  compare: '`compare account, …` reads the same program under other assumptions, and weighs them against each other.',
};

export const METHOD_WORDS: Readonly<Record<MethodName, string>> = {
  pretrain: 'text of pre-training',
  document: 'documents, in continued pre-training',
  sft: 'supervised fine-tuning; the default',
  prefer: 'a preference pair: one response chosen over another',
  rl: 'an output with a reward; each counts reward/beta and may be evidence against',
  context: 'evidence read in the prompt at run time (`given`)',
};
