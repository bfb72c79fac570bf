/**
 * Loaded before the entry file of a child: ends the child when the process that started it is gone. Its end closes the child's standard
 * input, also after a `kill -9`, which no handler of the parent survives. Does nothing else, and keeps no child alive.
 */
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
// A parent that was killed may also show as a broken pipe.
process.stdin.on("error", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
process.stdin.unref();
