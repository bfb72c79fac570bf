/** What the invoices of a page are ruled by: their orders as read, what became of the orders' items, contracts, and what is posted of them already. */
import { sql, type Transaction } from "kysely";
import {
  type Billing,
  compileCutOver,
  currencyOfTarget,
  type Disposition,
  type InvoiceContext,
  type InvoiceRecord,
  type OrderLine,
  type PurchaseOrderRecord,
  type RetainageContext,
  type SourceRecord,
  type Target,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { readIgnored } from "../holds/ignored.ts";
import type { AtomRow } from "./atoms.ts";
import { isInTheWay, orderOfLine } from "./change-order-sql.ts";
import { statusHash } from "./contract-effects.ts";
import { routeDisposition, unwrittenRoute } from "./item-routes.ts";
import { originPrefix } from "./records.ts";

type Tx = Transaction<Database>;

/** An atom that a requisition has taken; `isKnown`: confirmed in Procore, otherwise it may be there. */
export type PostedAtom = { requisition: string; hash: string; isKnown: boolean; billing: Billing };

export type InvoiceFacts = {
  decide: InvoiceContext;
  release: Omit<RetainageContext, "billed">;
  posted: (invoice: string) => ReadonlyMap<string, PostedAtom>;
};

/** Requisitions that are written, or may be: confirmed ones, and those whose request is under way or in doubt. */
export function writtenRequisitions(context: RunContext) {
  const scope = sql`tenant = ${context.tenant} and connection = ${context.connection.name}`;
  return sql`
    select origin_id, desired_hash, true as is_known, project_id, currency from known where ${scope} and aspect = 'content'
      and origin_id like ${`${originPrefix(context, "RQ")}%`}
    union all
    select origin_id, desired_hash, false, project_id, currency from effect where ${scope} and flow = 'invoices' and state in ('sending', 'unknown')`;
}

type PostedRow = {
  key: string;
  record_key: string;
  requisition: string;
  hash: string;
  is_known: boolean;
  project_id: bigint;
  currency: string | null;
  billed: NonNullable<AtomRow["billed"]>;
};

/** As it was billed, whatever rates and taxes are now. */
function billingOf({ billed, project_id, currency }: PostedRow): Billing {
  const money = (minor: string) => ({ minor: BigInt(minor), currency: currency ?? "" });
  const place = { contract: billed.contract, line: billed.line, projectId: Number(project_id), currency: currency ?? "" };
  return { place, work: money(billed.work), retainage: money(billed.retainage) };
}

async function readPosted(
  tx: Tx,
  context: RunContext,
  invoices: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, PostedAtom>>> {
  const { rows } = await sql<PostedRow>`
    with written as (${writtenRequisitions(context)})
    select a.key, a.record_key, a.record_origin_id as requisition, w.desired_hash as hash, w.is_known, w.project_id, w.currency,
      a.target as billed
    from atom a join written w on w.origin_id = a.record_origin_id
    where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'invoices'
      and a.record_key = any (${invoices}::text[])`.execute(tx);
  const posted = new Map<string, Map<string, PostedAtom>>();
  for (const row of rows) {
    const ofInvoice = posted.get(row.record_key) ?? new Map<string, PostedAtom>();
    posted.set(row.record_key, ofInvoice);
    // Confirmed once is confirmed, whatever is under way.
    if (!ofInvoice.get(row.key)?.isKnown)
      ofInvoice.set(row.key, { requisition: row.requisition, hash: row.hash, isKnown: row.is_known, billing: billingOf(row) });
  }
  return posted;
}

/** Whatever an earlier plan said of atoms that no requisition has taken is planned anew, and must not linger. */
export async function dropUnpostedAtoms(tx: Tx, context: RunContext, atoms: readonly AtomRow[]): Promise<void> {
  const records = [...new Set(atoms.map(({ recordKey }) => recordKey))];
  await sql`
    with written as (${writtenRequisitions(context)})
    delete from atom where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = 'invoices'
      and record_key = any (${records}::text[])
      and (record_origin_id is null or record_origin_id not in (select origin_id from written))`.execute(tx);
}

/** A refused or forgotten requisition does not count: the contract may be reopened. */
export async function readInvoicedContracts(tx: Tx, context: RunContext): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ contract: string }>`
    with written as (${writtenRequisitions(context)})
    select distinct a.target ->> 'contract' as contract from atom a join written w on w.origin_id = a.record_origin_id
    where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'invoices'`.execute(tx);
  return new Set(rows.map((row) => row.contract));
}

async function readRecords(
  tx: Tx,
  context: RunContext,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, SourceRecord>> {
  const { rows } = await sql<{ content: SourceRecord }>`
    select content from source_record where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = ${flow}
      and key = any (${keys}::text[])`.execute(tx);
  return new Map(rows.map(({ content }) => [content.key, content]));
}

type OrderAtom = {
  key: string;
  disposition: Disposition;
  target: Target | null;
  contract: string | null;
  line: string | null;
  is_known: boolean;
  reason: string | null;
  project: string | null;
};

function orderLineOf(atom: OrderAtom): OrderLine {
  const project = atom.target?.project.number ?? atom.project;
  const line = { assignment: atom.key.slice(atom.key.lastIndexOf(".") + 1), ...(project === null ? {} : { project }) };
  return { ...line, ...routeOfLine(atom) };
}

function routeOfLine(atom: OrderAtom): Pick<OrderLine, "route" | "place"> {
  const { contract, line, target } = atom;
  if (atom.is_known && contract !== null && line !== null && target !== null) {
    const place = { contract, line, projectId: target.project.id, currency: currencyOfTarget(target) };
    return { route: "contract-line", place };
  }
  return { route: unwrittenRoute(atom) };
}

/** A line of a change order bills nothing before that is approved: Procore shows requisitions none (procore 4.9). */
function isBillable(atom: string) {
  const line = sql.ref(`${atom}.origin_id`);
  return sql<boolean>`(split_part(${line}, '.', 3) <> 'CL' or exists (select 1 from known co where co.tenant = ${sql.ref(`${atom}.tenant`)}
    and co.connection = ${sql.ref(`${atom}.connection`)} and co.aspect = 'status' and co.desired_hash = ${statusHash("approved")}
    and co.origin_id = ${orderOfLine(line)}))`;
}

/** By `EBELN.EBELP`. */
async function readOrderLines(
  tx: Tx,
  context: RunContext,
  orders: readonly string[],
): Promise<ReadonlyMap<string, readonly OrderLine[]>> {
  const { rows } = await sql<OrderAtom>`
    select a.key, ${routeDisposition} as disposition, a.target, a.reason, a.project, a.record_origin_id as contract, a.origin_id as line,
      exists (select 1 from known k where k.tenant = a.tenant and k.connection = a.connection and k.origin_id = a.origin_id
        and k.aspect = 'content') and ${isBillable("a")} as is_known
    from atom a where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'purchase-orders'
      and a.record_key = any (${orders}::text[]) order by a.key`.execute(tx);
  const byItem = Map.groupBy(rows, ({ key }) => key.slice(0, key.lastIndexOf(".")));
  return new Map([...byItem].map(([item, atoms]) => [item, atoms.map(orderLineOf)]));
}

async function readReadyContracts(tx: Tx, context: RunContext, contracts: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ origin_id: string }>`
    select k.origin_id from known k where k.tenant = ${context.tenant} and k.connection = ${context.connection.name} and k.aspect = 'status'
      and k.origin_id = any (${contracts}::text[]) and k.desired_hash = ${statusHash("Approved")}
      and not exists (select 1 from effect e where e.tenant = k.tenant and e.connection = k.connection and e.record_origin_id = k.origin_id
        and ${isInTheWay("e")})`.execute(tx);
  return new Set(rows.map((row) => row.origin_id));
}

export async function readInvoiceFacts(tx: Tx, context: RunContext, invoices: readonly InvoiceRecord[]): Promise<InvoiceFacts> {
  const orders = [...new Set(invoices.flatMap(({ lines }) => lines.map(({ purchaseOrder }) => purchaseOrder)))];
  const partners = invoices.flatMap(({ cancellation }) => (cancellation === "" ? [] : cancellation));
  const orderRecords = await readRecords(tx, context, "purchase-orders", orders);
  const partnerRecords = await readRecords(tx, context, "invoices", partners);
  const orderLines = await readOrderLines(tx, context, orders);
  const posted = await readPosted(tx, context, [...invoices.map(({ key }) => key), ...partners]);
  const contracts = [...orderLines.values()].flatMap((lines) => lines.flatMap(({ place }) => place?.contract ?? []));
  const billed = [...posted.values()].flatMap((atoms) => [...atoms.values()].map(({ billing }) => billing.place.contract));
  const ready = await readReadyContracts(tx, context, [...new Set([...contracts, ...billed])]);
  const isUnposted = (key: string) => !posted.has(key);
  const { negative, retainage, tax, retainageRelease, retentionSpecialGl } = context.connection.settings.invoices;
  const isContractReady = (contract: string) => ready.has(contract);
  const ignored = await readIgnored(tx, context, "invoices");
  const cutOver = compileCutOver(context.connection.settings.cutOver);
  return {
    posted: (invoice) => posted.get(invoice) ?? new Map(),
    release: { release: retainageRelease, specialGl: retentionSpecialGl, isContractReady, ignored },
    decide: {
      order: (key) => asOrder(orderRecords.get(key)),
      orderLines: (order, item) => orderLines.get(`${order}.${item}`) ?? [],
      isContractReady,
      unpostedPartner: ({ key, cancellation }) => {
        const partner = partnerRecords.get(cancellation);
        return partner?.kind === "invoice" && isUnposted(key) && isUnposted(partner.key) ? partner : undefined;
      },
      negative,
      retainage,
      tax,
      ignored,
      ...(cutOver ? { cutOver } : {}),
    },
  };
}

function asOrder(record: SourceRecord | undefined): PurchaseOrderRecord | undefined {
  return record?.kind === "purchase-order" ? record : undefined;
}
