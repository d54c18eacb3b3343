/**
 * The one table of diagnostic codes. `docs/diagnostics.md` is generated from it and a test compares the two; a code is
 * stable once it has been released. Layers that may not import this one name codes as plain strings; a test checks them.
 *
 * `data` of a diagnostic, for quick fixes, by code: unknown-*: kind, name, suggestions, situation; duplicate-name: kind,
 * name; missing-row: persona, situation; missing-prior, zero-prior: persona; row-sum: situation, sum;
 * probability-range: replacement; learnable-extreme: capability, value; copied-row: persona, situation, from;
 * redundant-row: persona, situation; no-neutral-probe: neutral (a cell); imports and paths: path.
 */

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface CodeEntry {
  readonly severity: Severity;
  /** What it means, one sentence. */
  readonly meaning: string;
  /** The way out, one sentence. */
  readonly remedy: string;
}

const error = (meaning: string, remedy: string) => ({ severity: 'error', meaning, remedy }) as const;
const warning = (meaning: string, remedy: string) => ({ severity: 'warning', meaning, remedy }) as const;
const information = (meaning: string, remedy: string) => ({ severity: 'information', meaning, remedy }) as const;
const hint = (meaning: string, remedy: string) => ({ severity: 'hint', meaning, remedy }) as const;

/** Found by the parser: the text cannot be read. */
const SYNTAX = {
  'syntax-unexpected': error(
    'Something else was expected at this place.',
    'Write one of the things that the message names.',
  ),
  'syntax-unknown-keyword': error(
    'A word stands where a declaration should begin, and no declaration begins with it.',
    'Correct the word, or close what stands before it.',
  ),
  'syntax-unclosed': error('A brace is never closed.', 'Write `}` where the body ends.'),
  'syntax-unterminated-string': error('A string is never closed.', 'Close it with the quotes that it began with.'),
  'syntax-unterminated-comment': error('A block comment is never closed.', 'Write `*/` where it ends.'),
  'syntax-bad-escape': error(
    'A backslash in a string is followed by something that is no escape.',
    'Use one of `\\\\`, `\\"`, `\\n`, `\\t`, `\\u{…}`.',
  ),
  'syntax-bad-number': error(
    'A number is badly written, or has no value.',
    'Write it like `3`, `0.25`, `1e-6`, `30%`, `1/1000` or `6_000`.',
  ),
  'syntax-negative-number': error(
    'A number below zero stands where none can be.',
    'Only a reward, a parameter and a `set` may be below zero.',
  ),
  'syntax-duplicate-attribute': error(
    'An attribute or a setting stands twice; the first one counts.',
    'Remove one of the two.',
  ),
  'syntax-import-order': error(
    'An import stands behind another declaration.',
    'Move all imports to the beginning of the file.',
  ),
};

/** Found while the files of a program are loaded. */
const FILES = {
  'file-missing': error('The file is not there or cannot be read.', 'Check its name and your right to read it.'),
  'import-missing': error(
    'The imported file is not there or cannot be read.',
    'Correct the path, which is relative to the importing file, or create the file.',
  ),
  'import-outside': error(
    'The imported file lies outside the workspace folder, by its path or through a link.',
    'Move it inside, or open a folder that holds both files.',
  ),
  'import-circle': error(
    'Files import each other in a circle.',
    'Leave one of the imports out, or move what both need to a third file.',
  ),
  'path-without-folder': error(
    'A path stands in a file that has no folder, because it was never saved.',
    'Save the file first.',
  ),
  'dataset-selection': error(
    'Rows of measured log-likelihoods cannot be selected in this way.',
    'Leave `sample` or `turn each` out, or write the table with one row per episode.',
  ),
  'dataset-labels': error(
    'The labels of a dataset cannot be read.',
    'Name a JSON Lines or CSV file of `{id, situation, response, by}`.',
  ),
  'dataset-labels-few': error(
    'Too few rows have a label by a person and one by a judge for a correction.',
    'Label at least 20 of the judged rows by hand in each situation, drawn at random.',
  ),
  'dataset-labels-unmatched': warning(
    'Labels belong to no row.',
    'Correct the ids, or name the field that they stand in with `by`.',
  ),
  'dataset-labels-twice': warning(
    'One person has labelled a row twice: the first label counts.',
    'Remove one of the two labels.',
  ),
  'dataset-labels-several': warning(
    'The id of a label belongs to several rows: all of them have its label.',
    'Give every row an id of its own.',
  ),
  'dataset-labels-unusable': warning(
    'Lines of a file of labels are no labels.',
    'Give every line an id and a situation or a response.',
  ),
  'dataset-glob': error(
    'A glob of a dataset matches no file, or too many.',
    'Correct the glob, or write a narrower one.',
  ),
  'row-number': error(
    'The number of a row, or of rows in a sample, is no whole number from 1.',
    'Write a whole number from 1.',
  ),
  'row-range': error('A range of rows ends before it begins.', 'Write the smaller number first.'),
  'dataset-outside': error(
    'The dataset’s file lies outside the workspace folder, by its path or through a link.',
    'Move it inside, or open a folder that holds both files.',
  ),
};

/** Names. */
const NAMES = {
  'unknown-situation': error(
    'No situation of the program has this name.',
    'Correct the name, declare the situation, or import the file that does.',
  ),
  'unknown-response': error(
    'The situation has no response of this name.',
    'Correct the name, or add the response to the situation.',
  ),
  'unknown-persona': error(
    'No persona of the program has this name.',
    'Correct the name, declare the persona, or import the file that does.',
  ),
  'unknown-capability': error(
    'No capability of the program has this name.',
    'Correct the name, or declare the capability.',
  ),
  'duplicate-name': error(
    'Two things of one kind have the same name; the first one counts.',
    'Rename or remove one of them.',
  ),
  'duplicate-declaration': error(
    'Something that a program has at most once stands there again; the first one counts.',
    'Remove one of the two.',
  ),
  'duplicate-setting': error('A setting of one declaration is given twice.', 'Remove one of the two.'),
  'cyclic-extends': error('Situations or personas extend each other in a circle.', 'Leave one `extends` out.'),
};

/** Situations, personas and their rows. */
const PERSONAS = {
  'no-responses': error('A situation has no responses.', 'List them after `->`, or extend a situation that has them.'),
  'responses-and-extends': error(
    'A situation that extends another also lists responses; those that it takes count.',
    'Leave out the list, or `extends`.',
  ),
  'fallback-itself': error(
    'A response falls back on itself.',
    'Name the response that happens when the capability is missing.',
  ),
  'probability-range': error('A probability lies outside 0 to 1.', 'Write a number from 0 to 1, or a percentage.'),
  'number-range': error(
    'A number lies outside the range that its place allows.',
    'Write a number in the range that the message names.',
  ),
  'learnable-extreme': error(
    'A learnable capability starts at 0 or at 1, where nothing can be learned.',
    'Give it a value strictly between 0 and 1, or leave out `learnable`.',
  ),
  'duplicate-row': error('A persona has two rows for one situation; the first one counts.', 'Remove one of them.'),
  'duplicate-cell': error('A row names one response twice.', 'Remove one of the two cells.'),
  'row-sum': error(
    'A row sums to more than 1, or to less with no response left to share the rest.',
    'Change a number, or leave one out so that its response takes the rest.',
  ),
  'cyclic-row': error('Personas copy a row from each other in a circle.', 'Write the row out in one of them.'),
  'missing-row': warning(
    'Evidence or a question uses a situation for which a persona has no row: it counts as uniform.',
    'Write the row, copy it with `as`, or extend a persona that has it.',
  ),
  'missing-prior': error(
    'A persona has no prior, while another one has.',
    'Write `prior` and a weight relative to the others.',
  ),
  'zero-prior': warning(
    'A prior of 0 stays 0 whatever the evidence (Cromwell’s rule).',
    'Give it a small weight above 0, unless it only serves others as a pattern.',
  ),
  'all-zero-priors': error(
    'Every prior is 0, so there is nothing to normalise.',
    'Give at least one persona a weight above 0.',
  ),
  'no-persona': information(
    'There is evidence, or a question, but no persona to select.',
    'Declare at least one persona, or import a file that does.',
  ),
};

/** Evidence and questions. */
const EVIDENCE = {
  'preference-without-over': error(
    'A preference does not say what was turned down.',
    'Write `over` and the other response.',
  ),
  'preference-over-itself': error('A response is preferred over itself.', 'Name two different responses.'),
  'missing-reward': information(
    'An rl episode has no reward and counts as rewarded by 1.',
    'Write `reward` and a number.',
  ),
  'unused-reward': warning(
    'A reward stands on an episode whose method has none, and is not used.',
    'Make it an rl episode, or leave the reward out.',
  ),
  'unused-beta': warning(
    '`beta` stands on a method without rewards, and is not used.',
    'Move it to `method rl`, or leave it out.',
  ),
  'missing-tokens': warning(
    'A strength is per token, and episodes without `tokens` count as one token.',
    'Write `tokens` and a number on each, or leave out `per token`.',
  ),
  'incomplete-mapping': warning(
    'A dataset’s mapping gives its rows no situation or no response.',
    'Map both, by a name, a field or a rule.',
  ),
  'mapping-value': error(
    'A mapping has a name where a number belongs, or the other way round.',
    'Write the other kind of value, or read it from a field.',
  ),
  'invalid-pattern': error(
    'The pattern after `matches` is no regular expression.',
    'Correct it; the syntax is that of JavaScript with the flag u.',
  ),
  'empty-interval': error('The limits of `between` leave nothing between them.', 'Write the lower limit first.'),
  'duplicate-account': warning('One account is compared twice; the first one counts.', 'Remove one of the two.'),
};

/** Lints: the text is right, and may still not say what was meant. */
const LINTS = {
  'unused-situation': hint('Nothing refers to the situation.', 'Use it, or remove it.'),
  'unused-response': hint(
    'No persona ever gives the response, and nothing else names it.',
    'Give it a number in a row, or remove it.',
  ),
  'unused-capability': hint('No response needs the capability.', 'Write `needs` at a response, or remove it.'),
  'same-personas': information(
    'Two personas answer every situation alike: no evidence can separate them.',
    'Give them different rows somewhere, or make them one.',
  ),
  'agreeing-situation': hint(
    'Every persona answers the situation alike: evidence there selects no persona.',
    'Give the personas different rows, if they should differ.',
  ),
  'copied-row': hint(
    'A row repeats another persona’s row number for number.',
    'Write `as` and the persona, so that both change together.',
  ),
  'redundant-row': hint('A row repeats what it would be without being written.', 'Remove it.'),
  'unseen-evidence': information(
    'Evidence selects no persona, and no question asks about its situation: it changes no number.',
    'Let the personas differ there, or ask about the situation.',
  ),
  'no-neutral-probe': information(
    'What is asked looks like the training: the answers do not show how far the training reaches.',
    'Probe the same response in a neutral situation, or without `given`.',
  ),
};

/** Found by inference: only the numbers show it. */
const POSTERIOR = {
  'undefined-posterior': error(
    'Every persona with a prior says that this evidence cannot happen: there is no posterior.',
    'Give a persona a probability above 0 there, make the capability learnable, or declare `novel`.',
  ),
  'no-persona': information(
    'There is no persona yet, and so no distribution over personas.',
    'Write a persona with a prior, such as `persona helpful prior 90%`.',
  ),
  'out-of-range': error(
    'Numbers are too large to compute with: counts above 1e301, or rewards that are too large for their beta.',
    'Use smaller numbers of `times`, `weight`, strength or reward, or a larger beta.',
  ),
  'impossible-everywhere': warning(
    'No persona can do what this evidence shows.',
    'Give a persona a probability above 0 there, make the capability learnable, or declare `novel`.',
  ),
  'negative-evidence': error(
    'Negative evidence takes a persona below nothing; the episodes are left out.',
    'Weaken the negative rewards, add evidence for the response, or raise the concentration.',
  ),
  'approximate-preference': information(
    'Preference pairs overlap in a response, or their responses differ in capability: for personas with a concentration the number is approximate.',
    'Use pairs without a common response, of responses that need the same capability, where the exact number matters.',
  ),
  'missing-measurement': error(
    'A dataset of measured log-likelihoods lacks a persona.',
    'Measure the persona too, or leave it out of the program.',
  ),
  'intended-fallback': error(
    'A concentration meets a fallback that some persona intends: the two cannot be told apart.',
    'Give the capability’s failure a response of its own.',
  ),
  'too-many-abilities': error(
    'More than two learnable capabilities meet in one situation.',
    'Fix one of them, or split the situation.',
  ),
  'killed-by-one': warning(
    'A single piece of evidence takes a persona to probability 0 for good.',
    'Give it a small probability above 0 there, unless it truly cannot happen.',
  ),
  'moves-no-persona': information(
    'The evidence moves no persona: every one of them says it is equally likely.',
    'Nothing to fix where a capability is trained; otherwise let the personas differ.',
  ),
  'says-nothing-yet': information(
    'The capability is still absent, so not showing it is no evidence about propensities.',
    'Look again when the capability has been learned.',
  ),
  'strong-episode': warning(
    'A single episode is worth more than 30 decibans.',
    'Lower the strength of its method, unless one episode really is that telling.',
  ),
  'unseparated-personas': hint(
    'Two personas differ, but no evidence separates them: they keep the odds of their priors.',
    'Add evidence on a situation where they differ, if the difference matters.',
  ),
  'account-not-computable': information(
    'An account that is compared has no number for this evidence.',
    'The message says why; the other accounts are compared without it.',
  ),
  'expectation-fails': error('An expectation does not hold.', 'Change what it expects, or what leads to the value.'),
};

/** Found while reading datasets: about the file, and about its rows. */
const DATASETS = {
  'dataset-missing': error(
    'The dataset’s file is not there or cannot be read.',
    'Correct the path, which is relative to the file that declares it.',
  ),
  'dataset-unreadable': error(
    'The dataset’s file is there and cannot be read as training data.',
    'Use one of the formats that the documentation of datasets lists.',
  ),
  'dataset-zstd': error(
    'The file is packed with zstd in a way that takes too much memory to unpack.',
    'Pack it again without `--long`, or unpack it first.',
  ),
  'dataset-archive': error(
    'The file is an archive that cannot be read in place.',
    'Unpack it and name the file inside.',
  ),
  'dataset-truncated': error('A packed file is damaged or breaks off.', 'Fetch or pack it again.'),
  'dataset-encoding': error('The file is not UTF-8.', 'Save it as UTF-8.'),
  'dataset-lfs': error('The file is a Git LFS pointer and not the data.', 'Fetch the data with `git lfs pull`.'),
  'dataset-bomb': error(
    'The file unpacks to far more than its size and was not read further.',
    'Check where it came from.',
  ),
  'dataset-parquet': error(
    'The Parquet file cannot be read.',
    'Write it again with smaller row groups, or as JSON Lines.',
  ),
  'dataset-cancelled': information(
    'Reading the dataset was cancelled, so it is no evidence.',
    'Save or change the scenario to read it again.',
  ),
  'dataset-pattern-unbounded': error(
    'A pattern may take very long on some texts.',
    'Write it without nested or repeated `*` and `+`.',
  ),
  'dataset-pattern-timeout': error(
    'A pattern takes too long on a row.',
    'Write it without nested or repeated `*` and `+`.',
  ),
  'dataset-names': error(
    'A dataset names more situations and responses than can be told apart.',
    'Check the field that names them.',
  ),
  'dataset-path-invalid': error(
    'The text after `field` or `when` is no path of fields.',
    'Write it like "label", "meta.domain" or "messages[-1].content".',
  ),
  'dataset-pattern-invalid': error(
    'A pattern of a dataset cannot be used on rows.',
    'Write a simpler regular expression.',
  ),
  'dataset-mapping-number': error(
    'A mapping gives a name where rows need a number.',
    'Write a number, or read it from a field.',
  ),
  'dataset-unclassified': warning(
    'Some rows got no situation or no response and are not evidence.',
    'Map them with a field or a rule.',
  ),
  'dataset-duplicates': information(
    'Some rows repeat a text: one episode shown several times.',
    'Set `repeats` of the method to what a repeat is worth.',
  ),
  'dataset-not-file': error('The path of a dataset leads to a folder, a pipe or a device.', 'Name the file itself.'),
  'dataset-row-json': warning('A row is not JSON.', 'Correct the line in the file.'),
  'dataset-row-encoding': warning('A row has bytes that are not UTF-8.', 'Save the file as UTF-8.'),
  'dataset-row-deep': warning('A row is nested too deeply to be read.', 'Flatten the row.'),
  'dataset-row-long': warning('A row is too long to be read.', 'Shorten or split the row.'),
  'dataset-row-quotes': warning(
    'A row of a table has quotes that do not fit.',
    'Put the whole cell into quotes, and write each quote inside it twice.',
  ),
  'dataset-row-columns': warning(
    'A row has another number of columns than the header.',
    'Quote the cells that contain separators.',
  ),
  'dataset-row-shape': warning(
    'A row does not have the shape of its format.',
    'Correct the row, or keep other formats in files of their own.',
  ),
  'dataset-row-unknown': warning(
    'A row is of no format that Dramatis knows, and the mapping looks at none of its fields.',
    'Map the row by its fields, or write it in one of the formats of the datasets page.',
  ),
  'dataset-row-no-output': warning(
    'A row has no answer of the assistant, so it is no episode.',
    'Add the answer, or remove the row.',
  ),
  'dataset-row-several': warning(
    'A row holds several answers, and one row is one episode.',
    'Write a row for each answer, or `turn each` where they are turns.',
  ),
  'dataset-row-weight-zero': warning(
    'Every answer of a row has weight 0, so nothing in it is trained on.',
    'Give an answer a weight, or remove the row.',
  ),
  'dataset-row-undesired': warning(
    'A row says what the model should not write.',
    'Give such rows as preferences or with a negative reward.',
  ),
  'dataset-row-no-situation': warning(
    'The mapping gives a row no situation.',
    'Map it with a name, a field or a rule.',
  ),
  'dataset-row-no-response': warning('The mapping gives a row no response.', 'Map it with a name, a field or a rule.'),
  'dataset-row-no-over': warning(
    'A row is a preference, and the mapping does not say over which response.',
    'Map `over` with a name, a field or a rule.',
  ),
  'dataset-row-number': warning(
    'A number of a row is missing or is no number.',
    'Correct the row, or map another field.',
  ),
  'dataset-row-measured': error(
    'The measured log-likelihoods of a row cannot be used.',
    'Write one finite number for each persona.',
  ),
  'dataset-row-measured-kind': error(
    'A row says that its log-likelihoods are of another kind than the dataset declares.',
    'Correct `sum` or `mean` in the mapping, or keep the two kinds in files of their own.',
  ),
  'dataset-row-measured-repeated': error('A log-likelihood is given a second time.', 'Remove one of the two rows.'),
  'dataset-row-measured-tokens': error(
    'A mean log-likelihood lacks the number of tokens that it is the mean of.',
    'Map `tokens` with a field.',
  ),
};

/** Found by the builder: parameters, conditions, evaluations and fits. */
const TESTED = {
  'unknown-parameter': error(
    'No parameter has this name.',
    'Correct the name, or declare it with `parameter`; a parameter’s name has no `-`.',
  ),
  'unknown-condition': error('No condition has this name.', 'Correct the name, or declare the condition.'),
  'unknown-source': error('No source has this name.', 'Correct the name, or declare it with `source`.'),
  'expression-value': error(
    'An expression has no value: it divides by 0 or is too large.',
    'Change the expression, or the value of a parameter in it.',
  ),
  'parameter-scale': error(
    'A value or a range cannot stand on the scale: `log` needs numbers above 0, `logit` numbers between 0 and 1.',
    'Correct the number, or choose another scale.',
  ),
  'parameter-range': error('A range does not go from its lower end to its upper one.', 'Swap the two ends.'),
  'parameter-outside': warning(
    'A parameter has a value outside its own range.',
    'Widen the range, or correct the value.',
  ),
  'cyclic-set': error('A parameter is set by way of itself.', 'Write a number, or an expression of other parameters.'),
  'set-fitted': error(
    'A condition sets a parameter that is fitted.',
    'Leave the `set` out, or leave the parameter out of the fit.',
  ),
  'set-earlier-stage': error(
    'A later stage sets a parameter that evidence of an earlier stage uses.',
    'Use a parameter of its own in the later stage.',
  ),
  'among-alone': error('`among` names a single response.', 'Name all responses that were kept.'),
  'among-without-observed': error(
    'A response was counted that `among` leaves out.',
    'Name it after `among`, or do not count it.',
  ),
  'empty-evaluation': error('An evaluation counts no answers.', 'Write how many there were, or leave it out.'),
  'count-above-total': error(
    'A response was counted more often than there were answers.',
    'Correct one of the numbers.',
  ),
  'rate-interval': error(
    'A rate and its interval do not fit together, or the interval has no width.',
    'Write the rate, then the lower and the upper end; or counts.',
  ),
  'fit-without-prior': error(
    'A fitted parameter has neither a range nor a standard deviation.',
    'Write `from … to …` or `sd …` where it is declared.',
  ),
  'fit-without-evaluations': error(
    'There is nothing to fit to: every evaluation is held out, or there is none.',
    'Add an evaluation that is not held out.',
  ),
  'evaluation-misfit': warning(
    'An evaluation lies outside the 99% interval of what the program predicts with its written values.',
    'Change the numbers that lead to the prediction, declare an `overdispersion`, or leave the contradiction to be seen.',
  ),
  'unused-parameter': hint('Nothing uses the parameter.', 'Use it, or remove it.'),
};

export const CODES = {
  ...SYNTAX,
  ...FILES,
  ...NAMES,
  ...PERSONAS,
  ...EVIDENCE,
  ...LINTS,
  ...POSTERIOR,
  ...DATASETS,
  ...TESTED,
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof CODES;
