/** A pool of workers: no more than its limit, one task each, nothing left behind by failures and cancellations. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Superseded } from '../../server/async/superseded';
import { type TaskEvents, TaskPool } from '../../server/async/taskPool';
import { drain, type FakeScheduler, fakeScheduler } from './fakeScheduler';

interface Started {
  readonly events: TaskEvents<string, number>;
  task: string | undefined;
  ended: boolean;
}

function openPool(limit: number): {
  pool: TaskPool<string, string, number>;
  workers: Started[];
  scheduler: FakeScheduler;
} {
  const workers: Started[] = [];
  const scheduler = fakeScheduler();
  const pool = new TaskPool<string, string, number>({
    limit,
    scheduler,
    idleMilliseconds: 1000,
    start: (events) => {
      const own: Started = { events, task: undefined, ended: false };
      workers.push(own);
      return {
        post: (task) => {
          assert.equal(own.task, undefined, 'one task at a time');
          assert.equal(own.ended, false, 'no task for a worker that was ended');
          own.task = task;
        },
        busy: (busy) => {
          if (!busy) own.task = undefined;
        },
        end: () => {
          own.ended = true;
        },
      };
    },
  });
  return { pool, workers, scheduler };
}

describe('A task pool', () => {
  it('settles every task once with its own outcome, whatever fails or is cancelled', async () => {
    const events = fc.array(fc.tuple(fc.constantFrom('add', 'answer', 'fail', 'abort'), fc.nat(5)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), events, async (limit, schedule) => {
        const { pool, workers, scheduler } = openPool(limit);
        const outcomes: string[][] = [];
        const aborts: AbortController[] = [];
        const expected: (string | undefined)[] = [];
        const numberOf = (task: string | undefined): number => Number(task?.slice(5));
        const step = async (kind: string, which: number): Promise<void> => {
          const busy = workers.filter(({ task, ended }) => task !== undefined && !ended);
          const worker = busy[which % Math.max(1, busy.length)];
          if (kind === 'add') {
            const index = aborts.length;
            const abort = new AbortController();
            const own: string[] = [];
            outcomes.push(own);
            aborts.push(abort);
            expected.push(undefined);
            pool.run(`task ${index}`, { signal: abort.signal }).then(
              (answer) => own.push(answer),
              (error: Error) => own.push(error instanceof Superseded ? 'cancelled' : error.message),
            );
          } else if (kind === 'abort' && aborts.length > 0) {
            const index = which % aborts.length;
            expected[index] ??= 'cancelled';
            aborts[index]?.abort();
          } else if (worker && kind === 'answer') {
            expected[numberOf(worker.task)] ??= `did ${worker.task}`;
            worker.events.replied(`did ${worker.task}`);
          } else if (worker && kind === 'fail') {
            expected[numberOf(worker.task)] ??= 'failed';
            worker.events.failed(new Error('failed'));
          }
          await drain(2);
          assert.ok(workers.filter(({ ended }) => !ended).length <= limit);
        };
        for (const [kind, which] of schedule) await step(kind, which);
        while (expected.includes(undefined)) await step('answer', 0);
        assert.deepEqual(
          outcomes,
          expected.map((outcome) => [outcome]),
        );
        await scheduler.pass(1000);
        assert.equal(pool.size, 0);
        assert.ok(workers.every(({ ended }) => ended));
      }),
      { numRuns: 80 },
    );
  });

  it('passes on progress, and rejects where no worker can be started', async () => {
    const { pool, workers } = openPool(1);
    const seen: number[] = [];
    const answer = pool.run('task', { progress: (one) => seen.push(one) });
    workers[0]?.events.progress(1);
    workers[0]?.events.progress(2);
    workers[0]?.events.replied('done');
    assert.equal(await answer, 'done');
    assert.deepEqual(seen, [1, 2]);
    const broken = new TaskPool<string, string>({
      limit: 1,
      scheduler: fakeScheduler(),
      idleMilliseconds: 1,
      start: () => {
        throw new Error('no workers here');
      },
    });
    await assert.rejects(broken.run('task'), /no workers here/);
  });

  it('ends its workers when it is disposed of, with the tasks that run and wait', async () => {
    const { pool, workers } = openPool(1);
    const tasks = [pool.run('one'), pool.run('two')];
    pool.dispose();
    for (const task of tasks) await assert.rejects(task, Superseded);
    assert.deepEqual(
      workers.map(({ ended }) => ended),
      [true],
    );
  });
});
