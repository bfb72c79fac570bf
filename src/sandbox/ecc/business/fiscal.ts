/** The fiscal year and period of a day by the company code's variant, T009 and T009B (sap-data 4). Without a variant, the calendar's. */
import { type Raw, rowByKey, rowsByKey } from "../store/find.ts";
import type { EccWorld } from "../world-state.ts";

export type Period = { gjahr: string; monat: string };

function calendarPeriod(day: string): Period {
  return { gjahr: day.slice(0, 4), monat: day.slice(4, 6) };
}

/** BUMON and BUTAG are the last day of a slice; year-independent rows have BDATJ 0000. */
function sliceOf(slices: readonly Raw[], day: string): Raw | undefined {
  return slices.find((slice) => `${slice["BUMON"] ?? "00"}${slice["BUTAG"] ?? "00"}` >= day.slice(4, 8));
}

export function periodOf(world: EccWorld, bukrs: string, day: string): Period {
  const variant = rowByKey(world, "T001", [bukrs])?.["PERIV"];
  const definition = variant === undefined ? undefined : rowByKey(world, "T009", [variant]);
  if (variant === undefined || definition === undefined || definition["XKALE"] === "X") return calendarPeriod(day);
  const year = definition["XJABH"] === "X" ? day.slice(0, 4) : "0000";
  const slice = sliceOf(rowsByKey(world, "T009B", [variant, year]), day);
  if (slice === undefined) throw new Error(`fiscal year variant ${variant} has no period for ${day}`);
  const shift = Number(slice["RELJR"] ?? "0");
  return { gjahr: String(Number(day.slice(0, 4)) + shift).padStart(4, "0"), monat: (slice["POPER"] ?? "000").slice(-2) };
}
