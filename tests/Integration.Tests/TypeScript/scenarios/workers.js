// Workers that come, go, forget and change.
const assert = require('node:assert/strict');
const { Worker } = require('@temporalio/worker');
const { eventually } = require('../harness');

const has = (attributes) => (event) => Boolean(event[attributes]);
const activityDone = (h, handle) => async () => (await h.events(handle)).some(has('activityTaskCompletedEventAttributes'));

module.exports = {
  'sticky-cache-off': async (h) => {
    await h.withWorker({ maxCachedWorkflows: 0 }, async (taskQueue) => {
      const handle = await h.start('everything', { args: ['no cache'], taskQueue });
      // Asked only once it is quiet: without a cache the SDK may drop a task that meets a query of the same run.
      await eventually('the timer fired and its task is done', async () => {
        const events = await h.events(handle);
        return events.some(has('timerFiredEventAttributes')) && has('workflowTaskCompletedEventAttributes')(events.at(-1));
      });
      assert.equal(await handle.query('state'), 'waiting');
      await handle.signal('add', 5);
      assert.equal((await handle.result()).child, 10);
      const queues = (await h.events(handle)).filter(has('workflowTaskScheduledEventAttributes')).map((event) => event.workflowTaskScheduledEventAttributes.taskQueue.name);
      assert.deepEqual(new Set(queues), new Set([taskQueue]));
    });
  },

  'cache-evicts': async (h) => {
    await h.withWorker({ maxCachedWorkflows: 2 }, async (taskQueue) => {
      const handles = await Promise.all(Array.from({ length: 6 }, () => h.start('collect', { taskQueue })));
      for (let round = 0; round < 3; round++) {
        for (const handle of handles) await handle.signal('add', round);
      }
      for (const handle of handles) assert.equal(await handle.query('state'), 3);
      for (const handle of handles) await handle.signal('finish');
      for (const handle of handles) assert.deepEqual(await handle.result(), [0, 1, 2]);
    });
  },

  'worker-restarts': async (h) => {
    const taskQueue = h.id('restart');
    const first = await h.runWorker({ taskQueue });
    const handle = await h.start('changing', { taskQueue });
    await eventually('the activity is done', activityDone(h, handle));
    await first.stop();
    await handle.signal('finish');
    const second = await h.runWorker({ taskQueue });
    try { assert.equal(await handle.result(), 'as written'); } finally { await second.stop(); }
  },

  'query-after-worker-restart': async (h) => {
    const taskQueue = h.id('restart');
    const first = await h.runWorker({ taskQueue });
    const handle = await h.start('collect', { taskQueue });
    await handle.signal('add', 1);
    assert.equal(await handle.query('state'), 1);
    await first.stop();
    const second = await h.runWorker({ taskQueue });
    try { assert.equal(await handle.query('state'), 1); } finally { await handle.terminate(); await second.stop(); }
  },

  'activity-survives-worker-shutdown': async (h) => {
    const taskQueue = h.id('lost'), id = h.id('lost');
    const handle = await h.start('activity', { args: ['untilCancelled', [id], { taskQueue, heartbeatTimeout: '1s', retry: { maximumAttempts: 1 } }] });
    const worker = await h.runWorker({ taskQueue, shutdownGraceTime: 0 });
    await eventually('the activity runs', () => h.seen.get(id)?.includes('started'));
    await worker.stop();
    const { error } = await handle.result();
    assert.equal(error, 'ActivityFailure');
  },

  'changed-code-is-caught': async (h) => {
    const taskQueue = h.id('changed');
    const first = await h.runWorker({ taskQueue });
    const handle = await h.start('changing', { taskQueue });
    await eventually('the activity is done', activityDone(h, handle));
    await first.stop();

    const changed = await h.runWorker({ taskQueue, changed: true });
    await handle.signal('finish');
    const failure = await eventually('the workflow task fails', async () => (await h.events(handle)).find(has('workflowTaskFailedEventAttributes')));
    await changed.stop();
    const { cause, failure: reason } = failure.workflowTaskFailedEventAttributes;
    assert.ok(cause === 'WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR' || cause === 24, `cause ${cause}`);
    assert.match(reason.message, /determinis/i);

    const fixed = await h.runWorker({ taskQueue });
    try { assert.equal(await handle.result(), 'as written'); } finally { await fixed.stop(); }
  },

  'patched-code-goes-on': async (h) => {
    const taskQueue = h.id('patched');
    const first = await h.runWorker({ taskQueue });
    const old = await h.start('patchedLater', { taskQueue });
    await eventually('the activity is done', activityDone(h, old));
    await first.stop();
    const changed = await h.runWorker({ taskQueue, changed: true });
    try {
      const fresh = await h.start('patchedLater', { taskQueue });
      await old.signal('finish');
      await fresh.signal('finish');
      assert.deepEqual([await old.result(), await fresh.result()], ['old way', 'new way']);
    } finally {
      await changed.stop();
    }
  },

  'unknown-workflow-type-waits-for-a-worker-that-knows-it': async (h) => {
    const taskQueue = h.id('unknown');
    const ignorant = await h.runWorker({ taskQueue, changed: true });
    const handle = await h.start('echo', { args: [1], taskQueue });
    await eventually('the workflow task fails', async () => (await h.events(handle)).some(has('workflowTaskFailedEventAttributes')));
    await ignorant.stop();
    const able = await h.runWorker({ taskQueue });
    try { assert.deepEqual(await handle.result(), [1]); } finally { await able.stop(); }
  },

  'replay-of-a-fetched-history': async (h) => {
    const handle = await h.start('everything', { args: ['replay'] });
    await handle.signal('add', 1);
    await handle.result();
    const history = await handle.fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: h.bundle }, history, handle.workflowId);
  },

  'shutdown-with-pending-polls-is-quick': async (h) => {
    const worker = await h.runWorker({ taskQueue: h.id('idle') });
    const started = Date.now();
    await worker.stop();
    assert.ok(Date.now() - started < 8_000, `took ${Date.now() - started} ms`);
  },

  'hundred-workflows-at-once': async (h) => {
    const results = await Promise.all(Array.from({ length: 100 }, (_, i) => h.execute('activity', { args: ['echo', [i], {}] })));
    assert.deepEqual(results, Array.from({ length: 100 }, (_, i) => ({ result: i })));
  },
};
