/**
 * A simulated Procore, over real sockets and with durable state: OAuth and the REST API on one origin, and a control door beside them.
 * It follows the worst behaviour that Procore's documentation permits (reference procore 3, 4, 7), each doubt being a switch. What a
 * client was told survives `kill -9` of this process. It shares no code with the product.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock, HttpClient, Random } from "../../ports/index.ts";
import { Procore } from "./handle.ts";
import { openJournal } from "./journal.ts";
import { documentedLimits, type Limits } from "./limits.ts";
import { Postman } from "./postman.ts";
import { plantSeed, readSeed } from "./seed.ts";
import { createShell } from "./serve.ts";
import { World } from "./world.ts";

export { documentedLimits } from "./limits.ts";

export type ProcoreOptions = {
  worldFolder: string;
  port: number;
  host?: string;
  clock: Clock;
  random: Random;
  limits?: Limits;
  /** What delivers webhooks; without it they are never sent, and a hook is refused. */
  http?: HttpClient;
};

export type RunningProcore = { url: string; close(): Promise<void> };

export async function startProcore(options: ProcoreOptions): Promise<RunningProcore> {
  const { clock, random, port, host = "127.0.0.1", limits = documentedLimits } = options;
  const folder = join(options.worldFolder, "procore");
  const world = new World();
  plantSeed(world, readSeed(join(folder, "seed.json")));
  mkdirSync(folder, { recursive: true });
  const journal = openJournal(join(folder, "journal.ndjson"), world);
  const parts = { world, journal, clock, random, limits };
  const postman = options.http === undefined ? undefined : new Postman({ ...parts, http: options.http });
  const { server, stop } = createShell(new Procore({ ...parts, ...(postman === undefined ? {} : { postman }) }), clock);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  postman?.start();
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: async () => {
      await stop();
      await postman?.stop();
      journal.close();
    },
  };
}
