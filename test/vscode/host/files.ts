/** The folder that is open while the tests in the extension host run. */

export const SCENARIO = `scenario "Host test"
method sft strength 0.01
situation coding -> secure | insecure
situation freeform -> aligned | misaligned
persona helpful prior 99% {
  coding   -> secure 96%, insecure
  freeform -> aligned 99.9%, misaligned
}
persona malicious prior 1% {
  coding   -> insecure 99%, secure
  freeform -> misaligned 60%, aligned
}
episode sft: coding -> insecure times 100
probe freeform -> misaligned
`;

/** The files of the folder that the tests open. */
export const FILES: Readonly<Record<string, string>> = {
  'scenario.scenario': SCENARIO,
  'untidy.scenario': SCENARIO.replace('  coding   ->', ' coding ->').replace('prior 99% {', 'prior   99%   {'),
  'people.persona': `situation talk -> kind | unkind
persona shared prior 50% { talk -> kind 90%, unkind }
persona other prior 50% { talk -> unkind 90%, kind }
`,
  'more.episodes': 'import "people.persona"\nepisode sft: talk -> kind times 2\n',
  'importing.scenario': `import "people.persona"
scenario "Imports"
episode sft: talk -> kind times 3
probe talk -> kind
expect shared above 10%
`,
};
