// The PostgreSQL wire protocol (version 3), as far as sharing one session among several clients needs it.
// Every message is: type byte, int32 length (counting itself), body. The first message of a connection has no type byte.

const cancelCode = 80877102;
const sslCode = 80877103;
const gssCode = 80877104;

const letter = {};
for (const c of 'BCDEHPQSXZ') letter[c] = c.charCodeAt(0);

/** Cuts a stream of chunks into messages without copying a byte more than once. */
export class MessageReader {
  #chunks = [];
  #size = 0;
  #needed = 5;

  push(chunk) {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** The complete messages so far. `started` is whether the connection is past its first message. */
  *messages(isStarted) {
    while (this.#size >= this.#needed) {
      const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#size);
      this.#chunks = [all];
      const header = isStarted() ? 1 : 0;
      const length = header + all.readUInt32BE(header);
      if (length > this.#size) {
        this.#needed = length;
        return;
      }
      this.#chunks = [all.subarray(length)];
      this.#size -= length;
      this.#needed = 5;
      yield all.subarray(0, length);
    }
  }
}

/** What a first message asks for: { kind: 'encryption' | 'cancel' | 'start', key }. */
export function readFirstMessage(message) {
  const code = message.length >= 8 ? message.readUInt32BE(4) : 0;
  if (code === sslCode || code === gssCode) return { kind: 'encryption' };
  if (code === cancelCode) return { kind: 'cancel', key: message.readUInt32BE(8) };
  return { kind: 'start' };
}

/** Whether the server answers everything so far once it has this message: Query, Sync and Flush. */
export const endsUnit = (message) =>
  message[0] === letter.Q || message[0] === letter.S || message[0] === letter.H;

export const isFlush = (message) => message[0] === letter.H;
export const isTerminate = (message) => message[0] === letter.X;

/** The text of a simple query, or null. */
export const queryText = (message) =>
  message[0] === letter.Q ? message.toString('utf8', 5, message.length - 1) : null;

const setLimit = /^\s*set\s+local\s+statement_timeout\s*(?:=|to)\s*(\d+)\s*$/i;

/** The milliseconds of a SET LOCAL statement_timeout that a message holds, or undefined. */
export function timeLimit(message) {
  if (message.length > 200 || (message[0] !== letter.Q && message[0] !== letter.P)) return undefined;
  const at = message[0] === letter.Q ? 5 : message.indexOf(0, 5) + 1;
  const found = setLimit.exec(message.toString('utf8', at, message.indexOf(0, at)));
  return found ? Number(found[1]) : undefined;
}

/**
 * Gives a named prepared statement a name of its client's own, because the engine has one session for all of them.
 * Statements without a name need none: they are used within the unit that makes them.
 */
export function withOwnStatementName(message, prefix, names) {
  const type = message[0];
  let at = 5;
  if (type === letter.B) at = message.indexOf(0, 5) + 1;
  else if (type === letter.D || type === letter.C) {
    if (message[5] !== letter.S) return message;
    at = 6;
  } else if (type !== letter.P) return message;
  if (message[at] === 0) return message;

  const name = message.toString('latin1', at, message.indexOf(0, at));
  if (type === letter.P) names.add(name);
  if (type === letter.C) names.delete(name);
  const renamed = Buffer.concat([message.subarray(0, at), Buffer.from(prefix, 'latin1'), message.subarray(at)]);
  renamed.writeUInt32BE(renamed.length - 1, 1);
  return renamed;
}

/** A unit that closes the named statements of a client that has gone. */
export function closeStatements(prefix, names) {
  const closes = [...names].map((name) => frame('C', Buffer.from(`S${prefix}${name}\0`, 'latin1')));
  return Buffer.concat([...closes, frame('S', Buffer.alloc(0))]);
}

export const simpleQuery = (sql) => frame('Q', Buffer.from(sql + '\0'));

/** A first message of protocol 3.0 by which the engine tells its parameters. */
export function startMessage(user, database) {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, 'latin1');
  const message = Buffer.alloc(4 + body.length);
  message.writeUInt32BE(message.length);
  body.copy(message, 4);
  return message;
}

/** The engine's answer to a start message with another key, by which a client can be cancelled. */
export function withKey(greeting, key) {
  const copy = Buffer.from(greeting);
  for (let at = 0; at < copy.length; at += 1 + copy.readUInt32BE(at + 1)) {
    if (copy[at] === 'K'.charCodeAt(0)) {
      copy.writeUInt32BE(key, at + 5);
      copy.writeUInt32BE(key, at + 9);
    }
  }
  return copy;
}

/** An error, followed by ReadyForQuery outside a transaction. */
export function errorThenReady(sqlState, text) {
  const body = Buffer.from(`SERROR\0VERROR\0C${sqlState}\0M${text}\0\0`);
  return Buffer.concat([frame('E', body), frame('Z', Buffer.from('I'))]);
}

/** The answer to a statement that was not run but counts as done. */
export const doneThenReady = (tag) => Buffer.concat([frame('C', Buffer.from(tag + '\0')), frame('Z', Buffer.from('I'))]);

function frame(type, body) {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
