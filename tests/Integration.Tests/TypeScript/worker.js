// The standing worker alone:  node worker.js HOST:PORT   Prints `ready` and its queue, works until its input ends.
const { Harness } = require('./harness');

Harness.start(process.argv[2]).then((harness) => {
  console.log(`ready ${harness.taskQueue}`);
  process.stdin.on('end', () => harness.stop().then(() => process.exit(0))).resume();
}, (error) => { console.error(error); process.exit(1); });
