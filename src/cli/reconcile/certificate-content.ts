/**
 * What a certificate says: the whole statement of a period with the opening balances, and commitments to date; SAP's totals and Procore's listings with when they
 * were read, and digests of the lines behind each project, by which a drill-down can be shown to be the one that was certified.
 */
import { createHash, type Hash } from "node:crypto";
import { type Canonical, type CertificateContent, canonicalText, formatMoney, sourceHashVersion } from "../../core/index.ts";
import type { BilledLine, Commitments, DrillLine, Reconciliation } from "../../hub/index.ts";
import { commitmentsView } from "./commitment-view.ts";
import { openingTotals, openingViews } from "./opening-view.ts";
import { accountsOf, totalsOf, viewOf } from "./table.ts";

type LineDigest = { lines: number; sha256: string };

/** By project; lines that lead to none stand under the empty name. In the order of their keys. */
export async function digestLines(lines: AsyncIterable<DrillLine> | Iterable<BilledLine>): Promise<Record<string, LineDigest>> {
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
  /** Of the statement with its opening balances; the certificate ties where commitments do, too. */
  isStatementTied: boolean;
};

export type Certified = {
  reconciliation: Reconciliation;
  lineDigests: Record<string, LineDigest>;
  commitments: Commitments;
  billedDigests: Record<string, LineDigest>;
};

function periodTotals({ control }: Reconciliation) {
  return {
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
  };
}

function openingsOf({ openings }: Reconciliation) {
  return {
    isTied: openings.every((each) => each.rows.every(({ difference }) => difference === 0n)),
    rows: openingViews(openings) as Canonical,
    totals: openingTotals(openings) as Canonical,
  };
}

/** To date, and of the moment that `sapTotals` and the listings name: no period closes them. */
function commitmentsOf(commitments: Commitments, lineDigests: Record<string, LineDigest>) {
  const { control, listings, isTied, ...rows } = commitmentsView(commitments, commitments);
  const sapTotals = { source: "EKBE", run: String(control.run), day: control.day, readAt: control.readAt?.toISOString() ?? "" };
  return { isTied, sapTotals, procoreListings: listings.map((each) => ({ ...each })), ...(rows as object), lineDigests };
}

export function certificateContent(facts: CertificateFacts, certified: Certified): CertificateContent {
  const { reconciliation, lineDigests, commitments, billedDigests } = certified;
  const { atMs, ...rest } = facts;
  const { rejected, listings, ledger } = reconciliation;
  const committed = commitmentsOf(commitments, billedDigests);
  return {
    ...rest,
    isTied: facts.isStatementTied && committed.isTied,
    at: new Date(atMs).toISOString(),
    hashVersion: sourceHashVersion,
    sapTotals: periodTotals(reconciliation),
    procoreListings: listings.map((each) => ({ ...each })),
    rows: reconciliation.rows.map((row) => viewOf(row) as Canonical),
    totals: totalsOf(reconciliation.rows) as Canonical,
    openings: openingsOf(reconciliation),
    generalLedger: { accounts: ledger.accounts, differing: accountsOf(reconciliation) },
    rejectedDocuments: rejected.map(({ key, code }) => ({ key, code })),
    lineDigests,
    commitments: committed,
  };
}
