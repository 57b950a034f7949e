// Both official clients over TLS:  node tls.js HOST:PORT FOLDER   with ca.pem, client.pem and client.key in the folder.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Connection } = require('@temporalio/client');
const { DefaultLogger, NativeConnection, Runtime } = require('@temporalio/worker');

const [address, folder] = process.argv.slice(2);
const read = (name) => readFileSync(join(folder, name));
const trusted = { serverNameOverride: 'test.server', serverRootCACertificate: read('ca.pem'), clientCertPair: { crt: read('client.pem'), key: read('client.key') } };
const cases = { 'mtls': trusted, 'no-client-certificate': { ...trusted, clientCertPair: undefined }, 'wrong-name': { ...trusted, serverNameOverride: 'other.server' } };

(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
  for (const [name, tls] of Object.entries(cases)) {
    for (const [client, connect] of [['client', () => Connection.connect({ address, tls, connectTimeout: '5s' })], ['core', () => NativeConnection.connect({ address, tls })]]) {
      let error = null;
      try { await (await connect()).close(); } catch (failure) { error = `${failure.name}: ${failure.message}`; }
      console.log(JSON.stringify({ name: `${name}-${client}`, ok: error === null, error }));
    }
  }
  process.exit(0);
})();
