/** The simulated BAPIs of sap-rfc 3.3: reads only. */
import type { FunctionModule } from "../interface.ts";
import { accountList, companyCodeList, costCenterList, vendorDetail } from "./master-data.ts";
import { purchaseOrderDetail } from "./purchase-order.ts";

export const bapiModules: readonly FunctionModule[] = [
  purchaseOrderDetail,
  vendorDetail,
  companyCodeList,
  costCenterList,
  accountList,
];
