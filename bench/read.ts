// `npm run bench:read`: how fast and how frugally tables are read, beside what others make of the same answers, and against our goals.
// Prints rows a second, ratios, processor time and memory, and exits with 4 when a goal was missed. Options: --rows, --rounds, --leaf,
// --soap-rows, --memory (only memory, 100 thousand to 5 million rows), --splits (only rows that splits discard), --json.
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type Contender, contenders } from "./contenders.ts";
import { type Measured, runReading, startAnswers } from "./processes.ts";
import { measureSplits } from "./splits.ts";

const goals = { oursOverSaxes: 0.7, oursOverSoap: 8, rssMb: 256, rssGrowth: 1.25, cold: 0.5, warm: 0.1 };
const missedExitCode = 4;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    leaf: { type: "string", default: "2000" },
    "soap-rows": { type: "string", default: "50000" },
    memory: { type: "boolean", default: false },
    splits: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const rowsPerLeaf = Number(values.leaf);
const soapRows = Math.min(rows, Number(values["soap-rows"]));
const isWhole = !values.memory && !values.splits;
const missed: string[] = [];
const report: Record<string, unknown> = {
  machine: {
    processors: cpus().length,
    model: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  },
};

const print = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`);
};
const check = (name: string, isMet: boolean) => {
  if (!isMet) missed.push(name);
  return isMet ? "met" : "MISSED";
};
const sorted = (list: readonly number[]) => [...list].sort((left, right) => left - right);
const median = (list: readonly number[]) => sorted(list)[Math.floor(list.length / 2)] ?? 0;
const rateOf = ({ rows: read, seconds }: Measured) => read / seconds;

function summarise(runs: readonly Measured[]) {
  const rates = runs.map(rateOf);
  const rate = median(rates);
  return {
    rowsPerSecond: Math.round(rate),
    spreadPercent: Math.round(((Math.max(...rates) - Math.min(...rates)) / rate) * 100),
    cpuSecondsPerMillion: median(runs.map((run) => (run.cpuSeconds / run.rows) * 1e6)),
    rssPeakMb: Math.round(Math.max(...runs.map((run) => run.rssPeakMb))),
    rows: runs[0]?.rows ?? 0,
  };
}

/** Rounds are interleaved, so that a machine that slows down slows all of them down. */
async function race(base: string): Promise<Record<Contender, Measured[]>> {
  const runs: Record<Contender, Measured[]> = { drop: [], saxes: [], soap: [], ours: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const contender of contenders)
      runs[contender].push(await runReading({ contender, url: base, rows: contender === "soap" ? soapRows : rows, rowsPerLeaf }));
  return runs;
}

async function compare(title: string, url: string): Promise<void> {
  const runs = await race(url);
  print(`\n${title}: ${rows} rows of 20 fields, leaves of ${rowsPerLeaf}, ${rounds} interleaved rounds (median, spread)`);
  print("  reader        rows/s   spread   CPU s / M rows   peak RSS");
  for (const contender of contenders) {
    const figures = summarise(runs[contender]);
    const cpu = figures.cpuSecondsPerMillion.toFixed(2);
    const note = figures.rows === rows ? "" : `   (${figures.rows} rows, scaled)`;
    print(
      `  ${contender.padEnd(8)} ${String(figures.rowsPerSecond).padStart(11)} ${`${figures.spreadPercent} %`.padStart(8)} ${cpu.padStart(16)} ${`${figures.rssPeakMb} MB`.padStart(10)}${note}`,
    );
  }
  // Ratios round by round: what both met in the same minute.
  const ratio = (other: Contender) => median(runs.ours.map((run, index) => rateOf(run) / rateOf(runs[other][index] ?? run)));
  const [overSaxes, overSoap] = [ratio("saxes"), ratio("soap")];
  print(
    `  ours / saxes-empty ${overSaxes.toFixed(2)} (goal ${goals.oursOverSaxes}): ${check(`${title}: ours / saxes`, overSaxes >= goals.oursOverSaxes)}`,
  );
  print(
    `  ours / npm soap    ${overSoap.toFixed(1)} (goal ${goals.oursOverSoap}): ${check(`${title}: ours / soap`, overSoap >= goals.oursOverSoap)}`,
  );
  report[title] = {
    oursOverSaxes: overSaxes,
    oursOverSoap: overSoap,
    ...Object.fromEntries(contenders.map((name) => [name, summarise(runs[name])])),
  };
}

async function watchMemory(url: string): Promise<void> {
  print("\nmemory of the reading process, ours");
  const peaks: { rows: number; rssPeakMb: number }[] = [];
  for (const count of [100_000, 500_000, 1_000_000, 5_000_000]) {
    const { rssPeakMb } = await runReading({ contender: "ours", url, rows: count, rowsPerLeaf });
    peaks.push({ rows: count, rssPeakMb: Math.round(rssPeakMb) });
    print(`  ${String(count).padStart(9)} rows ${`${Math.round(rssPeakMb)} MB`.padStart(8)}`);
  }
  const [least, most] = [Math.min(...peaks.map((peak) => peak.rssPeakMb)), Math.max(...peaks.map((peak) => peak.rssPeakMb))];
  print(
    `  under ${goals.rssMb} MB: ${check("memory", most < goals.rssMb)}; flat (at most ${goals.rssGrowth} times): ${check("memory flat", most <= least * goals.rssGrowth)}`,
  );
  report.memory = peaks;
}

async function watchSplits(): Promise<void> {
  print("\nrows discarded by splits over rows kept, 1,000,000 keys");
  const figures = await measureSplits(1_000_000);
  for (const { order, cold, warm, coldCalls, warmCalls } of figures)
    print(
      `  ${order.padEnd(13)} cold ${cold.toFixed(2)} (goal ${goals.cold}, ${coldCalls} calls): ${check(`splits cold, ${order}`, cold <= goals.cold)}; warm ${warm.toFixed(3)} (goal ${goals.warm}, ${warmCalls} calls): ${check(`splits warm, ${order}`, warm <= goals.warm)}`,
    );
  report.splits = figures;
}

print(`machine: ${JSON.stringify(report.machine)}`);
const answers = await startAnswers(rowsPerLeaf);
try {
  const url = (kind: "plain" | "gzip") => `http://127.0.0.1:${answers.port}/${kind}`;
  if (isWhole) await compare("plain", url("plain"));
  if (isWhole) await compare("gzip", url("gzip"));
  if (isWhole || values.memory) await watchMemory(url("plain"));
  if (isWhole || values.splits) await watchSplits();
} finally {
  answers.close();
}
report.missed = missed;
if (values.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
if (missed.length > 0) {
  print(`\ngoals missed: ${missed.join("; ")}`);
  process.exitCode = missedExitCode;
}
