/** What screen readers are told: moves of a cursor at once, changes of the numbers only when they have come to rest. */

const REST = 1500;

export interface Announcer {
  readonly now: (text: string) => void;
  readonly later: (text: string) => void;
}

/** Appends the live region to the page; it must be there before anything is said. */
export function announcer(parent: HTMLElement): Announcer {
  const region = document.createElement('div');
  region.className = 'said';
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('role', 'status');
  parent.append(region);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (text: string): void => {
    clearTimeout(timer);
    if (region.textContent !== text) region.textContent = text;
  };
  return {
    now,
    later: (text) => {
      clearTimeout(timer);
      timer = setTimeout(() => now(text), REST);
    },
  };
}
