/** A process of its own: reads a dataset as it ships, with two threads. Arguments: scenario, script of the threads. */
import { pathToFileURL } from 'node:url';
import { readDataset } from '../../server/datasets/reading/read';
import { nodeHost } from '../../server/host/nodeHost';
import { loadProgram } from '../../server/program/load/load';
import { nodeThreads } from '../../server/workers/threadPool';

const [scenario = '', script = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const root = pathToFileURL(scenario).toString();
  const host = nodeHost(nodeThreads(script, 2));
  const folder = root.slice(0, root.lastIndexOf('/'));
  const [source] = (await loadProgram(root, host, { workspace: [folder] })).datasets;
  if (!source) throw new Error('no dataset');
  const { groups, names, failure } = await readDataset(source, source.method, host);
  if (failure) throw new Error(failure.message);
  const texts = new Map<string, number>();
  const displayed = new Map<string, number>();
  for (let group = 0; group < groups.size; group++) {
    const name = names[groups.response[group] ?? -1] ?? '';
    const times = groups.times[group] ?? 0;
    texts.set(name, (texts.get(name) ?? 0) + times);
    displayed.set(name, (displayed.get(name) ?? 0) + times * (groups.epochs[group] ?? 0));
  }
  console.log(
    [...texts.keys()]
      .sort()
      .map((name) => `${name} ${texts.get(name)} ${displayed.get(name)}`)
      .join(', '),
  );
  console.error(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  process.exit(0);
}

void main();
