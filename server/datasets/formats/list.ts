/**
 * All formats, in the order in which they are asked: the first that recognises a row reads it. A new format is a file
 * beside this one and a line in each of the two lists.
 */
import { chatExamples, chatFormat } from './chat';
import { countsExamples, countsFormat } from './counted';
import type { Format, FormatExample } from './format';
import { harnessExamples, harnessFormat } from './harnessSamples';
import { humanAssistantExamples, humanAssistantFormat } from './humanAssistant';
import { inspectExamples, inspectFormat } from './inspectSample';
import { instructionExamples, instructionFormat } from './instruction';
import { ktoExamples, ktoFormat } from './kto';
import { messageListExamples, messageListFormat } from './messageList';
import { messagePairsExamples, messagePairsFormat } from './messagePairs';
import { oasstExamples, oasstFormat } from './oasst';
import { openaiPreferenceExamples, openaiPreferenceFormat } from './openaiPreference';
import { personaStatementsExamples, personaStatementsFormat } from './personaStatements';
import { plainTextExamples, plainTextFormat } from './plainText';
import { preferenceExamples, preferenceFormat } from './preference';
import { promptCompletionExamples, promptCompletionFormat } from './promptCompletion';
import { promptOnlyFormat } from './promptOnly';
import { questionAnswerExamples, questionAnswerFormat } from './questionAnswer';
import { recordExamples, recordFormat } from './record';
import { rolloutExamples, rolloutFormat } from './rollout';
import { rolloutSummaryExamples, rolloutSummaryFormat } from './rolloutSummary';
import { sharegptExamples, sharegptFormat } from './sharegpt';
import { stepwiseExamples, stepwiseFormat } from './stepwise';
import { transcriptPairsExamples, transcriptPairsFormat } from './transcriptPairs';
import { unpairedExamples, unpairedFormat } from './unpaired';

export const FORMATS: readonly Format[] = [
  transcriptPairsFormat,
  preferenceFormat,
  messagePairsFormat,
  inspectFormat,
  ktoFormat,
  humanAssistantFormat,
  chatFormat,
  sharegptFormat,
  messageListFormat,
  openaiPreferenceFormat,
  oasstFormat,
  harnessFormat,
  rolloutSummaryFormat,
  personaStatementsFormat,
  countsFormat,
  instructionFormat,
  rolloutFormat,
  unpairedFormat,
  promptCompletionFormat,
  stepwiseFormat,
  questionAnswerFormat,
  plainTextFormat,
  promptOnlyFormat,
  recordFormat,
];

/** By format, in the order of the documentation. Not used when rows are read. */
export const EXAMPLES: readonly (readonly [Format, readonly FormatExample[]])[] = [
  [chatFormat, chatExamples],
  [messageListFormat, messageListExamples],
  [sharegptFormat, sharegptExamples],
  [humanAssistantFormat, humanAssistantExamples],
  [oasstFormat, oasstExamples],
  [ktoFormat, ktoExamples],
  [openaiPreferenceFormat, openaiPreferenceExamples],
  [preferenceFormat, preferenceExamples],
  [messagePairsFormat, messagePairsExamples],
  [transcriptPairsFormat, transcriptPairsExamples],
  [promptCompletionFormat, promptCompletionExamples],
  [unpairedFormat, unpairedExamples],
  [stepwiseFormat, stepwiseExamples],
  [plainTextFormat, plainTextExamples],
  [instructionFormat, instructionExamples],
  [questionAnswerFormat, questionAnswerExamples],
  [personaStatementsFormat, personaStatementsExamples],
  [rolloutFormat, rolloutExamples],
  [rolloutSummaryFormat, rolloutSummaryExamples],
  [harnessFormat, harnessExamples],
  [inspectFormat, inspectExamples],
  [countsFormat, countsExamples],
  [recordFormat, recordExamples],
];
