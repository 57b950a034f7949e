// A workflow's own steps: arguments, activities, timers, signals, queries, failures.
const assert = require('node:assert/strict');
const { failureOf, eventually } = require('../harness');

module.exports = {
  'activity-timer-signal-query-child': async (h) => {
    const handle = await h.start('everything', { args: ['World'] });
    await eventually('the workflow waits for its signal', async () => (await handle.query('state')) === 'waiting');
    await handle.signal('add', 21);
    assert.deepEqual(await handle.result(), { greeting: 'Hello, World!', child: 42, approvals: [21] });
    assert.equal(await handle.query('state'), 'done');
  },

  'arguments-round-trip': async (h) => {
    const values = ['', 'žluťoučký 🐎\n', 0, -1.5, true, null, [1, [2]], { a: { b: null } }];
    assert.deepEqual(await h.execute('echo', { args: values }), values);
  },

  'binary-argument': async (h) => {
    const bytes = new Uint8Array([0, 1, 254, 255]);
    assert.deepEqual(new Uint8Array(await h.execute('same', { args: [bytes] })), bytes);
  },

  'large-argument': async (h) => {
    const text = 'x'.repeat(900_000);
    assert.deepEqual(await h.execute('blob', { args: [text] }), { length: text.length, text });
  },

  'workflow-info': async (h) => {
    const handle = await h.start('info', { memo: { owner: 'data team', level: 3 } });
    const info = await handle.result();
    assert.equal(info.workflowId, handle.workflowId);
    assert.equal(info.workflowType, 'info');
    assert.equal(info.taskQueue, h.taskQueue);
    assert.equal(info.attempt, 1);
    assert.equal(info.namespace, 'default');
    assert.equal(info.historyLength, 3);
    assert.deepEqual(info.memo, { owner: 'data team', level: 3 });
  },

  'workflow-fails': async (h) => {
    const error = await failureOf(h.execute('fail'));
    assert.equal(error.name, 'WorkflowFailedError');
    assert.equal(error.cause.name, 'ApplicationFailure');
    assert.equal(error.cause.message, 'order is invalid');
    assert.equal(error.cause.type, 'OrderInvalid');
    assert.equal(error.cause.nonRetryable, true);
    assert.deepEqual(error.cause.details, [{ code: 7 }, 'second']);
  },

  'hundred-timers': async (h) => {
    const order = await h.execute('timers', { args: [100] });
    assert.equal(new Set(order).size, 100);
  },

  'cancelled-timer': async (h) => {
    const handle = await h.start('cancelledTimer');
    assert.equal(await handle.result(), 'timer cancelled');
    // Started and cancelled within one task: no trace of it.
    assert.ok((await h.events(handle)).every((event) => !event.timerStartedEventAttributes));
  },

  'fifty-parallel-activities': async (h) => {
    assert.deepEqual(await h.execute('parallel', { args: [50] }), Array.from({ length: 50 }, (_, i) => i));
  },

  'twenty-activities-in-sequence': async (h) => {
    assert.equal(await h.execute('steps', { args: [20] }), 20);
  },

  'randomness-is-stable': async (h) => {
    const handle = await h.start('randomness');
    const result = await handle.result();
    assert.ok(result.random >= 0 && result.random < 1);
    assert.match(result.uuid, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(result.now - Date.now()) < 60_000);
  },

  'patched-workflow': async (h) => {
    const handle = await h.start('patched');
    assert.equal(await handle.result(), 'second way');
    assert.ok((await h.events(handle)).some((event) => event.markerRecordedEventAttributes?.markerName === 'core_patch'));
  },

  'start-delay': async (h) => {
    const started = Date.now();
    assert.deepEqual(await h.execute('echo', { args: [1], startDelay: '1s' }), [1]);
    assert.ok(Date.now() - started >= 900, `delayed by ${Date.now() - started} ms only`);
  },

  'static-summary': async (h) => {
    const handle = await h.start('echo', { staticSummary: 'a summary', staticDetails: 'some **details**' });
    await handle.result();
    const description = await handle.describe();
    assert.equal(await description.staticSummary(), 'a summary');
    assert.equal(await description.staticDetails(), 'some **details**');
  },
};
