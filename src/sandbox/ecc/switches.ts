/**
 * What a test or a demonstration may change while the system runs, through the control door. Facts that the reference is unsure of
 * are switches too; the defaults are the worse behaviour that it permits.
 */
import { z } from "zod";
import { defaultODataSwitches, odataSwitchesShape } from "./odata/switches.ts";
import { type ProfileName, profileNames } from "./profile.ts";

const faultKinds = [
  "cut-before",
  "cut-after",
  "cut-half",
  "html-500",
  "overload",
  "silence",
  /** The call was executed before the error page was made. */
  "html-500-after",
  /** The caller is cut off at once; the call is executed `lateMs` later, as one that waited in the dispatcher's queue. */
  "cut-late",
  /** A proxy on the way sends the request twice. */
  "twice",
] as const;

const planned = z.strictObject({
  /** A function module, or `*` for any. */
  function: z.string(),
  times: z.int().min(1),
  /** Calls of that function that pass before the first one fails. */
  skip: z.int().min(0).optional(),
  /** `dump:<ID>` names the runtime error. */
  how: z.union([z.enum(faultKinds), z.templateLiteral(["dump:", z.string().min(1)])]),
});

export const switchesShape = z.strictObject({
  /** sap-rfc 1.3: which release the table readers behave like. */
  profile: z.enum(profileNames),
  /** Function modules that this system lacks. By default those that SAP does not deliver with ECC itself. */
  absentModules: z.array(z.string()),
  /** Tables and fields (`*` for all) of the customer's own reader, or everything. */
  zAllow: z.union([z.literal("all"), z.record(z.string(), z.array(z.string()))]),
  /** sap-rfc 2.2.1: the node is shipped inactive; inactive answers 403. */
  icfNodeActive: z.boolean(),
  wsdlNodeActive: z.boolean(),
  /** sap-rfc 2.2.2: trailing blanks of WA may be gone. */
  trimTrailingBlanks: z.boolean(),
  /** sap-rfc 1.8: no order is promised. `stable` is storage order, for people who look at an answer. */
  rowOrder: z.enum(["shuffled", "stable"]),
  /** sap-rfc 2.2.3: some systems put a Fault under HTTP 200. */
  faultStatus: z.union([z.literal(500), z.literal(200)]),
  /** Whether the HTML page of a dump names the runtime error, or only the termination type. */
  dumpPageNamesError: z.boolean(),
  /** sap-rfc 2.2.2 [K]: control characters below blank make the answer unparsable, or are replaced by `#`. */
  controlCharacters: z.enum(["raw", "replaced"]),
  /** sap-rfc 1.5: empty numeric cells happen. `TABLE-FIELD` whose initial value arrives as blanks. */
  blankNumerics: z.array(z.string()),
  /** Model of a call's duration, with the work process held: a + b * rows scanned. */
  msPerCall: z.number().min(0),
  usPerRow: z.number().min(0),
  /** sap-rfc 2.3 [K], rdisp/max_wprun_time: a call that would run longer holds its process so long and dumps with TIME_OUT. */
  maxRunMs: z.int().min(1),
  /** Bytes of rows that one call may hold before it dumps with TSV_TNEW_PAGE_ALLOC_FAILED; 0 is without a limit. */
  memoryMaxBytes: z.int().min(0),
  /** Calls that may wait for a work process; one more is an overload. */
  queueMax: z.int().min(0),
  /** sap-rfc 2.2.3, 2.3: what the refused caller sees. `fault` says RESOURCE_FAILURE, `system-failure` SYSTEM_FAILURE; wording [K]. */
  overloadAs: z.enum(["503", "reset", "fault", "system-failure"]),
  /** sap-rfc 2.2.4 [L]: 100 security sessions a user, 1,800 s each. */
  sessionsMax: z.int().min(1),
  sessionSeconds: z.int().min(1),
  /** sap-rfc 1.10 [K]: five bad logons lock the user. */
  badLogonsMax: z.int().min(1),
  /** Moves the server's clock: the Date header, session ends, STFC_CONNECTION. */
  clockOffsetMs: z.int(),
  /** sap-data 8.3: so many business events happen before each call that reads tables, and again between its select and its answer. */
  businessEventsPerCall: z.int().min(0).max(100),
  failNext: z.array(planned),
  lateMs: z.int().min(0).max(600_000),
  /** docs/sap: whether the customer's posting module has its table of reference numbers and its lock; off, it is check, post and commit alone. */
  zPostGuard: z.boolean(),
  /** F_BKPF_BUK of every user: company codes that may be posted to. */
  zPostCompanyCodes: z.union([z.literal("all"), z.array(z.string())]),
  /** So many next postings end in SM13: the commit is answered, and no document appears. */
  updatesFailing: z.int().min(0),
  ...odataSwitchesShape.shape,
});

export type Switches = z.infer<typeof switchesShape>;
export type PlannedFault = z.infer<typeof planned>;

const addedReaders = ["Z_MLC_READ_TABLE", "/SAPDS/RFC_READ_TABLE2", "/BODS/RFC_READ_TABLE2"] as const;
const addedModules = [...addedReaders, "Z_MLC_POST_DOCUMENT"] as const;

export function defaultSwitches(profile: ProfileName = "classic"): Switches {
  return {
    profile,
    absentModules: [...addedModules],
    zAllow: "all",
    icfNodeActive: true,
    wsdlNodeActive: true,
    trimTrailingBlanks: true,
    rowOrder: "shuffled",
    faultStatus: 500,
    dumpPageNamesError: true,
    controlCharacters: "raw",
    blankNumerics: [],
    msPerCall: 0,
    usPerRow: 0,
    maxRunMs: 600_000,
    memoryMaxBytes: 0,
    queueMax: 100,
    overloadAs: "503",
    sessionsMax: 100,
    sessionSeconds: 1800,
    badLogonsMax: 5,
    clockOffsetMs: 0,
    businessEventsPerCall: 0,
    failNext: [],
    lateMs: 0,
    zPostGuard: true,
    zPostCompanyCodes: "all",
    updatesFailing: 0,
    ...defaultODataSwitches(),
  };
}

/** The fault planned for this call, used up by one. */
export function takeFault(switches: Switches, functionName: string): PlannedFault["how"] | undefined {
  const index = switches.failNext.findIndex((fault) => fault.function === "*" || fault.function === functionName);
  const fault = switches.failNext[index];
  if (fault === undefined) return undefined;
  if (fault.skip !== undefined && fault.skip > 0) {
    fault.skip -= 1;
    return undefined;
  }
  fault.times -= 1;
  if (fault.times === 0) switches.failNext.splice(index, 1);
  return fault.how;
}
