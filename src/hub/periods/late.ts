/**
 * When a document is a late adjustment (ruling 28): it was entered after the totals were taken that its period was closed on. Of the very day of those
 * totals it counts as late where a later run brought it. One rule, as SQL, for what is posted and for what is counted; the statement, which has
 * SAP's totals beside it, tells the lines of that day apart by their amounts (`core/reconciliation`).
 */
import { type RawBuilder, sql } from "kysely";

/** Of a document `d`: the close `z` of its company code and period, or that of all; documents of a period that is not closed fall away. */
export const ofClosedPeriod: RawBuilder<unknown> = sql`join lateral (select z.run, z.day from period_close z where z.tenant = d.tenant
    and z.connection = d.connection and z.fiscal_year = d.fiscal_year and z.period = d.period and z.company_code in ('', d.company_code)
    order by z.company_code desc limit 1) z on true`;

/** Where SAP did not tell one of the two days, the run that brought it says it alone. */
export const isLate: RawBuilder<unknown> = sql`case when z.day = '' or d.entry_date = '' or d.entry_date = z.day then d.changed_run > z.run
    else d.entry_date > z.day end`;
