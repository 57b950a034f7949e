// A worker and running workflows over a restart of the server:  node restart.js HOST:PORT
// Prints `under-way` once the workflows run, then one line for each that completed.
const assert = require('node:assert/strict');
const { Harness, eventually } = require('./harness');

const WORKFLOWS = 5, STEPS = 100;

async function resultOf(handle) {
  for (const end = Date.now() + 120_000; ;) {
    try {
      return await handle.result();
    } catch (error) {
      // Nothing but the server's absence may be seen.
      if (error.name !== 'ServiceError' || Date.now() > end) throw error;
    }
  }
}

(async () => {
  const harness = await Harness.start(process.argv[2]);
  const handles = await Promise.all(Array.from({ length: WORKFLOWS }, () => harness.start('steps', { args: [STEPS] })));
  await eventually('the first activities are done', async () => (await harness.events(handles[0])).some((event) => event.activityTaskCompletedEventAttributes));
  console.log(JSON.stringify({ name: 'under-way', ok: true }));
  for (const handle of handles) {
    let error = null;
    try {
      assert.equal(await resultOf(handle), STEPS);
      const events = await harness.events(handle);
      assert.equal(events.filter((event) => event.activityTaskCompletedEventAttributes).length, STEPS);
      assert.deepEqual(events.map((event) => Number(event.eventId)), events.map((_, i) => i + 1));
    } catch (failure) { error = failure.stack; }
    console.log(JSON.stringify({ name: handle.workflowId, ok: error === null, error }));
  }
  await harness.stop();
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
