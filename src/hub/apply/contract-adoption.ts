/**
 * Contracts that people made, adopted (rulings 4 and 5). The link gives the contract's id and our origin id in one sync row, the only call that sets an
 * origin id on an existing record (procore 3 [A]); Approved does not lock it (procore 4.4 [A]). It would overwrite what stands there, so the contract is
 * looked at immediately before. Taking writes nothing: it looks once more, and what is not as it was matched is held.
 */
import type { LineItem, PurchaseOrderContract, SyncRow } from "../../procore/index.ts";
import {
  type CallScope,
  type Element,
  type Handler,
  oneByOne,
  type Seen,
  sameDecimal,
  toElements,
  toSeen,
  unread,
} from "./handler.ts";

const contractIdOf = (row: SyncRow) => Number(row.body.contract_id);
const endpoint = "GET /rest/v1.0/purchase_order_contracts/{id}";

const settled = ({ originId }: SyncRow, procoreId: number, amount: string | null = null): Element => ({
  kind: "settled",
  originId,
  procoreId,
  amount,
  differences: [],
});
const differs = ({ originId }: SyncRow, detail: string): Element => ({
  kind: "held",
  originId,
  code: "contract-differs",
  detail,
});

/** What the contract says just now: undefined where it may be linked. */
function judgeLink(row: SyncRow, contract: PurchaseOrderContract): Element | undefined {
  const { originId } = row;
  if (contract.originId === originId) return settled(row, contract.id);
  if (contract.originId)
    return {
      kind: "held",
      originId,
      code: "contract-foreign-origin",
      detail: `contract ${contract.id} was linked as ${contract.originId} meanwhile`,
    };
  if (contract.deletedAt === null) return undefined;
  return { kind: "held", originId, code: "contract-decision-void", detail: `contract ${contract.id} is in the recycle bin` };
}

async function link({ connection, projectId, options }: CallScope, row: SyncRow): Promise<Element> {
  const { originId } = row;
  const id = Number(row.body.id);
  const contract = await connection.procore.purchaseOrderContracts.get({ projectId, id });
  if (!contract.ok) return unread(originId, contract.error);
  const judged = judgeLink(row, contract.value);
  if (judged) return judged;
  const { elements } = await connection.procore.purchaseOrderContracts.sync(projectId, [row], options);
  const [element] = toElements(elements);
  if (!element) throw new Error("Assertion failed: a row was sent and not settled");
  if (element.kind !== "settled" || element.procoreId === id) return element;
  const detail = `Procore answered with contract ${element.procoreId}.`;
  return { kind: "unknown", originId, fault: { code: "procore.unreadable", endpoint, detail, complaints: [] } };
}

export const contractLink: Handler = {
  batchMax: () => 50,
  byContainer: false,
  isOneByOne: true,
  refusal: "po-refused",
  send: (scope, rows) => oneByOne(rows, (row) => link(scope, row)),
  readBack: async ({ connection, projectId }, rows) =>
    toSeen(
      await connection.procore.readBack.contracts({ projectId, originIds: rows.map(({ originId }) => originId) }),
      rows,
      (contract, body) => contract.id === body.id,
    ),
};

type Looked = { contract: PurchaseOrderContract; lines: ReadonlyMap<number, LineItem> };

function judgeTaken(row: SyncRow, { contract, lines }: Looked): Element {
  const { body } = row;
  if (contract.deletedAt !== null || contract.originId !== body.contract)
    return differs(row, `contract ${contract.id} does not bear its link`);
  if (body.status !== undefined)
    return contract.status === body.status
      ? settled(row, contract.id)
      : differs(row, `contract ${contract.id} is ${contract.status} now`);
  if (body.amount === undefined) return settled(row, contract.id);
  const line = lines.get(Number(body.id));
  if (line && sameDecimal(line.amount, body.amount) && line.wbsCodeId === body.wbs_code_id)
    return settled(row, line.id, line.amount);
  return differs(row, `line ${Number(body.id)} of contract ${contract.id} is not as it was matched`);
}

async function look({ connection, projectId }: CallScope, contractId: number, withLines: boolean) {
  const { purchaseOrderContracts, purchaseOrderLines } = connection.procore;
  const contract = await purchaseOrderContracts.get({ projectId, id: contractId });
  if (!contract.ok || !withLines)
    return contract.ok ? { ok: true as const, value: { contract: contract.value, lines: new Map() } } : contract;
  const lines = await purchaseOrderLines.list({ projectId, contractId }).all();
  if (!lines.ok) return lines;
  return { ok: true as const, value: { contract: contract.value, lines: new Map(lines.value.map((line) => [line.id, line])) } };
}

/** One look at each contract. */
async function take(scope: CallScope, rows: readonly SyncRow[]): Promise<Element[]> {
  const elements: Element[] = [];
  for (const [contractId, members] of Map.groupBy(rows, contractIdOf)) {
    const withLines = members.some(({ body }) => body.amount !== undefined);
    const looked = await look(scope, contractId, withLines);
    for (const row of members) elements.push(looked.ok ? judgeTaken(row, looked.value) : unread(row.originId, looked.error));
  }
  return elements;
}

function seenOf(element: Element): Seen {
  if (element.kind === "settled") return { kind: "found", procoreId: element.procoreId, amount: element.amount, isAsSent: true };
  if (element.kind === "held") return { kind: "absent" };
  return { kind: "not-credible", reason: element.fault.detail };
}

export const contractTaken: Handler = {
  batchMax: () => 1_000,
  byContainer: false,
  refusal: "contract-differs",
  send: take,
  readBack: async (scope, rows) =>
    new Map((await take(scope, rows)).map((element): [string, Seen] => [element.originId, seenOf(element)])),
};

/**
 * Ruling 14: a contract is reopened before its first requisition only. Of one that people made theirs count, too, and no ledger of ours knows them: they are
 * looked for first.
 */
export function guardedReopen(reopen: Handler): Handler {
  const send = async (scope: CallScope, row: SyncRow): Promise<Element> => {
    const { requisitions } = scope.connection.procore;
    const contractId = Number(row.body.id);
    const listed = await requisitions.list({ projectId: scope.projectId, contractId }).read();
    if (!listed.ok) return unread(row.originId, listed.error);
    const [first] = listed.value.items;
    if (!first) {
      const [element] = await reopen.send(scope, [row]);
      if (!element) throw new Error("Assertion failed: a row was sent and not settled");
      return element;
    }
    const detail = `contract ${contractId} has requisition ${first.id}`;
    return { kind: "held", originId: row.originId, code: "po-change-after-requisition", detail };
  };
  return { ...reopen, batchMax: () => 50, isOneByOne: true, send: (scope, rows) => oneByOne(rows, (row) => send(scope, row)) };
}
