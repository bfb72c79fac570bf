/**
 * No more is released of a contract line than its requisitions retained (ruling 18): what is written, and then the chain as it is about to be sent. A
 * negative requisition may have taken back what SAP's clearing releases. What exceeds is held, and nothing of it is sent.
 */
import { sql, type Transaction } from "kysely";
import type { DesiredRequisition, HoldCode } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { writtenRequisitions } from "./invoice-facts.ts";

type Tx = Transaction<Database>;

const exceeds: HoldCode = "retainage-release-exceeds";

async function readRetained(tx: Tx, context: RunContext, lines: readonly string[]): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ line: string; retained: string }>`
    with written as (${writtenRequisitions(context)})
    select a.target ->> 'line' as line,
      sum((a.target ->> 'retainage')::numeric - coalesce((a.target ->> 'released')::numeric, 0))::text as retained
    from atom a where a.tenant = ${context.tenant} and a.connection = ${context.connection.name} and a.flow = 'invoices'
      and a.target ->> 'line' = any (${lines}::text[]) and a.record_origin_id in (select origin_id from written)
    group by a.target ->> 'line'`.execute(tx);
  return new Map(rows.map(({ line, retained }) => [line, BigInt(retained)]));
}

/** In the order of the chain. */
export function findExcess(requisitions: readonly DesiredRequisition[], retained: Map<string, bigint>): Set<string> {
  const excess = new Set<string>();
  for (const { originId, lines } of requisitions) {
    const after = lines.map(
      ({ originId: line, retainage, released }) =>
        [line, (retained.get(line) ?? 0n) + retainage.minor - (released?.minor ?? 0n)] as const,
    );
    if (lines.some(({ released }) => released) && after.some(([, left]) => left < 0n)) excess.add(originId);
    else for (const [line, left] of after) retained.set(line, left);
  }
  return excess;
}

/** Answers what may go. */
export async function holdExcessReleases(
  tx: Tx,
  context: RunContext,
  requisitions: readonly DesiredRequisition[],
): Promise<readonly DesiredRequisition[]> {
  const releases = requisitions.filter(({ lines }) => lines.some(({ released }) => released));
  if (releases.length === 0) return requisitions;
  const lines = releases.flatMap((each) => each.lines.map(({ originId }) => originId));
  const excess = findExcess(requisitions, await readRetained(tx, context, [...new Set(lines)]));
  await sql`update atom set disposition = 'held', reason = ${exceeds} where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = 'invoices' and disposition = 'planned'
    and record_origin_id = any (${[...excess]}::text[])`.execute(tx);
  return requisitions.filter(({ originId }) => !excess.has(originId));
}
