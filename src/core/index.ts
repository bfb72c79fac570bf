export * from "./calendar/index.ts";
export {
  changeOrderHeader,
  changeOrderLineBody,
  changeOrderLineOriginId,
  changeOrderOriginId,
  changeOrderVersion,
  isChangeOrderLine,
  type LineKey,
  lineKeyOf,
} from "./desired/change-order.ts";
export {
  type Body,
  type ContractState,
  type DesiredContract,
  type DesiredContractLine,
  desiredContracts,
} from "./desired/contract.ts";
export {
  type Correction,
  costLineOriginId,
  type DesiredDirectCost,
  type DesiredDirectCostLine,
  desiredDirectCost,
  type PartMember,
} from "./desired/direct-cost.ts";
export type { PlaceSettings } from "./desired/place.ts";
export {
  type DesiredRequisition,
  type DesiredRequisitionLine,
  desiredRequisitions,
  requisitionHash,
} from "./desired/requisition.ts";
export { type DesiredVendor, desiredVendor, type VendorBody } from "./desired/vendor.ts";
export * from "./disposition.ts";
export * from "./document-hash.ts";
export * from "./errors/index.ts";
export * from "./exchange.ts";
export * from "./fingerprint.ts";
export * from "./fit/index.ts";
export * from "./grouping/index.ts";
export * from "./journal/index.ts";
export * from "./keys.ts";
export * from "./loopback.ts";
export * from "./mapping/index.ts";
export * from "./matching/index.ts";
export * from "./money.ts";
export * from "./reconciliation/index.ts";
export * from "./records/index.ts";
export * from "./result.ts";
export * from "./rulings/budget-code.ts";
export * from "./rulings/change-order.ts";
export * from "./rulings/contract-currency.ts";
export * from "./rulings/cost.ts";
export * from "./rulings/cut-over.ts";
export * from "./rulings/deletion.ts";
export * from "./rulings/invoice.ts";
export * from "./rulings/invoiced.ts";
export * from "./rulings/opening-balance.ts";
export * from "./rulings/purchase-order.ts";
export * from "./rulings/retainage.ts";
export * from "./rulings/target.ts";
export * from "./rulings/vendor.ts";
export * from "./sap-date.ts";
export * from "./schedule/index.ts";
export * from "./time-zone.ts";
