// One contender reads so many leaves, in a process of its own, so that memory and processor time are its alone. Two leaves warm it up.
import { contenders, openContender } from "./contenders.ts";

const [name, url = "", leavesText = "1", rowsText = "1"] = process.argv.slice(2);
const contender = contenders.find((each) => each === name);
if (contender === undefined) throw new Error(`no contender ${name}`);
const leaves = Number(leavesText);

const reading = await openContender(contender, url);
for (let warm = 0; warm < 2; warm += 1) await reading.readLeaf();
const cpuFrom = process.cpuUsage();
const from = process.hrtime.bigint();
let handled = 0;
for (let leaf = 0; leaf < leaves; leaf += 1) handled += await reading.readLeaf();
const seconds = Number(process.hrtime.bigint() - from) / 1e9;
const cpu = process.cpuUsage(cpuFrom);
await reading.close();
process.stdout.write(
  `${JSON.stringify({
    contender,
    rows: leaves * Number(rowsText),
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    rssPeakMb: process.resourceUsage().maxRSS / 1_024,
    handled,
  })}\n`,
);
