/**
 * The columns of commitments in the terms of core's statement, to date. Requisitions: SAP's own total is the order's history (EKBE, categories 2 and 3,
 * ruling 16), compared by order item. Contracts: SAP keeps no total of ordered values, so there are two columns. An order in another currency
 * than its project's is stated in the order's; what Procore lists of it counts as what it was converted from, in proportion where it differs.
 */
import { sql, type Transaction } from "kysely";
import {
  type ControlCell,
  divideRounded,
  type Fate,
  type LedgerLines,
  type ListedLine,
  type SapClient,
  type SentLine,
  type StatementFacts,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { type CommitmentScope, type OrderAtom, type Places, placeOfAtom } from "./commitment-places.ts";
import { minorOf } from "./gather-facts.ts";
import { type BilledShare, fatesOfShare } from "./read-billed.ts";

type Tx = Transaction<Database>;
export type GatherScope = CommitmentScope & { client: SapClient };

export type HistoryTotal = {
  companyCode: string;
  currency: string;
  order: string;
  item: string;
  category: string;
  amount: bigint;
};

/** All years together: to date. */
export async function readHistoryTotals(tx: Tx, { tenant, connection }: CommitmentScope): Promise<HistoryTotal[]> {
  const { rows } = await sql<{ company_code: string; currency: string; object: string; account: string; amount: string }>`
    select company_code, currency, object, account, sum(amount_minor)::text as amount from control_total
    where tenant = ${tenant} and connection = ${connection} and source = 'EKBE' group by company_code, currency, object, account
    order by company_code, object, account, currency`.execute(tx);
  return rows.map(({ company_code: companyCode, currency, object, account: category, amount }) => {
    const [order = "", item = ""] = object.split("/");
    return { companyCode, currency, order, item, category, amount: BigInt(amount) };
  });
}

/** Projects whose listing can be believed: made after the last of our writes of commitments was settled. */
async function readListedProjects(tx: Tx, { tenant, connection }: CommitmentScope): Promise<Set<number>> {
  const { rows } = await sql<{ project_id: bigint }>`select l.project_id from commitment_listing l
    where l.tenant = ${tenant} and l.connection = ${connection} and l.problem is null and not exists (select from effect e
      where e.tenant = l.tenant and e.connection = l.connection and e.flow in ('purchase-orders', 'invoices') and e.project_id = l.project_id
        and e.settled_at >= l.listed_at)`.execute(tx);
  return new Set(rows.map((row) => Number(row.project_id)));
}

/** What was sent of something, in the source's currency and in Procore's. */
type Sent = SentLine & { inProcore: bigint; procoreCurrency: string };

function addSent(all: Map<string, Sent>, sent: Sent): void {
  const known = all.get(sent.originId);
  const sum = (name: "amount" | "inProcore") => (known?.[name] ?? 0n) + sent[name];
  all.set(sent.originId, { ...sent, amount: sum("amount"), inProcore: sum("inProcore") });
}

/** As the source has it: what is listed is what was sent, or that in proportion. */
function inSource(listed: bigint, sent: Sent | undefined): bigint {
  if (!sent || sent.procoreCurrency === sent.currency) return listed;
  if (listed === sent.inProcore || sent.inProcore === 0n) return listed === sent.inProcore ? sent.amount : listed;
  return divideRounded(sent.amount * listed, sent.inProcore);
}

const lineId = (requisition: string, line: string) => `${requisition} ${line}`;

function placeOfLine(places: Places, line: string) {
  const [, , , order = "", item = "", assignment = ""] = line.split(".");
  return places.of(order, item, assignment);
}

/** Of a foreign one that SAP changed since nothing is set beside Procore (`fatesOfShare`). */
function sentOfShare(share: BilledShare, places: Places, companyCode: string): Sent | undefined {
  const { billed, currency, amount } = share;
  if (!billed) return undefined;
  const isForeign = billed.currency !== currency;
  if (isForeign && fatesOfShare(share).some(({ fate }) => fate.kind === "changed")) return undefined;
  return {
    companyCode,
    currency,
    place: placeOfLine(places, billed.line),
    originId: lineId(billed.requisition, billed.line),
    costOriginId: billed.requisition,
    amount: isForeign ? amount : billed.work,
    inProcore: billed.work,
    procoreCurrency: billed.currency,
    isPosted: billed.isConfirmed,
  };
}

type ListedRow = {
  project_id: bigint;
  requisition: string;
  status: string;
  line: string | null;
  line_item_id: bigint;
  work: string;
};

/** Contract lines and change order lines are numbered apart. */
async function readListedLines(
  tx: Tx,
  { tenant, connection, client }: GatherScope,
  projects: ReadonlySet<number>,
): Promise<ListedRow[]> {
  const prefix = `${client.systemId}.${client.client}.RQ.`;
  const { rows } = await sql<ListedRow>`
    with line as (select k.procore_id, k.project_id, k.origin_id, case split_part(k.origin_id, '.', 3) when 'CL' then 'change_order_item'
        else 'contract_item' end as item_type from known k where k.tenant = ${tenant} and k.connection = ${connection} and k.aspect = 'content'
      and split_part(k.origin_id, '.', 3) in ('PL', 'CL'))
    select l.project_id, l.requisition_origin_id as requisition, l.status, line.origin_id as line, l.line_item_id, l.work
    from procore_requisition_line l left join line on line.procore_id = l.line_item_id and line.project_id = l.project_id
      and line.item_type = l.item_type
    where l.tenant = ${tenant} and l.connection = ${connection} and l.project_id = any (${[...projects].map(String)}::bigint[])
      and starts_with(l.requisition_origin_id, ${prefix})
    order by l.project_id, l.requisition_id, l.position`.execute(tx);
  return rows;
}

/** What a draft, a refused or a returned one bills is no cost of the project (procore 4.9). */
const countingStatuses: ReadonlySet<string> = new Set([
  "approved",
  "approved_as_noted",
  "pending_owner_approval",
  "under_review",
]);

function listedOf(
  rows: readonly ListedRow[],
  sent: ReadonlyMap<string, Sent>,
  places: Places,
  skipped: ReadonlySet<string>,
): ListedLine[] {
  const merged = new Map<string, ListedLine>();
  for (const row of rows) {
    const line = row.line ?? `line ${row.line_item_id}`;
    const originId = lineId(row.requisition, line);
    const own = sent.get(originId);
    const work = minorOf(row.work, own?.procoreCurrency ?? "");
    // Every line of its contract is on a requisition: one that bills nothing says nothing.
    if (skipped.has(originId) || (work === 0n && !own)) continue;
    const amount = (merged.get(originId)?.amount ?? 0n) + inSource(work, own);
    merged.set(originId, {
      originId,
      costOriginId: row.requisition,
      place: row.line === null ? { project: places.nameOf(Number(row.project_id)), costCode: "" } : placeOfLine(places, row.line),
      amount,
      counts: countingStatuses.has(row.status),
      isDeleted: false,
      isCalculated: false,
    });
  }
  return [...merged.values()];
}

/** Without maintenance of GR/IR, which bills nobody. */
const invoiced: ReadonlySet<string> = new Set(["2", "3"]);
const cellObject = (order: string, item: string) => `${order}/${item}`;

function controlsOf(totals: readonly HistoryTotal[]): ControlCell[] {
  return totals
    .filter(({ category }) => invoiced.has(category))
    .map(({ companyCode, currency, order, item, amount }) => ({
      companyCode,
      currency,
      object: cellObject(order, item),
      account: "",
      amount,
    }));
}

export type BilledFacts = { facts: StatementFacts; companyCodeOf: (share: BilledShare) => string };

export async function gatherRequisitions(
  tx: Tx,
  scope: GatherScope,
  given: { shares: readonly BilledShare[]; totals: readonly HistoryTotal[]; places: Places; isRead: boolean },
): Promise<BilledFacts> {
  const { shares, totals, places, isRead } = given;
  const ofHistory = new Map(totals.map((total) => [total.order, total.companyCode]));
  const companyCodeOf = ({ order, companyCode }: BilledShare) =>
    ofHistory.get(order) || places.companyCodeOf(order) || companyCode;
  const controlled = new Set(isRead ? totals.map(({ companyCode, currency }) => `${companyCode} ${currency}`) : []);
  const sent = new Map<string, Sent>();
  const skipped = new Set<string>();
  const lines = shares.flatMap((share): LedgerLines[] => {
    const companyCode = companyCodeOf(share);
    const own = sentOfShare(share, places, companyCode);
    if (own) addSent(sent, own);
    else if (share.billed) skipped.add(lineId(share.billed.requisition, share.billed.line));
    const { currency, order, item, assignment, isLate, isReversal } = share;
    const key = { companyCode, currency, object: cellObject(order, item), account: "" };
    const place = share.billed ? placeOfLine(places, share.billed.line) : places.of(order, item, assignment);
    return fatesOfShare(share).map((each, index) => ({ ...key, ...each, count: index === 0 ? 1 : 0, place, isLate, isReversal }));
  });
  const projects = await readListedProjects(tx, scope);
  const listed = listedOf(await readListedLines(tx, scope, projects), sent, places, skipped);
  const facts: StatementFacts = {
    controls: controlsOf(totals),
    isControlled: (companyCode, currency) => controlled.has(`${companyCode} ${currency}`),
    lines,
    sent: [...sent.values()],
    listed,
    isListed: (project) => projects.has(places.idOf(project) ?? 0),
    placeOf: ({ object }) => {
      const [order = "", item = ""] = object.split("/");
      return places.of(order, item, "00");
    },
  };
  return { facts, companyCodeOf };
}

/** What an item fell by (ruling 15), and tax that its own line leaves out, is left out by rule; of what is not settled the rest waits. */
function restOf({ disposition, reason }: OrderAtom, isConfirmed: boolean): Fate {
  if (disposition === "excluded") return { kind: "excluded", rule: reason ?? "" };
  if (disposition === "held" || disposition === "rejected") return { kind: "held", code: reason ?? "" };
  if (disposition === "unknown") return { kind: "in-doubt" };
  return isConfirmed && ["posted", "unchanged"].includes(disposition)
    ? { kind: "excluded", rule: "fallen-to-invoiced" }
    : { kind: "waiting" };
}

type Ordered = { lines: LedgerLines[]; posted: bigint; confirmed: bigint; currency: string };

function orderedOf(atom: OrderAtom): Ordered {
  const { currency, confirmed_minor: text, confirmed_currency: confirmedCurrency, is_gone: isGone, disposition } = atom;
  const place = { ...placeOfAtom(atom), costCode: "" };
  const key = {
    companyCode: atom.company_code,
    currency,
    object: atom.key,
    account: "",
    place,
    isLate: "no",
    isReversal: false,
  } as const;
  const amount = isGone ? 0n : atom.amount_minor;
  const isConfirmed = text !== null && atom.contract !== null && disposition !== "excluded";
  const confirmed = BigInt(isConfirmed ? text : "0");
  const isForeign = isConfirmed && confirmedCurrency !== currency;
  const posted = isForeign ? amount : confirmed;
  const rest = amount - posted;
  const lines: LedgerLines[] = [
    ...(isConfirmed ? [{ ...key, amount: posted, count: 1, fate: { kind: "posted" } as const }] : []),
    ...(rest === 0n && isConfirmed
      ? []
      : [{ ...key, amount: rest, count: isConfirmed ? 0 : 1, fate: restOf(atom, isConfirmed) }]),
  ];
  return { lines, posted, confirmed, currency: confirmedCurrency ?? currency };
}

type ContractRow = { project_id: bigint; origin_id: string; is_deleted: boolean; grand_total: string; change_orders: string };

export async function gatherContracts(
  tx: Tx,
  scope: GatherScope,
  { atoms, places }: { atoms: readonly OrderAtom[]; places: Places },
): Promise<StatementFacts> {
  const sent = new Map<string, Sent>();
  const lines = atoms.flatMap((atom) => {
    const ordered = orderedOf(atom);
    if (atom.contract !== null && atom.confirmed_minor !== null && atom.disposition !== "excluded")
      addSent(sent, {
        companyCode: atom.company_code,
        currency: atom.currency,
        place: { ...placeOfAtom(atom), costCode: "" },
        originId: atom.contract,
        costOriginId: atom.contract,
        amount: ordered.posted,
        inProcore: ordered.confirmed,
        procoreCurrency: ordered.currency,
        isPosted: true,
      });
    return ordered.lines;
  });
  const projects = await readListedProjects(tx, scope);
  const prefix = `${scope.client.systemId}.${scope.client.client}.PO.`;
  const { rows } =
    await sql<ContractRow>`select project_id, origin_id, is_deleted, grand_total, change_orders from procore_contract
    where tenant = ${scope.tenant} and connection = ${scope.connection} and project_id = any (${[...projects].map(String)}::bigint[])
      and starts_with(origin_id, ${prefix}) order by project_id, contract_id`.execute(tx);
  const listed = rows.flatMap((row): ListedLine[] => {
    const own = sent.get(row.origin_id);
    const currency = own?.procoreCurrency ?? "";
    const total = minorOf(row.grand_total, currency) + minorOf(row.change_orders, currency);
    const [, , , order = ""] = row.origin_id.split(".");
    const place = own?.place ?? { project: places.nameOf(Number(row.project_id)), costCode: "", purchaseOrder: order };
    if (!own && total === 0n) return [];
    return [
      {
        originId: row.origin_id,
        costOriginId: row.origin_id,
        place,
        amount: inSource(total, own),
        counts: !row.is_deleted,
        isDeleted: row.is_deleted,
        isCalculated: false,
      },
    ];
  });
  return {
    controls: [],
    isControlled: () => false,
    lines,
    sent: [...sent.values()],
    listed,
    isListed: (project) => projects.has(places.idOf(project) ?? 0),
    placeOf: () => ({ project: "", costCode: "" }),
  };
}
