// Starts a TypeScript file of this project with the Node that the project pins, on any outer Node from 20 on.
// Installs from the lockfile when node_modules is missing or stale, then re-executes. Plain JavaScript on purpose: the outer
// Node may not strip types. It never downloads anything but what the lockfile names, and refuses in one sentence where it cannot go on.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const stampFile = join(modules, ".ml-connector-lock");
const platformPackage = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const pinnedNode = join(modules, platformPackage, "bin", process.platform === "win32" ? "node.exe" : "node");

/** Ends the process with one plain sentence; 78 is EX_CONFIG. */
function refuse(sentence) {
  process.stderr.write(`ml-connector: ${sentence}\n`);
  process.exit(78);
}

function lockHash() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

function isInstalled() {
  try {
    return readFileSync(stampFile, "utf8").trim() === lockHash() && existsSync(pinnedNode);
  } catch {
    return false;
  }
}

/** One installer at a time: a second one started meanwhile waits, since `npm ci` deletes node_modules first. */
function withInstallLock(install) {
  const lock = join(root, ".install-lock");
  const giveUpAt = Date.now() + 300_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (isInstalled()) return;
      const ageMs = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
      if (ageMs > 600_000) rmSync(lock, { recursive: true, force: true });
      if (Date.now() > giveUpAt) refuse(`another installation holds ${lock}. Remove that folder if none is running.`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function install() {
  process.stderr.write("ml-connector: installing the packages of package-lock.json (once) ...\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const done = spawnSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (done.error) refuse(`npm could not be started (${done.error.message}). Install npm, then run this again.`);
  if (done.status !== 0)
    refuse("npm ci failed; its message stands above. Check the network or the registry setting, then run this again.");
  if (!existsSync(pinnedNode)) {
    refuse(
      `there is no pinned Node for ${process.platform}-${process.arch}. Supported: linux-x64 and linux-arm64 (glibc), win32-x64.`,
    );
  }
  writeFileSync(stampFile, `${lockHash()}\n`);
}

const outerMajor = Number(process.versions.node.split(".")[0]);
if (outerMajor < 20) refuse(`Node 20 or newer is needed to start; this is ${process.versions.node}.`);
if (!isInstalled()) withInstallLock(install);

let args = process.argv.slice(2);
if (args[0] === "--bin") {
  // A development tool of node_modules/.bin, run by the pinned Node: `bootstrap.mjs --bin biome check .`
  const manifest = { biome: "@biomejs/biome/bin/biome", tsc: "typescript/bin/tsc", vitest: "vitest/vitest.mjs" };
  const file = manifest[args[1]];
  if (!file) refuse(`no tool is named ${args[1]}; there are ${Object.keys(manifest).join(", ")}.`);
  args = [join(modules, file), ...args.slice(2)];
}
/**
 * Rows come and go by the million, and memory should not show it (docs/decisions/0007). Left to itself V8 makes them in the old generation
 * before long, because those of one read live as long as it does, and there each keeps its texts until the next full collection. And a full
 * collection comes sooner than V8 would have it: each answer leaves a buffer behind, and V8 counts those apart, up to a far limit.
 */
const shortLives = ["--no-allocation-site-pretenuring", "--max-semi-space-size=16", "--heap-growing-percent=60"];
/**
 * To strip and compile the sources is most of what a small command costs, so Node keeps what it made of them. Beside the packages and not in the
 * temporary folder, which is Node's default: there others may write, and what lies in it is run. Where it cannot be written, Node does without.
 */
const compiled = process.env.NODE_COMPILE_CACHE ?? join(modules, ".cache", "compiled");
const child = spawn(pinnedNode, ["--disable-warning=ExperimentalWarning", ...shortLives, ...args], {
  cwd: process.env.ML_CONNECTOR_CWD ?? process.cwd(),
  env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => refuse(`the pinned Node could not be started: ${error.message}`));
child.on("exit", (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});
