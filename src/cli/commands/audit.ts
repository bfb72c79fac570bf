/** `ml-connector audit verify`: walks the hash chain of the audit trail and names the first break. Exit code 4 when there is one. */
import { Command } from "commander";
import { type AuditVerdict, verifyAudit } from "../../store/index.ts";
import { exitCodes } from "../exit-codes.ts";
import { withConfig, withJson } from "../flags.ts";
import { groupDigits } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { lookAtStore } from "../wiring/store-only.ts";

type Flags = { config: string; json: boolean };

const breaks = {
  "seal-missing": "a seal is missing",
  "row-missing": "a sealed entry is missing",
  "hash-differs": "an entry or its seal was altered",
  "row-unlisted": "an entry is neither sealed nor waiting to be",
} as const;

function sentenceOf(verdict: AuditVerdict): string {
  if (verdict.kind === "whole") {
    const waiting = verdict.waiting === 0n ? "" : `, ${groupDigits(String(verdict.waiting))} wait for their seal`;
    return `The audit trail is whole: ${groupDigits(String(verdict.sealed))} entries sealed${waiting}. Head ${verdict.headHash}`;
  }
  const { kind, sealNo, auditId } = verdict.break;
  const place = [sealNo === undefined ? "" : `seal ${sealNo}`, auditId === undefined ? "" : `entry ${auditId}`];
  return `The audit trail is broken: ${breaks[kind]} (${place.filter((text) => text !== "").join(", ")}). Keep the database as it is and compare with a backup.`;
}

/** Counts as text: they are bigint. */
async function verify({ config: configFile, json }: Flags): Promise<void> {
  const verdict = await lookAtStore({ configFile, log: terminal.debug }, ({ config, store }) =>
    verifyAudit(store, { tenant: config.tenant }),
  );
  if (verdict?.kind === "broken") process.exitCode = exitCodes.different;
  if (json) terminal.json(verdict === undefined ? { kind: "empty" } : verdict);
  else terminal.print(verdict === undefined ? "There is no audit trail yet; nothing was ever run." : sentenceOf(verdict));
}

export function auditCommand(): Command {
  const verifyCommand = new Command("verify").description("check that the audit trail is whole");
  return new Command("audit")
    .description("the trail of who changed what")
    .addCommand(withJson(withConfig(verifyCommand)).action(verify));
}
