// TypeScript client and worker with workflows and activities of a .NET worker:  node mixed.js HOST:PORT DOTNET_QUEUE
// One JSON line per check.
const assert = require('node:assert/strict');
const { Harness, eventually, failureOf } = require('./harness');

const [address, dotnet] = process.argv.slice(2);

const checks = {
  'dotnet-workflow-uses-typescript-activity-and-child': async (h) => {
    const handle = await h.start('DotnetOrder', { taskQueue: dotnet, args: [{ Name: 'World', Queue: h.taskQueue }], memo: { owner: 'ts' } });
    await eventually('the workflow waits', async () => (await handle.query('state')) === 'waiting');
    await handle.signal('add', 5);
    await handle.signal('add', 6);
    await handle.signal('finish');
    assert.deepEqual(await handle.result(), { Greeting: 'Hello, World!', Doubled: 42, Values: [5, 6], Owner: 'ts' });
    assert.equal(await handle.query('state'), 'done');
  },
  'dotnet-update': async (h) => {
    const handle = await h.start('DotnetCounter', { taskQueue: dotnet });
    assert.equal(await handle.executeUpdate('addAndGet', { args: [5] }), 5);
    const refused = await failureOf(handle.executeUpdate('addAndGet', { args: [-1] }));
    assert.deepEqual([refused.name, refused.cause.message, refused.cause.type], ['WorkflowUpdateFailedError', 'no negative numbers', 'Negative']);
    await handle.signal('finish');
    assert.equal(await handle.result(), 5);
  },
  'dotnet-failure': async (h) => {
    const { name, cause } = await failureOf(h.execute('DotnetFailure', { taskQueue: dotnet }));
    assert.deepEqual([name, cause.name, cause.message, cause.type, cause.nonRetryable, cause.details],
      ['WorkflowFailedError', 'ApplicationFailure', 'order is invalid', 'OrderInvalid', true, [{ code: 7 }, 'second']]);
  },
  'dotnet-cancellation': async (h) => {
    const handle = await h.start('DotnetSleeper', { taskQueue: dotnet });
    await eventually('the timer runs', async () => (await h.events(handle)).some((event) => event.timerStartedEventAttributes));
    await handle.cancel();
    assert.equal((await failureOf(handle.result())).cause.name, 'CancelledFailure');
  },
  'typescript-workflow-uses-dotnet-child': async (h) => {
    assert.deepEqual(await h.execute('childOutcome', { args: ['DotnetDouble', [4], { taskQueue: dotnet }] }), { result: 8 });
    const failed = await h.execute('childOutcome', { args: ['DotnetFailure', [], { taskQueue: dotnet }] });
    assert.deepEqual([failed.error, failed.cause, failed.type], ['ChildWorkflowFailure', 'ApplicationFailure', 'OrderInvalid']);
  },
  'typescript-workflow-uses-dotnet-activities': async (h) => {
    const run = (name, args, options) => h.execute('activity', { args: [name, args, { taskQueue: dotnet, ...options }] });
    assert.deepEqual(await run('Greet', ['World'], {}), { result: 'Hello, World!' });
    assert.deepEqual(await run('Add', [20, 22], {}), { result: 42 });
    assert.deepEqual(await run('FailUntil', [3], {}), { result: 'ok at attempt 3' });
    const failed = await run('FailUntil', [9], { retry: { maximumAttempts: 2, initialInterval: '20ms' } });
    assert.deepEqual([failed.error, failed.retryState, failed.cause.type, failed.cause.message], ['ActivityFailure', 'MAXIMUM_ATTEMPTS_REACHED', 'Flaky', 'attempt 2 fails']);
    const silent = await run('Sleep', [30_000], { startToCloseTimeout: '500ms', retry: { maximumAttempts: 1 } });
    assert.equal(silent.cause.timeoutType, 'START_TO_CLOSE');
  },
};

(async () => {
  const harness = await Harness.start(address);
  await Promise.all(Object.entries(checks).map(async ([name, check]) => {
    let error = null;
    try { await check(harness); } catch (failure) { error = failure.stack; }
    console.log(JSON.stringify({ name, ok: error === null, error }));
  }));
  await harness.stop();
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
