// Runs every scenario against a frontend and prints one JSON line for each:  node main.js HOST:PORT [NAME ...]
// {"name","ok","error","ms"}; the exit code says only whether all could be run.
const { Harness } = require('./harness');

const AT_ONCE = 8;
const LIMIT_MS = 90_000;
const files = ['basics', 'activities', 'control', 'children', 'identity', 'workers', 'visibility', 'messages', 'schedules'];

async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not finished within ${ms} ms`)), ms); });
  try { return await Promise.race([promise, late]); } finally { clearTimeout(timer); }
}

function describe(error) {
  const causes = [];
  for (let cause = error; cause && causes.length < 5; cause = cause.cause) causes.push(`${cause.name}: ${cause.message}`);
  return `${causes.join(' <- ')}\n${error.stack ?? ''}`;
}

async function main([address, ...wanted]) {
  const scenarios = files.flatMap((file) => Object.entries(require(`./scenarios/${file}`)));
  const queue = scenarios.filter(([name]) => wanted.length === 0 || wanted.includes(name));
  if (queue.length === 0) throw new Error(`none of ${wanted.join(', ')} is a scenario`);

  const harness = await within(LIMIT_MS, Harness.start(address));
  const runNext = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [name, scenario] = next;
      const started = Date.now();
      let error = null;
      try { await within(LIMIT_MS, scenario(harness)); } catch (failure) { error = describe(failure); }
      console.log(JSON.stringify({ name, ok: error === null, error, ms: Date.now() - started }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runNext));
  await within(LIMIT_MS, harness.stop());
}

main(process.argv.slice(2)).then(() => process.exit(0), (error) => { console.error(describe(error)); process.exit(1); });
