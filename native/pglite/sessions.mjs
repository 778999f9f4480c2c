// Many clients, one engine session. The engine gets whole units (everything up to Sync, or one simple query), so that the
// messages of two clients never mix, and belongs to one client from its BEGIN to its COMMIT.

import {
  MessageReader, closeStatements, doneThenReady, endsUnit, errorThenReady, isFlush, isTerminate, queryText,
  readFirstMessage, simpleQuery, startMessage, timeLimit, withKey, withOwnStatementName,
} from './wire.mjs';

const copyFromClient = /^\s*copy\b[^;]*\bfrom\s+stdin\b/i;
const noCopy = errorThenReady('0A000', 'COPY FROM STDIN does not work in the embedded database; use INSERT ... unnest(...)');

export class Sessions {
  #engine;
  #watchdog;
  #greeting;
  #clients = new Map();
  #queue = [];
  #owner = null;
  #running = false;
  #nextKey = 1;

  /** engine: { run(bytes, write), isInTransaction() }; watchdog: { begin(limitMs), end() }. */
  constructor(engine, watchdog) {
    this.#engine = engine;
    this.#watchdog = watchdog;
    const parts = [];
    engine.run(startMessage('postgres', 'postgres'), (bytes) => parts.push(bytes));
    this.#greeting = Buffer.concat(parts);
  }

  add(socket) {
    const client = {
      key: this.#nextKey++, socket, reader: new MessageReader(), started: false, parts: [], names: new Set(),
      unitLimitMs: 0, limitMs: 0, // what SET LOCAL statement_timeout said, in this unit and in this transaction
    };
    socket.setNoDelay?.(true);
    socket.on('data', (chunk) => this.#receive(client, chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#leave(client));
  }

  /** Resolves when no unit is running or waiting. */
  async drain() {
    while (this.#running) await new Promise(setImmediate);
  }

  #receive(client, chunk) {
    client.reader.push(chunk);
    for (const message of client.reader.messages(() => client.started)) {
      if (!client.started) this.#start(client, message);
      else if (isTerminate(message)) client.socket.end();
      else this.#collect(client, message);
    }
  }

  #start(client, message) {
    const { kind, key } = readFirstMessage(message);
    if (kind === 'encryption') {
      client.socket.write('N');
    } else if (kind === 'cancel') {
      this.#cancel(this.#clients.get(key));
      client.socket.end();
    } else {
      client.started = true;
      this.#clients.set(client.key, client);
      client.socket.write(withKey(this.#greeting, client.key));
    }
  }

  #collect(client, message) {
    client.unitLimitMs = timeLimit(message) ?? client.unitLimitMs;
    client.parts.push(withOwnStatementName(message, `${client.key}:`, client.names));
    if (!endsUnit(message)) return;
    const { parts, unitLimitMs: limitMs } = client;
    client.parts = [];
    client.unitLimitMs = 0;
    // The engine would wait for data that this one thread cannot receive meanwhile, and then exit.
    if (copyFromClient.test(queryText(message) ?? '')) {
      this.#enqueue({ client, bytes: simpleQuery('SELECT'), held: false, reply: noCopy });
      return;
    }
    // What Npgsql sends when a connection goes back to its pool would drop the statements of all clients.
    if (parts.length === 1 && queryText(message) === 'DISCARD ALL') {
      const bytes = closeStatements(`${client.key}:`, client.names);
      client.names.clear();
      this.#enqueue({ client, bytes, held: false, reply: doneThenReady('DISCARD ALL') });
    } else {
      const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      this.#enqueue({ client, bytes, held: isFlush(message), limitMs });
    }
  }

  /** A unit that waits is withdrawn; one that runs cannot be interrupted, for it keeps this very thread busy. */
  #cancel(client) {
    const at = client && client !== this.#owner ? this.#queue.findIndex((unit) => unit.client === client) : -1;
    if (at < 0) return;
    this.#queue.splice(at, 1);
    client.socket.write(errorThenReady('57014', 'canceling statement due to user request'));
  }

  #leave(client) {
    this.#clients.delete(client.key);
    this.#queue = this.#queue.filter((unit) => unit.client !== client);
    if (client.names.size > 0) {
      this.#enqueue({ client, bytes: closeStatements(`${client.key}:`, client.names), held: false, reply: '' });
    }
    if (client === this.#owner) {
      this.#queue.unshift({ client, bytes: simpleQuery('ROLLBACK'), held: false, reply: '' });
      this.#wake();
    }
  }

  #enqueue(unit) {
    this.#queue.push(unit);
    this.#wake();
  }

  #wake() {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => this.#runNext());
  }

  #runNext() {
    const at = this.#owner ? this.#queue.findIndex((unit) => unit.client === this.#owner) : 0;
    const unit = at < 0 ? undefined : this.#queue.splice(at, 1)[0];
    if (!unit) {
      this.#running = false;
      return;
    }
    const { client, bytes, held, reply } = unit;
    client.limitMs = unit.limitMs || client.limitMs;
    client.socket.cork();
    this.#watchdog.begin(client.limitMs);
    this.#engine.run(bytes, (answer) => {
      if (reply === undefined && client.socket.writable) client.socket.write(answer);
    });
    this.#watchdog.end();
    if (reply && client.socket.writable) client.socket.write(reply);
    client.socket.uncork();
    const gone = client.socket.destroyed;
    this.#owner = this.#engine.isInTransaction() || (held && !gone) ? client : null;
    if (!this.#engine.isInTransaction()) client.limitMs = 0;
    if (gone && this.#engine.isInTransaction()) {
      this.#queue.unshift({ client, bytes: simpleQuery('ROLLBACK'), held: false, reply: '' });
    }
    setImmediate(() => this.#runNext()); // sockets get their turn between two units
  }
}
