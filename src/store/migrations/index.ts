/**
 * Every migration, in order, listed by hand: forward only, never edited once released. A new one is a file `NNNN-name.ts` with `up`,
 * and a line here. Each table's key begins with `tenant` (but for `cost_line`, decision 0029), and each table gets `guardByTenant`.
 */
import type { Migration } from "kysely/migration";
import * as tenantAudit from "./0001-tenant-audit.ts";
import * as reading from "./0002-connections-and-reading.ts";
import * as effects from "./0003-effects.ts";
import * as sapLoad from "./0004-sap-load.ts";
import * as costSource from "./0005-cost-source.ts";
import * as unfinishedDays from "./0006-unfinished-days.ts";
import * as vendorDecisions from "./0007-vendor-decisions.ts";
import * as requisitionChains from "./0008-requisition-chains.ts";
import * as holds from "./0009-holds.ts";
import * as webhooks from "./0011-webhooks.ts";
import * as proof from "./0013-proof.ts";
import * as mappingVersion from "./0014-mapping-version.ts";
import * as schedule from "./0015-schedule.ts";
import * as effectOrder from "./0016-effect-order.ts";
import * as changeOrders from "./0017-change-orders.ts";
import * as deletions from "./0019-deletions.ts";
import * as reconciliation from "./0020-reconciliation.ts";
import * as approval from "./0021-approval.ts";
import * as reference from "./0022-reference.ts";
import * as recoding from "./0024-recoding.ts";
import * as periods from "./0025-periods.ts";
import * as cutOver from "./0026-cut-over.ts";
import * as narrowLines from "./0027-narrow-lines.ts";
import * as idocs from "./0028-idocs.ts";
import * as lineNumbers from "./0029-line-numbers.ts";

export const migrations: Readonly<Record<string, Migration>> = {
  "0001-tenant-audit": tenantAudit,
  "0002-connections-and-reading": reading,
  "0003-effects": effects,
  "0004-sap-load": sapLoad,
  "0005-cost-source": costSource,
  "0006-unfinished-days": unfinishedDays,
  "0007-vendor-decisions": vendorDecisions,
  "0008-requisition-chains": requisitionChains,
  "0009-holds": holds,
  "0011-webhooks": webhooks,
  "0013-proof": proof,
  "0014-mapping-version": mappingVersion,
  "0015-schedule": schedule,
  "0016-effect-order": effectOrder,
  "0017-change-orders": changeOrders,
  "0019-deletions": deletions,
  "0020-reconciliation": reconciliation,
  "0021-approval": approval,
  "0022-reference": reference,
  "0024-recoding": recoding,
  "0025-periods": periods,
  "0026-cut-over": cutOver,
  "0027-narrow-lines": narrowLines,
  "0028-idocs": idocs,
  "0029-line-numbers": lineNumbers,
};
