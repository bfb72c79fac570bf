/**
 * What comes after its period was closed is a late adjustment: posted, and shown as such (ruling 28). Of a group's lines the late ones become a part of
 * their own, after the others, so that the adjustment stands by itself in Procore. Group and part ids do not depend on it.
 */
import { sql, type Transaction } from "kysely";
import { type CostGroup, type CostGroups, draftsOf, type PartDraft } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isLate, ofClosedPeriod } from "../periods/late.ts";
import type { Member } from "./decide-lines.ts";

type Tx = Transaction<Database>;
/** The periods that have any close, as `<year>.<period>`: of most groups nothing else need be asked. */
async function readClosed(tx: Tx, { tenant, connection }: RunContext): Promise<Set<string>> {
  const { rows } = await sql<{ fiscal_year: number; period: number }>`select distinct fiscal_year, period from period_close
    where tenant = ${tenant} and connection = ${connection.name}`.execute(tx);
  return new Set(rows.map(({ fiscal_year, period }) => `${fiscal_year}.${period}`));
}

async function readLateDocuments(tx: Tx, documents: ReadonlySet<string>): Promise<Set<string>> {
  const { rows } = await sql<{ document: bigint }>`select d.document from unnest(${[...documents]}::bigint[]) as x(document)
    join cost_document d on d.document = x.document ${ofClosedPeriod} where ${isLate}`.execute(tx);
  return new Set(rows.map(({ document }) => String(document)));
}

/** In the order of their ids, the late part of a group after the other. */
export async function splitLate(tx: Tx, context: RunContext, groups: CostGroups<Member>): Promise<PartDraft<Member>[]> {
  const closed = await readClosed(tx, context);
  const isOfClosed = ({ key }: CostGroup) => closed.has(`${key.fiscalYear}.${key.period}`);
  const ofClosed = [...groups.values()].filter(isOfClosed).flatMap(({ members }) => members);
  const documents = new Set(ofClosed.map(({ row }) => row.document));
  const late = documents.size === 0 ? new Set<string>() : await readLateDocuments(tx, documents);
  return draftsOf(groups).flatMap(({ id, group }) => {
    const byLateness = Map.groupBy(group.members, ({ row }) => late.has(row.document));
    return [false, true].flatMap((isLatePart) => {
      const members = byLateness.get(isLatePart);
      return members === undefined ? [] : [{ id, group: { ...group, members }, marks: { isLate: isLatePart } }];
    });
  });
}
