/**
 * A contract in a currency of its own is created by a call of its own, without upsert (procore 4.4): its origin id is looked for before, recycled ones
 * too, and after doubt. One that is there in another currency is held: the currency of a contract is made with it.
 */
import type { PurchaseOrderContract, SyncRow } from "../../procore/index.ts";
import { type CallScope, type Element, type Handler, toSeen } from "./handler.ts";

function differencesOf({ body }: Pick<SyncRow, "body">, contract: PurchaseOrderContract) {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["currency_iso_code", body.currency_iso_code, contract.currencyIsoCode],
    ["number", body.number, contract.number],
    ["vendor_id", body.vendor_id, contract.vendorId],
  ];
  const differences = pairs.flatMap(([field, sent, found]) =>
    sent === found ? [] : [{ field, sent: String(sent), found: String(found) }],
  );
  return contract.deletedAt === null
    ? differences
    : [...differences, { field: "status", sent: "Draft", found: "in the recycle bin" }];
}

function settled(row: SyncRow, contract: PurchaseOrderContract): Element {
  const { originId } = row;
  return { kind: "settled", originId, procoreId: contract.id, amount: null, differences: differencesOf(row, contract) };
}

async function send({ connection, projectId, options }: CallScope, row: SyncRow): Promise<Element> {
  const { purchaseOrderContracts } = connection.procore;
  const { originId } = row;
  const listed = await purchaseOrderContracts.list({ projectId, originId, deleted: "with" }).read();
  if (!listed.ok) {
    const isRefusal = listed.error.code === "procore.project-not-permitted" || listed.error.code === "procore.not-found";
    return { kind: isRefusal ? "refused" : "notSent", originId, fault: listed.error };
  }
  const there = listed.value.items.find((contract) => contract.originId === originId);
  if (there) return settled(row, there);
  const outcome = await purchaseOrderContracts.create(projectId, row, options);
  if (outcome.kind === "answered") return settled(row, outcome.body);
  if (outcome.kind === "throttled") return { kind: "notSent", originId, fault: outcome.fault, waitMs: outcome.waitMs };
  // It is there although the listing did not show it: looked up like any other doubt.
  const isThere = outcome.kind === "refused" && outcome.fault.code === "procore.duplicate-origin-id";
  return { kind: isThere ? "unknown" : outcome.kind, originId, fault: outcome.fault };
}

export const contractInCurrency: Handler = {
  batchMax: () => 50,
  byContainer: false,
  isOneByOne: true,
  refusal: "po-refused",
  send: async (scope, rows) => {
    const elements: Element[] = [];
    for (const row of rows) elements.push(await send(scope, row));
    return elements;
  },
  readBack: async ({ connection, projectId }, rows) =>
    toSeen(
      await connection.procore.readBack.contracts({ projectId, originIds: rows.map(({ originId }) => originId) }),
      rows,
      (contract, body) => differencesOf({ body }, contract).length === 0,
    ),
};
