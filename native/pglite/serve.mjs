// Serves one PGlite database to local clients: node serve.mjs --folder DIR [--socket PATH] [--idle SECONDS]
// DIR/cluster holds the data; DIR/endpoint.json says how to connect while the server runs. Without --socket it listens on
// a free port of the loopback. It exits by itself when nobody has been connected for --idle seconds. Ctrl-C in the
// terminal of the command that started it must not stop it: that command is then saving its work.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import v8 from 'node:v8';

// V8 compiles WebAssembly again, faster, once a function has run for a while. With its usual patience (1.8 million) that takes a
// seventh of the processor time that a short job spends in the database; what is left to compile earns it.
v8.setFlagsFromString('--wasm-tiering-budget=20000000');

const oldestNode = 20;
const clusterVersion = '18';
const firstClientSeconds = 15; // whoever started this may take long to come on a busy machine

process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.stderr.on('error', () => {}); // whoever started this may be gone

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  fail(`Node.js ${process.versions.node} is too old: the embedded database needs ${oldestNode} or newer.`);
}
const { values: options } = parseArgs({
  options: {
    folder: { type: 'string' },
    socket: { type: 'string' },
    idle: { type: 'string', default: '15' },
    make: { type: 'boolean', default: false },
  },
});
const cluster = path.join(options.folder, 'cluster');
const completed = path.join(options.folder, 'cluster.complete');
const endpoint = path.join(options.folder, 'endpoint.json');

let claimed = false;

process.on('uncaughtException', (error) => fail(error.stack ?? String(error)));
process.on('SIGTERM', () => stop('SIGTERM'));

if (options.make) {
  await (await openEngine()).close();
  process.exit(0);
}
claim();
const { Sessions } = await import('./sessions.mjs');
const { Watchdog } = await import('./watchdog.mjs');
const engine = await openEngine();
const sessions = new Sessions(engine, new Watchdog(path.join(options.folder, 'server.log')));
const sockets = new Set();
let idleTimer;
let stopping = false;

const server = net.createServer((socket) => {
  clearTimeout(idleTimer);
  sockets.add(socket);
  socket.on('close', () => {
    sockets.delete(socket);
    watchIdle();
  });
  sessions.add(socket);
});
if (options.socket) {
  fs.rmSync(options.socket, { force: true });
  server.listen(options.socket, announce);
} else {
  server.listen(0, '127.0.0.1', announce);
}

async function openEngine() {
  checkCluster();
  // In a process of its own, because making a cluster takes two engines and their memory is never given back.
  if (!fs.existsSync(cluster) && !options.make) {
    const made = spawnSync(process.execPath, [process.argv[1], '--folder', options.folder, '--make'], { encoding: 'utf8' });
    if (made.status !== 0) fail(`The cluster could not be made. ${made.stderr}`);
  }
  let PGlite, vector;
  try {
    ({ PGlite } = await import('@electric-sql/pglite'));
    ({ vector } = await import('@electric-sql/pglite-pgvector'));
  } catch (error) {
    fail(`The embedded database's modules are missing (run npm ci in native/): ${error.message}`);
  }
  const db = await PGlite.create({ dataDir: cluster, extensions: { vector } });
  fs.writeFileSync(completed, clusterVersion);
  // PGlite goes on after any exception of the engine, even after a crash of the WebAssembly code, and would loop forever.
  const postgresLongJump = 100;
  const once = db.mod._PostgresMainLoopOnce;
  db.mod._PostgresMainLoopOnce = () => {
    try {
      once();
    } catch (error) {
      if (error?.status !== postgresLongJump) fail(`The engine crashed: ${error?.stack ?? error}`);
      throw error;
    }
  };
  return {
    // Chunks are views of the engine's memory, hence the copy. The data folder is a plain folder: nothing to sync.
    run: (bytes, write) =>
      void db.execProtocolRawStream(bytes, { syncToFs: false, onRawData: (chunk) => write(Buffer.from(chunk)) }),
    isInTransaction: () => db.isInTransaction(),
    close: () => db.close(),
  };
}

// Two engines on one folder would destroy it. A claim left behind by a killed server is removed by whoever starts the next.
function claim() {
  try {
    fs.writeFileSync(endpoint, JSON.stringify({ pid: process.pid }), { flag: 'wx', mode: 0o600 });
    claimed = true;
  } catch (error) {
    fail(`${endpoint} cannot be made (${error.code}): another server may be using this folder.`);
  }
}

function checkCluster() {
  if (!fs.existsSync(cluster)) return;
  if (!fs.existsSync(completed)) {
    fs.rmSync(cluster, { recursive: true }); // its very first start was interrupted: nothing was ever stored
    return;
  }
  const version = fs.readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (version !== clusterVersion) {
    fail(`${cluster} was made by PostgreSQL ${version}, and this is ${clusterVersion}: use another data directory.`);
  }
}

function announce() {
  const address = options.socket ? { socket: options.socket } : { port: server.address().port };
  fs.writeFileSync(endpoint + '.new', JSON.stringify({ pid: process.pid, ...address }), { mode: 0o600 });
  fs.renameSync(endpoint + '.new', endpoint);
  watchIdle(Math.max(Number(options.idle), firstClientSeconds));
}

function watchIdle(seconds = Number(options.idle)) {
  clearTimeout(idleTimer);
  if (sockets.size === 0) idleTimer = setTimeout(() => stop('idle'), seconds * 1000);
}

async function stop(reason) {
  if (stopping) return;
  stopping = true;
  log(`stopping: ${reason}`);
  server?.close();
  await sessions.drain();
  for (const socket of sockets) socket.destroy();
  await sessions.drain();
  await engine.close();
  fs.rmSync(endpoint, { force: true }); // last: until then the folder is in use
  process.exit(0);
}

function fail(message) {
  log(message);
  if (claimed) fs.rmSync(endpoint, { force: true });
  process.stderr.write(message + '\n');
  process.exit(1);
}

function log(message) {
  try {
    fs.appendFileSync(path.join(options?.folder ?? '.', 'server.log'), `${new Date().toISOString()} ${process.pid} ${message}\n`);
  } catch {
    // A log that cannot be written must not stop the server.
  }
}
