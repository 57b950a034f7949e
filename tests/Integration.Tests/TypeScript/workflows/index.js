// Every workflow of the main bundle. Plain JavaScript: these run in the SDK's sandbox.
const wf = require('@temporalio/workflow');

const quick = { startToCloseTimeout: '20s', retry: { initialInterval: '50ms', maximumInterval: '200ms' } };
const activities = wf.proxyActivities(quick);
const once = wf.proxyActivities({ ...quick, retry: { maximumAttempts: 1 } });

const finish = wf.defineSignal('finish');
const add = wf.defineSignal('add');
const state = wf.defineQuery('state');

exports.echo = async (...values) => values;
exports.same = async (value) => value;

exports.blob = async (text) => ({ length: text.length, text });

exports.fail = async () => {
  throw wf.ApplicationFailure.create({ message: 'order is invalid', type: 'OrderInvalid', nonRetryable: true, details: [{ code: 7 }, 'second'] });
};

exports.everything = async (name) => {
  let stage = 'greeting', approvals = [];
  wf.setHandler(state, () => stage);
  wf.setHandler(add, (value) => { approvals.push(value); });
  const greeting = await activities.greet(name);
  stage = 'sleeping';
  await wf.sleep(100);
  stage = 'waiting';
  await wf.condition(() => approvals.length > 0);
  stage = 'child';
  const child = await wf.executeChild('double', { args: [approvals[0]], workflowId: `${wf.workflowInfo().workflowId}/child` });
  stage = 'done';
  return { greeting, child, approvals };
};

exports.double = async (number) => number * 2;

exports.collect = async () => {
  const values = [];
  let done = false;
  wf.setHandler(state, () => values.length);
  wf.setHandler(add, (value) => { values.push(value); });
  wf.setHandler(finish, () => { done = true; });
  await wf.condition(() => done);
  return values;
};

exports.counter = async () => {
  let total = 0, done = false;
  wf.setHandler(state, () => total);
  wf.setHandler(finish, () => { done = true; });
  wf.setHandler(
    wf.defineUpdate('addAndGet'),
    async (value) => { await wf.sleep(10); return (total += value); },
    { validator: (value) => { if (value < 0) throw wf.ApplicationFailure.create({ message: 'no negative numbers', type: 'Negative' }); } },
  );
  wf.setHandler(wf.defineUpdate('breaks'), async () => { throw wf.ApplicationFailure.nonRetryable('cannot', 'Broken'); });
  await wf.condition(() => done);
  return total;
};

exports.timers = async (count) => {
  const order = [];
  await Promise.all(Array.from({ length: count }, async (_, i) => { await wf.sleep((count - i) * 2); order.push(i); }));
  return order;
};

exports.cancelledTimer = async () => {
  const scope = new wf.CancellationScope();
  const sleeping = scope.run(() => wf.sleep('1h'));
  scope.cancel();
  try { await sleeping; } catch (error) { return wf.isCancellation(error) ? 'timer cancelled' : String(error); }
  return 'not cancelled';
};

exports.parallel = async (count) => Promise.all(Array.from({ length: count }, (_, i) => activities.echo(i)));
exports.steps = async (count) => { for (let i = 0; i < count; i++) await activities.echo(i); return count; };

// Runs one activity with the given options and reports how it ended.
exports.activity = async (name, args, options) => {
  try {
    return { result: await wf.proxyActivities({ ...quick, ...options })[name](...args) };
  } catch (error) {
    const cause = error.cause ?? {};
    return {
      error: error.name, retryState: error.retryState, activityType: error.activityType,
      cause: { name: cause.name, message: cause.message, type: cause.type, timeoutType: cause.timeoutType, details: cause.details, lastHeartbeat: cause.lastHeartbeatDetails, causeName: cause.cause?.name, causeMessage: cause.cause?.message },
    };
  }
};

exports.localActivity = async (value) => wf.proxyLocalActivities({ startToCloseTimeout: '10s' }).echo(value);

exports.cancelActivity = async (id) => {
  const cancellable = wf.proxyActivities({ startToCloseTimeout: '60s', heartbeatTimeout: '5s', cancellationType: 'WAIT_CANCELLATION_COMPLETED', retry: { maximumAttempts: 1 } });
  const scope = new wf.CancellationScope();
  wf.setHandler(finish, () => scope.cancel());
  try { return await scope.run(() => cancellable.untilCancelled(id)); } catch (error) { return { cancelled: wf.isCancellation(error), name: error.name, cause: error.cause?.name }; }
};

exports.sleepForever = async () => { await wf.sleep('1h'); return 'never'; };

exports.cleanUp = async (id) => {
  try {
    await wf.sleep('1h');
  } catch (error) {
    if (wf.isCancellation(error)) await wf.CancellationScope.nonCancellable(() => activities.note(id, 'cleaned up'));
    throw error;
  }
};

exports.ignoresCancel = async () => {
  await wf.CancellationScope.nonCancellable(async () => { await wf.CancellationScope.current().cancelRequested.catch(() => undefined); });
  return 'finished all the same';
};

exports.longActivity = async (id) => once.untilCancelled(id);

exports.countDown = async (n, trail) => {
  trail = [...(trail ?? []), wf.workflowInfo().runId];
  if (n > 0) await wf.continueAsNew(n - 1, trail);
  return trail;
};

exports.continueCarriesOver = async (first) => {
  const info = wf.workflowInfo();
  if (first) await wf.makeContinueAsNewFunc({ memo: { step: 'second' }, workflowRunTimeout: '40s' })(false);
  return { memo: info.memo, runTimeoutMs: info.runTimeoutMs, continuedFrom: info.continuedFromExecutionRunId, firstRun: info.firstExecutionRunId, queue: info.taskQueue };
};

exports.flaky = async (failures) => {
  const { attempt } = wf.workflowInfo();
  if (attempt <= failures) throw wf.ApplicationFailure.create({ message: `attempt ${attempt}`, type: 'Flaky' });
  return attempt;
};

exports.info = async () => {
  const { workflowId, workflowType, taskQueue, attempt, memo, parent, namespace, historyLength } = wf.workflowInfo();
  return { workflowId, workflowType, taskQueue, attempt, memo, parent: parent && parent.workflowId, namespace, historyLength };
};

exports.lastResult = async () => {
  const { lastResult } = wf.workflowInfo();
  return (lastResult ?? 0) + 1;
};

exports.painted = async (color) => {
  wf.upsertSearchAttributes({ ConformanceColor: [color] });
  wf.upsertMemo({ painted: color });
  await wf.condition(() => false);
};

exports.patched = async () => (wf.patched('second-way') ? 'second way' : 'first way');

exports.randomness = async () => ({ random: Math.random(), uuid: wf.uuid4(), now: Date.now() });

Object.assign(exports, require('./children'), require('./changing'));
