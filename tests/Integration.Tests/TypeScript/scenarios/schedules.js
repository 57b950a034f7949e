// Schedules through the official client; every one has an id of its own and is deleted at the end.
const assert = require('node:assert/strict');
const { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } = require('@temporalio/client');
const { eventually, failureOf } = require('../harness');

const HOUR = 3_600_000;

// Runs `use` with a new schedule that starts `echo` once a day, unless the options say otherwise.
async function withSchedule(h, { spec, action, ...options }, use) {
  const scheduleId = h.id('schedule');
  const handle = await h.client.schedule.create({
    scheduleId,
    spec: spec ?? { intervals: [{ every: '1 day' }] },
    action: { type: 'startWorkflow', workflowType: 'echo', args: ['scheduled'], taskQueue: h.taskQueue, workflowId: `${scheduleId}-run`, ...action },
    ...options,
  });
  try { return await use(handle, scheduleId); } finally { await handle.delete().catch(() => undefined); }
}

const actionsOf = async (handle, count) => eventually(`${count} actions`, async () => {
  const { info } = await handle.describe();
  return info.recentActions.length >= count && info;
});

const resultOf = (h, action) => h.client.workflow.getHandle(action.action.workflow.workflowId, action.action.workflow.firstExecutionRunId).result();

module.exports = {
  'schedule-create-and-describe': async (h) => {
    const options = {
      spec: { calendars: [{ hour: 3, minute: [0, 30], dayOfWeek: 'MONDAY', comment: 'weekly' }], intervals: [{ every: '2h', offset: '15m' }], jitter: '1s', timezone: 'Europe/Berlin' },
      action: { memo: { owner: 'me' }, workflowRunTimeout: '1 minute' },
      policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: '2 minutes', pauseOnFailure: true },
      state: { paused: true, note: 'begin', remainingActions: 4 },
      memo: { team: 'data' },
    };
    await withSchedule(h, options, async (handle, scheduleId) => {
      const seen = await handle.describe();
      assert.equal(seen.scheduleId, scheduleId);
      assert.deepEqual(seen.state, { paused: true, note: 'begin', remainingActions: 4 });
      assert.deepEqual(seen.policies, { overlap: 'BUFFER_ONE', catchupWindow: 120_000, pauseOnFailure: true });
      assert.deepEqual(seen.memo, { team: 'data' });
      assert.deepEqual(seen.action.args, ['scheduled']);
      assert.deepEqual(seen.action.memo, { owner: 'me' });
      assert.equal(seen.spec.timezone, 'Europe/Berlin');
      assert.deepEqual(seen.spec.intervals, [{ every: 2 * HOUR, offset: 15 * 60_000 }]);
      assert.equal(seen.spec.calendars[0].comment, 'weekly');
      assert.equal(seen.info.nextActionTimes.length, 4);
      assert.ok(Math.abs(seen.info.createdAt.getTime() - Date.now()) < 60_000);
    });
  },

  'schedule-create-twice': async (h) => {
    await withSchedule(h, {}, async (_, scheduleId) => {
      const again = h.client.schedule.create({
        scheduleId, spec: {}, action: { type: 'startWorkflow', workflowType: 'echo', taskQueue: h.taskQueue },
      });
      assert.ok(await failureOf(again) instanceof ScheduleAlreadyRunning);
    });
  },

  'schedule-with-a-wrong-spec': async (h) => {
    const error = await failureOf(withSchedule(h, { spec: { cronExpressions: ['61 * * * *'] } }, () => undefined));
    assert.match(`${error.message} ${error.cause?.details}`, /Minute is not in range \[0-59\]/);
  },

  'schedule-trigger': async (h) => {
    await withSchedule(h, { state: { paused: true } }, async (handle) => {
      await handle.trigger(ScheduleOverlapPolicy.SKIP);
      const info = await actionsOf(handle, 1);
      assert.deepEqual(await resultOf(h, info.recentActions[0]), ['scheduled']);
      assert.equal(info.numActionsTaken, 1);
    });
  },

  'schedule-fires-by-itself': async (h) => {
    await withSchedule(h, { spec: { intervals: [{ every: '1s' }] }, policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL } }, async (handle, scheduleId) => {
      const info = await actionsOf(handle, 3);
      for (const action of info.recentActions.slice(0, 3)) assert.deepEqual(await resultOf(h, action), ['scheduled']);
      const times = info.recentActions.map((action) => action.scheduledAt.getTime());
      assert.deepEqual(times, times.map((_, i) => times[0] + i * 1000));
      assert.ok(info.recentActions.every((action) => action.takenAt >= action.scheduledAt));
      const found = [];
      for await (const run of h.client.workflow.list({ query: `TemporalScheduledById = '${scheduleId}'` })) found.push(run);
      assert.ok(found.length >= 3);
    });
  },

  'schedule-skips-while-one-runs': async (h) => {
    await withSchedule(h, { action: { workflowType: 'sleepForever', args: [] }, state: { paused: true } }, async (handle) => {
      await handle.trigger(ScheduleOverlapPolicy.SKIP);
      const { recentActions: [first] } = await actionsOf(handle, 1);
      await handle.trigger(ScheduleOverlapPolicy.SKIP);
      const info = await eventually('a start was skipped', async () => {
        const seen = (await handle.describe()).info;
        return seen.numActionsSkippedOverlap === 1 && seen;
      });
      assert.equal(info.runningActions.length, 1);
      await h.client.workflow.getHandle(first.action.workflow.workflowId).terminate();
    });
  },

  'schedule-terminates-the-other': async (h) => {
    await withSchedule(h, { action: { workflowType: 'sleepForever', args: [] }, state: { paused: true } }, async (handle) => {
      await handle.trigger(ScheduleOverlapPolicy.SKIP);
      const { recentActions: [first] } = await actionsOf(handle, 1);
      const running = h.client.workflow.getHandle(first.action.workflow.workflowId, first.action.workflow.firstExecutionRunId);
      // Another second: the workflow's id has the time in it.
      await eventually('the next second', () => Math.floor(Date.now() / 1000) > Math.floor(first.scheduledAt.getTime() / 1000));
      await handle.trigger(ScheduleOverlapPolicy.TERMINATE_OTHER);
      assert.equal((await failureOf(running.result())).cause.name, 'TerminatedFailure');
      const info = await actionsOf(handle, 2);
      await h.client.workflow.getHandle(info.recentActions[1].action.workflow.workflowId).terminate();
    });
  },

  'schedule-pause-and-unpause': async (h) => {
    await withSchedule(h, {}, async (handle) => {
      await handle.pause('maintenance');
      assert.deepEqual((await handle.describe()).state, { paused: true, note: 'maintenance', remainingActions: undefined });
      await handle.unpause('done');
      assert.deepEqual((await handle.describe()).state, { paused: false, note: 'done', remainingActions: undefined });
    });
  },

  'schedule-update': async (h) => {
    await withSchedule(h, {}, async (handle) => {
      await handle.update((previous) => ({ ...previous, spec: { intervals: [{ every: '3h' }] }, state: { ...previous.state, note: 'changed' } }));
      const seen = await handle.describe();
      assert.equal(seen.spec.intervals[0].every, 3 * HOUR);
      assert.equal(seen.state.note, 'changed');
      assert.ok(seen.info.lastUpdatedAt);
      assert.equal(seen.info.nextActionTimes[1] - seen.info.nextActionTimes[0], 3 * HOUR);
    });
  },

  'schedule-backfill': async (h) => {
    await withSchedule(h, { spec: { intervals: [{ every: '1h' }] }, state: { paused: true } }, async (handle) => {
      await handle.backfill({ start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-01-01T03:00:00Z'), overlap: ScheduleOverlapPolicy.ALLOW_ALL });
      const info = await actionsOf(handle, 4);
      assert.deepEqual(info.recentActions.map((action) => action.scheduledAt.toISOString()), [0, 1, 2, 3].map((hour) => `2026-01-01T0${hour}:00:00.000Z`));
      assert.deepEqual(await resultOf(h, info.recentActions[3]), ['scheduled']);
    });
  },

  'schedule-carries-the-last-result': async (h) => {
    await withSchedule(h, { action: { workflowType: 'lastResult', args: [] }, state: { paused: true } }, async (handle) => {
      const results = [];
      for (const count of [1, 2]) {
        await handle.trigger(ScheduleOverlapPolicy.BUFFER_ALL);
        const info = await actionsOf(handle, count);
        results.push(await resultOf(h, info.recentActions[count - 1]));
        await eventually('the next second', () => Date.now() > info.recentActions[count - 1].scheduledAt.getTime() + 1000);
      }
      assert.deepEqual(results, [1, 2]);
    });
  },

  'schedule-list': async (h) => {
    await withSchedule(h, { state: { paused: true, note: 'listed' }, memo: { team: 'data' } }, async (_, scheduleId) => {
      const entry = await eventually('the schedule is listed', async () => {
        for await (const seen of h.client.schedule.list()) if (seen.scheduleId === scheduleId) return seen;
        return undefined;
      });
      assert.deepEqual(entry.state, { paused: true, note: 'listed' });
      assert.deepEqual(entry.memo, { team: 'data' });
      assert.equal(entry.action.workflowType, 'echo');
      assert.equal(entry.info.nextActionTimes.length, 5);
    });
  },

  'schedule-delete': async (h) => {
    const missing = await withSchedule(h, {}, async (handle) => {
      await handle.delete();
      return failureOf(handle.describe());
    });
    assert.ok(missing instanceof ScheduleNotFoundError);
    assert.ok(await failureOf(h.client.schedule.getHandle(h.id('nobody')).describe()) instanceof ScheduleNotFoundError);
  },
};
