export { type Cron, parseCron } from "./cron.ts";
export type { ClosingDays, Schedule, When } from "./schedule.ts";
export { afterQuiet, type DueWindow, dueWindow, isQuiet, nextWindows } from "./windows.ts";
