// biome-ignore-all lint/suspicious/noTemplateCurlyInString: snippets have placeholders of that form.
/** What each declaration's keyword turns into, and what it is for. */
export const DECLARATION_SNIPPETS: Readonly<Record<string, { readonly body: string; readonly about: string }>> = {
  import: { body: 'import "$1"', about: 'Takes in the declarations of another file.' },
  scenario: { body: 'scenario "$1"', about: 'The title of the program.' },
  units: { body: 'units ${1|bits,nats,decibans|}', about: 'The unit in which evidence is shown.' },
  method: {
    body: 'method ${1|sft,prefer,rl,document,pretrain,context|} strength ${2:0.01}',
    about: 'How much an episode of a training method counts.',
  },
  capability: {
    body: 'capcapability ${1:name} "$2" ${3:1%} learnable strength ${4:10}',
    about: 'A capability of the network that all personas share.',
  },
  situation: {
    body: 'situation ${1:name} "$2"\n  -> ${3:response} | ${4:other}',
    about: 'A kind of input x, and the responses y that matter there.',
  },
  persona: {
    body: 'persona ${1:name} "$2" prior ${3:10%} {\n  $0\n}',
    about: 'A character that the Assistant might be: what it would do in each situation.',
  },
  novel: {
    body: 'novel "$1" prior ${2:0.1%} concentration ${3:1}',
    about: 'A character that pre-training never wrote; it learns its row from the evidence.',
  },
  episode: {
    body: 'episode ${1|sft,prefer,rl,document,pretrain,context|}: ${2:situation} -> ${3:response}',
    about: 'A training episode: the Assistant answered x with y.',
  },
  dataset: {
    body: 'dataset ${1|sft,prefer,rl,document,pretrain,context|} ${2:name} from "$3" {\n  situation ${4:situation}  response ${5:response}\n}',
    about: 'A training file as evidence, one episode a row.',
  },
  reinforce: {
    body: 'reinforce ${1:situation} beta ${2:0.5} reward ${3:response} ${4:1}',
    about: 'KL-regularised reinforcement learning at its optimum.',
  },
  probe: {
    body: 'probe ${1:situation} -> ${2:response}',
    about: 'A prediction to watch: before and after the training.',
  },
  expect: {
    body: 'expect ${1:situation} -> ${2:response} ${3|below,above|} ${4:5%}',
    about: 'A prediction, or a persona’s posterior, that must stay within a limit.',
  },
  evaluation: {
    body: 'evaluation "$1": ${2:situation} -> ${3:response} ${4:20}, ${5:other} ${6:80}',
    about: 'Observed counts to compare the predictions with; never training evidence.',
  },
  compare: {
    body: 'compare selection, ${1:drift 50}, ${2:novel 1%}, contextual, ${3:population 10}, ${4:unstructured 1}',
    about: 'Other accounts of the same data, each with one assumption changed.',
  },
  source: {
    body: 'source ${1:name} "${2:title}" "${3:address}"',
    about: 'Where numbers come from, for marks `@name`.',
  },
  parameter: {
    body: 'parameter ${1:name} "$2" ${3:1%} from ${4:1e-5} to ${5:1} ${6|linear,log,logit|}',
    about: 'A number with a name and a range: `$name` stands where a number does.',
  },
  condition: {
    body: 'condition ${1:name} "$2" {\n  set \\$${3:parameter} ${4:0}\n  $0\n}',
    about: 'A training run: the shared declarations, its own, and the parameters that it sets.',
  },
  fit: {
    body: 'fit \\$${1:parameter} under ${2:selection}, ${3:unmoved}',
    about: 'Fits parameters to the evaluations that are not held out.',
  },
  set: { body: 'set \\$${1:parameter} ${2:0}', about: 'The value of a parameter in this condition.' },
  sweep: { body: 'sweep \\$${1:parameter}', about: 'Every result as a function of a parameter.' },
};
