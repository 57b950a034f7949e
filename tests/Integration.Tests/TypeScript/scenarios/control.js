// How a run ends from outside: cancel, terminate, timeouts, continue-as-new, retry, cron.
const assert = require('node:assert/strict');
const { eventually, failureOf } = require('../harness');

module.exports = {
  'cancel': async (h) => {
    const handle = await h.start('sleepForever');
    await handle.cancel();
    const error = await failureOf(handle.result());
    assert.deepEqual([error.name, error.cause.name], ['WorkflowFailedError', 'CancelledFailure']);
    assert.equal((await handle.describe()).status.name, 'CANCELLED');
  },

  'cancel-runs-clean-up': async (h) => {
    const id = h.id('clean');
    const handle = await h.start('cleanUp', { args: [id] });
    await eventually('the workflow sleeps', async () => (await h.events(handle)).some((event) => event.timerStartedEventAttributes));
    await handle.cancel();
    assert.equal((await failureOf(handle.result())).cause.name, 'CancelledFailure');
    assert.deepEqual(h.seen.get(id), ['cleaned up']);
  },

  'cancel-cancels-the-activity': async (h) => {
    const id = h.id('long');
    const handle = await h.start('longActivity', { args: [id] });
    await eventually('the activity runs', () => h.seen.get(id)?.includes('started'));
    await handle.cancel();
    assert.equal((await failureOf(handle.result())).cause.name, 'CancelledFailure');
    await eventually('the activity was told', () => h.seen.get(id).includes('cancelled'));
  },

  'cancel-can-be-ignored': async (h) => {
    const handle = await h.start('ignoresCancel');
    await handle.cancel();
    assert.equal(await handle.result(), 'finished all the same');
  },

  'terminate': async (h) => {
    const handle = await h.start('sleepForever');
    await handle.terminate('enough of it');
    const error = await failureOf(handle.result());
    assert.deepEqual([error.name, error.cause.name, error.cause.message], ['WorkflowFailedError', 'TerminatedFailure', 'enough of it']);
    assert.equal((await handle.describe()).status.name, 'TERMINATED');
    await failureOf(handle.signal('finish'));
  },

  'terminate-tells-the-activity': async (h) => {
    const id = h.id('long');
    const handle = await h.start('longActivity', { args: [id] });
    await eventually('the activity runs', () => h.seen.get(id)?.includes('started'));
    await handle.terminate();
    await eventually('the activity was told', () => h.seen.get(id).includes('cancelled'));
  },

  'run-timeout': async (h) => {
    const error = await failureOf(h.execute('sleepForever', { workflowRunTimeout: '1s' }));
    assert.deepEqual([error.cause.name, error.cause.timeoutType], ['TimeoutFailure', 'START_TO_CLOSE']);
  },

  'execution-timeout-without-a-worker': async (h) => {
    const handle = await h.start('sleepForever', { taskQueue: h.id('nobody'), workflowExecutionTimeout: '1s' });
    assert.equal((await failureOf(handle.result())).cause.name, 'TimeoutFailure');
    assert.equal((await handle.describe()).status.name, 'TIMED_OUT');
  },

  'continue-as-new': async (h) => {
    const handle = await h.start('countDown', { args: [5] });
    const runs = await handle.result();
    assert.equal(new Set(runs).size, 6);
    assert.equal(runs[0], handle.firstExecutionRunId);
    const first = h.client.workflow.getHandle(handle.workflowId, runs[0], { followRuns: false });
    assert.equal((await failureOf(first.result())).name, 'WorkflowExecutionContinuedAsNewError');
    assert.equal((await first.describe()).status.name, 'CONTINUED_AS_NEW');
    assert.equal((await handle.describe()).runId, runs[5]);
  },

  'continue-as-new-carries-over': async (h) => {
    const handle = await h.start('continueCarriesOver', { args: [true], memo: { step: 'first' }, workflowRunTimeout: '50s' });
    assert.deepEqual(await handle.result(), {
      memo: { step: 'second' }, runTimeoutMs: 40_000, continuedFrom: handle.firstExecutionRunId, firstRun: handle.firstExecutionRunId, queue: h.taskQueue,
    });
  },

  'workflow-retry': async (h) => {
    const handle = await h.start('flaky', { args: [2], retry: { initialInterval: '50ms', maximumAttempts: 5 } });
    assert.equal(await handle.result(), 3);
    assert.notEqual((await handle.describe()).runId, handle.firstExecutionRunId);
  },

  'workflow-retry-used-up': async (h) => {
    const error = await failureOf(h.execute('flaky', { args: [9], retry: { initialInterval: '50ms', maximumAttempts: 2 } }));
    assert.equal(error.cause.message, 'attempt 2');
  },

  'cron': async (h) => {
    const handle = await h.start('lastResult', { cronSchedule: '@every 1s' });
    const described = () => handle.describe();
    await eventually('the third run waits', async () => {
      const { raw } = await described();
      return raw.workflowExecutionInfo.execution.runId !== handle.firstExecutionRunId;
    });
    // The second run's result is one more than the first's.
    const second = await eventually('the second run ended', async () => {
      for await (const run of h.client.workflow.list({ query: `WorkflowId = "${handle.workflowId}" AND ExecutionStatus = "Completed"` })) {
        const events = await h.events(h.client.workflow.getHandle(run.workflowId, run.runId));
        const end = events.at(-1).workflowExecutionCompletedEventAttributes;
        if (end && Buffer.from(end.result.payloads[0].data).toString() === '2') return true;
      }
      return false;
    });
    assert.ok(second);
    await handle.terminate();
  },

  'reset-replays-signals-into-a-new-run': async (h) => {
    const handle = await h.start('collect');
    await handle.signal('add', 'one');
    await handle.signal('add', 'two');
    await eventually('both arrived', async () => (await handle.query('state')) === 2);
    const [completed] = (await h.events(handle)).filter((event) => event.workflowTaskCompletedEventAttributes);
    const { runId } = await h.connection.workflowService.resetWorkflowExecution({
      namespace: 'default', workflowExecution: { workflowId: handle.workflowId, runId: handle.firstExecutionRunId }, reason: 'again',
      workflowTaskFinishEventId: completed.eventId, requestId: h.id('reset'),
    });
    assert.notEqual(runId, handle.firstExecutionRunId);
    const again = h.client.workflow.getHandle(handle.workflowId, runId);
    await again.signal('finish');
    assert.deepEqual(await again.result(), ['one', 'two']);
    assert.equal((await h.client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId).describe()).status.name, 'TERMINATED');
  },
};
