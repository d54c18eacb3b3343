/** Delays, time-outs, debouncing, latest-wins and queues, over random schedules of a fake clock. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Coalescer, Debouncer } from '../../server/async/debounce';
import { delay, withTimeout } from '../../server/async/delay';
import { LatestRunner, LatestTicket } from '../../server/async/latest';
import { QuietPeriod } from '../../server/async/quietPeriod';
import { systemScheduler } from '../../server/async/scheduler';
import { SerialQueue } from '../../server/async/serialQueue';
import { ignoreSuperseded, Superseded } from '../../server/async/superseded';
import { Throttle } from '../../server/async/throttle';
import { drain, fakeScheduler, type Gate, gate } from './fakeScheduler';

const RUNS = { numRuns: 60 };
/** Pauses between requests, around the wait of 20 ms that the tests use. */
const pauses = fc.array(fc.integer({ min: 0, max: 45 }), { minLength: 1, maxLength: 12 });

describe('The system scheduler', () => {
  it('fires a timer once, and not after it was disposed of', async () => {
    const calls: string[] = [];
    const dispose = systemScheduler.after(1, () => calls.push('disposed'));
    dispose();
    dispose();
    await new Promise<void>((resolve) => {
      systemScheduler.after(5, () => {
        calls.push('kept');
        resolve();
      });
    });
    assert.deepEqual(calls, ['kept']);
  });

  it('lets waiting messages go first', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('message'));
    await systemScheduler.next();
    order.push('after');
    assert.deepEqual(order, ['message', 'after']);
  });
});

describe('A delay', () => {
  it('ends at its time, or with the cancellation, and leaves no timer', async () => {
    const scheduler = fakeScheduler();
    const abort = new AbortController();
    const cancelled = delay(100, scheduler, abort.signal);
    let ended = false;
    const retained = delay(100, scheduler).then(() => {
      ended = true;
    });
    await scheduler.pass(99);
    assert.equal(ended, false);
    abort.abort();
    await assert.rejects(cancelled, Superseded);
    await assert.rejects(delay(1, scheduler, abort.signal), Superseded);
    assert.equal(scheduler.timers, 1);
    await scheduler.pass(1);
    await retained;
    assert.equal(scheduler.timers, 0);
  });
});

describe('A time-out', () => {
  it('gives the value or the error that arrives in time, and something else afterwards', async () => {
    const outcome = fc.record({ at: fc.integer({ min: 0, max: 40 }), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(outcome, async ({ at, fails }) => {
        fc.pre(at !== 20);
        const scheduler = fakeScheduler();
        const value = delay(at, scheduler).then(() => {
          if (fails) throw new Error('failed');
          return 'value';
        });
        const seen: string[] = [];
        withTimeout(value, 20, scheduler, () => 'late').then(
          (one) => seen.push(one),
          (error: Error) => seen.push(error.message),
        );
        await scheduler.pass(50);
        assert.deepEqual(seen, [at > 20 ? 'late' : fails ? 'failed' : 'value']);
        assert.equal(scheduler.timers, 0);
      }),
      RUNS,
    );
  });
});

describe('A debouncer', () => {
  it('calls after each pause with the newest value, at the time of the last request plus the wait', async () => {
    await fc.assert(
      fc.asyncProperty(pauses, async (gaps) => {
        fc.pre(gaps.every((gap) => gap !== 20));
        const scheduler = fakeScheduler();
        const calls: { value: number; at: number }[] = [];
        const debouncer = new Debouncer<number>(scheduler, 20, (value) => calls.push({ value, at: scheduler.now() }));
        const expected: typeof calls = [];
        let time = 0;
        for (const [value, gap] of gaps.entries()) {
          debouncer.request(value);
          if (gap > 20 || value === gaps.length - 1) expected.push({ value, at: time + 20 });
          await scheduler.pass(gap);
          time += gap;
        }
        await scheduler.pass(100);
        assert.deepEqual(calls, expected);
        assert.equal(debouncer.pending, false);
      }),
      RUNS,
    );
  });

  it('does not call what was cancelled', async () => {
    const scheduler = fakeScheduler();
    const calls: number[] = [];
    const debouncer = new Debouncer<number>(scheduler, 20, (value) => calls.push(value));
    debouncer.request(1);
    assert.equal(debouncer.pending, true);
    debouncer.cancel();
    assert.equal(debouncer.pending, false);
    await scheduler.pass(100);
    debouncer.request(2, 0);
    await scheduler.pass(0);
    assert.deepEqual(calls, [2]);
  });
});

describe('A coalescer', () => {
  it('calls the wait after the first request since the last call, with the newest value', async () => {
    await fc.assert(
      fc.asyncProperty(pauses, async (gaps) => {
        const scheduler = fakeScheduler();
        const calls: { value: number; at: number }[] = [];
        const coalescer = new Coalescer<number>(scheduler, 20, (value) => calls.push({ value, at: scheduler.now() }));
        const expected: typeof calls = [];
        let [time, due, newest] = [0, -1, -1];
        for (const [value, gap] of gaps.entries()) {
          if (due < 0) due = time + 20;
          coalescer.request(value);
          newest = value;
          await scheduler.pass(gap);
          time += gap;
          if (due > time) continue;
          expected.push({ value: newest, at: due });
          due = -1;
        }
        if (due >= 0) expected.push({ value: newest, at: due });
        await scheduler.pass(100);
        assert.deepEqual(calls, expected);
      }),
      RUNS,
    );
  });

  it('does not call what was cancelled', async () => {
    const scheduler = fakeScheduler();
    const calls: number[] = [];
    const coalescer = new Coalescer<number>(scheduler, 20, (value) => calls.push(value));
    coalescer.request(1);
    coalescer.cancel();
    await scheduler.pass(100);
    assert.deepEqual(calls, []);
    assert.equal(coalescer.pending, false);
  });
});

describe('A latest-wins runner', () => {
  it('follows every request with a run that begins after it, never two at a time, and reports what fails', async () => {
    // true: a request; false: the run that is going on ends, by turns with an error.
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 24 }), async (events) => {
        let [requests, covered, runs, going] = [0, 0, 0, 0];
        const failures: unknown[] = [];
        let end: Gate | undefined;
        const runner = new LatestRunner(
          async () => {
            assert.equal(++going, 1);
            runs++;
            const seen = requests;
            end = gate();
            try {
              await end.promise;
            } finally {
              going--;
              covered = seen;
            }
          },
          (error) => failures.push(error),
        );
        let errors = 0;
        const finish = (fails: boolean): void => {
          const current = end;
          end = undefined;
          if (!current) return;
          if (fails) current.fail(new Error(String(++errors)));
          else current.open();
        };
        for (const [at, isRequest] of events.entries()) {
          if (isRequest) {
            requests++;
            runner.request();
          } else finish(at % 2 === 0);
          await drain(2);
        }
        while (runner.running) {
          finish(false);
          await drain(2);
        }
        assert.equal(covered, requests);
        assert.ok(runs <= requests);
        assert.equal(failures.length, errors);
      }),
      RUNS,
    );
  });

  it('drops a request that waits when it is cancelled', async () => {
    const ends: Gate[] = [];
    const runner = new LatestRunner(
      () => {
        const end = gate();
        ends.push(end);
        return end.promise;
      },
      () => undefined,
    );
    runner.request();
    runner.request();
    runner.cancel();
    ends[0]?.open();
    await drain(2);
    assert.equal(ends.length, 1);
    assert.equal(runner.running, false);
  });
});

describe('A ticket', () => {
  it('is current until the next one is taken or all are invalidated', () => {
    const tickets = new LatestTicket();
    const first = tickets.take();
    assert.equal(first(), true);
    const second = tickets.take();
    assert.deepEqual([first(), second()], [false, true]);
    tickets.invalidate();
    assert.equal(second(), false);
  });
});

describe('A serial queue', () => {
  it('runs tasks in order, one at a time, whether they fail or are cancelled before they begin', async () => {
    const tasks = fc.array(fc.constantFrom('succeeds', 'fails', 'cancelled'), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(tasks, async (kinds) => {
        const queue = new SerialQueue();
        const begun: number[] = [];
        const outcomes: string[] = [];
        let going = 0;
        const first = gate();
        const blocker = queue.add(() => first.promise);
        const aborts = kinds.map(() => new AbortController());
        const all = kinds.map((kind, index) =>
          queue
            .add(async () => {
              assert.equal(++going, 1);
              begun.push(index);
              await drain(1);
              going--;
              if (kind === 'fails') throw new Error('failed');
              return 'succeeds';
            }, aborts[index]?.signal)
            .catch((error: unknown) => (error instanceof Superseded ? 'cancelled' : 'fails'))
            .then((outcome) => {
              outcomes[index] = outcome;
            }),
        );
        kinds.forEach((kind, index) => {
          if (kind === 'cancelled') aborts[index]?.abort();
        });
        assert.equal(queue.waiting, kinds.filter((kind) => kind !== 'cancelled').length);
        first.open();
        await Promise.all([blocker, ...all]);
        assert.deepEqual(outcomes, kinds);
        assert.deepEqual(
          begun,
          kinds.flatMap((kind, index) => (kind === 'cancelled' ? [] : [index])),
        );
      }),
      RUNS,
    );
  });

  it('does not begin a task that was cancelled before it was added', async () => {
    const abort = new AbortController();
    abort.abort();
    await assert.rejects(
      new SerialQueue().add(async () => assert.fail(), abort.signal),
      Superseded,
    );
  });
});

describe('Superseded work', () => {
  it('is no failure', () => {
    const failures: unknown[] = [];
    const report = ignoreSuperseded((error) => failures.push(error));
    const error = new Error('failed');
    report(new Superseded());
    report(error);
    assert.deepEqual(failures, [error]);
  });
});

describe('A throttle', () => {
  it('lets the first run begin at once', () => {
    assert.equal(new Throttle().delay(0), 0);
    assert.equal(new Throttle().delay(123_456), 0);
  });

  it('lets cheap runs follow each other without a rest', () => {
    const throttle = new Throttle();
    throttle.ran(100, 105);
    assert.equal(throttle.delay(105), 0);
  });

  it('rests as long as the last run took, but no longer than a second', () => {
    const throttle = new Throttle();
    throttle.ran(0, 200);
    assert.equal(throttle.delay(200), 200);
    assert.equal(throttle.delay(350), 50);
    assert.equal(throttle.delay(400), 0);
    throttle.ran(400, 60_400);
    assert.equal(throttle.delay(60_400), 1000);
  });
});

describe('A quiet period', () => {
  it('begins once activity has paused, and is put off by activity meanwhile', async () => {
    const scheduler = fakeScheduler();
    const quiet = new QuietPeriod(scheduler, 20);
    await quiet.wait();
    quiet.note();
    let began = -1;
    void quiet.wait().then(() => {
      began = scheduler.now();
    });
    await scheduler.pass(15);
    quiet.note();
    await scheduler.pass(19);
    assert.equal(began, -1);
    assert.equal(quiet.remaining, 1);
    await scheduler.pass(1);
    assert.equal(began, 35);
    const abort = new AbortController();
    quiet.note();
    const waiting = quiet.wait(abort.signal);
    abort.abort();
    await assert.rejects(waiting, Superseded);
  });
});
