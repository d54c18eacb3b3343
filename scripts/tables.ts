/**
 * Tables that stand in more than one place, made from the one source of each: the settings for the manifest and
 * docs/settings.md, the codes of diagnostics for docs/diagnostics.md, the formats of docs/datasets.md. `npm run tables` writes them, a test compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PALETTE } from '../panel/model/palette';
import { EXAMPLES } from '../server/datasets/formats/list';
import { CODES, type CodeEntry } from '../server/program/codes';
import { SETTINGS, type SettingEntry } from '../server/settings';

const repository = resolve(import.meta.dirname, '..');

/** `contributes.configuration.properties` of package.json. */
export function manifestSettings(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(SETTINGS.map((entry) => [`dramatis.${entry.key}`, manifestSetting(entry)]));
}

function manifestSetting({ key, type, values, default: initial, description }: SettingEntry): unknown {
  const lint = {
    additionalProperties: { type: 'string', enum: ['error', 'warning', 'information', 'hint', 'off'] },
    propertyNames: { enum: adjustableCodes() },
  };
  return {
    type,
    ...(values && { enum: values }),
    default: initial,
    scope: key.startsWith('trace.') || key.startsWith('panel.') ? 'window' : 'resource',
    markdownDescription: description.replace(/"([^"]+)"/g, '`$1`'),
    ...(key === 'lint' && lint),
  };
}

/** `contributes.colors` of package.json: a theme can give personas other colours. */
export function manifestColours(): readonly unknown[] {
  return PALETTE.map(({ id, light, dark }, slot) => ({
    id,
    description:
      slot === PALETTE.length - 1
        ? 'The novel persona'
        : `Persona ${slot + 1} of a scenario, and every eighth after it`,
    defaults: { light, dark, highContrast: dark, highContrastLight: light },
  }));
}

/** Codes whose severity is a matter of taste: all but errors. */
function adjustableCodes(): readonly string[] {
  return Object.entries(CODES)
    .filter(([, { severity }]) => severity !== 'error')
    .map(([code]) => code);
}

export function settingsPage(): string {
  const rows = SETTINGS.map(({ key, type, values, default: initial, description }) => {
    const kind = values ? values.map((value) => `\`${value}\``).join(', ') : type;
    return `| \`dramatis.${key}\` | ${kind} | \`${JSON.stringify(initial)}\` | ${description.replace(/"([^"]+)"/g, '`$1`')} |`;
  });
  return `# Settings

| setting | values | default | what it does |
| --- | --- | --- | --- |
${rows.join('\n')}

The codes that \`dramatis.lint\` takes are listed in [diagnostics.md](diagnostics.md). An example that makes one of them louder and
another silent:

\`\`\`json
{ "dramatis.lint": { "zero-prior": "error", "unused-response": "off" } }
\`\`\`
`;
}

export function diagnosticsPage(): string {
  const sections = Object.entries(CODES as Readonly<Record<string, CodeEntry>>).map(
    ([code, { severity, meaning, remedy }]) => `### ${code}\n\n*${severity}.* ${meaning} ${remedy}\n`,
  );
  return `# Diagnostics

Every diagnostic has a code that stays the same from version to version. The severity of all but errors can be changed with the
setting \`dramatis.lint\`.

${sections.join('\n')}`;
}

/** The table of formats in the page about datasets, between its heading and the blank line behind it. */
export function datasetsPage(): string {
  const page = readFileSync(join(repository, 'docs/datasets.md'), 'utf8');
  const header =
    '| format | a row | method | `user` | `assistant` | modelled on |\n| --- | --- | --- | --- | --- | --- |\n';
  const rows = EXAMPLES.flatMap(([{ title, method = 'sft' }, examples]) =>
    examples.map(
      ({ row, user, assistant, source }) =>
        `| ${title} | \`${row}\` | ${method} | ${user} | ${assistant} | ${source} |\n`,
    ),
  );
  return page.replace(/\| format \| a row \|[\s\S]*?\n(?=\n)/u, () => header + rows.join(''));
}

/** What is written where: path in the repository, and its whole text. */
export function tables(): ReadonlyMap<string, string> {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  manifest.contributes.configuration.properties = manifestSettings();
  manifest.contributes.colors = manifestColours();
  return new Map([
    ['package.json', `${JSON.stringify(manifest, null, 2)}\n`],
    ['docs/settings.md', settingsPage()],
    ['docs/diagnostics.md', diagnosticsPage()],
    ['docs/datasets.md', datasetsPage()],
  ]);
}

if (process.argv[1] === import.meta.filename) {
  for (const [path, text] of tables()) writeFileSync(join(repository, path), text);
}
