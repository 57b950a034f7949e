// Parents and children, and workflows that talk to each other.
const wf = require('@temporalio/workflow');

const finish = wf.defineSignal('finish');

exports.childOutcome = async (type, args, options) => {
  try {
    return { result: await wf.executeChild(type, { args, ...options }) };
  } catch (error) {
    return { error: error.name, cause: error.cause?.name, message: error.cause?.message, type: error.cause?.type, retryState: error.retryState };
  }
};

exports.children = async (count) => {
  const results = await Promise.all(Array.from({ length: count }, (_, i) => wf.executeChild('double', { args: [i] })));
  return results.reduce((sum, value) => sum + value, 0);
};

exports.cancelsChild = async () => {
  const scope = new wf.CancellationScope();
  const child = await scope.run(() => wf.startChild('sleepForever', { cancellationType: 'WAIT_CANCELLATION_COMPLETED' }));
  scope.cancel();
  try { await child.result(); } catch (error) { return { cancelled: wf.isCancellation(error), name: error.name, cause: error.cause?.name }; }
  return 'not cancelled';
};

// Starts a child with the given policy and ends while it runs.
exports.leavesChild = async (childId, parentClosePolicy) => {
  await wf.startChild('collect', { workflowId: childId, parentClosePolicy });
  return 'left';
};

exports.signalsChild = async () => {
  const child = await wf.startChild('collect', {});
  await child.signal('add', 'from the parent');
  await child.signal(finish);
  return child.result();
};

exports.signalsOther = async (workflowId, value) => {
  try {
    await wf.getExternalWorkflowHandle(workflowId).signal('add', value);
    return 'signalled';
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};

exports.cancelsOther = async (workflowId) => {
  try {
    await wf.getExternalWorkflowHandle(workflowId).cancel();
    return 'requested';
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
