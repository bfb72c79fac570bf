/**
 * What a certificate says: the whole statement of a period, SAP's totals and Procore's listings with when they were read, and a digest of the lines
 * behind each project, by which a drill-down can be shown to be the one that was certified.
 */
import { createHash, type Hash } from "node:crypto";
import { type Canonical, type CertificateContent, canonicalText, formatMoney, sourceHashVersion } from "../../core/index.ts";
import type { DrillLine, Reconciliation } from "../../hub/index.ts";
import { accountsOf, totalsOf, viewOf } from "./table.ts";

type LineDigest = { lines: number; sha256: string };

/** By project; lines that lead to none stand under the empty name. In the order of their keys. */
export async function digestLines(lines: AsyncIterable<DrillLine>): Promise<Record<string, LineDigest>> {
  const hashes = new Map<string, { hash: Hash; lines: number }>();
  for await (const line of lines) {
    const known = hashes.get(line.project) ?? { hash: createHash("sha256"), lines: 0 };
    hashes.set(line.project, known);
    const { amountMinor, ...facts } = line;
    known.hash.update(`${canonicalText({ ...facts, amount: formatMoney({ minor: amountMinor, currency: line.currency }) })}\n`);
    known.lines += 1;
  }
  return Object.fromEntries(
    [...hashes]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([project, { hash, lines: count }]) => [project, { lines: count, sha256: hash.digest("hex") }]),
  );
}

export type CertificateFacts = {
  tenant: string;
  connection: string;
  /** `S01.100`. */
  sapClient: string;
  procoreCompanyId: number;
  mappingVersion: string;
  period: string;
  by: string;
  atMs: number;
  productVersion: string;
  isTied: boolean;
};

export function certificateContent(
  facts: CertificateFacts,
  reconciliation: Reconciliation,
  lines: Record<string, LineDigest>,
): CertificateContent {
  const { atMs, ...rest } = facts;
  const { control, rejected, listings, ledger } = reconciliation;
  return {
    ...rest,
    at: new Date(atMs).toISOString(),
    hashVersion: sourceHashVersion,
    sapTotals: {
      sources: [...control.sources],
      run: String(control.run),
      day: control.day,
      readAt: control.readAt?.toISOString() ?? "",
      closedAt: control.closedAt?.toISOString() ?? "",
      closes: control.closes.map(({ companyCode, run, day, readAt, closedAt, closedBy }) => ({
        companyCode,
        run: String(run),
        day,
        readAt: readAt.toISOString(),
        closedAt: closedAt.toISOString(),
        closedBy,
      })),
    },
    procoreListings: listings.map((each) => ({ ...each })),
    rows: reconciliation.rows.map((row) => viewOf(row) as Canonical),
    totals: totalsOf(reconciliation.rows) as Canonical,
    generalLedger: { accounts: ledger.accounts, differing: accountsOf(reconciliation) },
    rejectedDocuments: rejected.map(({ key, code }) => ({ key, code })),
    lineDigests: lines,
  };
}
