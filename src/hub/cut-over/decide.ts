/**
 * Takes down what a person decided about older purchase orders (ruling 4): adopt a contract that people made, create one after all, leave the order out, or
 * take the word back. All or none, with a line in the audit trail for each, in one transaction. Nothing is written to Procore here: the next run does it.
 */
import { sql, type Transaction } from "kysely";
import { type ExclusionRule, Fault, type HoldCode } from "../../core/index.ts";
import { appendAudit, type Database, type Store } from "../../store/index.ts";
import type { ContractDecision } from "./contract-decisions.ts";

type Tx = Transaction<Database>;

export type ContractDecisionAsk = {
  tenant: string;
  connection: string;
  order: string;
  /** As mapping rules name it; may be left out where the order waits in one only. */
  project: string | undefined;
  /** Undefined takes the earlier word back. */
  decision: ContractDecision | undefined;
  /** `user:jane` */
  actor: string;
  note: string;
  atMs: number;
};

type Placed = ContractDecisionAsk & { project: string };

const reasons: readonly (ExclusionRule | HoldCode)[] = [
  "before-cut-over",
  "left-out-at-cut-over",
  "contract-twin",
  "contract-foreign-origin",
  "contract-differs",
  "contract-decision-void",
];

function refuse({ order }: ContractDecisionAsk, detail: string): Fault {
  return new Fault("cut-over.refused", { place: `purchase order ${order}`, detail });
}

/** Where it is left out or waits for cut-over's sake, or was decided before. */
async function readProjects(tx: Tx, { tenant, connection, order }: ContractDecisionAsk): Promise<string[]> {
  const { rows } = await sql<{ project: string }>`
    select project from atom where tenant = ${tenant} and connection = ${connection} and flow = 'purchase-orders' and record_key = ${order}
      and project is not null and gone_run is null and reason = any (${[...reasons]}::text[])
    union select project from contract_decision where tenant = ${tenant} and connection = ${connection} and purchase_order = ${order}
    order by project`.execute(tx);
  return rows.map(({ project }) => project);
}

async function place(tx: Tx, ask: ContractDecisionAsk): Promise<Placed> {
  const projects = await readProjects(tx, ask);
  const [only, second] = projects;
  const { project = second === undefined ? only : undefined } = ask;
  if (only === undefined) throw refuse(ask, "it is not older than a project's cut-over date, or was not read yet");
  if (project === undefined) throw refuse(ask, `it waits in several projects, name one: ${projects.join(", ")}`);
  if (!projects.includes(project)) throw refuse(ask, `it does not wait in project ${project}, but in ${projects.join(", ")}`);
  return { ...ask, project };
}

async function checkContract(tx: Tx, ask: Placed): Promise<void> {
  const { tenant, connection, order, project, decision } = ask;
  const { rows: crossed } = await sql`select 1 from atom a join known k on k.tenant = a.tenant and k.connection = a.connection
      and k.origin_id = a.record_origin_id and k.aspect = 'content'
    where a.tenant = ${tenant} and a.connection = ${connection} and a.flow = 'purchase-orders' and a.record_key = ${order}
      and a.target -> 'project' ->> 'number' = ${project} limit 1`.execute(tx);
  if (crossed.length > 0) throw refuse(ask, "its contract is in Procore already");
  const { rows: linked } = await sql<{
    id: bigint;
  }>`select procore_id as id from known k where tenant = ${tenant} and connection = ${connection}
    and aspect = 'adoption' and split_part(origin_id, '.', 3) = 'PO' and split_part(origin_id, '.', 4) = ${order} and not exists (select from known c
      where c.tenant = k.tenant and c.connection = k.connection and c.origin_id = k.origin_id and c.aspect = 'content') limit 1`.execute(
    tx,
  );
  // By its origin id it would be written over, and its lines made a second time.
  if (linked[0] && decision !== undefined && decision.kind !== "leave-out")
    throw refuse(ask, `contract ${linked[0].id} bears its link already; put it right there, or leave the order out`);
  if (decision?.kind !== "adopt") return;
  const { rows } = await sql<{ holder: string }>`
    select purchase_order as holder from contract_decision where tenant = ${tenant} and connection = ${connection}
      and contract_id = ${decision.contractId} and (purchase_order, project) <> (${order}, ${project})
    union all select origin_id from known where tenant = ${tenant} and connection = ${connection} and procore_id = ${decision.contractId}
      and aspect in ('content', 'adoption') and split_part(origin_id, '.', 3) = 'PO' and split_part(origin_id, '.', 4) <> ${order}
    limit 1`.execute(tx);
  if (rows[0]) throw refuse(ask, `contract ${decision.contractId} is given to ${rows[0].holder}`);
}

/** Ruling 21: the route is fixed. A contract beside direct costs would count the same cost twice. */
async function checkCosts(tx: Tx, ask: Placed): Promise<void> {
  const { tenant, connection, order, project, decision } = ask;
  if (decision === undefined) return;
  const { rows } =
    await sql`select 1 from cost_line where tenant = ${tenant} and connection = ${connection} and purchase_order = ${order}
    and project = ${project} and part is not null limit 1`.execute(tx);
  if (rows.length > 0) throw refuse(ask, "what was spent on it since is in direct costs already");
}

async function write(tx: Tx, { tenant, connection, order, project, decision, actor, note, atMs }: Placed): Promise<void> {
  if (decision === undefined) {
    await sql`delete from contract_decision where tenant = ${tenant} and connection = ${connection} and purchase_order = ${order}
      and project = ${project}`.execute(tx);
    return;
  }
  const contractId = decision.kind === "adopt" ? decision.contractId : null;
  await sql`insert into contract_decision (tenant, connection, purchase_order, project, decision, contract_id, actor, note, decided_at)
    values (${tenant}, ${connection}, ${order}, ${project}, ${decision.kind}, ${contractId}, ${actor}, ${note}, ${new Date(atMs)})
    on conflict (tenant, connection, purchase_order, project) do update set decision = excluded.decision, contract_id = excluded.contract_id,
      actor = excluded.actor, note = excluded.note, decided_at = excluded.decided_at`.execute(tx);
}

/** What the last look found no longer stands, and the order is decided anew. */
async function reopen(tx: Tx, { tenant, connection, order }: Placed): Promise<void> {
  await sql`update contract_finding set run = 0 where tenant = ${tenant} and connection = ${connection} and purchase_order = ${order}`.execute(
    tx,
  );
  await sql`update source_record set is_decided = false where tenant = ${tenant} and connection = ${connection} and flow = 'purchase-orders'
    and key = ${order}`.execute(tx);
}

/** Answers the projects that were meant. */
export async function decideContracts(store: Store, asks: readonly ContractDecisionAsk[]): Promise<string[]> {
  const [first] = asks;
  if (!first) return [];
  return store.transact({ tenant: first.tenant }, async (tx) => {
    const projects: string[] = [];
    for (const ask of asks) {
      const placed = await place(tx, ask);
      await checkContract(tx, placed);
      await checkCosts(tx, placed);
      await write(tx, placed);
      await reopen(tx, placed);
      const { tenant, connection, order, project, decision, actor, note, atMs } = placed;
      const contract = decision?.kind === "adopt" ? { contract: decision.contractId } : {};
      const detail = { connection, project, decision: decision?.kind ?? "none", ...contract, note };
      await appendAudit(tx, { tenant, atMs, actor, action: "contract.decided", subject: order, detail });
      projects.push(project);
    }
    return projects;
  });
}
