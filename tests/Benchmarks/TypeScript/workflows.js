// The load of BenchWorkflows.cs, under the same names.
const { condition, defineSignal, defineUpdate, executeChild, proxyActivities, proxyLocalActivities, setHandler, sleep } = require('@temporalio/workflow');

const { Echo } = proxyActivities({ startToCloseTimeout: '30s' });
const local = proxyLocalActivities({ startToCloseTimeout: '30s' });
const poke = defineSignal('Poke');
const add = defineUpdate('Add');

exports.empty = async () => {};

exports.one = (value) => Echo(value);

exports.local1 = (value) => local.Echo(value);

exports.seq = async (steps) => {
  for (let step = 0; step < steps; step++) {
    await Echo(step);
  }
};

exports.par = async (count) => {
  await Promise.all(Array.from({ length: count }, (_, n) => Echo(n)));
};

exports.timer = () => sleep(1);

exports.child = async (count) => {
  for (let child = 0; child < count; child++) {
    await executeChild('empty', { args: [] });
  }
};

exports.sink = async (enough) => {
  let count = 0;
  setHandler(poke, () => { count++; });
  setHandler(add, () => ++count);
  await condition(() => count >= enough);
  return count;
};
