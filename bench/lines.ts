// `npm run bench:lines`: a month of cost lines in the store. It comes in twenty days, each landed from the bytes that an agent uploads, decided,
// posted and vacuumed; then the whole month comes once more, unchanged. Says bytes per stored line with its indexes, and unchanged lines a second of
// the landing itself: records that were read and checked, hashed, told from what is stored, counted for the first law, committed. Beside it the way
// from the bytes to the commit, and two that read and count nothing: an anti-join on the lines' keys, and the upsert that one would write without
// thinking, both of rows that are in the store already. Exits with 4 when a goal was missed. Options: --lines, --rounds, --in-flight, --json.
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { land } from "../src/hub/change/land.ts";
import { readUpload } from "../src/hub/ingest/read-upload.ts";
import { type Page, pagesOf, uploadOf } from "./lines-records.ts";
import { decideAndPost, measureSizes, openLinesStore, scope } from "./lines-store.ts";

const goalBytes = 250;
const goalPerSecond = 300_000;
const missedExitCode = 4;
const days = 20;

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "2000000" },
    rounds: { type: "string", default: "5" },
    /** Uploads at a time; an agent begins with three calls at a time. */
    "in-flight": { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const [lineCount, rounds, inFlight] = [Number(values.lines), Number(values.rounds), Number(values["in-flight"])];

const print = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`);
};
const sorted = (list: readonly number[]) => [...list].sort((left, right) => left - right);
const median = (list: readonly number[]) => sorted(list)[Math.floor(list.length / 2)] ?? 0;

const bench = await openLinesStore();
const { store, owner } = bench;
const pages = [...pagesOf(lineCount, 1)];
const uploads = pages.map(uploadOf);
const total = pages.reduce((sum, { lines }) => sum + lines, 0);

async function inParallel<T>(each: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = each.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

type Timed = { lines: number; seconds: number; cpuSeconds: number };
async function time(lines: number, work: () => Promise<void>): Promise<Timed> {
  const cpuBefore = process.cpuUsage();
  const before = process.hrtime.bigint();
  await work();
  const seconds = Number(process.hrtime.bigint() - before) / 1e9;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { lines, seconds, cpuSeconds: (user + system) / 1e6 };
}

let run = 1n;
const landPage = async (documents: Page["documents"], changedExpected: number) => {
  const changed = await store.transact({ tenant: scope.tenant }, (tx) => land(tx, { ...scope, run }, "costs", documents));
  if (changed !== changedExpected) throw new Error(`${changed} of ${documents.length} documents counted as changed`);
};

async function landFirst(): Promise<Timed> {
  const sums: Timed[] = [];
  const share = Math.ceil(uploads.length / days);
  for (let day = 0; day * share < uploads.length; day += 1) {
    const own = uploads.slice(day * share, (day + 1) * share);
    const lines = pages.slice(day * share, (day + 1) * share).reduce((sum, page) => sum + page.lines, 0);
    sums.push(
      await time(lines, () =>
        inParallel(own, async (upload) => {
          const records = readUpload(upload).records as Page["documents"];
          await landPage(records, records.length);
        }),
      ),
    );
    await decideAndPost(bench, day);
  }
  return {
    lines: total,
    seconds: sums.reduce((sum, { seconds }) => sum + seconds, 0),
    cpuSeconds: sums.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}

const key = "tenant, connection, fiscal_year, document, line";
const told = [
  "amount_minor",
  "account",
  "object_kind",
  "object",
  "cost_element_category",
  "transaction_key",
  "special_gl",
  "purchase_order",
  "purchase_order_item",
  "assignment",
  "vendor",
];
const list = (prefix: string) => told.map((name) => `${prefix}${name}`).join(", ");
const pageRows = 4_000;

/** The lines as they are, in a table of their own: nothing has to be read, parsed or sent. */
async function prepare(): Promise<void> {
  await owner.query(`create unlogged table incoming as select ${key}, ${list("")}, (row_number() over (order by document, line) - 1) / ${pageRows} as page
    from cost_line`);
  await owner.query("create index on incoming (page)");
  await owner.query("analyze incoming");
}

async function antiJoin(): Promise<void> {
  const { rows } = await owner.query<{
    count: bigint;
  }>(`select count(*) as count from incoming i left join cost_line c on c.document = i.document
    and c.line = i.line and c.fiscal_year = i.fiscal_year where c.tenant is null or (${list("c.")}) is distinct from (${list("i.")})`);
  if (rows[0]?.count !== 0n) throw new Error("a line counted as changed");
}

async function upsert(page: number): Promise<void> {
  await owner.query(
    `insert into cost_line as known (${key}, ${list("")}) select ${key}, ${list("")} from incoming where page = $1
    on conflict (document, line, fiscal_year) do update set ${told.map((name) => `${name} = excluded.${name}`).join(", ")}`,
    [page],
  );
}

const contenders = {
  "ours, landing": () => time(total, () => inParallel(pages, ({ documents }) => landPage(documents, 0))),
  "ours, from the bytes": () =>
    time(total, () => inParallel(uploads, (upload) => landPage(readUpload(upload).records as Page["documents"], 0))),
  "reading the bytes only": () =>
    time(total, async () => {
      for (const upload of uploads) readUpload(upload);
    }),
  "anti-join only": () => time(total, antiJoin),
};
type Name = keyof typeof contenders | "plain upsert" | "ours, first time";

try {
  const runs = new Map<Name, Timed[]>([["ours, first time", [await landFirst()]]]);
  const sizes = await measureSizes(bench);
  await prepare();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of Object.entries(contenders)) {
      // Each reading of the month is a run of its own, as a sweep is.
      run += 1n;
      runs.set(name as Name, [...(runs.get(name as Name) ?? []), await work()]);
      await owner.query("truncate read_page");
    }
  }
  // Last and once: it writes every row anew.
  const few = Math.min(25, Math.ceil(total / pageRows));
  const upserts = async () => {
    for (let page = 0; page < few; page += 1) await upsert(page);
  };
  runs.set("plain upsert", [await time(Math.min(total, few * pageRows), upserts)]);

  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  const load = loadavg()[0];
  print(`machine: ${JSON.stringify(machine)}, load of the last minute ${load?.toFixed(1)}`);
  print(
    `${total} lines of ${pages.reduce((sum, { documents }) => sum + documents.length, 0)} documents in ${pages.length} uploads, ${inFlight} at a time, ${rounds} rounds`,
  );
  print("\n  unchanged lines               /s by the clock   spread   us of our processor a line");
  const report: Record<string, unknown> = { machine, load, lines: total, sizes };
  for (const [name, timed] of runs) {
    const rates = timed.map(({ lines, seconds }) => lines / seconds);
    const rate = Math.round(median(rates));
    const spread = Math.round(((Math.max(...rates) - Math.min(...rates)) / rate) * 100);
    const cpuUs = median(timed.map(({ lines, cpuSeconds }) => (cpuSeconds * 1e6) / lines));
    report[name] = { perSecond: rate, spreadPercent: spread, cpuUs };
    print(`  ${name.padEnd(28)} ${String(rate).padStart(16)} ${`${spread} %`.padStart(8)} ${cpuUs.toFixed(2).padStart(12)}`);
  }
  const bytes = sizes.line + sizes.lineIndexes;
  print(
    `\n  bytes a line: ${sizes.line.toFixed(0)} and ${sizes.lineIndexes.toFixed(0)} of indexes ${JSON.stringify(sizes.perIndex)}`,
  );
  print(`  beside it: ${sizes.document.toFixed(0)} of its document, ${sizes.reference.toFixed(0)} of reference numbers`);
  const rate = median((runs.get("ours, landing") ?? []).map(({ lines, seconds }) => lines / seconds));
  const goals = {
    [`under ${goalBytes} bytes with index`]: bytes < goalBytes,
    [`${goalPerSecond} unchanged lines a second`]: rate >= goalPerSecond,
  };
  print("");
  for (const [name, isMet] of Object.entries(goals)) print(`  ${name}: ${isMet ? "met" : "MISSED"}`);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, goals }, undefined, 2)}\n`);
  if (!Object.values(goals).every(Boolean)) process.exitCode = missedExitCode;
} finally {
  await bench.close();
}
