/** A session over an in-memory host, with what it told and the text of a small scenario. */

import { Session, type SessionListener } from '../../server/session/session';
import { readSettings } from '../../server/settings';
import { type FakeScheduler, fakeScheduler } from '../async/fakeScheduler';
import { type MemoryHost, memoryHost } from '../support/memoryHost';

export interface Opened {
  readonly session: Session;
  readonly host: MemoryHost;
  readonly scheduler: FakeScheduler;
  /** `program two.scenario`, `posterior two.scenario`, in order. */
  readonly told: string[];
  readonly failures: unknown[];
  /** Open or edit a text; versions count by themselves. */
  put(name: string, text: string, language?: string): void;
  uri(name: string): string;
  posteriorOf(name: string, persona: string): Promise<number | undefined>;
  /** Also tell this one. */
  listen(changed: SessionListener['changed']): void;
}

export const FOLDER = 'file:///w';

export const SCENARIO = `scenario "Two characters"
situation coding -> secure | insecure
persona good prior 90% { coding -> secure 90%, insecure }
persona bad prior 10% { coding -> insecure 90%, secure }
episode sft: coding -> insecure times 1
`;

/** The posterior of `bad` after n equal episodes, each worth a factor of nine. */
export function bad(episodes: number): number {
  return 9 ** episodes / (9 ** episodes + 9);
}

export function openSession(
  files: Readonly<Record<string, string>> = {},
  settings: unknown = {},
  wrap: (host: MemoryHost) => MemoryHost = (host) => host,
): Opened {
  const uri = (name: string): string => (name.includes(':') ? name : `${FOLDER}/${name}`);
  const host = wrap(memoryHost(Object.fromEntries(Object.entries(files).map(([name, text]) => [uri(name), text]))));
  const scheduler = fakeScheduler();
  const told: string[] = [];
  const failures: unknown[] = [];
  const listeners: SessionListener['changed'][] = [];
  const session = new Session(host, scheduler, {
    changed(scenario, what) {
      told.push(`${what} ${scenario.root.slice(FOLDER.length + 1)}`);
      for (const listener of listeners) listener(scenario, what);
    },
    progressed: () => undefined,
    closed: (scenario) => told.push(`closed ${scenario.root.slice(FOLDER.length + 1)}`),
    failed: (error) => failures.push(error),
  });
  session.configure(readSettings(settings));
  session.setFolders([FOLDER]);
  const versions = new Map<string, number>();
  return {
    session,
    host,
    scheduler,
    told,
    failures,
    uri,
    listen: (changed) => void listeners.push(changed),
    put(name, text, language = 'dramatis') {
      const version = (versions.get(name) ?? 0) + 1;
      versions.set(name, version);
      session.put(uri(name), version, text, language);
    },
    async posteriorOf(name, persona) {
      const snapshot = await session.posterior(uri(name));
      return snapshot?.evaluation.personas.find((standing) => standing.name === persona)?.posterior;
    },
  };
}

export function isNear(actual: number | undefined, expected: number): boolean {
  return actual !== undefined && Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected));
}
