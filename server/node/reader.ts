/** A thread of the server that reads files, or parts of them: the other end of `threads.ts`. */
import { parentPort } from 'node:worker_threads';
import { buffersOf, type PartJob, readPart } from '../datasets/part';
import { nodeHost } from '../host-node';
import { nodeMatcher } from './matcher';

const host = nodeHost();
const matcher = nodeMatcher();

parentPort?.on('message', async (job: PartJob) => {
  const part = await readPart(job, host, matcher, (done) => parentPort?.postMessage({ done }));
  parentPort?.postMessage({ answer: part }, buffersOf(part));
});
