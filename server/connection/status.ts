/** The one line of the editor's status bar: the leading persona of the active scenario, or what stands in its way. */
import { formatProbability } from '../features/numbers';
import type { ServerStatus } from '../protocol';
import type { Session } from '../session/session';

export function statusLine(session: Session): ServerStatus | undefined {
  if (session.active === undefined) return undefined;
  const { snapshot, stale } = session.scenarioOf(session.active).shown();
  const scenario = session.active;
  if (!snapshot) return { state: 'working', scenario, text: 'Dramatis' };
  const { evaluation, program } = snapshot;
  const title = program.scenario?.title ?? '';
  if (stale) return { state: 'stale', scenario, text: 'posterior is stale', detail: title };
  if (!evaluation.defined) return { state: 'undefined', scenario, text: 'posterior undefined', detail: title };
  const ranked = [...evaluation.personas].sort((a, b) => b.posterior - a.posterior);
  const text = ranked[0] ? `${ranked[0].name} ${formatProbability(ranked[0].posterior)}` : 'no personas';
  const detail = ranked
    .map(({ name, prior, posterior }) => `${name}: ${formatProbability(prior)} → ${formatProbability(posterior)}`)
    .join('\n');
  return { state: 'ready', scenario, text, detail: `${title}\n${detail}` };
}
