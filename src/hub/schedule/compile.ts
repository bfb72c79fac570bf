/**
 * Settings and the rows of T009 and T009B become schedules; whatever cannot be refuses before anything is started, with the schedule's name. What goes by
 * days that only the store knows (SAP's calendars where no files are given, billing periods of Procore) is compiled each time it is asked for.
 */
import {
  type BusinessCalendar,
  businessDayFrom,
  type CalendarRows,
  compileVariant,
  Fault,
  type FiscalVariant,
  type Flow,
  parseCron,
  parseIsoDate,
  type SapDate,
  type Schedule,
  type VariantRow,
  type Weekday,
  type When,
} from "../../core/index.ts";
import type { ConnectionSettings } from "../settings.ts";
import type { CalendarSettings, ScheduleSettings } from "./settings.ts";

/** What the store knows. */
export type KnownDays = {
  /** As they were read of SAP. */
  readonly rows: CalendarRows;
  /** The last days of the billing periods of Procore's projects. */
  readonly billingEnds: readonly SapDate[];
  /** When the last IDoc came of an object of the schedule's flows that no run has taken up; empty where none waits. */
  readonly toldMs: readonly number[];
};

export type NamedSchedule = {
  readonly name: string;
  readonly schedule: Schedule | ((known: KnownDays) => Schedule);
  readonly flows: readonly Flow[];
  readonly mode: "delta" | "full";
  /** It goes by the billing periods of Procore's projects. */
  readonly isOfProcore?: true;
};

type CalendarUse = Pick<ConnectionSettings, "calendar" | "reference">;
type PeriodSettings = CalendarUse & Pick<ConnectionSettings, "invoices">;

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
  const where = "calendar.t009 and calendar.t009b name files of it, or a run reads it (`reference`)";
  const detail = `there is no fiscal year variant ${wanted} among the rows of T009; ${where}`;
  throw new Fault("schedule.invalid", { place, detail });
}

/** Who gave files wants those; who reads no reference data has nothing else. */
function isOfStore(wanted: string, { calendar, reference }: CalendarUse): boolean {
  return wanted !== calendarMonths.PERIV && calendar.t009 === undefined && reference !== "off";
}

export const monthsOnly: FiscalVariant = compileVariant(calendarMonths, []);

export type CalendarSource = FiscalVariant | ((rows: CalendarRows) => FiscalVariant);

/** The calendar of billing periods; looked for among the rows only where some are to be created. */
export function compileCalendar(settings: PeriodSettings, rows: CalendarRows, place: string): CalendarSource {
  const { calendar, invoices } = settings;
  const { policy, projects } = invoices.billingPeriods;
  const creates = [policy, ...Object.values(projects)].includes("create");
  if (!creates) return monthsOnly;
  if (isOfStore(calendar.variant, settings)) return (known) => variantOf(calendar.variant, known, place);
  return variantOf(calendar.variant, rows, place);
}

type Parts = {
  given: ScheduleSettings;
  variant: () => FiscalVariant;
  business: BusinessCalendar;
  place: string;
  billingEnds: readonly SapDate[] | undefined;
  toldMs: readonly number[];
};

function billingCycleOf(
  { endDay, businessDays, at }: NonNullable<ScheduleSettings["billingCycle"]>,
  { business, place, billingEnds }: Parts,
): When {
  const atMinute = minuteOf(at);
  if (endDay !== undefined) return { kind: "billing-cycle", business, endDay, businessDays, atMinute };
  // Undefined only while the configuration is read: then nothing is known, and nothing is wrong.
  if (billingEnds?.length === 0) {
    const detail = "no billing period of Procore's projects is known; they are read once a day while `ml-connector start` lives";
    throw new Fault("schedule.not-available", { place, detail });
  }
  return {
    kind: "days",
    atMinute,
    days: new Set((billingEnds ?? []).map((end) => businessDayFrom(business, end, businessDays))),
  };
}

function whenOf(parts: Parts): When {
  const { given, variant, business } = parts;
  const { cron, fiscal, fiscalWeek, billingCycle } = given;
  if (cron !== undefined) return { kind: "cron", cron: parseCron(cron) };
  if (fiscal)
    return { kind: "fiscal", variant: variant(), business, businessDays: fiscal.businessDays, atMinute: minuteOf(fiscal.at) };
  if (fiscalWeek) return { kind: "fiscal-week", variant: variant(), atMinute: minuteOf(fiscalWeek.at) };
  if (billingCycle) return billingCycleOf(billingCycle, parts);
  // The settings' schema lets nothing pass that says not when.
  return given.onIdoc ? { kind: "moments", moments: parts.toldMs } : { kind: "manual" };
}

type Ask = {
  given: ScheduleSettings;
  calendar: CalendarSettings;
  place: string;
  variant: () => FiscalVariant;
  billingEnds?: KnownDays["billingEnds"];
  toldMs?: KnownDays["toldMs"];
};

function compileOne({ given, calendar, place, variant, billingEnds, toldMs = [] }: Ask): Schedule {
  const business = businessOf(calendar);
  const { quietHours, closingDays } = given;
  return {
    zone: given.timeZone ?? calendar.timeZone,
    when: whenOf({ given, variant, business, place, billingEnds, toldMs }),
    ...(quietHours ? { quiet: { from: minuteOf(quietHours.from), to: minuteOf(quietHours.to) } } : {}),
    ...(closingDays ? { closing: { ...closingDays, variant: variant(), business, cron: parseCron(closingDays.cron) } } : {}),
  };
}

/** A cron or a calendar names itself; which schedule has it, only this place knows. */
function naming<T>(place: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof Fault) || error.place.startsWith(place)) throw error;
    throw new Fault(error.code, { place, detail: `${error.place}: ${error.detail}`, cause: error });
  }
}

export function compileSchedules(
  settings: CalendarUse & { schedules: Readonly<Record<string, ScheduleSettings>> },
  rows: CalendarRows,
  place: string,
): readonly NamedSchedule[] {
  const { calendar, schedules } = settings;
  return Object.entries(schedules).map(([name, given]): NamedSchedule => {
    const own = `${place}.schedules.${name}`;
    const { flows, mode, fiscal, fiscalWeek, closingDays, billingCycle } = given;
    const wanted = given.variant ?? calendar.variant;
    const isOfSap = (fiscal ?? fiscalWeek ?? closingDays) !== undefined && isOfStore(wanted, settings);
    const isOfProcore = billingCycle?.of === "procore";
    const ask = { given, calendar, place: own };
    // Also of what the store will know: a cron that is none must not wait for it.
    const variant = () => (isOfSap ? monthsOnly : variantOf(wanted, rows, own));
    const schedule = naming(own, () => compileOne({ ...ask, variant }));
    if (!isOfSap && !isOfProcore && !given.onIdoc) return { name, flows, mode, schedule };
    const ofStore = ({ rows: read, billingEnds, toldMs }: KnownDays) =>
      naming(own, () =>
        compileOne({ ...ask, variant: isOfSap ? () => variantOf(wanted, read, own) : variant, billingEnds, toldMs }),
      );
    return { name, flows, mode, schedule: ofStore, ...(isOfProcore ? { isOfProcore } : {}) };
  });
}
