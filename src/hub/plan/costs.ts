/** Plans the costs flow (rulings 20 to 24): decide what is open, open parts for what is planned, re-code what was marked, and send what an earlier run held again. */
import { sql, type Transaction } from "kysely";
import { type CostClass, cancelReversed, compileCutOver, type ProcoreView, type VendorPlace } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { withDocument } from "../cost-line-sql.ts";
import { openStates } from "../effect-states.ts";
import { readIgnored } from "../holds/ignored.ts";
import { isPartReplayed, isReplayed } from "../holds/replayed.ts";
import { decideOpenLines, type LineContext } from "./decide-lines.ts";
import { dissolveUnapproved } from "./dissolve-parts.ts";
import { readItemRoutes } from "./item-routes.ts";
import { openParts } from "./parts.ts";
import { planRecodings } from "./recode-history.ts";
import { originPrefix, readKnown } from "./records.ts";
import { excludeReversed, reopenBrokenPairs } from "./reversed-costs.ts";
import { stages } from "./stages.ts";
import { isInactive, isUsable, readVendorsToCome } from "./vendor-activity.ts";

type Tx = Transaction<Database>;

function costClassOf(context: RunContext): (costType: string) => CostClass {
  const { costTypes } = context.connection.settings.costs;
  return (costType) => costTypes[costType] ?? { class: costType, type: "expense" };
}

/** Ruling 8: a vendor stays in SAP when a rule or a person left it out, or when it is out of use in Procore. */
async function readVendorPlaces(tx: Tx, context: RunContext): Promise<(vendor: string) => VendorPlace> {
  const known = await readKnown(tx, context, ["VN"]);
  const { rows } = await sql<{ vendor: string }>`
    select record_key as vendor from atom where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = 'vendors'
      and disposition = 'excluded' and gone_run is null`.execute(tx);
  const toCome = await readVendorsToCome(tx, context);
  const leftOut = new Set(rows.map(({ vendor }) => vendor));
  return (vendor) => {
    const id = `${originPrefix(context, "VN")}${vendor}`;
    if (isUsable(known, id) || toCome(vendor)) return "in-procore";
    return leftOut.has(vendor) || isInactive(known, id) ? "stays-in-sap" : "undecided";
  };
}

export async function countOpenLines(tx: Tx, context: RunContext): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from cost_line c ${withDocument} where c.tenant = ${context.tenant} and c.connection = ${context.connection.name}
      and (c.disposition is null or c.disposition = 'held') and c.part is null and ${isReplayed(context)}`.execute(tx);
  return Number(rows[0]?.count ?? 0n);
}

/** Those of parts: budget codes go before them, by a plan of their own. */
const ofParts = sql`stage <> ${stages.budgetCode}`;

/** A part is frozen, so what Procore refused of it is sent again as it stands, not planned anew. */
async function retryHeldParts(tx: Tx, context: RunContext): Promise<void> {
  await sql`update effect set state = 'approved', run = ${context.run}, hold_code = null, attempts = 0
    where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = 'costs' and state = 'held'
      and ${ofParts} and ${isPartReplayed(context)}`.execute(tx);
  await sql`update effect set run = ${context.run}
    where tenant = ${context.tenant} and connection = ${context.connection.name} and flow = 'costs'
      and ${ofParts} and state in ${openStates}`.execute(tx);
}

/** What a person approved is ready to go, and what nobody approved is planned anew. */
async function takeUpWaiting(tx: Tx, context: RunContext): Promise<void> {
  if (context.mode === "replay") return;
  await dissolveUnapproved(tx, context);
  await sql`update effect set state = 'approved', run = ${context.run} where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = 'costs' and state = 'planned' and ${ofParts}`.execute(tx);
}

export async function planCosts(tx: Tx, context: RunContext, view: ProcoreView, onPage: (lines: number) => void): Promise<void> {
  await retryHeldParts(tx, context);
  await takeUpWaiting(tx, context);
  const cutOver = compileCutOver(context.connection.settings.cutOver);
  const decide: LineContext = {
    mapping: context.connection.mapping,
    view,
    companyCodes: context.connection.settings.costs.companyCodes,
    itemRoute: await readItemRoutes(tx, context),
    vendorPlace: await readVendorPlaces(tx, context),
    withoutVendor: context.connection.settings.costs.withoutVendor,
    grouping: context.connection.settings.costs.grouping,
    costClass: costClassOf(context),
    ...(cutOver ? { cutOver } : {}),
    ignored: await readIgnored(tx, context, "costs"),
  };
  await reopenBrokenPairs(tx, context);
  const { groups, cancelled } = cancelReversed(await decideOpenLines(tx, context, decide, onPage));
  await excludeReversed(tx, context, cancelled);
  if (groups.size > 0) await openParts(tx, context, groups);
  await planRecodings(tx, context, decide);
}
