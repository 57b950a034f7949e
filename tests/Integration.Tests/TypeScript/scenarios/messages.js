// Signals, queries and updates of running and closed workflows.
const assert = require('node:assert/strict');
const { failureOf } = require('../harness');

module.exports = {
  'signals-keep-their-order': async (h) => {
    const handle = await h.start('collect');
    for (let i = 0; i < 100; i++) await handle.signal('add', i);
    await handle.signal('finish');
    assert.deepEqual(await handle.result(), Array.from({ length: 100 }, (_, i) => i));
  },

  'signals-at-once-all-arrive': async (h) => {
    const handle = await h.start('collect');
    await Promise.all(Array.from({ length: 100 }, (_, i) => handle.signal('add', i)));
    await handle.signal('finish');
    assert.equal(new Set(await handle.result()).size, 100);
  },

  'signal-before-a-worker-is-there': async (h) => {
    const taskQueue = h.id('later');
    const handle = await h.start('collect', { taskQueue });
    await handle.signal('add', 'early');
    await handle.signal('finish');
    const { stop } = await h.runWorker({ taskQueue });
    try { assert.deepEqual(await handle.result(), ['early']); } finally { await stop(); }
  },

  'signal-a-missing-workflow-by-client': async (h) => {
    const error = await failureOf(h.client.workflow.getHandle(h.id('missing')).signal('add', 1));
    assert.equal(error.name, 'WorkflowNotFoundError');
  },

  'signal-a-closed-workflow': async (h) => {
    const handle = await h.start('echo');
    await handle.result();
    assert.equal((await failureOf(handle.signal('add', 1))).name, 'WorkflowNotFoundError');
  },

  'query-a-closed-workflow': async (h) => {
    const handle = await h.start('collect');
    await handle.signal('add', 1);
    await handle.signal('finish');
    await handle.result();
    assert.equal(await handle.query('state'), 1);
  },

  'query-unknown-name': async (h) => {
    const handle = await h.start('collect');
    assert.equal((await failureOf(handle.query('nobodyAnswers'))).name, 'QueryNotRegisteredError');
    await handle.terminate();
  },

  'query-rejected-when-closed': async (h) => {
    const handle = await h.start('collect');
    await handle.signal('finish');
    await handle.result();
    const { Client } = require('@temporalio/client');
    const strict = new Client({ connection: h.connection, workflow: { queryRejectCondition: 'NOT_OPEN' } });
    const error = await failureOf(strict.workflow.getHandle(handle.workflowId).query('state'));
    assert.equal(error.name, 'QueryRejectedError');
  },

  'query-sees-signals-sent-before': async (h) => {
    const handle = await h.start('collect');
    for (let i = 1; i <= 20; i++) {
      await handle.signal('add', i);
      assert.equal(await handle.query('state'), i);
    }
    await handle.terminate();
  },

  'query-stack-trace': async (h) => {
    const handle = await h.start('sleepForever');
    assert.match(await handle.query('__stack_trace'), /sleepForever/);
    await handle.terminate();
  },

  'update-returns-its-result': async (h) => {
    const handle = await h.start('counter');
    assert.equal(await handle.executeUpdate('addAndGet', { args: [5] }), 5);
    assert.equal(await handle.executeUpdate('addAndGet', { args: [6] }), 11);
    await handle.signal('finish');
    assert.equal(await handle.result(), 11);
  },

  'update-refused-by-its-validator': async (h) => {
    const handle = await h.start('counter');
    const error = await failureOf(handle.executeUpdate('addAndGet', { args: [-1] }));
    assert.deepEqual([error.name, error.cause.message, error.cause.type], ['WorkflowUpdateFailedError', 'no negative numbers', 'Negative']);
    await handle.terminate();
  },

  'update-fails': async (h) => {
    const handle = await h.start('counter');
    const error = await failureOf(handle.executeUpdate('breaks'));
    assert.deepEqual([error.name, error.cause.type], ['WorkflowUpdateFailedError', 'Broken']);
    await handle.terminate();
  },

  'update-handle-waits-for-the-result': async (h) => {
    const handle = await h.start('counter');
    const update = await handle.startUpdate('addAndGet', { args: [3], updateId: 'the-update', waitForStage: 'ACCEPTED' });
    assert.equal(update.updateId, 'the-update');
    assert.equal(await handle.getUpdateHandle('the-update').result(), 3);
    await handle.terminate();
  },
};
