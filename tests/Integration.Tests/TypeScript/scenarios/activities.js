// Activities: retries, the four timeouts, heartbeats, cancellation, completion from outside.
const assert = require('node:assert/strict');
const { eventually } = require('../harness');

const fewTries = (maximumAttempts) => ({ retry: { maximumAttempts, initialInterval: '20ms' } });
const run = (h, name, args, options) => h.execute('activity', { args: [name, args, options] });

module.exports = {
  'activity-retry': async (h) => {
    const handle = await h.start('activity', { args: ['failUntil', [3], {}] });
    assert.deepEqual(await handle.result(), { result: 3 });
    const started = (await h.events(handle)).filter((event) => event.activityTaskStartedEventAttributes);
    assert.equal(started.length, 1, 'only the last attempt is in history');
    assert.equal(started[0].activityTaskStartedEventAttributes.attempt, 3);
    assert.equal(started[0].activityTaskStartedEventAttributes.lastFailure.message, 'attempt 2');
  },

  'activity-attempts-used-up': async (h) => {
    const { error, retryState, cause } = await run(h, 'failUntil', [9], fewTries(2));
    assert.deepEqual([error, retryState, cause.message], ['ActivityFailure', 'MAXIMUM_ATTEMPTS_REACHED', 'attempt 2']);
  },

  'activity-non-retryable-failure': async (h) => {
    const { retryState, cause } = await run(h, 'failWith', ['Final', true, [{ row: 3 }]], {});
    assert.deepEqual([retryState, cause.type, cause.message, cause.details], ['NON_RETRYABLE_FAILURE', 'Final', 'as asked', [{ row: 3 }]]);
  },

  'activity-non-retryable-type': async (h) => {
    const { retryState, cause } = await run(h, 'failWith', ['Listed', false, []], { retry: { nonRetryableErrorTypes: ['Listed'] } });
    assert.deepEqual([retryState, cause.type], ['NON_RETRYABLE_FAILURE', 'Listed']);
  },

  'activity-heartbeat-timeout': async (h) => {
    const { error, retryState, cause } = await run(h, 'silentAfterHeartbeat', ['row 7'], { heartbeatTimeout: '600ms', ...fewTries(1) });
    assert.deepEqual([error, cause.name, cause.timeoutType], ['ActivityFailure', 'TimeoutFailure', 'HEARTBEAT']);
    assert.equal(retryState, 'MAXIMUM_ATTEMPTS_REACHED');
    assert.equal(cause.lastHeartbeat, 'row 7');
  },

  'activity-heartbeat-timeout-then-retry': async (h) => {
    const { result } = await run(h, 'silentAfterHeartbeat', [{ row: 7 }], { heartbeatTimeout: '600ms', ...fewTries(3) });
    assert.deepEqual(result, { attempt: 2, details: { row: 7 } });
  },

  'activity-heartbeat-details-after-failure': async (h) => {
    const { result } = await run(h, 'failAfterHeartbeat', ['half way'], fewTries(3));
    assert.deepEqual(result, { attempt: 2, details: 'half way' });
  },

  'activity-heartbeats-keep-it-alive': async (h) => {
    const { result } = await run(h, 'keepsHeartbeating', [2_500], { heartbeatTimeout: '1s', ...fewTries(1) });
    assert.equal(result, 'alive');
  },

  'activity-start-to-close-timeout': async (h) => {
    const { cause } = await run(h, 'pause', [30_000], { startToCloseTimeout: '400ms', ...fewTries(2) });
    assert.deepEqual([cause.name, cause.timeoutType], ['TimeoutFailure', 'START_TO_CLOSE']);
  },

  'activity-schedule-to-start-timeout': async (h) => {
    const { retryState, cause } = await run(h, 'echo', [1], { taskQueue: h.id('nobody'), scheduleToStartTimeout: '400ms' });
    assert.deepEqual([retryState, cause.name, cause.timeoutType], ['TIMEOUT', 'TimeoutFailure', 'SCHEDULE_TO_START']);
  },

  'activity-schedule-to-close-timeout': async (h) => {
    const { cause } = await run(h, 'failUntil', [1_000], { scheduleToCloseTimeout: '1s', retry: { initialInterval: '50ms', backoffCoefficient: 1 } });
    assert.ok(cause.timeoutType === 'SCHEDULE_TO_CLOSE' || cause.type === 'Flaky', JSON.stringify(cause));
  },

  'activity-cancelled-by-its-workflow': async (h) => {
    const id = h.id('cancelled');
    const handle = await h.start('cancelActivity', { args: [id] });
    await eventually('the activity runs', () => h.seen.get(id)?.includes('started'));
    await handle.signal('finish');
    assert.deepEqual(await handle.result(), { cancelled: true, name: 'ActivityFailure', cause: 'CancelledFailure' });
    assert.deepEqual(h.seen.get(id), ['started', 'cancelled']);
    const types = (await h.events(handle)).map((event) => event.eventType);
    assert.ok(types.some((type) => /CANCEL_REQUESTED/.test(type) || type === 15) && types.some((type) => /TASK_CANCELED/.test(type) || type === 16), types.join());
  },

  'activity-completed-from-outside': async (h) => {
    const id = h.id('async');
    const handle = await h.start('activity', { args: ['completesLater', [id], {}] });
    const [token] = await eventually('the activity handed out its token', () => h.seen.get(id));
    await h.client.activity.heartbeat(token, 'still there');
    await h.client.activity.complete(token, 'from outside');
    assert.deepEqual(await handle.result(), { result: 'from outside' });
  },

  'activity-completed-by-id': async (h) => {
    const id = h.id('async');
    const handle = await h.start('activity', { args: ['completesLater', [id], { activityId: 'by-id' }] });
    await eventually('the activity started', () => h.seen.get(id));
    await h.client.activity.complete({ workflowId: handle.workflowId, activityId: 'by-id' }, 42);
    assert.deepEqual(await handle.result(), { result: 42 });
  },

  'activity-failed-from-outside': async (h) => {
    const id = h.id('async');
    const handle = await h.start('activity', { args: ['completesLater', [id], fewTries(1)] });
    const [token] = await eventually('the activity handed out its token', () => h.seen.get(id));
    await h.client.activity.fail(token, new Error('outside says no'));
    assert.equal((await handle.result()).cause.message, 'outside says no');
  },

  'activity-info': async (h) => {
    const handle = await h.start('activity', { args: ['info', [], { activityId: 'chosen', startToCloseTimeout: '7s', heartbeatTimeout: '3s' }] });
    assert.deepEqual((await handle.result()).result, {
      activityId: 'chosen', activityType: 'info', attempt: 1, taskQueue: h.taskQueue, workflowId: handle.workflowId, workflowType: 'activity',
      isLocal: false, startToCloseTimeoutMs: 7_000, heartbeatTimeoutMs: 3_000,
    });
  },

  'activity-on-another-queue': async (h) => {
    await h.withWorker({ workflowBundle: undefined }, async (taskQueue) => {
      const { result } = await run(h, 'info', [], { taskQueue });
      assert.equal(result.taskQueue, taskQueue);
    });
  },

  'activity-unknown-name': async (h) => {
    const { cause } = await run(h, 'nobodyRegisteredThis', [], fewTries(1));
    assert.match(cause.message, /not registered/);
  },

  'local-activity': async (h) => {
    const handle = await h.start('localActivity', { args: ['here'] });
    assert.equal(await handle.result(), 'here');
    assert.ok((await h.events(handle)).some((event) => event.markerRecordedEventAttributes?.markerName === 'core_local_activity'));
  },
};
