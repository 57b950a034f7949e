// Describe, list, count, histories, and what the server says about itself.
const assert = require('node:assert/strict');
const { eventually, failureOf } = require('../harness');

async function idsOf(list) {
  const ids = [];
  for await (const run of list) ids.push(run.workflowId);
  return ids.sort();
}

module.exports = {
  'describe-a-running-workflow': async (h) => {
    const handle = await h.start('collect', { memo: { owner: 'me' } });
    const description = await handle.describe();
    assert.equal(description.status.name, 'RUNNING');
    assert.equal(description.type, 'collect');
    assert.equal(description.taskQueue, h.taskQueue);
    assert.equal(description.workflowId, handle.workflowId);
    assert.equal(description.runId, handle.firstExecutionRunId);
    assert.deepEqual(description.memo, { owner: 'me' });
    assert.ok(Math.abs(description.startTime.getTime() - Date.now()) < 60_000);
    assert.equal(description.closeTime, undefined);
    await handle.terminate();
  },

  'describe-a-closed-workflow': async (h) => {
    const handle = await h.start('echo', { args: [1] });
    await handle.result();
    const description = await handle.describe();
    assert.equal(description.status.name, 'COMPLETED');
    assert.equal(description.historyLength, 5);
    assert.ok(description.closeTime >= description.startTime);
  },

  'describe-pending-things': async (h) => {
    const id = h.id('pending');
    const handle = await h.start('longActivity', { args: [id] });
    await eventually('the activity runs', () => h.seen.get(id)?.includes('started'));
    const { raw } = await handle.describe();
    assert.equal(raw.pendingActivities.length, 1);
    assert.equal(raw.pendingActivities[0].activityType.name, 'untilCancelled');
    assert.equal(raw.pendingActivities[0].attempt, 1);
    await handle.terminate();
  },

  'describe-a-pending-child': async (h) => {
    const handle = await h.start('childOutcome', { args: ['sleepForever', [], { workflowId: h.id('child') }] });
    const child = await eventually('the child is pending', async () => (await handle.describe()).raw.pendingChildren?.find((pending) => pending.runId));
    assert.equal(child.workflowTypeName, 'sleepForever');
    await handle.terminate();
  },

  'describe-a-missing-workflow': async (h) => {
    const error = await failureOf(h.client.workflow.getHandle(h.id('missing')).describe());
    assert.equal(error.name, 'WorkflowNotFoundError');
  },

  'list-by-type-and-status': async (h) => {
    // A task queue of its own marks this scenario's runs.
    await h.withWorker({}, async (taskQueue) => {
      const open = await Promise.all([1, 2, 3].map(() => h.start('collect', { taskQueue })));
      const closed = await Promise.all([1, 2].map((value) => h.start('echo', { args: [value], taskQueue })));
      await Promise.all(closed.map((handle) => handle.result()));
      const list = (query) => idsOf(h.client.workflow.list({ query: `TaskQueue = "${taskQueue}" AND ${query}` }));
      const ids = (handles) => handles.map((handle) => handle.workflowId).sort();

      await eventually('all five are listed', async () => (await list('StartTime > "2020-01-01T00:00:00Z"')).length === 5);
      await eventually('two are listed as completed', async () => (await list('ExecutionStatus = "Completed"')).length === 2);
      assert.deepEqual(await list('WorkflowType = "collect"'), ids(open));
      assert.deepEqual(await list('WorkflowType = "echo" AND ExecutionStatus = "Completed"'), ids(closed));
      assert.deepEqual(await list('ExecutionStatus = "Running"'), ids(open));
      assert.deepEqual(await list(`WorkflowId = "${open[1].workflowId}"`), [open[1].workflowId]);
      assert.deepEqual(await list('WorkflowType = "nothing"'), []);
      assert.deepEqual(await idsOf(h.client.workflow.list({ query: `TaskQueue = "${taskQueue}"`, pageSize: 2 })), ids([...open, ...closed]));
      assert.equal((await h.client.workflow.count(`TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"`)).count, 3);
      await Promise.all(open.map((handle) => handle.terminate()));
    });
  },

  'list-refuses-a-bad-query': async (h) => {
    const error = await failureOf(idsOf(h.client.workflow.list({ query: 'this is no query' })));
    assert.equal(error.code ?? error.cause?.code, 3, String(error));
  },

  'history-has-consecutive-events': async (h) => {
    const handle = await h.start('activity', { args: ['echo', [1], {}] });
    await handle.result();
    const events = await h.events(handle);
    assert.deepEqual(events.map((event) => Number(event.eventId)), events.map((_, i) => i + 1));
    assert.ok(events[0].workflowExecutionStartedEventAttributes);
    assert.ok(events.at(-1).workflowExecutionCompletedEventAttributes);
  },

  'history-in-pages': async (h) => {
    const handle = await h.start('steps', { args: [5] });
    await handle.result();
    const all = await h.events(handle);
    const paged = [];
    let nextPageToken, pages = 0;
    do {
      const page = await h.connection.workflowService.getWorkflowExecutionHistory({
        namespace: 'default', execution: { workflowId: handle.workflowId }, maximumPageSize: 4, nextPageToken,
      });
      pages++;
      paged.push(...page.history.events);
      ({ nextPageToken } = page);
    } while (nextPageToken?.length);
    // A page ends between two transactions, so it may be longer than asked for.
    assert.ok(pages > 2, `${pages} pages of ${all.length} events`);
    assert.deepEqual(paged.map((event) => Number(event.eventId)), all.map((event) => Number(event.eventId)));
  },

  'result-of-a-long-wait': async (h) => {
    const handle = await h.start('collect');
    const result = handle.result();
    await new Promise((resolve) => setTimeout(resolve, 22_000));
    await handle.signal('finish');
    assert.deepEqual(await result, []);
  },

  'system-info': async (h) => {
    const { capabilities } = await h.connection.workflowService.getSystemInfo({});
    assert.ok(capabilities.sdkMetadata && capabilities.encodedFailureAttributes && capabilities.activityFailureIncludeHeartbeat);
  },

  'health': async (h) => {
    const { status } = await h.connection.healthService.check({ service: 'temporal.api.workflowservice.v1.WorkflowService' });
    assert.equal(status, 1);
  },

  'unknown-namespace': async (h) => {
    const { Client } = require('@temporalio/client');
    const elsewhere = new Client({ connection: h.connection, namespace: 'nowhere' });
    const error = await failureOf(elsewhere.workflow.start('echo', { taskQueue: h.taskQueue, workflowId: h.id('x') }));
    assert.equal(error.name, 'NamespaceNotFoundError');
  },

  'search-attributes': async (h) => {
    await h.connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes: { ConformanceColor: 2 } });
    const id = h.id('painted');
    const handle = await h.start('painted', { workflowId: id, args: ['green'], searchAttributes: { ConformanceColor: ['red'] } });
    await eventually('the workflow painted itself', async () => (await handle.describe()).searchAttributes.ConformanceColor?.[0] === 'green');
    assert.equal((await handle.describe()).memo.painted, 'green');
    assert.deepEqual(await idsOf(h.client.workflow.list({ query: `ConformanceColor = 'green' AND WorkflowId = '${id}'` })), [id]);
    assert.deepEqual(await idsOf(h.client.workflow.list({ query: `ConformanceColor = 'red' AND WorkflowId = '${id}'` })), []);
    const error = await failureOf(h.start('echo', { searchAttributes: { NobodyKnowsThis: ['x'] } }));
    assert.match(`${error.message} ${error.cause?.message}`, /no mapping defined for search attribute NobodyKnowsThis/);
    await handle.terminate();
  },
};
