/** The simulated BAPIs of sap-rfc 3.3, which read, and of 3.4, which post. */
import type { FunctionModule } from "../interface.ts";
import { documentCheck, documentPost, transactionCommit, transactionRollback } from "./accounting-document.ts";
import { accountList, companyCodeList, costCenterList, vendorDetail } from "./master-data.ts";
import { purchaseOrderDetail } from "./purchase-order.ts";

export const bapiModules: readonly FunctionModule[] = [
  purchaseOrderDetail,
  vendorDetail,
  companyCodeList,
  costCenterList,
  accountList,
  documentCheck,
  documentPost,
  transactionCommit,
  transactionRollback,
];
