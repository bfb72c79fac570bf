/**
 * Edits as they are kept, a row for each field: open until a person decides or the field is as it was again. What the settings say of the field
 * applies at once. An open edit holds its record's atoms and keeps its effects from leaving, so that nobody's work is overwritten unasked; a
 * record that is gone is never written again while that stands, for a sync by origin id would create it anew.
 */
import { sql, type Transaction } from "kysely";
import { appendAudit, type Database } from "../../store/index.ts";
import { type Connection, type HubContext, now } from "../context.ts";
import { isOfLineIn } from "../cost-line-sql.ts";
import type { EditPolicy } from "../webhooks/settings.ts";
import type { FoundEdit } from "./find-edits.ts";
import { isInvoiced } from "./invoiced.ts";
import { reassert } from "./reassert.ts";
import { withdrawUnsent } from "./withdraw.ts";

type Tx = Transaction<Database>;
export type EditScope = Pick<HubContext, "tenant" | "clock"> & { connection: Connection };
export type RecordKind = "vendors" | "contracts" | "requisitions" | "direct-costs";

/** Who touched the record last, as far as an event told. */
export type Attribution = { userId: number | null; happenedAt: Date | null };

export type EditedRecord = {
  kind: RecordKind;
  recordOriginId: string;
  projectId: number;
  by: Attribution;
  edits: readonly FoundEdit[];
  /** What was set beside something confirmed, as `aspect origin id`; of the rest nothing is said, also not that it agrees. */
  compared: ReadonlySet<string>;
};

/** What a contract's approved change orders come to. */
export const changeOrderSumField = "approved_change_orders";

function policyOf({ connection }: EditScope, record: EditedRecord, { originId, field }: FoundEdit): EditPolicy {
  // Restoring is a person's act, and writing would make a twin.
  if (field === "record") return "ask";
  const { edits } = connection.settings.webhooks;
  const isLine = originId !== record.recordOriginId;
  const policies = {
    vendors: edits.vendors,
    contracts: isLine ? edits.contractLines : edits.contracts,
    requisitions: edits.requisitions,
    "direct-costs": isLine ? edits.directCostLines : edits.directCosts,
  }[record.kind];
  const own = Object.hasOwn(policies, field) ? policies[field] : undefined;
  const policy = own ?? policies["*"] ?? "ask";
  // A person's change order is theirs: nothing that we write takes it back.
  return policy === "re-assert" && field === changeOrderSumField ? "ask" : policy;
}

/** What cannot be re-asserted is asked: a contract that has been invoiced is not written again. */
async function possiblePolicy(tx: Tx, scope: EditScope, record: EditedRecord, edit: FoundEdit): Promise<EditPolicy> {
  const policy = policyOf(scope, record, edit);
  if (policy !== "re-assert" || record.kind !== "contracts") return policy;
  const contract = { tenant: scope.tenant, connection: scope.connection.name, contract: record.recordOriginId };
  return (await isInvoiced(tx, contract)) ? "ask" : policy;
}

type Standing = { edit: bigint; origin_id: string; aspect: string; field: string; found: string; state: "open" | "accepted" };

async function readStanding(tx: Tx, { tenant, connection }: EditScope, recordOriginId: string): Promise<Standing[]> {
  const { rows } =
    await sql<Standing>`select edit, origin_id, aspect, field, found, state from procore_edit where tenant = ${tenant}
    and connection = ${connection.name} and record_origin_id = ${recordOriginId} and state in ('open', 'accepted') order by edit`.execute(
      tx,
    );
  return rows;
}

async function insertEdit(tx: Tx, scope: EditScope, record: EditedRecord, edit: FoundEdit, state: string): Promise<void> {
  const at = now(scope);
  const decidedBy = state === "open" ? null : "settings";
  await sql`insert into procore_edit (tenant, connection, kind, record_origin_id, origin_id, aspect, project_id, procore_id, field, confirmed,
      found, user_id, happened_at, found_at, state, decided_by, decided_at)
    values (${scope.tenant}, ${scope.connection.name}, ${record.kind}, ${record.recordOriginId}, ${edit.originId}, ${edit.aspect},
      ${record.projectId}, ${edit.procoreId}, ${edit.field}, ${edit.confirmed}, ${edit.found}, ${record.by.userId}, ${record.by.happenedAt},
      ${at}, ${state}, ${decidedBy}, ${decidedBy === null ? null : at})`.execute(tx);
}

async function closeEdits(tx: Tx, scope: EditScope, edits: readonly Standing[]): Promise<void> {
  if (edits.length === 0) return;
  await sql`update procore_edit set state = 'undone', decided_by = coalesce(decided_by, 'found'), decided_at = ${now(scope)}
    where tenant = ${scope.tenant} and edit = any (${edits.map(({ edit }) => edit.toString())}::bigint[])`.execute(tx);
}

const keyOf = (originId: string, field: string) => `${field} ${originId}`;

/**
 * Takes in what was found of one record; answers how many edits are new. Fields that stand as accepted and are still so are no news; what agrees
 * again is closed.
 */
export async function keepRecord(tx: Tx, scope: EditScope, record: EditedRecord): Promise<number> {
  const standing = new Map(
    (await readStanding(tx, scope, record.recordOriginId)).map((each) => [keyOf(each.origin_id, each.field), each]),
  );
  const found = new Set(record.edits.map(({ originId, field }) => keyOf(originId, field)));
  const isCompared = ({ aspect, origin_id }: Standing) => aspect === "record" || record.compared.has(`${aspect} ${origin_id}`);
  const known = (edit: FoundEdit) => standing.get(keyOf(edit.originId, edit.field));
  const news = record.edits.filter((edit) => known(edit)?.found !== edit.found);
  const replaced = news.flatMap((edit) => known(edit) ?? []);
  await closeEdits(tx, scope, [
    ...[...standing].flatMap(([key, each]) => (found.has(key) || !isCompared(each) ? [] : [each])),
    ...replaced,
  ]);
  for (const edit of news) {
    const policy = await possiblePolicy(tx, scope, record, edit);
    const state = policy === "ask" ? "open" : policy === "accept" ? "accepted" : "re-asserted";
    await insertEdit(tx, scope, record, edit, state);
    if (policy === "re-assert")
      await reassert(
        tx,
        { tenant: scope.tenant, connection: scope.connection.name },
        { ...edit, recordOriginId: record.recordOriginId },
      );
  }
  if (news.length > 0) {
    const detail = {
      connection: scope.connection.name,
      by: record.by.userId ?? "unknown",
      fields: [...new Set(news.map(({ field }) => field))].sort(),
    };
    const subject = record.recordOriginId;
    await appendAudit(tx, {
      tenant: scope.tenant,
      atMs: scope.clock.now(),
      actor: "system",
      action: "procore.edit-found",
      subject,
      detail,
    });
  }
  await holdEdited(tx, scope);
  return news.length;
}

/**
 * Holds what an open edit is about, and withdraws what would overwrite it. Called wherever atoms get their dispositions. A record that is gone
 * stays unwritten also when that was accepted.
 */
export async function holdEdited(
  tx: Tx,
  { tenant, connection: { name: connection } }: Pick<HubContext, "tenant"> & { connection: Pick<Connection, "name"> },
): Promise<void> {
  const standing = sql`(select record_origin_id, origin_id, field from procore_edit where tenant = ${tenant} and connection = ${connection}
    and (state = 'open' or (state = 'accepted' and field = 'record')))`;
  const { rows } = await sql`select 1 from ${standing} as d limit 1`.execute(tx);
  if (rows.length === 0) return;
  const withdrawn = sql`(select record_origin_id, case when bool_or(field = 'record') then 'deleted-in-procore' else 'edited-in-procore' end as code
    from ${standing} as d group by record_origin_id)`;
  await withdrawUnsent(tx, { tenant, connection }, withdrawn);
  const code = sql`(case when edited.is_gone then 'deleted-in-procore' else 'edited-in-procore' end)`;
  const edited = sql`(select record_origin_id, origin_id, bool_or(field = 'record') as is_gone from ${standing} as d
    group by record_origin_id, origin_id)`;
  // A line's edit holds its own atom; one of the record itself holds them all. What was withdrawn above is held, whichever line it is of.
  await sql`update atom a set disposition = 'held', reason = ${code} from ${edited} as edited
    where a.tenant = ${tenant} and a.connection = ${connection} and a.record_origin_id = edited.record_origin_id and a.gone_run is null
      and (a.disposition in ('planned', 'awaiting-approval') or (a.disposition in ('posted', 'unchanged')
        and (edited.origin_id = edited.record_origin_id or edited.origin_id = a.origin_id)))`.execute(tx);
  await sql`update cost_line c set disposition = 'held', reason = ${code}
    from ${edited} as edited join cost_part p on p.tenant = ${tenant} and p.connection = ${connection} and p.origin_id = edited.record_origin_id
    where c.tenant = p.tenant and c.connection = p.connection and c.group_id = p.group_id and c.part = p.part
      and c.disposition in ('posted', 'unchanged', 'planned', 'awaiting-approval')`.execute(tx);
  // Of a line that was re-coded, its earlier postings are in Procore, too.
  await sql`update cost_line c set disposition = 'held', reason = ${code}
    from ${edited} as edited join cost_part p on p.tenant = ${tenant} and p.connection = ${connection} and p.origin_id = edited.record_origin_id
    join recoded_member m on m.tenant = p.tenant and m.connection = p.connection and m.group_id = p.group_id and m.part = p.part
    where ${isOfLineIn("m")}
      and c.disposition in ('posted', 'unchanged', 'planned', 'awaiting-approval')`.execute(tx);
}
