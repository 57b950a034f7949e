// grpc-js as a client of our server:  node client.js HOST:PORT   One JSON line per check.
const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const grpc = require('@grpc/grpc-js');
const { service } = require('./messages');

const MESSAGE = '100% broken\nžluťoučký 🐎 ~ ';
const Client = grpc.makeGenericClientConstructor(service, 'Interop');

function connect(address, gzip) {
  return new Client(address, grpc.credentials.createInsecure(), {
    'grpc.default_compression_algorithm': gzip ? 2 : 0, 'grpc.max_receive_message_length': -1, 'grpc.enable_retries': 0,
    'grpc.keepalive_time_ms': 1000, 'grpc.keepalive_timeout_ms': 5000, 'grpc.keepalive_permit_without_calls': 1, gzip,
  });
}

function call(client, name, request, { metadata = new grpc.Metadata(), cancelAfter, ...options } = {}) {
  return new Promise((resolve) => {
    const sent = client[name](request, metadata, options, (error, reply) => resolve({ error, reply }));
    if (cancelAfter) setTimeout(() => sent.cancel(), cancelAfter);
  });
}

const fail = (client, code, details) => call(client, 'Fail', JSON.stringify({ code, message: MESSAGE, details }));

const checks = {
  'echo': async (client) => {
    const { reply, error } = await call(client, 'Echo', 'hello ž');
    assert.equal(reply?.toString(), 'hello ž', String(error));
  },
  'empty': async (client) => assert.equal((await call(client, 'Echo', '')).reply.length, 0),
  'three-and-a-half-megabytes': async (client) => {
    const big = randomBytes(3_500_000);
    const { reply, error } = await call(client, 'Echo', big);
    assert.ok(reply?.equals(big), String(error));
  },
  'too-large': async (client) => {
    const { error } = await call(client, 'Echo', randomBytes(10_000_000));
    assert.equal(error.code, grpc.status.RESOURCE_EXHAUSTED);
    assert.match(error.details, /^grpc: received message larger than max \(\d+ vs\. 4194304\)$/);
    assert.equal((await call(client, 'Echo', 'goes on')).reply.toString(), 'goes on');
  },
  'every-status': async (client) => {
    for (let code = 1; code <= 16; code++) {
      const { error } = await fail(client, code);
      assert.deepEqual([error.code, error.details], [code, MESSAGE]);
    }
  },
  'status-details': async (client) => {
    const { error } = await fail(client, 5, Buffer.from([8, 5, 255, 0]).toString('base64'));
    assert.deepEqual(error.metadata.get('grpc-status-details-bin')[0], Buffer.from([8, 5, 255, 0]));
  },
  'metadata': async (client) => {
    const metadata = new grpc.Metadata();
    metadata.set('x-text', 'plain text');
    metadata.set('x-data-bin', Buffer.from([0, 1, 254, 255]));
    const { reply } = await call(client, 'Headers', '', { metadata, deadline: Date.now() + 60_000 });
    const seen = JSON.parse(reply.toString());
    assert.deepEqual([seen.text, seen.data], ['plain text', '0001FEFF']);
    assert.ok(seen.remainingSeconds > 30 && seen.remainingSeconds <= 60, JSON.stringify(seen));
  },
  'deadline': async (client) => {
    const { error } = await call(client, 'Wait', 'deadline', { deadline: Date.now() + 300 });
    assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
  },
  'cancel': async (client) => {
    const { error } = await call(client, 'Wait', 'cancel', { cancelAfter: 200 });
    assert.equal(error.code, grpc.status.CANCELLED);
  },
  'unknown-method': async (client) => {
    const { error } = await new Promise((resolve) => client.makeUnaryRequest('/interop.v1.Interop/Nope', (x) => x, (x) => x, Buffer.alloc(0), (e) => resolve({ error: e })));
    assert.deepEqual([error.code, error.details], [12, 'unknown method Nope for service interop.v1.Interop']);
  },
  'five-hundred-at-once': async (client) => {
    const replies = await Promise.all(Array.from({ length: 500 }, (_, i) => call(client, 'Echo', `${i}`)));
    assert.ok(replies.every(({ reply }, i) => reply?.toString() === `${i}`));
  },
  'after-idle-pings': async (client) => {
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    assert.equal((await call(client, 'Echo', 'still there')).reply.toString(), 'still there');
  },
};

(async () => {
  for (const gzip of [false, true]) {
    const client = connect(process.argv[2], gzip);
    for (const [name, check] of Object.entries(checks)) {
      let error = null;
      try { await check(client); } catch (failure) { error = failure.stack; }
      console.log(JSON.stringify({ name: `${name}${gzip ? '-gzip' : ''}`, ok: error === null, error }));
    }
    client.close();
  }
})();
