/** An opening balance as a controller reads it: SAP and Procore side by side, then all that SAP has to date against what it is made of. */
import { formatIsoDate, formatMoney, fromAlpha, type OpeningRow, type OpeningState } from "../../core/index.ts";
import type { OpeningBalance, WaitingContract } from "../../hub/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";

const text = (minor: bigint, currency: string) => groupDigits(formatMoney({ minor, currency }));

function balanceTable(rows: readonly OpeningRow[], paint: Paint): readonly string[] {
  const columns = ["SAP costs", "costs by hand", "they differ by", "SAP of orders", "billed by hand", "they differ by"];
  const cells = rows.map((row): Cell[] => {
    const { currency, costs, costsByHand, orderCosts, billedByHand } = row;
    const amounts = [costs, costsByHand, costs - costsByHand, orderCosts, billedByHand, orderCosts - billedByHand];
    return [row.budgetCode || "(none)", currency, ...amounts.map((minor) => text(minor, currency))];
  });
  return renderTable([left("budget code"), left("currency"), ...columns.map(right)], cells, paint);
}

const stateText: Readonly<Record<OpeningState, Cell>> = {
  tied: { text: "tied", style: "good" },
  unconfirmed: { text: "not confirmed", style: "warn" },
  "changed-in-sap": { text: "SAP changed it after the word", style: "bad" },
  "changed-in-procore": { text: "Procore differs", style: "bad" },
};

function tieTable(rows: readonly OpeningRow[], paint: Paint): readonly string[] {
  const columns = ["SAP to date", "opening", "posted", "waiting", "held", "commitments", "excluded", "difference", "in Procore"];
  const cells = rows.map((row): Cell[] => {
    const { currency, confirmed = 0n } = row;
    const amounts = [row.sapToDate, confirmed, row.posted, row.waiting, row.held, row.commitments, row.excluded, row.difference];
    const shown = [...amounts, row.procoreDifference].map((minor) => text(minor, currency));
    return [row.budgetCode || "(none)", currency, ...shown, stateText[row.state]];
  });
  return renderTable([left("budget code"), left("currency"), ...columns.map(right), left("")], cells, paint);
}

function wordLine({ word, date, hash, isTied }: OpeningBalance): string {
  if (date === undefined) return "No cut-over date for its costs: all of history flows, and nothing is to be confirmed.";
  const at = `Figures ${hash}, of what is older than ${formatIsoDate(date)}.`;
  if (!word) return `${at} Nobody confirmed them: ml-connector cut-over confirm --project … --figures ${hash}`;
  const by = `Confirmed by ${word.actor.replace(/^user:/, "")} on ${word.at.toISOString().slice(0, 10)}`;
  return `${at} ${by} (${word.hash})${word.note === "" ? "" : `: ${word.note}`}. ${isTied ? "It ties." : "It does not tie."}`;
}

function contractTable({ contracts }: OpeningBalance, paint: Paint): readonly string[] {
  if (contracts.length === 0) return [];
  const columns = [left("contract"), left("number"), left("title"), left("status"), right("amount"), left("linked as")];
  const cells = contracts.map(({ id, number, title, status, amount, originId }): Cell[] => [
    String(id),
    number,
    title,
    status,
    groupDigits(amount),
    originId,
  ]);
  return ["", "Contracts that bear no origin id of ours:", ...renderTable(columns, cells, paint)];
}

export function openingLines(balance: OpeningBalance, paint: Paint): readonly string[] {
  const invoiced = balance.invoicedBefore.map(({ currency, minor }) => `${text(minor, currency)} ${currency}`).join(", ");
  const older = balance.rows.filter((row) => row.costs || row.orderCosts || row.costsByHand || row.billedByHand);
  return [
    `${balance.project}: ${wordLine(balance)}`,
    "",
    "What is older, in SAP and by people's hands in Procore:",
    ...balanceTable(older, paint),
    ...(invoiced === "" ? [] : [`  Older invoices that were left out: ${invoiced}.`]),
    "",
    "All that SAP has to date, and what it is made of:",
    ...tieTable(balance.rows, paint),
    ...contractTable(balance, paint),
  ];
}

/** An order, and below it the contracts that may be it. */
export function waitingContractLines(waiting: readonly WaitingContract[], paint: Paint): readonly string[] {
  if (waiting.length === 0) return ["No older purchase order waits for a decision."];
  const rows = waiting.flatMap(({ order, project, title, code, why, candidates, decided }): Cell[][] => [
    [fromAlpha(order), project, title, code, decided === "" ? why : { text: `decided: ${decided}`, style: "good" }],
    ...candidates.map(({ contractId, number, title: name, status, reasons }): Cell[] => [
      "",
      `  ${contractId}`,
      [number, name].filter((part) => part !== "").join(" "),
      status,
      reasons.join(", "),
    ]),
  ]);
  const columns = ["order", "project, contract", "title", "code, status", "why"];
  const next = "ml-connector cut-over adopt ORDER CONTRACT, leave-out ORDER, or create ORDER; the next run carries it out";
  return [...renderTable(columns.map(left), rows, paint), "", next];
}
