// Children, parent close policies, signals and cancellation between workflows.
const assert = require('node:assert/strict');
const { eventually, failureOf } = require('../harness');

const outcome = (h, type, args, options) => h.execute('childOutcome', { args: [type, args, options ?? {}] });

async function leaveChild(h, policy) {
  const childId = h.id('child');
  assert.equal(await h.execute('leavesChild', { args: [childId, policy] }), 'left');
  return h.client.workflow.getHandle(childId);
}

module.exports = {
  'child-result': async (h) => {
    assert.deepEqual(await outcome(h, 'double', [4]), { result: 8 });
  },

  'child-info-names-its-parent': async (h) => {
    const parent = await h.start('childOutcome', { args: ['info', [], {}] });
    const { result } = await parent.result();
    assert.equal(result.parent, parent.workflowId);
  },

  'child-fails': async (h) => {
    const { error, cause, message, type } = await outcome(h, 'fail', []);
    assert.deepEqual([error, cause, message, type], ['ChildWorkflowFailure', 'ApplicationFailure', 'order is invalid', 'OrderInvalid']);
  },

  'child-retries': async (h) => {
    assert.deepEqual(await outcome(h, 'flaky', [1], { retry: { initialInterval: '50ms' } }), { result: 2 });
  },

  'child-continues-as-new': async (h) => {
    assert.equal((await outcome(h, 'countDown', [2])).result.length, 3);
  },

  'child-id-taken': async (h) => {
    const taken = await h.start('collect');
    const { error } = await outcome(h, 'collect', [], { workflowId: taken.workflowId });
    assert.equal(error, 'WorkflowExecutionAlreadyStartedError');
    await taken.terminate();
  },

  'child-times-out': async (h) => {
    const { error, cause } = await outcome(h, 'sleepForever', [], { workflowRunTimeout: '1s' });
    assert.deepEqual([error, cause], ['ChildWorkflowFailure', 'TimeoutFailure']);
  },

  'child-terminated': async (h) => {
    const childId = h.id('child');
    const parent = await h.start('childOutcome', { args: ['sleepForever', [], { workflowId: childId }] });
    const child = h.client.workflow.getHandle(childId);
    await eventually('the child runs', async () => { try { return (await child.describe()).status.name === 'RUNNING'; } catch { return false; } });
    await child.terminate('by hand');
    assert.equal((await parent.result()).cause, 'TerminatedFailure');
  },

  'child-cancelled-by-its-parent': async (h) => {
    assert.deepEqual(await h.execute('cancelsChild'), { cancelled: true, name: 'ChildWorkflowFailure', cause: 'CancelledFailure' });
  },

  'twenty-children': async (h) => {
    assert.equal(await h.execute('children', { args: [20] }), 380);
  },

  'parent-close-terminates': async (h) => {
    const child = await leaveChild(h, 'TERMINATE');
    assert.equal((await failureOf(child.result())).cause.name, 'TerminatedFailure');
  },

  'parent-close-requests-cancel': async (h) => {
    const child = await leaveChild(h, 'REQUEST_CANCEL');
    assert.equal((await failureOf(child.result())).cause.name, 'CancelledFailure');
  },

  'parent-close-abandons': async (h) => {
    const child = await leaveChild(h, 'ABANDON');
    await child.signal('add', 1);
    await child.signal('finish');
    assert.deepEqual(await child.result(), [1]);
  },

  'parent-signals-child': async (h) => {
    assert.deepEqual(await h.execute('signalsChild'), ['from the parent']);
  },

  'signal-another-workflow': async (h) => {
    const target = await h.start('collect');
    assert.equal(await h.execute('signalsOther', { args: [target.workflowId, 'hello'] }), 'signalled');
    await target.signal('finish');
    assert.deepEqual(await target.result(), ['hello']);
  },

  'signal-a-missing-workflow': async (h) => {
    assert.match(await h.execute('signalsOther', { args: [h.id('missing'), 1] }), /not found|NotFound|NOT_FOUND|was not found/i);
  },

  'cancel-another-workflow': async (h) => {
    const target = await h.start('sleepForever');
    assert.equal(await h.execute('cancelsOther', { args: [target.workflowId] }), 'requested');
    assert.equal((await failureOf(target.result())).cause.name, 'CancelledFailure');
  },
};
