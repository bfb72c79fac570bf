// One contender reads so many entities, in a process of its own, so that memory and processor time are its alone. One range warms it up.
import { contenders, openContender, type Tally } from "./odata-contenders.ts";

const [name, url = "", entitiesText = "", rangeText = "", pageText = ""] = process.argv.slice(2);
const contender = contenders.find((each) => each === name);
if (contender === undefined) throw new Error(`no contender ${name}`);
const [entities, perRange] = [Number(entitiesText), Number(rangeText)];

const reading = await openContender(contender, url, Number(pageText));
await reading.readRange({ from: 0, to: Math.min(entities, perRange) });
const sum: Tally = { entities: 0, keys: 0, cents: 0, bytes: 0 };
const cpuFrom = process.cpuUsage();
const started = process.hrtime.bigint();
for (let from = 0; from < entities; from += perRange) {
  const read = await reading.readRange({ from, to: Math.min(entities, from + perRange) });
  sum.entities += read.entities;
  sum.keys = (sum.keys + read.keys) >>> 0;
  sum.cents += read.cents;
  sum.bytes += read.bytes;
}
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
const cpu = process.cpuUsage(cpuFrom);
await reading.close();
const figures = { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, rssPeakMb: process.resourceUsage().maxRSS / 1_024 };
process.stdout.write(`${JSON.stringify({ contender, ...sum, ...figures })}\n`);
