export { type BapiCall, type BapiCaller, type BapiMessage, type BapiOutcome, createBapiCaller } from "./call-bapi.ts";
export { listCompanyCodes, listCostCenters, listGlAccounts, readVendorDetail, type VendorDetail } from "./master-lists.ts";
export {
  type Checked,
  createPostingModule,
  findPostingModule,
  isSurelyNotExecuted,
  type Posted,
  type PostingModule,
  postingModuleDefault,
  type Searched,
  type ToPost,
} from "./posting-module.ts";
export { type PurchaseOrderDetail, readPurchaseOrderDetail } from "./purchase-order-detail.ts";
export {
  createSessionPosting,
  type PostingSession,
  type SessionPostingOptions,
  sessionPostingFunctions,
  sessionPostingTables,
} from "./session-posting.ts";
