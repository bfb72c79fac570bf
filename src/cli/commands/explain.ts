/** `ml-connector explain`: why a number is where it is, asked of either system's keys, as of any day. Reads the store only. */
import { Command, InvalidArgumentError } from "commander";
import { type Explanation, explain, readSubject } from "../../hub/index.ts";
import { UsageError } from "../exit-codes.ts";
import { withConfig, withJson } from "../flags.ts";
import { systemClock } from "../platform/index.ts";
import { explanationLines } from "../report/explain-text.ts";
import { terminal } from "../terminal.ts";
import { lookAtStore } from "../wiring/store-only.ts";

type Flags = { config: string; asOf?: Date; json: boolean };

/** The end of a day in UTC, or a moment. */
function readMoment(text: string): Date {
  const moment = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T23:59:59.999Z`) : new Date(text);
  if (/^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/.test(text) && !Number.isNaN(moment.getTime())) return moment;
  throw new InvalidArgumentError(`"${text}" is no day such as 2026-09-30 and no moment such as 2026-09-30T12:00:00Z.`);
}

async function run(words: readonly string[], flags: Flags): Promise<void> {
  const subject = readSubject(words);
  if (!subject)
    throw new UsageError(
      `"${words.join(" ")}" is no key: give an origin id, procore:<id>, or SAP's keys (BUKRS BELNR GJAHR [BUZEI], EBELN [EBELP [ZEKKN]], LIFNR).`,
    );
  const asOf = flags.asOf ?? new Date(systemClock.now());
  const found = await lookAtStore({ configFile: flags.config, log: terminal.debug }, ({ config, store }) =>
    explain(store, { tenant: config.tenant, subject, asOf }),
  );
  if (!found)
    throw new UsageError(`Nothing of "${words.join(" ")}" was ever read or written; see ml-connector runs for what was.`);
  print(found, flags);
}

function print(found: Explanation, { asOf, json }: Flags): void {
  if (json) terminal.json(found);
  else terminal.printAll(explanationLines(found, { isPast: asOf !== undefined }, terminal.paint));
}

export function explainCommand(): Command {
  return withJson(
    withConfig(new Command("explain").description("why a number is where it is, from a key of SAP's or of Procore's")),
  )
    .argument("<key...>", "an origin id, procore:<id>, or SAP's keys as a transaction shows them: 1000 100000001 2026 1")
    .option("--as-of <day>", "what was known then: YYYY-MM-DD, or a moment in UTC", readMoment)
    .action(run);
}
