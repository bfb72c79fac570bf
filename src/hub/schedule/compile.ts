/** Settings and the rows of T009 and T009B become schedules; whatever cannot be refuses before anything is started, with the schedule's name. */
import {
  type BusinessCalendar,
  type CalendarRows,
  compileVariant,
  Fault,
  type FiscalVariant,
  type Flow,
  parseCron,
  parseIsoDate,
  type Schedule,
  type VariantRow,
  type Weekday,
  type When,
} from "../../core/index.ts";
import type { ConnectionSettings } from "../settings.ts";
import type { CalendarSettings, ScheduleSettings } from "./settings.ts";

export type NamedSchedule = {
  readonly name: string;
  readonly schedule: Schedule;
  readonly flows: readonly Flow[];
  readonly mode: "delta" | "full";
};

type PeriodSettings = Pick<ConnectionSettings, "calendar" | "invoices">;

const calendarMonths: VariantRow = { PERIV: "calendar-months", XKALE: "X", XJABH: "", ANZBP: "012", ANZSP: "04" };

function minuteOf(text: string): number {
  const [hour, minute] = text.split(":").map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

function businessOf({ weekend, holidays }: CalendarSettings): BusinessCalendar {
  return { weekend: new Set(weekend as Weekday[]), holidays: new Set(holidays.flatMap((each) => parseIsoDate(each) ?? [])) };
}

function variantOf(wanted: string, rows: CalendarRows, place: string): FiscalVariant {
  const row = [calendarMonths, ...rows.t009].find(({ PERIV }) => PERIV === wanted);
  if (row) return compileVariant(row, rows.t009b);
  const detail = `there is no fiscal year variant ${wanted} among the rows of T009; calendar.t009 and calendar.t009b name the files`;
  throw new Fault("schedule.invalid", { place, detail });
}

export const monthsOnly: FiscalVariant = compileVariant(calendarMonths, []);

/** The calendar of billing periods; looked for among the rows only where some are to be created. */
export function compileCalendar({ calendar, invoices }: PeriodSettings, rows: CalendarRows, place: string): FiscalVariant {
  const { policy, projects } = invoices.billingPeriods;
  const creates = [policy, ...Object.values(projects)].includes("create");
  return creates ? variantOf(calendar.variant, rows, place) : monthsOnly;
}

type Parts = { given: ScheduleSettings; variant: () => FiscalVariant; business: BusinessCalendar; place: string };

function whenOf({ given, variant, business, place }: Parts): When {
  const { cron, fiscal, fiscalWeek, billingCycle } = given;
  if (cron !== undefined) return { kind: "cron", cron: parseCron(cron) };
  if (fiscal)
    return { kind: "fiscal", variant: variant(), business, businessDays: fiscal.businessDays, atMinute: minuteOf(fiscal.at) };
  if (fiscalWeek) return { kind: "fiscal-week", variant: variant(), atMinute: minuteOf(fiscalWeek.at) };
  if (billingCycle) return { kind: "billing-cycle", business, ...billingCycle, atMinute: minuteOf(billingCycle.at) };
  if (given.manual) return { kind: "manual" };
  throw new Fault("schedule.not-available", { place, detail: "onIdoc waits for the agent's IDoc receiver" });
}

function compileOne(given: ScheduleSettings, calendar: CalendarSettings, rows: CalendarRows, place: string): Schedule {
  const business = businessOf(calendar);
  const variant = () => variantOf(given.variant ?? calendar.variant, rows, place);
  const { quietHours, closingDays } = given;
  return {
    zone: given.timeZone ?? calendar.timeZone,
    when: whenOf({ given, variant, business, place }),
    ...(quietHours ? { quiet: { from: minuteOf(quietHours.from), to: minuteOf(quietHours.to) } } : {}),
    ...(closingDays ? { closing: { ...closingDays, variant: variant(), business, cron: parseCron(closingDays.cron) } } : {}),
  };
}

export function compileSchedules(
  { calendar, schedules }: { calendar: CalendarSettings; schedules: Readonly<Record<string, ScheduleSettings>> },
  rows: CalendarRows,
  place: string,
): readonly NamedSchedule[] {
  return Object.entries(schedules).map(([name, given]) => {
    try {
      const { flows, mode } = given;
      return { name, flows, mode, schedule: compileOne(given, calendar, rows, `${place}.schedules.${name}`) };
    } catch (error) {
      // A cron or a calendar names itself; which schedule has it, only this place knows.
      if (!(error instanceof Fault) || error.place.startsWith(place)) throw error;
      const detail = `${error.place}: ${error.detail}`;
      throw new Fault(error.code, { place: `${place}.schedules.${name}`, detail, cause: error });
    }
  });
}
