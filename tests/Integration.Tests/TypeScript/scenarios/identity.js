// Workflow ids: what starting a taken id does.
const assert = require('node:assert/strict');
const { eventually, failureOf } = require('../harness');

const startAgain = (h, first, type, options) => h.start(type, { workflowId: first.workflowId, ...options });

async function completed(h) {
  const first = await h.start('echo', { args: [1] });
  await first.result();
  return first;
}

async function failed(h) {
  const first = await h.start('fail');
  await failureOf(first.result());
  return first;
}

module.exports = {
  'id-of-a-running-workflow-is-refused': async (h) => {
    const first = await h.start('collect');
    const error = await failureOf(startAgain(h, first, 'collect'));
    assert.equal(error.name, 'WorkflowExecutionAlreadyStartedError');
    assert.equal(error.workflowId, first.workflowId);
    await first.terminate();
  },

  'id-conflict-use-existing': async (h) => {
    const first = await h.start('collect');
    const second = await startAgain(h, first, 'collect', { workflowIdConflictPolicy: 'USE_EXISTING' });
    assert.equal(second.firstExecutionRunId, first.firstExecutionRunId);
    await first.signal('finish');
    assert.deepEqual(await second.result(), []);
  },

  'id-conflict-terminate-existing': async (h) => {
    const first = await h.start('collect');
    const second = await startAgain(h, first, 'echo', { args: ['new'], workflowIdConflictPolicy: 'TERMINATE_EXISTING' });
    assert.notEqual(second.firstExecutionRunId, first.firstExecutionRunId);
    assert.deepEqual(await second.result(), ['new']);
    const old = h.client.workflow.getHandle(first.workflowId, first.firstExecutionRunId);
    assert.equal((await old.describe()).status.name, 'TERMINATED');
  },

  'id-reuse-after-completion': async (h) => {
    const first = await completed(h);
    const second = await startAgain(h, first, 'echo', { args: [2] });
    assert.notEqual(second.firstExecutionRunId, first.firstExecutionRunId);
    assert.deepEqual(await second.result(), [2]);
  },

  'id-reuse-rejected': async (h) => {
    const error = await failureOf(startAgain(h, await completed(h), 'echo', { workflowIdReusePolicy: 'REJECT_DUPLICATE' }));
    assert.equal(error.name, 'WorkflowExecutionAlreadyStartedError');
  },

  'id-reuse-failed-only-after-completion': async (h) => {
    const error = await failureOf(startAgain(h, await completed(h), 'echo', { workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' }));
    assert.equal(error.name, 'WorkflowExecutionAlreadyStartedError');
  },

  'id-reuse-failed-only-after-failure': async (h) => {
    const second = await startAgain(h, await failed(h), 'echo', { args: [3], workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' });
    assert.deepEqual(await second.result(), [3]);
  },

  'id-twenty-starts-at-once': async (h) => {
    const workflowId = h.id('race');
    const starts = await Promise.allSettled(Array.from({ length: 20 }, () => h.start('collect', { workflowId })));
    const won = starts.filter((start) => start.status === 'fulfilled');
    assert.equal(won.length, 1);
    assert.ok(starts.every((start) => start.status === 'fulfilled' || start.reason.name === 'WorkflowExecutionAlreadyStartedError'));
    await won[0].value.terminate();
  },

  'signal-with-start': async (h) => {
    const options = { taskQueue: h.taskQueue, workflowId: h.id('sws'), args: [], signal: 'add' };
    const first = await h.client.workflow.signalWithStart('collect', { ...options, signalArgs: ['one'] });
    const second = await h.client.workflow.signalWithStart('collect', { ...options, signalArgs: ['two'] });
    assert.equal(second.signaledRunId, first.signaledRunId);
    await first.signal('finish');
    assert.deepEqual(await first.result(), ['one', 'two']);
  },

  'start-without-a-worker-waits': async (h) => {
    const taskQueue = h.id('later');
    const handle = await h.start('echo', { args: ['waited'], taskQueue });
    assert.equal((await handle.describe()).status.name, 'RUNNING');
    const { stop } = await h.runWorker({ taskQueue });
    try { assert.deepEqual(await handle.result(), ['waited']); } finally { await stop(); }
    await eventually('described as completed', async () => (await handle.describe()).status.name === 'COMPLETED');
  },
};
