/**
 * Commitment change orders have no sync and no origin id (procore 4.7): an order is looked for by its reference before it is made, a line by the first
 * word of its description before it is added or changed, and after doubt both are listed anew. Approval is last, and only of an order that has exactly
 * the lines it was planned with: approved, it can never be edited.
 */
import { isOwnOriginId } from "../../core/index.ts";
import type { ChangeOrderLine, CommitmentChangeOrder, NewChangeOrderLine, ProcoreFault, SyncRow } from "../../procore/index.ts";
import { isOutOfSight, sumDecimals } from "../../procore/index.ts";
import { type CallScope, type Element, type Handler, oneByOne, type Seen, sameDecimal, toSeen, unanswered } from "./handler.ts";

const held = (originId: string, code: Extract<Element, { kind: "held" }>["code"], detail: string): Element => ({
  kind: "held",
  originId,
  code,
  detail,
});

/** Nobody sees change orders of a project in which they are off, or not for us (procore 0.11, 1 [C]). */
const notEnabled = ({ projectId }: CallScope, originId: string, fault: ProcoreFault): Element =>
  held(originId, "change-orders-not-enabled", `project ${projectId}: ${fault.endpoint}: ${fault.detail}`);

/** A look that failed says nothing of the record: nothing was sent, and it is asked again. */
function unseen(scope: CallScope, originId: string, fault: ProcoreFault): Element {
  return isOutOfSight(fault) ? notEnabled(scope, originId, fault) : { kind: "notSent", originId, fault };
}

/** The order was made, so its project has change orders: what is not found is the order, and the next plan makes it anew. */
function unreadLines(scope: CallScope, originId: string, fault: ProcoreFault): Element {
  if (fault.code !== "procore.not-found") return unseen(scope, originId, fault);
  return held(originId, "procore-differs", `change order ${scope.containerId} is not there any more`);
}

// The order itself.

const without = (status: string | null): boolean => status === "void" || status === "rejected";

/** A draft, or one that a person approved meanwhile: then its lines must be as they should, for they are locked. */
const isGoing = ({ status }: CommitmentChangeOrder): boolean => status === "draft" || status === "approved";

function settledOrder(originId: string, order: CommitmentChangeOrder): Element {
  const differences = isGoing(order) ? [] : [{ field: "status", sent: "draft", found: order.status ?? "no status" }];
  return { kind: "settled", originId, procoreId: order.id, amount: null, differences };
}

async function sendOrder(scope: CallScope, { originId, body }: SyncRow): Promise<Element> {
  const { connection, projectId, containerId, options, once } = scope;
  const { commitmentChangeOrders } = connection.procore;
  const index = await once(`change orders of ${projectId}`, () => commitmentChangeOrders.list({ projectId }).read());
  if (!index.ok) return unseen(scope, originId, index.error);
  const ofContract = index.value.items.filter((order) => order.contractId === containerId);
  const [there, twin] = ofContract.filter(({ reference }) => reference === originId);
  if (twin) return held(originId, "procore-differs", `change orders ${there?.id} and ${twin.id} have one reference`);
  if (there) return settledOrder(originId, there);
  const isOurs = ({ reference }: CommitmentChangeOrder) =>
    reference !== null && isOwnOriginId(connection.settings.sap, reference);
  const other = ofContract.find((order) => !isOurs(order) && !without(order.status));
  if (other && connection.settings.purchaseOrders.changeOrdersByHand === "hold")
    return held(originId, "change-order-by-hand", `contract ${containerId} has change order ${other.number ?? other.id}`);
  const content = { reference: String(body.reference), title: String(body.title), status: "draft" as const };
  const outcome = await commitmentChangeOrders.create({ projectId, contractId: containerId }, content, options);
  if (outcome.kind === "answered") return settledOrder(originId, outcome.body);
  if (outcome.kind === "refused" && isOutOfSight(outcome.fault)) return notEnabled(scope, originId, outcome.fault);
  return unanswered(originId, outcome);
}

export const changeOrder: Handler = {
  batchMax: () => 1,
  byContainer: true,
  // Found but not as it was made: never made again.
  isChain: true,
  refusal: "change-order-refused",
  send: (scope, rows) => oneByOne(rows, (row) => sendOrder(scope, row)),
  readBack: async ({ connection, projectId, containerId, siblings }, rows) => {
    const references = rows.map(({ originId }) => originId);
    const ask = { projectId, contractId: containerId, references, siblings };
    const sightings = await connection.procore.readBack.changeOrders(ask);
    return toSeen(sightings, rows, isGoing);
  },
};

// Its lines.

/** Item and assignment; people may add to the text after it. */
const keyOf = (description: unknown): string | null =>
  typeof description === "string" ? (description.split(" ")[0] ?? null) : null;

function contentOf({ body }: SyncRow): Partial<NewChangeOrderLine> {
  const { amount, description, wbs_code_id: wbsCodeId, commitment_line_item_id: contractLine } = body;
  return {
    amount: String(amount),
    description: String(description),
    ...(wbsCodeId === undefined ? {} : { wbs_code_id: Number(wbsCodeId) }),
    ...(contractLine === undefined ? {} : { commitment_line_item_id: Number(contractLine) }),
  };
}

function differencesOf(content: Partial<NewChangeOrderLine>, line: ChangeOrderLine) {
  const differences = [];
  if (!sameDecimal(line.amount, content.amount))
    differences.push({ field: "amount", sent: String(content.amount), found: line.amount ?? "nothing" });
  if (content.wbs_code_id !== undefined && line.wbsCodeId !== content.wbs_code_id)
    differences.push({ field: "wbs_code_id", sent: String(content.wbs_code_id), found: String(line.wbsCodeId) });
  return differences;
}

function settledLine(originId: string, content: Partial<NewChangeOrderLine>, line: ChangeOrderLine): Element {
  return { kind: "settled", originId, procoreId: line.id, amount: line.amount, differences: differencesOf(content, line) };
}

async function sendLine(scope: CallScope, row: SyncRow, listed: readonly ChangeOrderLine[]): Promise<Element> {
  const { connection, projectId, containerId: changeOrderId, options } = scope;
  const { commitmentChangeOrders } = connection.procore;
  const { originId } = row;
  const content = contentOf(row);
  const key = keyOf(content.description);
  const [there, twin] = listed.filter(({ description }) => keyOf(description) === key);
  if (twin)
    return held(originId, "procore-differs", `change order ${changeOrderId} has lines ${there?.id} and ${twin.id} of ${key}`);
  if (there && differencesOf(content, there).length === 0) return settledLine(originId, content, there);
  const { amount, description, wbs_code_id } = content;
  if (!there && (wbs_code_id === undefined || amount === undefined || description === undefined))
    return held(originId, "procore-differs", `change order ${changeOrderId} has no line ${key} any more`);
  const at = { projectId, changeOrderId };
  const outcome = there
    ? await commitmentChangeOrders.changeLine({ ...at, lineId: there.id }, content, options)
    : await commitmentChangeOrders.addLine(at, content as NewChangeOrderLine, options);
  return outcome.kind === "answered" ? settledLine(originId, content, outcome.body) : unanswered(originId, outcome);
}

export const changeOrderLine: Handler = {
  batchMax: () => 50,
  byContainer: true,
  isOneByOne: true,
  refusal: "change-order-refused",
  send: async (scope, rows) => {
    const { connection, projectId, containerId: changeOrderId } = scope;
    const listed = await connection.procore.commitmentChangeOrders.lines({ projectId, changeOrderId }).all();
    if (!listed.ok) return rows.map(({ originId }) => unreadLines(scope, originId, listed.error));
    return oneByOne(rows, (row) => sendLine(scope, row, listed.value));
  },
  readBack: async ({ connection, projectId, containerId: changeOrderId }, rows) => {
    const keys = rows.flatMap(({ body }) => keyOf(body.description) ?? []);
    const ask = { projectId, changeOrderId, keys, keyOf: (line: ChangeOrderLine) => keyOf(line.description) };
    const found = await connection.procore.readBack.changeOrderLines(ask);
    const byOriginId = new Map(
      rows.flatMap(({ originId, body }) => {
        const sighting = found.get(keyOf(body.description) ?? "");
        return sighting ? [[originId, sighting] as const] : [];
      }),
    );
    return toSeen(byOriginId, rows, (line, body) => differencesOf(contentOf({ originId: "", body }), line).length === 0);
  },
};

// Its approval.

/** What speaks against approving it: other lines than planned, or another total. Lines of nothing say nothing. */
function objection({ body }: SyncRow, lines: readonly ChangeOrderLine[]): string | undefined {
  const planned = new Set(Object.entries(body).flatMap(([field, id]) => (field.startsWith("lines.") ? Number(id) : [])));
  const foreign = lines.find(({ id, amount }) => !planned.has(id) && !sameDecimal(amount, "0"));
  if (foreign) return `line ${foreign.id} (${foreign.description ?? ""}) was not planned`;
  const there = lines.filter(({ id }) => planned.has(id));
  if (there.length !== planned.size) return `${there.length} lines of ${planned.size}`;
  const total = sumDecimals(lines.map(({ amount }) => amount ?? "0"));
  return sameDecimal(total, body.total) ? undefined : `lines of ${total} in all, not ${String(body.total)}`;
}

async function approve(scope: CallScope, row: SyncRow): Promise<Element> {
  const { connection, projectId, containerId: changeOrderId, options } = scope;
  const { commitmentChangeOrders } = connection.procore;
  const { originId } = row;
  const lines = await commitmentChangeOrders.lines({ projectId, changeOrderId }).all();
  if (!lines.ok) return unreadLines(scope, originId, lines.error);
  const reason = objection(row, lines.value);
  if (reason) return held(originId, "procore-differs", `change order ${changeOrderId}: ${reason}`);
  const outcome = await commitmentChangeOrders.approve({ projectId, changeOrderId }, options);
  if (outcome.kind === "refused") return refusedApproval(scope, row, outcome.fault);
  if (outcome.kind !== "answered") return unanswered(originId, outcome);
  const { status } = outcome.body;
  const differences = status === "approved" ? [] : [{ field: "status", sent: "approved", found: status ?? "no status" }];
  return { kind: "settled", originId, procoreId: changeOrderId, amount: null, differences };
}

/** By id: the order is known. One that is not listed any more is no absence to act upon. */
async function findApproved({ connection, projectId, containerId }: CallScope, { originId }: SyncRow): Promise<[string, Seen]> {
  const listed = await connection.procore.commitmentChangeOrders.list({ projectId }).read();
  const order = listed.ok ? listed.value.items.find(({ id }) => id === containerId) : undefined;
  if (!order) return [originId, { kind: "not-credible", reason: `change order ${containerId} is not listed` }];
  return [originId, { kind: "found", procoreId: order.id, amount: null, isAsSent: order.status === "approved" }];
}

/** Approved by a person meanwhile, with our lines and no others, it is locked and as it should be. */
async function refusedApproval(scope: CallScope, row: SyncRow, fault: ProcoreFault): Promise<Element> {
  const { originId } = row;
  if (fault.code === "procore.project-not-permitted") return notEnabled(scope, originId, fault);
  const [, seen] = await findApproved(scope, row);
  if (seen.kind !== "found" || !seen.isAsSent) return { kind: "refused", originId, fault };
  return { kind: "settled", originId, procoreId: seen.procoreId, amount: null, differences: [] };
}

export const changeOrderApproval: Handler = {
  batchMax: () => 1,
  byContainer: true,
  refusal: "change-order-refused",
  send: (scope, rows) => oneByOne(rows, (row) => approve(scope, row)),
  readBack: async (scope, rows) => {
    const seen: [string, Seen][] = [];
    for (const row of rows) seen.push(await findApproved(scope, row));
    return new Map(seen);
  },
};
