// grpc-js as a server of our channel: prints its port, serves until its input ends.
const grpc = require('@grpc/grpc-js');
const { service } = require('./messages');

const implementation = {
  Echo: (call, reply) => reply(null, call.request),
  Fail: (call, reply) => {
    const { code, message, details } = JSON.parse(call.request.toString());
    const metadata = new grpc.Metadata();
    if (details) metadata.set('grpc-status-details-bin', Buffer.from(details, 'base64'));
    reply({ code, details: message, metadata });
  },
  Wait: () => undefined,
  Headers: (call, reply) => reply(null, JSON.stringify({
    text: call.metadata.get('x-text')[0], data: call.metadata.get('x-data-bin')[0]?.toString('hex').toUpperCase(),
    remainingSeconds: (call.getDeadline() - Date.now()) / 1000,
  })),
};

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1, 'grpc.max_concurrent_streams': 1000, 'grpc.default_compression_algorithm': 2 });
server.addService(service, implementation);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => { if (error) throw error; console.log(port); });
process.stdin.on('end', () => process.exit(0)).resume();
