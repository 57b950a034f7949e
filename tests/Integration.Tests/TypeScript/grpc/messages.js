// google.protobuf.StringValue and BytesValue by hand: one length-delimited field, number 1.
exports.encode = (value) => {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, 'utf8');
  if (bytes.length === 0) return Buffer.alloc(0);
  const prefix = [0x0a];
  for (let n = bytes.length; ; n >>>= 7) { prefix.push(n > 0x7f ? (n & 0x7f) | 0x80 : n); if (n <= 0x7f) break; }
  return Buffer.concat([Buffer.from(prefix), bytes]);
};

exports.decode = (message) => {
  if (message.length === 0) return Buffer.alloc(0);
  let at = 1, length = 0;
  for (let shift = 0; ; shift += 7) { const byte = message[at++]; length |= (byte & 0x7f) << shift; if (byte < 0x80) break; }
  return message.subarray(at, at + length);
};

const bytes = { requestStream: false, responseStream: false, requestSerialize: exports.encode, responseSerialize: exports.encode, requestDeserialize: exports.decode, responseDeserialize: exports.decode };
const method = (name) => ({ ...bytes, path: `/interop.v1.Interop/${name}` });

// Echo answers its request; Fail answers the status of the JSON it is given; Wait answers when its caller gave up, never otherwise.
exports.service = { Echo: method('Echo'), Fail: method('Fail'), Wait: method('Wait'), Headers: method('Headers') };
