// Workflows of which `changed.js` holds another version under the same name.
const wf = require('@temporalio/workflow');

const finish = wf.defineSignal('finish');
const { echo } = wf.proxyActivities({ startToCloseTimeout: '20s' });

exports.changing = async () => {
  let done = false;
  wf.setHandler(finish, () => { done = true; });
  await echo('before');
  await wf.condition(() => done);
  return 'as written';
};

exports.patchedLater = async () => {
  let done = false;
  wf.setHandler(finish, () => { done = true; });
  await echo('old');
  await wf.condition(() => done);
  return 'old way';
};
