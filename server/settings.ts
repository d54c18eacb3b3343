/**
 * The one table of settings. The extension's manifest, the documentation and the server all read it; a test compares
 * the three. Keys are those after `dramatis.`.
 */
import type { Unit } from './syntax/tree';

export interface SettingEntry {
  readonly key: string;
  readonly type: 'boolean' | 'string' | 'object';
  readonly values?: readonly string[];
  readonly default: unknown;
  readonly description: string;
}

export const SETTINGS: readonly SettingEntry[] = [
  {
    key: 'evaluation.when',
    type: 'string',
    values: ['live', 'onSave', 'manual'],
    default: 'live',
    description:
      'When the posterior is computed: while you type, when a file is saved, or only by the command "Evaluate Now".',
  },
  {
    key: 'unit',
    type: 'string',
    values: ['scenario', 'bits', 'nats', 'decibans'],
    default: 'scenario',
    description:
      'The unit of evidence in the editor and the panel; "scenario" takes the one that the program declares.',
  },
  {
    key: 'hints.episodes',
    type: 'boolean',
    default: true,
    description: 'Inlay hints at episodes and datasets: the persona that they move most.',
  },
  {
    key: 'hints.personas',
    type: 'boolean',
    default: true,
    description: 'Inlay hints at personas and capabilities: prior → posterior.',
  },
  {
    key: 'hints.probes',
    type: 'boolean',
    default: true,
    description: 'Inlay hints at probes, expectations and evaluations: before → after, predicted and measured.',
  },
  {
    key: 'hints.rows',
    type: 'boolean',
    default: true,
    description: 'Inlay hints in rows: what the cells without a number share.',
  },
  {
    key: 'codeLens',
    type: 'boolean',
    default: true,
    description: 'Code lenses above scenarios, personas and accounts: open the panel.',
  },
  {
    key: 'episodeLens',
    type: 'boolean',
    default: false,
    description: 'Code lenses above episodes and datasets too: how far each moves the posterior, and what-if.',
  },
  {
    key: 'lint',
    type: 'object',
    default: {},
    description:
      'Severity of a diagnostic by its code: "error", "warning", "information", "hint" or "off". Errors cannot be turned off.',
  },
  {
    key: 'panel.openBeside',
    type: 'boolean',
    default: false,
    description: 'The posterior opens by itself beside the first scenario of a window.',
  },
  {
    key: 'trace.server',
    type: 'string',
    values: ['off', 'messages', 'verbose'],
    default: 'off',
    description: 'What the output channel shows of the talk between the editor and the server.',
  },
];

export type LintSeverity = 'error' | 'warning' | 'information' | 'hint' | 'off';

export interface Settings {
  readonly when: 'live' | 'onSave' | 'manual';
  readonly unit: Unit | 'scenario';
  readonly hints: {
    readonly episodes: boolean;
    readonly personas: boolean;
    readonly probes: boolean;
    readonly rows: boolean;
  };
  readonly codeLens: boolean;
  readonly episodeLens: boolean;
  readonly lint: Readonly<Record<string, LintSeverity>>;
  /** URI of the page that explains the codes of diagnostics: not a person's wish, the client knows where it is installed. */
  readonly documentation?: string;
}

const LINT_SEVERITIES: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'];

/** The settings in what a client sent for the section `dramatis`: nested or dotted; what is missing or wrong has its default. */
export function readSettings(raw: unknown): Settings {
  const value = (key: string): unknown => {
    const entry = SETTINGS.find((candidate) => candidate.key === key)!;
    const given = lookUp(raw, key);
    const fits =
      entry.type === 'object'
        ? typeof given === 'object' && given !== null
        : typeof given === entry.type && (entry.values === undefined || entry.values.includes(given as string));
    return fits ? given : entry.default;
  };
  const lint = Object.entries(value('lint') as Record<string, unknown>).filter(
    (entry): entry is [string, LintSeverity] => LINT_SEVERITIES.includes(entry[1] as string),
  );
  return {
    when: value('evaluation.when') as Settings['when'],
    unit: value('unit') as Settings['unit'],
    hints: {
      episodes: value('hints.episodes') as boolean,
      personas: value('hints.personas') as boolean,
      probes: value('hints.probes') as boolean,
      rows: value('hints.rows') as boolean,
    },
    codeLens: value('codeLens') as boolean,
    episodeLens: value('episodeLens') as boolean,
    lint: Object.fromEntries(lint),
  };
}

export const DEFAULT_SETTINGS: Settings = readSettings(undefined);

function lookUp(raw: unknown, key: string): unknown {
  if (typeof raw !== 'object' || raw === null) return undefined;
  if (key in raw) return (raw as Record<string, unknown>)[key];
  const dot = key.indexOf('.');
  return dot < 0 ? undefined : lookUp((raw as Record<string, unknown>)[key.slice(0, dot)], key.slice(dot + 1));
}
