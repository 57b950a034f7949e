// The bundle of a worker with changed code.
const wf = require('@temporalio/workflow');

const finish = wf.defineSignal('finish');
const { echo } = wf.proxyActivities({ startToCloseTimeout: '20s' });

// Not what history says: a timer where the activity was.
exports.changing = async () => {
  await wf.sleep(50);
  return 'changed';
};

// A change made properly.
exports.patchedLater = async () => {
  let done = false;
  wf.setHandler(finish, () => { done = true; });
  const patched = wf.patched('new-way');
  if (patched) await wf.sleep(10);
  else await echo('old');
  await wf.condition(() => done);
  return patched ? 'new way' : 'old way';
};
