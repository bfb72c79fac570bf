/**
 * `ml-connector reconcile`: SAP's own totals, our ledger and Procore's own total of a fiscal period side by side (ruling 31), with the difference by its
 * class; exports, drill-down, and the certificate. Writes nothing in Procore. Exit code 4 where a difference has no explanation, or a certificate
 * is refused.
 */
import { Command } from "commander";
import { closePeriod } from "../../hub/index.ts";
import { UsageError } from "../exit-codes.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { systemClock } from "../platform/index.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";
import { actor } from "./actor.ts";
import { certify, printKey, verify } from "./reconcile/certificate.ts";
import { type Flags, nothingRead, periodText, readPeriod } from "./reconcile/columns.ts";
import { showCommitments } from "./reconcile/commitments.ts";
import { show } from "./reconcile/show.ts";

const linesShown = 200;

async function close(flags: Flags & { companyCode?: string }): Promise<void> {
  const { period, companyCode } = flags;
  if (!period) throw new UsageError("Say which period is closed: --period 2026-09.");
  const closed = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async ({ store, config }) => {
    const scope = { tenant: config.tenant, connection: pickConnection(config, flags.connection), ...period, companyCode };
    return store.transact({ tenant: config.tenant }, (tx) => closePeriod(tx, scope, { actor: actor(), atMs: systemClock.now() }));
  });
  if (!closed) throw nothingRead();
  if (flags.json) terminal.json({ period: periodText(period), ...closed, run: String(closed.run) });
  else
    terminal.print(
      `${periodText(period)}${companyCode === undefined ? "" : ` of ${companyCode}`} is closed on SAP's totals of run ${closed.run}; what comes later is shown as late.`,
    );
}

export function reconcileCommand(): Command {
  const withPeriod = (each: Command) =>
    withJson(withConfig(each))
      .option("--connection <name>", "only this connection")
      .option("--period <period>", "fiscal year and period, such as 2026-09; without it the latest that was read", readPeriod);
  const withListing = (each: Command) => withPeriod(each).option("--listed", "take Procore as it was listed last time", false);
  const showCommand = withListing(new Command("show"))
    .description("the statement of a period")
    .option("--project <name>", "only this project")
    .option("--cost-code <code>", "only this cost code, such as 03-100.M")
    .option("--all", "the rows that tie, too", false)
    .option("--lines", "down to the SAP lines and to Procore's", false)
    .option("--opening", "opening balances by cost code: all that SAP has to date, and what it is made of", false)
    .option("--lines-max <n>", "how many lines are printed", wholeNumber(1, 1_000_000), linesShown)
    .option("--csv <file>", "write it as CSV; with --lines the lines instead of the rows, with --opening the opening balances")
    .option("--xlsx <file>", "write it as a workbook; with --lines the lines on a sheet of their own")
    .action(show);
  const commitmentsCommand = withJson(withConfig(new Command("commitments")))
    .description("contracts and requisitions to date, beside SAP's order history; received and not invoiced")
    .option("--connection <name>", "only this connection")
    .option("--listed", "take Procore as it was listed last time", false)
    .option("--project <name>", "only this project")
    .option("--order <number>", "only this purchase order, such as 4500000001")
    .option("--all", "the rows that tie, too", false)
    .option("--lines", "down to the invoices' lines and their requisitions", false)
    .option("--lines-max <n>", "how many lines are printed", wholeNumber(1, 1_000_000), linesShown)
    .option("--csv <file>", "write the requisitions as CSV; with --lines the lines instead")
    .option("--xlsx <file>", "write a workbook; with --lines the lines on a sheet of their own")
    .action(showCommitments);
  const certifyCommand = withListing(new Command("certify"))
    .description("write the signed certificate of a period, with commitments to date")
    .requiredOption("--out <file>", "where it is written")
    .action(certify);
  const verifyCommand = withJson(new Command("verify"))
    .description("check a certificate; needs neither store nor network")
    .argument("<file>")
    .requiredOption("--key <key>", "the trusted public key, or a file that holds it: never from the certificate itself")
    .action(verify);
  return new Command("reconcile")
    .description("SAP's own totals, what became of them, and Procore's own totals")
    .addCommand(showCommand, { isDefault: true })
    .addCommand(
      withPeriod(new Command("close"))
        .description("fix SAP's totals of a period: what comes later is late")
        .option("--company-code <code>", "only of this one; without it of all that are not closed yet")
        .action(close),
    )
    .addCommand(commitmentsCommand)
    .addCommand(certifyCommand)
    .addCommand(verifyCommand)
    .addCommand(
      withJson(withConfig(new Command("key")))
        .description("print the public key that certificates are verified with")
        .action(printKey),
    );
}
