// Every activity. Scenarios run in this process too and look into `seen`.
const { activityInfo, heartbeat, sleep, Context, CompleteAsyncError, ApplicationFailure } = require('@temporalio/activity');

// What activities did, by the id that the scenario chose.
const seen = new Map();
const record = (id, entry) => { seen.set(id, [...(seen.get(id) ?? []), entry]); };

exports.seen = seen;
exports.activities = {
  async echo(value) { return value; },
  async greet(name) { return `Hello, ${name}!`; },
  async note(id, text) { record(id, text); },
  async pause(ms) { await sleep(ms); return ms; },

  async failUntil(attempt) {
    const info = activityInfo();
    if (info.attempt < attempt) throw ApplicationFailure.create({ message: `attempt ${info.attempt}`, type: 'Flaky' });
    return info.attempt;
  },
  async failWith(type, nonRetryable, details) { throw ApplicationFailure.create({ message: 'as asked', type, nonRetryable, details }); },

  // Heartbeats once with progress, then is silent; a later attempt reports what it was given.
  async silentAfterHeartbeat(progress) {
    const info = activityInfo();
    if (info.attempt > 1) return { attempt: info.attempt, details: info.heartbeatDetails };
    heartbeat(progress);
    await Context.current().cancelled.catch(() => undefined);
    return 'cancelled instead of timed out';
  },
  async failAfterHeartbeat(progress) {
    const info = activityInfo();
    if (info.attempt > 1) return { attempt: info.attempt, details: info.heartbeatDetails };
    heartbeat(progress);
    throw new Error('after the heartbeat');
  },
  async keepsHeartbeating(ms) {
    for (const end = Date.now() + ms; Date.now() < end;) { heartbeat(end); await sleep(100); }
    return 'alive';
  },
  async untilCancelled(id) {
    record(id, 'started');
    try {
      for (;;) { heartbeat(); await sleep(100); }
    } catch (error) {
      record(id, 'cancelled');
      throw error;
    }
  },
  async completesLater(id) {
    record(id, activityInfo().taskToken);
    throw new CompleteAsyncError();
  },
  async info() {
    const { activityId, activityType, attempt, taskQueue, workflowExecution, workflowType, isLocal, startToCloseTimeoutMs, heartbeatTimeoutMs } = activityInfo();
    return { activityId, activityType, attempt, taskQueue, workflowId: workflowExecution.workflowId, workflowType, isLocal, startToCloseTimeoutMs, heartbeatTimeoutMs };
  },
};
