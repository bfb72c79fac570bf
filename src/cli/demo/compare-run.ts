/**
 * Lays the product's own account of a run beside the manifest: what it says it read, posted, held, excluded and rejected, in count and in
 * money. Where they differ, the product or the builder misjudged a record, even if Procore's totals tie. Pure.
 */
import { type Flow, flows, formatMoney, parseMoney } from "../../core/index.ts";
import type { FlowSummary, RunReport } from "../../hub/index.ts";
import type { Manifest } from "../../sandbox/index.ts";
import type { Difference } from "./compare-procore.ts";

type Amounts = Readonly<Record<string, string>>;
type Tally = { count: number; amount: Amounts };

/** One spelling per sum: what is zero, or in no currency, is left out. */
function canonical(amount: Amounts): string {
  const shown = Object.keys(amount)
    .sort()
    .flatMap((currency) => {
      const money = parseMoney(amount[currency] ?? "", currency);
      if (!money.ok) return [`${amount[currency]} ${currency}`];
      return money.value.minor === 0n ? [] : [`${formatMoney(money.value)} ${currency}`];
    });
  return shown.join(", ");
}

function tallyText({ count, amount }: Tally): string {
  const money = canonical(amount);
  return money === "" ? String(count) : `${count} (${money})`;
}

const none: Tally = { count: 0, amount: {} };
const dispositions = ["held", "excluded", "rejected"] as const;

export function postedCount(summary: FlowSummary): number {
  const others = dispositions.flatMap((disposition) => Object.values(summary[disposition]));
  return others.reduce((count, tally) => count - tally.count, summary.read);
}

function compareFlow(flow: Flow, expected: Manifest["flows"][Flow], summary: FlowSummary): readonly Difference[] {
  const differences: Difference[] = [];
  const compare = (what: string, wanted: Tally, found: Tally) => {
    const texts = { expected: tallyText(wanted), found: tallyText(found) };
    if (texts.expected !== texts.found) differences.push({ flow, place: "the run's own account", what, ...texts });
  };
  compare("read", expected.read, { count: summary.read, amount: summary.readAmount });
  compare("posted", expected.posted, { count: postedCount(summary), amount: summary.postedAmount });
  for (const disposition of dispositions) {
    const reasons = new Set([...Object.keys(expected[disposition]), ...Object.keys(summary[disposition])]);
    for (const reason of [...reasons].sort())
      compare(`${disposition} ${reason}`, expected[disposition][reason] ?? none, summary[disposition][reason] ?? none);
  }
  return differences;
}

export function compareRun(manifest: Manifest, run: Pick<RunReport, "flows">): readonly Difference[] {
  return flows.flatMap((flow) => {
    const summary = run.flows[flow];
    if (summary !== undefined) return compareFlow(flow, manifest.flows[flow], summary);
    return [{ flow, place: "the run's own account", what: "flow", expected: "a summary", found: "nothing" }];
  });
}
