/** What screen readers are told: moves of a cursor at once, changes of the numbers only when they have come to rest. */
import { Debouncer } from '../../server/async/debounce';
import { systemScheduler } from '../../server/async/scheduler';

const PAUSE_MILLISECONDS = 1500;

export interface Announcer {
  readonly now: (text: string) => void;
  readonly later: (text: string) => void;
  /** Forgets what was to be announced later: it is about something else. */
  readonly drop: () => void;
}

/** Appends the live region to the page; it must be there before anything is said. */
export function announcer(parent: HTMLElement): Announcer {
  const region = document.createElement('div');
  region.className = 'said';
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('role', 'status');
  parent.append(region);
  const report = (text: string): void => {
    if (region.textContent !== text) region.textContent = text;
  };
  const later = new Debouncer<string>(systemScheduler, PAUSE_MILLISECONDS, report);
  return {
    now: (text) => {
      later.cancel();
      report(text);
    },
    later: (text) => later.request(text),
    drop: () => later.cancel(),
  };
}
