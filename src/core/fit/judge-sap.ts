/** SAP's half judged: is it the system that is meant, can what the flows read be read, and if not, by which right of whom. */
import { describeError, type ErrorCode } from "../errors/index.ts";
import type { SapFacts, TableBarrier, TableFact, Trouble } from "./facts.ts";
import { type FitFinding, plural, shorten } from "./finding.ts";

export type SapExpectation = { readonly systemId: string; readonly client: string };

/** Tables without which a flow still runs: whole sweeps instead of change documents. SAP's refusal is no failure there. */
const whollyOptional: ReadonlySet<string> = new Set(["CDHDR", "BDCP2"]);
/** Parts of a record that are then unknown, where our own policy or the readers keep them away; SAP's refusal stops the flow all the same. */
const parts: ReadonlySet<string> = new Set([
  ...whollyOptional,
  "ADRC",
  "LFM1",
  "T052U",
  "EKET",
  "ESLL",
  "EKBE",
  "EKBE_MA",
  "BSAK",
]);

type Refused = Extract<TableFact, { state: "refused" }>;

/** What a trouble means by the registry, for looks that failed as a whole. */
export function findingOfTrouble({ what, code, place, detail }: Trouble): FitFinding {
  const { class: kind, owner, sentence, next } = describeError(code);
  return {
    code,
    // What passes by itself is no reason to say no.
    severity: kind === "retry" ? "warn" : "no-go",
    owner,
    what: `${what}: ${sentence}`,
    evidence: [detail === "" ? place : `${place}: ${detail}`],
    fix: next,
  };
}

function isTheSystemMeant({ system }: SapFacts, expected: SapExpectation): FitFinding[] {
  if (!system) return [];
  const wrong = [
    ...(system.systemId === expected.systemId
      ? []
      : [`sap.systemId is ${expected.systemId}, the system says ${system.systemId}`]),
    ...(system.client === expected.client || system.client === ""
      ? []
      : [`sap.client is ${expected.client}, the logon was to ${system.client}`]),
  ];
  if (wrong.length === 0) return [];
  return [
    {
      code: "sap-other-system",
      severity: "no-go",
      owner: "integration-owner",
      what: "This is not the SAP system that the configuration names.",
      evidence: wrong,
      fix: "Correct the configuration before the first run: origin ids in Procore carry system and client, and stay for good.",
    },
  ];
}

function textAndTime({ system, scope }: SapFacts): FitFinding[] {
  const findings: FitFinding[] = [];
  if (system && !system.isUnicodeSafe)
    findings.push({
      code: "sap-text-altered",
      severity: "warn",
      owner: "sap-basis",
      what: "Text outside ASCII does not come back from SAP as it was sent.",
      evidence: [`release ${system.release}, kernel ${system.kernel}`],
      fix: "Check that the system is Unicode, or that the logon language fits the code page of the texts; names of vendors would arrive altered.",
    });
  const told = system?.timeZoneSeconds;
  const minutes = scope.zoneMinutes ?? [0];
  if (told !== undefined && !minutes.some((each) => each * 60 === told))
    findings.push({
      code: "sap-time-zone",
      severity: "warn",
      owner: "integration-owner",
      what: "The system's time zone is not the configured one.",
      evidence: [
        `SAP says ${told / 60} minutes east of UTC`,
        scope.zoneMinutes
          ? `configured: ${[...new Set(minutes)].join(" or ")} minutes`
          : "sap.timeZone is not set, so UTC counts",
      ],
      fix: "Set sap.timeZone of agent.yaml to the system's zone (transaction STZAC): which day a document was entered on goes by it.",
    });
  return findings;
}

const barrierTexts: Readonly<
  Record<
    TableBarrier,
    { code: string; owner: FitFinding["owner"]; what: (count: string) => string; fix: (tables: string) => string }
  >
> = {
  "table-right": {
    code: "sap-table-not-authorised",
    owner: "sap-basis",
    what: (tables) => `The SAP user may not show ${tables} that the flows read.`,
    fix: (tables) =>
      `Give the user's role S_TABU_NAM with ACTVT 03 and TABLE ${tables}; or S_TABU_DIS with ACTVT 03 and the tables' authorisation groups (DICBERCLS, listed in TDDAT). S_TABU_NAM is narrower.`,
  },
  "function-right": {
    code: "sap-function-not-authorised",
    owner: "sap-basis",
    what: (tables) => `The SAP user may not call the function modules that would read ${tables}.`,
    fix: () =>
      "Give the user's role S_RFC with ACTVT 16 for the function groups SDTX, SDIFRUNTIME, RFC1, SRFC, SYST and RFC_METADATA (or RFC_TYPE FUNC with the modules by name), and for the group of the table reader that is installed.",
  },
  policy: {
    code: "sap-table-policy",
    owner: "integration-owner",
    what: (tables) => `The agent's own policy keeps away ${tables} that the flows read.`,
    fix: (tables) => `Add ${tables} with the named fields to the policy on the agent's machine, or take the default policy.`,
  },
  "no-reader": {
    code: "sap-no-reader",
    owner: "sap-basis",
    what: (tables) => `No reader of this system can carry ${tables}.`,
    fix: () => "Import the reader Z_MLC_READ_TABLE (docs/sap), which carries what RFC_READ_TABLE cannot.",
  },
  field: {
    code: "sap-fields-missing",
    owner: "integration-owner",
    what: (tables) => `This release has not all the fields that are read of ${tables}.`,
    fix: () =>
      "Ask for the release to be supported, with the fields named here: a field that is read and is not there fails its table.",
  },
  other: {
    code: "sap-table-unreadable",
    owner: "sap-basis",
    what: (tables) => `A trial read failed for ${tables}.`,
    fix: () => "Look the named keys up in SAP (ST22 for dumps, SM21), and run the check again.",
  },
};

function isGrave({ table, barrier }: Refused): boolean {
  if (whollyOptional.has(table)) return false;
  return !((barrier === "policy" || barrier === "no-reader") && parts.has(table));
}

function refusals(facts: SapFacts): FitFinding[] {
  const refused = facts.tables.filter((each): each is Refused => each.state === "refused");
  const byKind = Map.groupBy(refused, (each) => `${isGrave(each) ? "no-go" : "warn"} ${each.barrier}`);
  return [...byKind.values()].flatMap((same): FitFinding[] => {
    const [first] = same;
    if (!first) return [];
    const { code, owner, what, fix } = barrierTexts[first.barrier];
    const grave = isGrave(first);
    const names = same
      .map(({ table }) => table)
      .sort()
      .join(", ");
    const without = "without it these parts stay unknown, or whole sweeps replace the change documents";
    return [
      {
        code,
        severity: grave ? "no-go" : "warn",
        owner,
        what: what(plural(same.length, "table")).replace(
          / that the flows read/,
          grave ? " that the flows read" : ` (${without})`,
        ),
        evidence: shorten(
          same.map((each) => `${each.table}: ${objectOf(each)}${each.key}${each.detail === "" ? "" : `: ${each.detail}`}`),
        ),
        fix: fix(names),
      },
    ];
  });
}

/** The authorisation object, where it is known which. */
function objectOf({ barrier, table }: Refused): string {
  if (barrier === "table-right") return `S_TABU_NAM ${table} (S_TABU_DIS for its group); `;
  return barrier === "function-right" ? "S_RFC; " : "";
}

function readers({ readers: all, system }: SapFacts): FitFinding[] {
  if (!system || all.length === 0 || all.some(({ isPresent }) => isPresent)) return [];
  return [
    {
      code: "sap-no-reader",
      severity: "no-go",
      owner: "sap-basis",
      what: "No function module that reads tables may be used here.",
      evidence: all.map(({ reader, why }) => `${reader}: ${why}`),
      fix: "Give S_RFC for the function group SDTX (RFC_READ_TABLE), or import Z_MLC_READ_TABLE (docs/sap).",
    },
  ];
}

const connectionCodes: ReadonlySet<ErrorCode> = new Set(["sap.quiet-hours", "sap.row-budget"]);

/** Troubles of single looks are told where they are judged; here those that kept SAP away, and what nobody else tells. */
export function judgeSap(facts: SapFacts, expected: SapExpectation): FitFinding[] {
  const troubles = facts.trouble.map((trouble) => {
    const finding = findingOfTrouble(trouble);
    // With the system reached, what one look met is no verdict on the whole: tables are judged by themselves.
    const isPartial = facts.system !== undefined || connectionCodes.has(trouble.code);
    return isPartial ? ({ ...finding, severity: "warn" } as const) : finding;
  });
  return [...troubles, ...isTheSystemMeant(facts, expected), ...textAndTime(facts), ...readers(facts), ...refusals(facts)];
}
