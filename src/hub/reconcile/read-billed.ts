/**
 * Our ledger's column of commitments: each share of a posted invoice's line that bills a purchase order, and what became of it. Delivery costs are left
 * out, for their history is another table (EKBZ), and so are releases of retainage, which bill nothing.
 */
import { sql, type Transaction } from "kysely";
import { type Fate, parseMoney } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { CommitmentScope } from "./commitment-places.ts";
import { type HistoryControl, isLateBy } from "./history-control.ts";

export type BilledShare = {
  invoice: string;
  line: string;
  assignment: string;
  order: string;
  item: string;
  companyCode: string;
  currency: string;
  amount: bigint;
  disposition: string;
  reason: string;
  isLate: "no" | "perhaps" | "surely";
  isReversal: boolean;
  /** The requisition that bills it, and as what: work in the project's currency, on which contract line. */
  billed?: { requisition: string; line: string; work: bigint; currency: string; isConfirmed: boolean };
};

type Row = {
  invoice: string;
  company_code: string;
  currency: string;
  line: string;
  order: string;
  item: string;
  text: string;
  is_reversal: boolean;
  late: BilledShare["isLate"];
  key: string | null;
  amount_minor: bigint | null;
  disposition: string | null;
  reason: string | null;
  requisition: string | null;
  target: { line?: string; work?: string } | null;
  procore_currency: string | null;
  is_confirmed: boolean;
  is_gone: boolean;
};

/** An invoice that no plan has seen yet has no atoms: its line counts as it was read. */
function amountOf({ amount_minor: amount, is_gone: isGone, text, currency }: Row): bigint {
  if (isGone) return 0n;
  if (amount !== null) return amount;
  const money = parseMoney(text, currency);
  if (!money.ok) throw new Error(`Assertion failed: "${text}" was checked on arrival`);
  return money.value.minor;
}

/** Of a line that is gone, the contract line tells order and item: `SID.CLIENT.PL.EBELN.EBELP.…`. */
function shareOf(row: Row): BilledShare {
  const [, , , order = "", item = ""] = row.target?.line?.split(".") ?? [];
  const { requisition, target, procore_currency: currency } = row;
  const isBilled = requisition !== null && target?.line !== undefined && target.work !== undefined;
  return {
    invoice: row.invoice,
    line: row.line,
    assignment: row.key?.split(".")[3] ?? "",
    order: row.is_gone ? order : row.order,
    item: row.is_gone ? item : row.item,
    companyCode: row.company_code,
    currency: row.currency,
    amount: amountOf(row),
    disposition: row.disposition ?? "planned",
    reason: row.reason ?? "",
    isLate: row.late,
    isReversal: row.is_reversal,
    ...(isBilled
      ? {
          billed: {
            requisition,
            line: target.line ?? "",
            work: BigInt(target.work ?? "0"),
            currency: currency ?? row.currency,
            isConfirmed: row.is_confirmed,
          },
        }
      : {}),
  };
}

export async function readBilled(
  tx: Transaction<Database>,
  { tenant, connection }: CommitmentScope,
  control: HistoryControl,
): Promise<BilledShare[]> {
  const { rows } = await sql<Row>`
    with invoice as (
      select r.key, r.content, r.changed_run from source_record r where r.tenant = ${tenant} and r.connection = ${connection}
        and r.flow = 'invoices' and r.content ->> 'kind' = 'invoice' and r.content ->> 'status' = '5'),
    line as (
      select i.key as invoice, i.content, i.changed_run, l ->> 'line' as line, l ->> 'purchaseOrder' as "order", l ->> 'item' as item,
        l ->> 'amount' as text from invoice i cross join lateral jsonb_array_elements(i.content -> 'lines') l
      where l ->> 'purchaseOrder' <> '' and l ->> 'conditionType' = ''),
    share as (
      select l.*, a.key, a.amount_minor, a.disposition::text as disposition, a.reason, a.record_origin_id as requisition, a.target,
        false as is_gone
      from line l left join atom a on a.tenant = ${tenant} and a.connection = ${connection} and a.flow = 'invoices' and a.gone_run is null
        and a.record_key = l.invoice and split_part(a.key, '.', 3) = l.line and split_part(a.key, '.', 5) = ''
      union all
      select i.key, i.content, i.changed_run, split_part(a.key, '.', 3), '', '', '0', a.key, a.amount_minor, a.disposition::text, a.reason,
        a.record_origin_id, a.target, true
      from invoice i join atom a on a.tenant = ${tenant} and a.connection = ${connection} and a.flow = 'invoices' and a.record_key = i.key
        and a.gone_run is not null and a.record_origin_id is not null and split_part(a.key, '.', 5) = '')
    select s.invoice, s.content ->> 'companyCode' as company_code, s.content ->> 'currency' as currency, s.line, s."order", s.item, s.text,
      s.content ->> 'cancellation' <> '' as is_reversal, ${isLateBy(control, sql`s.content ->> 'entryDate'`, sql`s.changed_run`)} as late, s.key,
      s.amount_minor, s.disposition, s.reason, s.requisition, s.target, coalesce(k.currency, e.currency) as procore_currency,
      k.origin_id is not null as is_confirmed, s.is_gone
    from share s left join known k on k.tenant = ${tenant} and k.connection = ${connection} and k.origin_id = s.requisition
        and k.aspect = 'content'
      left join lateral (select e.currency from effect e where e.tenant = ${tenant} and e.connection = ${connection}
        and e.origin_id = s.requisition and e.aspect = 'content' order by e.effect desc limit 1) e on k.origin_id is null
    order by s.invoice, s.line, s.key`.execute(tx);
  return rows.map(shareOf);
}

export type ShareFate = { fate: Fate; amount: bigint; tax?: bigint };

const changedCode = "invoice-changed-after-posting";

/**
 * What a requisition has taken is posted as it was billed. In another currency than the invoice's it is stated as the invoice has it; what SAP changed
 * of such a one since is a difference in its whole, for what was billed then is not told in this currency.
 */
export function fatesOfShare({ amount, disposition, reason, billed, currency }: BilledShare): ShareFate[] {
  if (billed?.isConfirmed) {
    const isChanged = disposition === "held" && reason === changedCode;
    const isForeign = billed.currency !== currency;
    if (isChanged && isForeign) return [{ fate: { kind: "changed" }, amount }];
    if (!isChanged) return [{ fate: { kind: "posted" }, amount, ...(isForeign ? {} : { tax: billed.work - amount }) }];
    return [
      { fate: { kind: "posted" }, amount: billed.work },
      { fate: { kind: "changed" }, amount: amount - billed.work },
    ];
  }
  switch (disposition) {
    case "excluded":
      return [{ fate: { kind: "excluded", rule: reason }, amount }];
    case "held":
    case "rejected":
      return [{ fate: { kind: "held", code: reason }, amount }];
    case "unknown":
      return [{ fate: { kind: "in-doubt" }, amount }];
    default:
      return [{ fate: { kind: "waiting" }, amount }];
  }
}
