/** A thread of the server that reads files, or parts of them: the other end of `threads.ts`. */
import { parentPort } from 'node:worker_threads';
import { buffersOf, type PartJob, readPart } from '../datasets/reading/part';
import { nodeHost } from '../host/nodeHost';
import { nodeMatcher } from './nodeMatcher';

const host = nodeHost();
const matcher = nodeMatcher();

parentPort?.on('message', async (job: PartJob) => {
  const part = await readPart(job, host, matcher, (done) => parentPort?.postMessage({ done }));
  parentPort?.postMessage({ answer: part }, buffersOf(part));
});
