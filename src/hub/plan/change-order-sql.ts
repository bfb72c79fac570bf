/** Change orders in SQL: which order a line is of, and which effects of a contract keep its invoices waiting. */
import { type RawBuilder, sql } from "kysely";
import { openStates } from "../effect-states.ts";
import { stages } from "./stages.ts";

/** `S01.100.CL.EBELN.EBELP.ZEKKN.PROJECT.n` to `S01.100.CO.EBELN.PROJECT.n`; a system id and a client have no dots. */
export function orderOfLine(line: RawBuilder<unknown>): RawBuilder<string> {
  return sql`regexp_replace(${line}, '^([^.]+[.][^.]+)[.]CL[.]([^.]+)[.][^.]+[.][^.]+[.]', '\\1.CO.\\2.')`;
}

/** What an origin id of a contract line and one of a change order line of the same item, assignment and project have in common; others stay as they are. */
export function lineOf(originId: RawBuilder<unknown>): RawBuilder<string> {
  return sql`regexp_replace(${originId}, '^([^.]+[.][^.]+)[.](?:PL|CL)([.][^.]+[.][^.]+[.][^.]+[.][^.]+).*$', '\\1\\2')`;
}

/**
 * An effect that is open, held or awaits approval says that the contract is not as planned. A change order that is held or awaits it leaves what is
 * approved as it was: its contract's other lines are billed meanwhile.
 */
export function isInTheWay(effect: string): RawBuilder<boolean> {
  const [state, stage] = [sql.ref(`${effect}.state`), sql.ref(`${effect}.stage`)];
  return sql`(${state} in ${openStates} or (${state} in ('planned', 'held')
    and ${stage} not between ${stages.changeOrderHeader}::smallint and ${stages.changeOrderStatus}::smallint))`;
}
