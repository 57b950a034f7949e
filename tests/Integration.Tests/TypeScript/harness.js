// What scenarios share: connections, the bundles, the standing worker, and small helpers.
const { randomUUID } = require('node:crypto');
const { Client, Connection } = require('@temporalio/client');
const { DefaultLogger, NativeConnection, Runtime, Worker, bundleWorkflowCode } = require('@temporalio/worker');
const { activities, seen } = require('./activities');

const TASK_QUEUE = 'conformance';
const silent = new DefaultLogger('ERROR', () => undefined);

class Harness {
  static async start(address) {
    // Without forwarding, the SDK's core writes to standard output itself.
    const level = process.env.CONFORMANCE_LOG;
    Runtime.install({
      logger: level ? new DefaultLogger(level) : silent,
      telemetryOptions: { logging: { forward: {}, filter: `temporalio_sdk_core=${level ?? 'ERROR'},temporalio_client=${level ?? 'ERROR'}` } },
    });
    const harness = new Harness();
    const bundle = (file) => bundleWorkflowCode({ workflowsPath: require.resolve(file), logger: silent });
    harness.address = address;
    [harness.bundle, harness.changedBundle, harness.native, harness.connection] = await Promise.all([
      bundle('./workflows/index'), bundle('./workflows/changed'), NativeConnection.connect({ address }), Connection.connect({ address }),
    ]);
    harness.client = new Client({ connection: harness.connection, identity: 'conformance-client' });
    harness.standing = await harness.runWorker({ taskQueue: TASK_QUEUE });
    return harness;
  }

  seen = seen;
  taskQueue = TASK_QUEUE;

  // A worker that polls until its stop() resolved. Queue and bundle by default are the standing worker's.
  async runWorker({ changed = false, ...options } = {}) {
    const worker = await Worker.create({
      connection: this.native, taskQueue: TASK_QUEUE, identity: 'conformance-worker', activities,
      workflowBundle: changed ? this.changedBundle : this.bundle,
      maxHeartbeatThrottleInterval: '100ms', defaultHeartbeatThrottleInterval: '100ms', workflowThreadPoolSize: 1, ...options,
    });
    const running = worker.run();
    return { worker, stop: async () => { if (worker.getState() === 'RUNNING') worker.shutdown(); await running; } };
  }

  // Runs `action` while an additional worker polls a queue of its own.
  async withWorker(options, action) {
    const taskQueue = this.id('queue');
    const { stop } = await this.runWorker({ taskQueue, ...options });
    try { return await action(taskQueue); } finally { await stop(); }
  }

  id(what) { return `${what}-${randomUUID()}`; }

  start(type, { args = [], ...options } = {}) {
    return this.client.workflow.start(type, { taskQueue: TASK_QUEUE, workflowId: this.id(type), args, ...options });
  }

  async execute(type, options) { return (await this.start(type, options)).result(); }

  // The events of one run, as the server returns them.
  async events(handle) { return (await handle.fetchHistory()).events ?? []; }

  async stop() {
    await this.standing.stop();
    await this.connection.close();
    await this.native.close();
  }
}

// Waits until `probe` returns something truthy and returns that.
async function eventually(what, probe, timeoutMs = 30_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// The error that a promise rejects with.
async function failureOf(promise) {
  let value;
  try { value = await promise; } catch (error) { return error; }
  throw new Error(`expected a failure, seen ${JSON.stringify(value)}`);
}

module.exports = { Harness, eventually, failureOf };
