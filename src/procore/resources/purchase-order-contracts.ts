/**
 * Purchase order contracts. Written by sync, one call per project and up to 1,000 rows (procore 0.6); only one in a currency of its own is created by
 * itself, for sync has no currency, and has no upsert then. Approved freezes vendor and lines,
 * so the caller sends Draft, lines, Approved (procore 4.4 [A]). Deleted ones go to a recycle bin that only `include_deleted` shows.
 */
import { z } from "zod";
import { assert, type Result } from "../../core/index.ts";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { ProcoreFault } from "../faults.ts";
import type { Listing } from "../paging.ts";
import { decimal, id, idOfObject, text } from "../schema.ts";
import { type SyncRow, sent } from "../sent-body.ts";
import type { SyncSettlement } from "../sync.ts";

const contractSchema = z
  .object({
    id,
    number: text,
    title: text,
    description: text,
    status: text,
    accounting_method: text,
    vendor: idOfObject,
    project: idOfObject,
    contract_date: text,
    delivery_date: text,
    payment_terms: text,
    retainage_percent: decimal,
    grand_total: decimal,
    approved_change_orders: decimal,
    origin_id: text,
    origin_code: text,
    origin_data: text,
    deleted_at: text,
    updated_at: text,
    currency_configuration: z.object({ currency_iso_code: text }).nullish(),
  })
  .transform((contract) => ({
    id: contract.id,
    number: contract.number,
    title: contract.title,
    description: contract.description,
    status: contract.status,
    accountingMethod: contract.accounting_method,
    vendorId: contract.vendor,
    projectId: contract.project,
    contractDate: contract.contract_date,
    deliveryDate: contract.delivery_date,
    paymentTerms: contract.payment_terms,
    retainagePercent: contract.retainage_percent,
    grandTotal: contract.grand_total,
    /** Beside the total, which is the contract's own lines only (procore 4.4). */
    approvedChangeOrders: contract.approved_change_orders,
    originId: contract.origin_id,
    originCode: contract.origin_code,
    originData: contract.origin_data,
    deletedAt: contract.deleted_at,
    updatedAt: contract.updated_at,
    currencyIsoCode: contract.currency_configuration?.currency_iso_code ?? null,
  }));

export type PurchaseOrderContract = z.infer<typeof contractSchema>;

const statuses = ["Draft", "Processing", "Submitted", "Partially Received", "Received", "Approved", "Closed"] as const;
export type ContractStatus = (typeof statuses)[number];

/** What we may send; what is left out is left as it is. Currency is absent from sync (procore 4.4 [A]). */
const contractRow = z.strictObject({
  id: sent.id,
  number: sent.text,
  title: sent.text,
  description: sent.text,
  status: z.enum(statuses).optional(),
  accounting_method: z.enum(["amount", "unit"]).optional(),
  vendor_id: sent.id,
  contract_date: sent.date,
  delivery_date: sent.date,
  issued_on_date: sent.date,
  payment_terms: sent.text,
  retainage_percent: sent.decimal,
  bill_to_address: sent.text,
  ship_to_address: sent.text,
  ship_via: sent.text,
  executed: sent.flag,
  private: sent.flag,
  origin_code: sent.text,
  origin_data: sent.text,
});

/** Only with multicurrency in the project; the rate only with a granular permission (procore 4.4 [A]). */
const contractInCurrency = contractRow.extend({
  origin_id: z.string().min(1),
  currency_iso_code: z.string().regex(/^[A-Z]{3}$/),
  currency_exchange_rate: sent.number,
});

export type PurchaseOrderContracts = {
  /** `with`: recycled ones too, `only`: nothing but those. Default: without. */
  list(
    filter: { projectId: number; originId?: string; deleted?: "with" | "only" },
    options?: CallOptions,
  ): Listing<PurchaseOrderContract>;
  get(key: { projectId: number; id: number }, options?: CallOptions): Promise<Result<PurchaseOrderContract, ProcoreFault>>;
  /** For one in a currency of its own; the caller has looked for the origin id before. */
  create(projectId: number, row: SyncRow, options?: WriteOptions): Promise<WriteOutcome<PurchaseOrderContract>>;
  sync(projectId: number, rows: readonly SyncRow[], options?: WriteOptions): Promise<SyncSettlement<PurchaseOrderContract>>;
};

const collection = "/rest/v1.0/purchase_order_contracts";

export function createPurchaseOrderContracts(door: Door): PurchaseOrderContracts {
  return {
    list({ projectId, originId, deleted }, options) {
      const query: [string, string | number][] = [
        ["project_id", projectId],
        ["view", "extended"],
      ];
      if (originId !== undefined) query.push(["filters[origin_id]", originId]);
      if (deleted !== undefined) query.push(["filters[include_deleted]", deleted]);
      return door.list({ template: collection, query, projectId }, contractSchema, options);
    },
    get: ({ projectId, id: contractId }, options) =>
      door.get(
        { template: `${collection}/{id}`, path: { id: contractId }, query: [["project_id", projectId]], projectId },
        contractSchema,
        options,
      ),
    create(projectId, { originId, body }, options) {
      const parsed = contractInCurrency.safeParse({ ...body, origin_id: originId });
      const issue = parsed.error?.issues[0];
      assert(parsed.success, `POST ${collection}: ${originId}, "${issue?.path.join(".")}": ${issue?.message}`);
      const content = { project_id: projectId, purchase_order_contract: parsed.data };
      return door.write({ method: "POST", template: collection, body: content, projectId }, contractSchema, options);
    },
    sync: (projectId, rows, options) =>
      door.sync(
        {
          template: `${collection}/sync`,
          scope: { project_id: projectId },
          projectId,
          rowSchema: contractRow,
          schema: contractSchema,
        },
        rows,
        options,
      ),
  };
}
