/**
 * Rows to documents: rows of one external id stand together, say the same of their document, and balance to the minor unit. Reference numbers are told
 * apart here, too: two keys that came to one would share a document in SAP, so they are refused (80 bits: not to be expected, but looked at).
 */
import type { ReferenceNumber } from "../fingerprint.ts";
import type { SapClient } from "../keys.ts";
import { formatMoney, sum } from "../money.ts";
import { err, ok, type Result } from "../result.ts";
import { type Journal, journalKey, journalReference } from "./journal.ts";
import type { JournalHeader, JournalRow } from "./read-journal-row.ts";

/** BSEG-BUZEI has three digits. */
const linesMax = 999;

export type PlacedRow = JournalRow & { readonly at: number };
/** `at` and `lastAt`: lines of the file. */
export type PlacedJournal = {
  readonly journal: Journal;
  readonly reference: ReferenceNumber;
  readonly at: number;
  readonly lastAt: number;
};
export type GatherProblem = { readonly at: number; readonly detail: string };

type Draft = { header: JournalHeader; rows: PlacedRow[] };

const headerNames: Readonly<Record<keyof JournalHeader, string>> = {
  externalId: "external_id",
  postingVersion: "version",
  companyCode: "company_code",
  documentType: "document_type",
  documentDate: "document_date",
  postingDate: "posting_date",
  currency: "currency",
  headerText: "header_text",
};

function differenceOf(first: JournalHeader, other: JournalHeader): string | undefined {
  const names = Object.keys(headerNames) as (keyof JournalHeader)[];
  const name = names.find((each) => first[each] !== other[each]);
  return name && `${headerNames[name]} "${other[name]}" is not the "${first[name]}" of the document's first line`;
}

function collect(rows: readonly PlacedRow[], problems: GatherProblem[]): Draft[] {
  const drafts: Draft[] = [];
  const firstLine = new Map<string, number>();
  for (const row of rows) {
    const open = drafts.at(-1);
    const key = journalKey(row.header);
    if (open !== undefined && journalKey(open.header) === key) {
      const detail = differenceOf(open.header, row.header);
      if (detail !== undefined) problems.push({ at: row.at, detail });
      open.rows.push(row);
      continue;
    }
    const before = firstLine.get(key);
    if (before !== undefined)
      problems.push({ at: row.at, detail: `external_id "${row.header.externalId}" was a document already, from line ${before}` });
    firstLine.set(key, before ?? row.at);
    drafts.push({ header: row.header, rows: [row] });
  }
  return drafts;
}

function checkDocument({ header, rows }: Draft, problems: GatherProblem[]): void {
  const at = rows.at(-1)?.at ?? 0;
  const name = `document "${header.externalId}"`;
  if (rows.length < 2) problems.push({ at, detail: `${name} has one line; a document has two at least` });
  if (rows.length > linesMax) problems.push({ at, detail: `${name} has ${rows.length} lines; SAP takes ${linesMax}` });
  if (rows.some(({ line }) => line.amount.currency !== header.currency)) return;
  const balance = sum(
    rows.map(({ line }) => line.amount),
    header.currency,
  );
  if (balance.minor !== 0n)
    problems.push({ at, detail: `${name} does not balance: debit less credit is ${formatMoney(balance)} ${header.currency}` });
}

export type ReferenceOf = (client: SapClient, journal: Journal) => ReferenceNumber;

/** `referenceOf` is a parameter so that a collision can be tried. */
export function gatherJournals(
  client: SapClient,
  rows: readonly PlacedRow[],
  referenceOf: ReferenceOf = journalReference,
): Result<readonly PlacedJournal[], readonly GatherProblem[]> {
  const problems: GatherProblem[] = [];
  const drafts = collect(rows, problems);
  for (const draft of drafts) checkDocument(draft, problems);
  const taken = new Map<ReferenceNumber, number>();
  const journals = drafts.map(({ header, rows: members }): PlacedJournal => {
    const journal = { ...header, lines: members.map(({ line }) => line) };
    const reference = referenceOf(client, journal);
    const at = members[0]?.at ?? 0;
    const other = taken.get(reference);
    if (other !== undefined) problems.push({ at, detail: `comes to the reference number ${reference} of line ${other}` });
    taken.set(reference, at);
    return { journal, reference, at, lastAt: members.at(-1)?.at ?? at };
  });
  return problems.length === 0 ? ok(journals) : err(problems.toSorted((left, right) => left.at - right.at));
}
