/**
 * A contract in a currency of its own is created by a call of its own, without upsert (procore 4.4): its origin id is looked for before, recycled ones
 * too, and after doubt. One that is there in another currency is held: the currency of a contract is made with it.
 */
import type { PurchaseOrderContract, SyncRow } from "../../procore/index.ts";
import { type CallScope, type Element, type Handler, oneByOne, toSeen, unansweredCreate, unread } from "./handler.ts";

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
  if (!listed.ok) return unread(originId, listed.error);
  const there = listed.value.items.find((contract) => contract.originId === originId);
  if (there) return settled(row, there);
  const outcome = await purchaseOrderContracts.create(projectId, row, options);
  return outcome.kind === "answered" ? settled(row, outcome.body) : unansweredCreate(originId, outcome);
}

export const contractInCurrency: Handler = {
  batchMax: () => 50,
  byContainer: false,
  isOneByOne: true,
  refusal: "po-refused",
  send: (scope, rows) => oneByOne(rows, (row) => send(scope, row)),
  readBack: async ({ connection, projectId }, rows) =>
    toSeen(
      await connection.procore.readBack.contracts({ projectId, originIds: rows.map(({ originId }) => originId) }),
      rows,
      (contract, body) => differencesOf({ body }, contract).length === 0,
    ),
};
