/**
 * Which states of an effect belong together, for SQL: planned (waits for approval) > approved > sending > unknown | confirmed | held, and stale where
 * no plan stands behind it any more. Written out here once, so that a new state has one place to be thought about.
 */
import { sql } from "kysely";

/** Never left, or was refused: planned anew by the next plan, or dropped. */
export const unsentStates = sql`('planned', 'approved', 'held')`;
/** Free to go, on its way, or in doubt. */
export const openStates = sql`('approved', 'sending', 'unknown')`;
/** At most one of an (origin id, aspect); the unique index of the table says the same. */
export const liveStates = sql`('planned', 'approved', 'sending', 'unknown', 'held')`;
