/** Random programs, and the same ones written in another way. */
import type { ProgramText } from '../support/arbitraryProgram';
import { close, type Numbers } from './program';

export interface Declaration {
  readonly kind: string;
  readonly text: string;
}

export function textOf(declarations: readonly Declaration[]): string {
  return declarations.map((d) => `${d.text}\n`).join('');
}

/** Rewrite the declarations of one kind; a declaration may become several. */
export function rewrite(
  declarations: readonly Declaration[],
  kind: string,
  change: (text: string, index: number) => string | readonly string[],
): readonly Declaration[] {
  let index = 0;
  return declarations.flatMap((d) => {
    if (d.kind !== kind) return [d];
    return [change(d.text, index++)].flat().map((text) => ({ kind, text }));
  });
}

/** The program with a prior written for every persona, multiplied by `scale`, so that more personas can join. */
export function withPriors({ declarations }: ProgramText, scale = 1): readonly Declaration[] {
  const personas = rewrite(declarations, 'persona', (text) =>
    text.replace(
      /^persona (\S+)((?: extends \S+)?)(?: prior (\S+))?/,
      (_, name: string, base: string, prior = '1') => `persona ${name}${base} prior ${scaled(prior, scale)}`,
    ),
  );
  return rewrite(personas, 'novel', (text) =>
    text.replace(/prior (\S+)/, (_, prior: string) => `prior ${scaled(prior, scale)}`),
  );
}

function scaled(written: string, scale: number): number {
  const [above = Number.NaN, below = 1] = written.replace('%', '').split('/').map(Number);
  return (scale * (above / below)) / (written.endsWith('%') ? 100 : 1);
}

/** Multiply the number of an attribute that is 1 where it is not written. */
export function times(episode: string, attribute: 'times' | 'weight', factor: number): string {
  const written = new RegExp(` ${attribute} (\\S+)`);
  const match = written.exec(episode);
  return match
    ? episode.replace(written, ` ${attribute} ${Number(match[1]) * factor}`)
    : `${episode} ${attribute} ${factor}`;
}

/** The same posterior, capabilities, probes and accounts, by name; `what` is said where they are not. */
export function same(actual: Numbers, expected: Numbers, options: { readonly rename?: (name: string) => string } = {}) {
  const rename = options.rename ?? ((name: string) => name);
  const what = `\n${actual.text}\n--- and\n${expected.text}\n`;
  close(actual.evaluation.logMarginal, expected.evaluation.logMarginal, `${what}log marginal`);
  for (const one of expected.evaluation.personas) {
    const other = actual.persona(rename(one.name));
    close(other.posterior, one.posterior, `${what}posterior of ${one.name}`);
    close(other.logLikelihood, one.logLikelihood, `${what}log likelihood of ${one.name}`);
  }
  for (const one of expected.evaluation.capabilities)
    close(actual.capability(one.name).after, one.after, what + one.name);
  expected.evaluation.probes.forEach((probe, i) => {
    close(actual.evaluation.probes[i]?.before, probe.before, `${what}probe ${i} before`);
    close(actual.evaluation.probes[i]?.after, probe.after, `${what}probe ${i} after`);
  });
  expected.evaluation.reinforcements.forEach((split, i) => {
    close(actual.evaluation.reinforcements[i]?.selection, split.selection, `${what}selection by ${i}`);
    close(actual.evaluation.reinforcements[i]?.propensityShift, split.propensityShift, `${what}shift by ${i}`);
  });
  expected.evaluation.accounts.forEach((account, i) => {
    const other = actual.evaluation.accounts[i]!;
    close(other.logMarginal, account.logMarginal, `${what}${account.name}`);
    close(other.probability, account.probability, `${what}probability of ${account.name}`);
    account.probes.forEach((value, p) => {
      close(other.probes[p], value, `${what}${account.name}, probe ${p}`);
    });
  });
}
