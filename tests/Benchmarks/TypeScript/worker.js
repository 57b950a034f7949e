// The official worker, alone:  node worker.js HOST:PORT QUEUE   Prints `ready QUEUE` and works until its input ends.
const { DefaultLogger, NativeConnection, Runtime, Worker } = require('@temporalio/worker');

Runtime.install({ logger: new DefaultLogger('ERROR') });

async function main(address, taskQueue) {
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: require.resolve('./workflows.js'),
    activities: { Echo: async (value) => value },
    maxConcurrentWorkflowTaskExecutions: 200,
    maxConcurrentActivityTaskExecutions: 200,
    maxConcurrentWorkflowTaskPolls: 10,
    maxConcurrentActivityTaskPolls: 10,
    maxCachedWorkflows: 2000,
  });
  const running = worker.run();
  console.log(`ready ${taskQueue}`);
  process.stdin.on('end', () => worker.shutdown()).resume();
  await running;
  await connection.close();
}

main(...process.argv.slice(2)).catch((error) => { console.error(error); process.exit(1); });
