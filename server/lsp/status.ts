/** The one line of the editor's status bar: the leading persona of the active scenario, or what stands in its way. */
import type { Connection } from 'vscode-languageserver';
import { type ServerStatus, serverStatus } from '../../panel/model/messages';
import { formatProbability } from '../../panel/model/numbers';
import { Debouncer } from '../async/debounce';
import { firstSteps } from '../session/beginning';
import type { Session } from '../session/session';
import { messageSender } from './send';

/** The line is published once changes have paused, so that it never delays a panel's numbers. */
const PAUSE_MILLISECONDS = 150;

/** Tells the client the line when it is another, some time after whatever may have changed it. */
export function statusPublisher(
  connection: Connection,
  session: Session,
  log: (what: string, error: unknown) => void,
): () => void {
  const sent = messageSender(log);
  let told = '';
  const pause = new Debouncer(session.scheduler, PAUSE_MILLISECONDS, () => {
    const status = statusLine(session);
    const text = JSON.stringify(status);
    if (!status || text === told) return;
    told = text;
    sent('status', connection.sendNotification(serverStatus, status));
  });
  return () => pause.request(undefined, told === '' ? 0 : PAUSE_MILLISECONDS);
}

function statusLine(session: Session): ServerStatus | undefined {
  if (session.active === undefined) return undefined;
  const { snapshot, stale } = session.scenarioOf(session.active).displayed();
  const scenario = session.active;
  if (!snapshot) {
    if (!stale) return { state: 'working', scenario, text: 'Dramatis' };
    return { state: 'stale', scenario, text: 'no numbers yet', detail: session.reasonWithout(scenario) };
  }
  const { evaluation, program } = snapshot;
  const title = program.scenario?.title ?? '';
  if (stale) return { state: 'stale', scenario, text: 'posterior out of date', detail: title };
  if (firstSteps(program)) return { state: 'ready', scenario, text: 'no personas yet', detail: title };
  if (!evaluation.defined) return { state: 'undefined', scenario, text: 'posterior undefined', detail: title };
  const ranked = [...evaluation.personas].sort((a, b) => b.posterior - a.posterior);
  const text = ranked[0] ? `${ranked[0].name} ${formatProbability(ranked[0].posterior)}` : 'no personas';
  const detail = ranked
    .map(({ name, prior, posterior }) => `${name}: ${formatProbability(prior)} → ${formatProbability(posterior)}`)
    .join('\n');
  return { state: 'ready', scenario, text, detail: `${title}\n${detail}` };
}
