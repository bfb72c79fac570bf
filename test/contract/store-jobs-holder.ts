// A process to be killed while it holds a job. Arguments: the owner's connection as JSON, the queue.
import { systemClock as clock } from "../../src/cli/platform/index.ts";
import { openPgBossQueue, type StoreConnection } from "../../src/store/index.ts";

const [text = "", name = ""] = process.argv.slice(2);
const connection: StoreConnection = JSON.parse(text);
const queue = await openPgBossQueue({ connection, clock, pollMs: 50, heartbeatSeconds: 10 });
await queue.request(name, "held");
await queue.work(name, async (key) => {
  process.stdout.write(`holding ${key}\n`);
  await new Promise(() => undefined);
});
