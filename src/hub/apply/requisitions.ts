/**
 * Requisitions have no sync (procore 0.5): what Procore has of a project is listed once a stretch of work, looked up before a create, and after doubt
 * looked for anew. The billing period is chosen when it leaves: the open one. One goes in a call, and its items are compared by line, work and
 * retainage: Procore fills in what it was not told, and silently drops what it does not take.
 */
import { isOwnOriginId } from "../../core/index.ts";
import type { BillingPeriod, NewRequisition, Requisition, Sighting, SyncRow } from "../../procore/index.ts";
import { sumDecimals } from "../../procore/index.ts";
import { findPeriod } from "./billing-periods.ts";
import {
  type CallScope,
  type Element,
  type Handler,
  oneByOne,
  type Seen,
  sameDecimal,
  toSeen,
  unansweredCreate,
  unread,
} from "./handler.ts";

type Item = NewRequisition["items"][number];
type Sent = Pick<NewRequisition, "billing_date" | "invoice_number" | "status" | "origin_data"> & { items: readonly Item[] };

/** The plan names contract lines by origin id, as references `items.<n>`. */
function sentOf({ body }: SyncRow): Sent {
  const { billing_date, invoice_number, status, origin_data, items } = body as unknown as Sent;
  const named = items.map((item, index) => ({ ...item, line_item_id: Number(body[`items.${index}`]) }));
  return { status, items: named, ...filled({ billing_date, invoice_number, origin_data }) };
}

function filled<T extends Record<string, string | undefined>>(fields: T): { [Name in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Name in keyof T]?: string };
}

type Billed = Requisition & { items: NonNullable<Requisition["items"]> };

function differenceOf(sent: Sent, contractId: number, found: Billed): { sent: string; found: string } | undefined {
  if (found.commitmentId !== contractId)
    return { sent: `contract ${contractId}`, found: `contract ${found.commitmentId ?? "none"}` };
  if (found.status !== sent.status) return { sent: sent.status, found: found.status ?? "no status" };
  for (const wanted of sent.items) {
    // Lines of contracts and of change orders are counted apart (procore 4.9): one id may be both.
    const item = found.items.find(
      ({ itemType, lineItemId }) => itemType === wanted.item_type && lineItemId === wanted.line_item_id,
    );
    const work = wanted.work_completed_this_period;
    const retainage = wanted.work_completed_retainage_retained_this_period;
    const released = wanted.work_completed_retainage_released_this_period ?? "0";
    if (
      item &&
      sameDecimal(item.workCompletedThisPeriod, work) &&
      sameDecimal(item.retainageThisPeriod, retainage) &&
      sameDecimal(item.releasedThisPeriod ?? "0", released)
    )
      continue;
    const has = item
      ? `${item.workCompletedThisPeriod}, ${item.retainageThisPeriod} retained, ${item.releasedThisPeriod} released`
      : "nothing";
    return { sent: `${work}, ${retainage} retained, ${released} released on line ${wanted.line_item_id}`, found: has };
  }
  const total = sumDecimals(
    sent.items.flatMap((item) => [item.work_completed_this_period, item.work_completed_retainage_released_this_period ?? "0"]),
  );
  return sameDecimal(found.amount, total) ? undefined : { sent: `${total} in all`, found: found.amount ?? "nothing" };
}

function settled(scope: CallScope, originId: string, sent: Sent, found: Billed): Element {
  const difference = differenceOf(sent, scope.containerId, found);
  const differences = difference ? [{ field: "items", ...difference }] : [];
  return { kind: "settled", originId, procoreId: found.id, amount: found.amount, differences };
}

async function show({ connection, projectId }: CallScope, originId: string, id: number): Promise<Billed | Element> {
  const read = await connection.procore.requisitions.get({ projectId, id });
  if (!read.ok) return { kind: "unknown", originId, fault: read.error };
  const { items } = read.value;
  if (items) return { ...read.value, items };
  const detail = `Requisition ${id} came without its items.`;
  return {
    kind: "unknown",
    originId,
    fault: { code: "procore.unreadable", endpoint: "GET /rest/v1.1/requisitions/{id}", detail, complaints: [] },
  };
}

async function settleShown(scope: CallScope, originId: string, sent: Sent, id: number): Promise<Element> {
  const shown = await show(scope, originId, id);
  return "kind" in shown ? shown : settled(scope, originId, sent, shown);
}

async function create(scope: CallScope, originId: string, sent: Sent, period: BillingPeriod): Promise<Element> {
  const { connection, projectId, containerId, options } = scope;
  const days = filled({ requisition_start: period.startDate ?? undefined, requisition_end: period.endDate ?? undefined });
  const content = { ...sent, items: [...sent.items], period_id: period.id, ...days, origin_id: originId };
  const outcome = await connection.procore.requisitions.create({ projectId, contractId: containerId }, content, options);
  switch (outcome.kind) {
    case "answered": {
      const { items } = outcome.body;
      return items
        ? settled(scope, originId, sent, { ...outcome.body, items })
        : settleShown(scope, originId, sent, outcome.body.id);
    }
    default:
      return unansweredCreate(originId, outcome);
  }
}

function isOurs({ connection }: CallScope, { originId }: Requisition): boolean {
  return originId !== null && isOwnOriginId(connection.settings.sap, originId);
}

async function send(scope: CallScope, row: SyncRow): Promise<Element> {
  const { connection, projectId, once } = scope;
  const { originId } = row;
  const sent = sentOf(row);
  const index = await once(`requisitions of ${projectId}`, () => connection.procore.requisitions.list({ projectId }).read());
  if (!index.ok) return unread(originId, index.error);
  const there = index.value.items.find((each) => each.originId === originId);
  if (there) return settleShown(scope, originId, sent, there.id);
  const other = index.value.items.find((each) => each.commitmentId === scope.containerId && !isOurs(scope, each));
  if (other && connection.settings.invoices.byHand === "hold") {
    const detail = `contract ${scope.containerId} has requisition ${other.id} of ${other.originId ?? "no"} origin id`;
    return { kind: "held", originId, code: "requisition-by-hand", detail };
  }
  const period = await findPeriod(scope, sent.billing_date);
  if (period.ok) return create(scope, originId, sent, period.value);
  const trouble = period.error;
  if (trouble.kind === "none") return { kind: "held", originId, code: "requisition-no-period", detail: trouble.detail };
  const { fault, waitMs } = trouble;
  return waitMs === undefined ? unread(originId, fault) : { kind: "notSent", originId, fault, waitMs };
}

type BilledSighting = Exclude<Sighting<Requisition>, { kind: "found" }> | { kind: "found"; entity: Billed };

function withItems(sighting: Sighting<Requisition>): BilledSighting {
  if (sighting.kind !== "found") return sighting;
  const { items } = sighting.entity;
  if (!items) return { kind: "notCredible", reason: "the listing shows no items" };
  return { kind: "found", entity: { ...sighting.entity, items } };
}

async function find(
  { connection, projectId, containerId, siblings }: CallScope,
  rows: readonly SyncRow[],
): Promise<ReadonlyMap<string, Seen>> {
  const originIds = rows.map(({ originId }) => originId);
  const ask = { projectId, contractId: containerId, originIds, siblings };
  const found = [...(await connection.procore.readBack.requisitions(ask))];
  const sightings = new Map(found.map(([originId, sighting]) => [originId, withItems(sighting)]));
  return toSeen(
    sightings,
    rows,
    (entity, body) => differenceOf(sentOf({ originId: "", body }), containerId, entity) === undefined,
  );
}

export const requisition: Handler = {
  batchMax: () => 1,
  byContainer: true,
  isChain: true,
  refusal: "requisition-refused",
  send: (scope, rows) => oneByOne(rows, (row) => send(scope, row)),
  readBack: find,
};
