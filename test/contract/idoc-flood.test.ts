// Many IDocs through a receiver and a hub that are killed meanwhile, from a sender that is killed, too (SIGKILL, all of them): none that was acknowledged is
// lost, none is applied twice, and no two contents pass for one. What was acknowledged is read from the sender's own outbox. IDOCS=10000 is the whole size.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../src/cli/platform/index.ts";
import { buildGroup } from "../../src/sandbox/builder/index.ts";
import type { IDoc } from "../../src/sandbox/ecc/idoc/idoc.ts";
import { packageXml } from "../../src/sandbox/ecc/idoc/write-xml.ts";
import { openTestPostgres } from "./postgres.ts";

const count = Number(process.env.IDOCS ?? 800);
const [user, password] = ["SAPIDOC", "Idoc-Pass-1"];
const folder = mkdtempSync(join(tmpdir(), "mlc-flood-"));
const worldFolder = join(folder, "world");
const outbox = join(folder, "outbox");
const children = new Set<ChildProcess>();
let postgres: Awaited<ReturnType<typeof openTestPostgres>>;
let port: number;

beforeAll(async () => {
  const scale = { projects: 3, vendors: 300, purchaseOrders: 200, poLines: 400, costLines: 600 };
  buildGroup({ worldFolder, seed: 3, asOf: "20261115", ...scale, ledgers: "none" });
  postgres = await openTestPostgres();
  port = await freePort();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

function run(file: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

async function startHubProcess(): Promise<ChildProcess> {
  const identityFile = join(folder, "identity.json");
  const order = { connection: postgres.postgres.connection, port, user, password, identityFile };
  const child = run(fileURLToPath(new URL("../support/idoc-hub.ts", import.meta.url)), [JSON.stringify(order)]);
  await once(child.stdout as NonNullable<typeof child.stdout>, "data");
  return child;
}

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
type Sender = { child: ChildProcess; printed: Promise<string> };

/** What it prints is gathered from the start: it may be done before the last kill. */
function startSender(): Sender {
  const at = [
    "--world",
    worldFolder,
    "--outbox",
    outbox,
    "--url",
    `http://127.0.0.1:${port}/idoc`,
    "--user",
    user,
    "--password",
    password,
  ];
  const size = [
    "--count",
    String(count),
    "--package-max",
    count > 5_000 ? "500" : "60",
    "--parallel",
    "3",
    "--messages",
    "CREMAS,ORDERS,FIDCC2",
    "--bytes",
    "2300",
  ];
  const luck = ["--broken", "1", "--lost", "5", "--twice", "5", "--altered", "25", "--renewed", "10", "--reorder"];
  const child = run(main, [
    "sandbox",
    "idoc-send",
    ...at,
    ...size,
    ...luck,
    "--retries",
    "10000",
    "--wait",
    "100",
    "--timeout",
    "20000",
    "--json",
  ]);
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { child, printed: once(child, "close").then(() => text) };
}

type Kept = IDoc & { isBroken: boolean };
const linesOf = <T>(file: string): T[] =>
  existsSync(join(outbox, file))
    ? readFileSync(join(outbox, file), "utf8")
        .split("\n")
        .flatMap((line) => (line.endsWith("}") ? [JSON.parse(line) as T] : []))
    : [];
function acknowledged(): Set<string> {
  const last = new Map<string, string>();
  for (const { docnums, status } of linesOf<{ docnums: string[]; status: string }>("statuses.ndjson"))
    for (const docnum of docnums) last.set(docnum, status);
  return new Set([...last].flatMap(([docnum, status]) => (status === "03" ? [docnum] : [])));
}

const query = async <T>(text: ReturnType<typeof sql<T>>): Promise<T[]> =>
  (await postgres.store.transact({ tenant: "main" }, (tx) => text.execute(tx))).rows;

/** As the simulated sender names objects, in the hub's keys. */
const flowOf: Readonly<Record<string, string>> = { CREMAS: "vendors", ORDERS: "purchase-orders", FIDCC2: "costs" };
const keyOf = ({ object: { message, key } }: Kept) => `${flowOf[message]} ${key.join(".")}`;

it(`keeps ${count} IDocs through the death of hub, receiver and sender`, async () => {
  const begun = performance.now();
  let hub = await startHubProcess();
  let sender = startSender();
  for (let kills = 0; kills < 3; kills += 1) {
    const before = acknowledged().size;
    while (acknowledged().size < Math.min(before + count / 10, count * 0.8) && sender.child.exitCode === null)
      await systemClock.sleep(20);
    hub.kill("SIGKILL");
    if (kills === 1) sender.child.kill("SIGKILL");
    await once(hub, "exit");
    await systemClock.sleep(150);
    hub = await startHubProcess();
    if (kills === 1) sender = startSender();
  }
  const printed = await sender.printed;
  const seconds = (performance.now() - begun) / 1_000;
  const report = JSON.parse(printed) as { idocs: number; acknowledged: number; pending: number };
  expect(report.pending).toBe(0);

  const sent = linesOf<Kept>("idocs.ndjson");
  const sizes = sent.map((each) => Buffer.byteLength(packageXml([each])));
  const mean = Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
  const taken = acknowledged();
  const rows = await query(
    sql<{ number: string; state: string; n: bigint }>`select number, state, count(*) as n from idoc group by number, state`,
  );
  const of = (state: string) => new Map(rows.filter((row) => row.state === state).map((row) => [row.number, Number(row.n)]));
  const [told, parked, quarantined] = [of("told"), of("parked"), of("quarantined")];
  const expectedIn = (each: Kept) => (each.isBroken ? parked : told);
  const lost = sent.filter((each) => taken.has(each.docnum) && expectedIn(each).get(each.docnum) !== 1);
  expect(lost.map(({ docnum }) => docnum)).toEqual([]);
  expect([...told.values(), ...parked.values()].every((n) => n === 1)).toBe(true);
  expect([...quarantined.keys()].every((number) => taken.has(number))).toBe(true);
  const numbers = new Set(sent.map(({ docnum }) => docnum));
  expect([...told.keys(), ...parked.keys()].filter((number) => !numbers.has(number))).toEqual([]);

  const waiting = await query(sql<{ flow: string; key: string }>`select flow, key from idoc_touched where not is_done`);
  const objects = new Set(sent.filter((each) => told.has(each.docnum)).map(keyOf));
  expect(new Set(waiting.map(({ flow, key }) => `${flow} ${key}`))).toEqual(objects);
  process.stdout.write(
    `${report.acknowledged} IDocs of ${mean} bytes acknowledged in ${seconds.toFixed(1)} s (${Math.round(report.acknowledged / seconds)} a second, 3 kills of the hub and 1 of the sender within), ${quarantined.size} quarantined, ${parked.size} parked\n`,
  );
}, 600_000);
