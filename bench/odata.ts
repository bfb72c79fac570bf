// `npm run bench:odata`: how fast and how frugally a Gateway service is read, beside the SAP Cloud SDK's client on the same pages and two floors (the
// bytes thrown away; `JSON.parse` and nothing else). Every reader of entities must come to the same count, sum of amounts and hash of keys. Prints
// entities a second, ratios, processor time and memory at a tenth and at the whole, and exits with 4 when a goal was missed. Options: --entities,
// --rounds, --range (entities an extract asks for at a time), --page, --sdk-entities (the peer reads this many, scaled), --json.
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type Contender, contenders, type Tally } from "./odata-contenders.ts";
import { runToEnd, startServer } from "./processes.ts";

const goals = { oursOverSdk: 3, rssMb: 256, rssGrowth: 1.25 };
const missedExitCode = 4;

const { values } = parseArgs({
  options: {
    entities: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    range: { type: "string", default: "10000" },
    page: { type: "string", default: "1000" },
    "sdk-entities": { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [entities, rounds, range, page] = [values.entities, values.rounds, values.range, values.page].map(Number) as [
  number,
  number,
  number,
  number,
];
const ofPeer = Math.min(entities, Number(values["sdk-entities"] ?? entities));
const missed: string[] = [];

type Measured = Tally & { asked: number; seconds: number; cpuSeconds: number; rssPeakMb: number };

const print = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`);
};
const check = (name: string, isMet: boolean) => {
  if (!isMet) missed.push(name);
  return isMet ? "met" : "MISSED";
};
const median = (list: readonly number[]) => list.toSorted((left, right) => left - right)[Math.floor(list.length / 2)] ?? 0;
const rateOf = ({ asked, seconds }: Measured) => asked / seconds;
const readsEntities = (contender: Contender) => contender !== "drop" && contender !== "parse";

/** What everybody must come to, told by whoever came first at that size. */
const agreed = new Map<number, string>();
function agree(contender: Contender, { asked, entities: came, keys, cents }: Measured): void {
  if (contender !== "drop" && came !== asked) throw new Error(`${contender}: ${came} entities came of ${asked}`);
  if (!readsEntities(contender)) return;
  const said = JSON.stringify({ came, keys, cents });
  const before = agreed.get(asked) ?? said;
  agreed.set(asked, before);
  if (before !== said) throw new Error(`${contender} read ${said}, and another reader ${before}`);
}

async function run(contender: Contender, url: string, asked: number): Promise<Measured> {
  const said = await runToEnd("./odata-process.ts", [contender, url, asked, range, page].map(String));
  const measured = { ...(JSON.parse(said) as Omit<Measured, "asked">), asked };
  agree(contender, measured);
  return measured;
}

function summarise(runs: readonly Measured[]) {
  const rates = runs.map(rateOf);
  const rate = median(rates);
  return {
    perSecond: Math.round(rate),
    spreadPercent: Math.round(((Math.max(...rates) - Math.min(...rates)) / rate) * 100),
    cpuSecondsPerMillion: median(runs.map((each) => (each.cpuSeconds / each.asked) * 1e6)),
    rssPeakMb: Math.round(Math.max(...runs.map((each) => each.rssPeakMb))),
    entities: runs[0]?.asked ?? 0,
  };
}

type Runs = Record<Contender, Measured[]>;

/** Rounds are interleaved, so that a machine that slows down slows all of them down. */
async function race(url: string): Promise<Runs> {
  const runs: Runs = { drop: [], parse: [], sdk: [], ours: [], "ours-next": [] };
  for (let round = 0; round < rounds; round += 1)
    for (const contender of contenders) runs[contender].push(await run(contender, url, contender === "sdk" ? ofPeer : entities));
  return runs;
}

function showRace(runs: Runs): Record<string, unknown> {
  print("\n  reader      entities/s   spread   CPU s / M   peak RSS");
  for (const contender of contenders) {
    const { perSecond, spreadPercent, cpuSecondsPerMillion, rssPeakMb, entities: count } = summarise(runs[contender]);
    const note = count === entities ? "" : `   (${count} entities, scaled)`;
    print(
      `  ${contender.padEnd(9)} ${String(perSecond).padStart(12)} ${`${spreadPercent} %`.padStart(8)} ${cpuSecondsPerMillion.toFixed(2).padStart(11)} ${`${rssPeakMb} MB`.padStart(10)}${note}`,
    );
  }
  print(`  agreed by all that read entities: ${[...agreed].map(([count, said]) => `${count}: ${said}`).join("; ")}`);
  return Object.fromEntries(contenders.map((name) => [name, summarise(runs[name])]));
}

/** Round by round: what both met in the same minute. */
const ratio = (runs: Runs, one: Contender, other: Contender, of = rateOf) =>
  median(runs[one].map((each, index) => of(each) / of(runs[other][index] ?? each)));
const cpuRateOf = ({ asked, cpuSeconds }: Measured) => asked / cpuSeconds;

function showRatios(runs: Runs): Record<string, number> {
  const ratios = {
    oursOverSdk: ratio(runs, "ours", "sdk"),
    oursOverSdkByProcessor: ratio(runs, "ours", "sdk", cpuRateOf),
    oursNextOverSdk: ratio(runs, "ours-next", "sdk"),
    oursOverParse: ratio(runs, "ours", "parse"),
    oursOverDrop: ratio(runs, "ours", "drop"),
  };
  const { oursOverSdk } = ratios;
  print(
    `\n  ours / Cloud SDK       ${oursOverSdk.toFixed(2)} (goal ${goals.oursOverSdk}): ${check("ours / Cloud SDK", oursOverSdk >= goals.oursOverSdk)}`,
  );
  print(
    `  by processor time      ${ratios.oursOverSdkByProcessor.toFixed(2)}; by the service's next page ${ratios.oursNextOverSdk.toFixed(2)}`,
  );
  print(
    `  ours / JSON.parse alone  ${ratios.oursOverParse.toFixed(2)}; ours / bytes thrown away ${ratios.oursOverDrop.toFixed(2)}`,
  );
  return ratios;
}

/** Peaks of processes that read a tenth, and the whole. */
async function showMemory(url: string, runs: Runs): Promise<Record<string, number>> {
  const tenth = Math.ceil(entities / 10);
  const few = (await run("ours", url, tenth)).rssPeakMb;
  const all = Math.max(...runs.ours.map(({ rssPeakMb }) => rssPeakMb));
  const isFlat = all <= few * goals.rssGrowth;
  print(`\n  peak RSS, ours: ${Math.round(few)} MB at ${tenth}, ${Math.round(all)} MB at ${entities}`);
  print(
    `  flat (at most ${goals.rssGrowth} times): ${check("memory flat", isFlat)}; under ${goals.rssMb} MB: ${check("memory", all < goals.rssMb)}`,
  );
  return { [tenth]: few, [entities]: all };
}

const machine = {
  processors: cpus().length,
  model: cpus()[0]?.model,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
print(`machine: ${JSON.stringify(machine)}, load of the last minute ${loadavg()[0]?.toFixed(1)}`);
const server = await startServer<{ port: number; bytesPerEntity: number }>("./odata-server.ts", [String(page), String(entities)]);
try {
  const url = `http://127.0.0.1:${server.port}`;
  print(
    `${entities} entities of 22 properties (${server.bytesPerEntity} bytes), ranges of ${range}, pages of ${page}, ${rounds} interleaved rounds (median, spread)`,
  );
  const runs = await race(url);
  const report = {
    machine,
    load: loadavg()[0],
    entities,
    range,
    page,
    ...showRace(runs),
    ...showRatios(runs),
    rss: await showMemory(url, runs),
  };
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, missed }, undefined, 2)}\n`);
} finally {
  server.close();
}
if (missed.length > 0) {
  print(`\ngoals missed: ${missed.join("; ")}`);
  process.exitCode = missedExitCode;
}
