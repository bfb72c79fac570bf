// Posting with SAP's own BAPIs on one session of native RFC, against the simulated ECC through a real child and the stand-in for node-rfc: whatever becomes of
// a call or of the child, each journal stands in BKPF exactly once. Nothing in SAP guards it here, so that the protocol alone must hold.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  agentSettings,
  checkLedgerPolicy,
  type LedgerDesk,
  openLedgerDesk,
  type Poster,
  policyOfFlows,
  postJournal,
} from "../../src/agent/index.ts";
import { createHttpClient, startChild, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { rfcChildren } from "../../src/cli/wiring/sap-ports.ts";
import { type Journal, journalReference, type PlacedJournal, type SapDate } from "../../src/core/index.ts";
import type { Child, PostingEntry, StartChild } from "../../src/ports/index.ts";
import { buildGroup, demoSystem } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import { buildStandIn, hasJdk } from "../support/jco-stand-in.ts";

const password = demoSystem.users[0]?.password ?? "";
const user = demoSystem.users[0]?.user ?? "";
const dialogLimitMs = 1_000;
const lateMs = 600;

const worldFolder = mkdtempSync(join(tmpdir(), "mlc-ledger-"));
const http = createHttpClient();
let ecc: Awaited<ReturnType<typeof startEcc>>;
const desks: LedgerDesk[] = [];
/** Ends the child when this is about to reach it. */
let killAt: string | undefined;

const start: StartChild = (program, events) => {
  const child: Child = startChild(program, events);
  return {
    ...child,
    write(text) {
      if (killAt !== undefined && text.includes(`"function":"${killAt}"`)) {
        killAt = undefined;
        child.write(text);
        child.kill();
      } else child.write(text);
    },
  };
};

const door = async (switches: object) => {
  const answer = await fetch(`${ecc.url}/sandbox/switches`, { method: "POST", body: JSON.stringify(switches) });
  expect(answer.status, await answer.text()).toBe(200);
};

function natively(transport: "node-rfc" | "jco"): object {
  const server = { ashost: new URL(ecc.url).host, sysnr: "00" };
  const module = join(import.meta.dirname, "../support/node-rfc/index.ts");
  return { transport, native: transport === "jco" ? { ...server, jar: buildStandIn().jar } : { ...server, module } };
}

const settingsOf = (ledgerPosting: object, sap: object = {}, policy: object = {}) =>
  agentSettings.parse({
    sap: {
      client: demoSystem.client,
      user,
      ...natively("node-rfc"),
      ...sap,
    },
    policy: { ...policyOfFlows, ...policy, ledgerPosting: { companyCodes: ["1000", "1300"], ...ledgerPosting } },
  });
const ports = () => ({
  http,
  clock: systemClock,
  random: systemRandom,
  readPassword: async () => password,
  children: { ...rfcChildren, start },
});

async function openDesk(ledgerPosting: object, sap: object): Promise<LedgerDesk> {
  const settings = settingsOf(ledgerPosting, sap);
  const desk = await openLedgerDesk(settings, ports(), checkLedgerPolicy(settings, "j.csv", []));
  desks.push(desk);
  return desk;
}

function posterOf({ module }: LedgerDesk): Poster & { states: string[] } {
  const entries = new Map<string, PostingEntry>();
  const states: string[] = [];
  const journal: Poster["journal"] = {
    last: (reference) => entries.get(reference),
    all: () => [...entries.values()],
    append: async (entry) => {
      entries.set(entry.reference, entry);
      states.push(entry.state);
    },
  };
  return { module, journal, clock: systemClock, dialogLimitMs, waits: true, note: () => undefined, states };
}

let counter = 0;
function placed(changed: Partial<Journal> = {}, minor = 125_040n): PlacedJournal {
  counter += 1;
  const currency = changed.currency ?? "USD";
  const line = (account: string, amount: bigint, object: Journal["lines"][number]["object"]) => ({
    account,
    object,
    amount: { minor: amount, currency },
    taxCode: "",
    text: `Wages <yard> ${account}`,
  });
  const journal: Journal = {
    externalId: `S${counter}`,
    postingVersion: 1,
    companyCode: "1000",
    documentType: "SA",
    documentDate: "20260930" as SapDate,
    postingDate: "20260930" as SapDate,
    currency,
    headerText: "Payroll & more",
    lines: [line("0000410000", minor, { kind: "cost-center", id: "0000100100" }), line("0000231000", -minor, undefined)],
    ...changed,
  };
  const client = { systemId: demoSystem.systemId, client: demoSystem.client };
  return { journal, reference: journalReference(client, journal), at: 2, lastAt: 3 };
}

/** BKPF as anybody else would read it. */
async function documentsWith(reference: string): Promise<string[]> {
  const response = await fetch(`${ecc.url}/sap/bc/soap/rfc?sap-client=${demoSystem.client}`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`, "content-type": "text/xml" },
    body:
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><r:RFC_READ_TABLE xmlns:r="urn:sap-com:document:sap:rfc:functions">' +
      `<QUERY_TABLE>BKPF</QUERY_TABLE><OPTIONS><item><TEXT>XBLNR = '${reference}'</TEXT></item></OPTIONS>` +
      "<FIELDS><item><FIELDNAME>BELNR</FIELDNAME></item></FIELDS><DATA/></r:RFC_READ_TABLE></s:Body></s:Envelope>",
  });
  return [...(await response.text()).matchAll(/<WA>([^<]*)<\/WA>/g)].map((match) => match[1] ?? "");
}

beforeAll(async () => {
  const scale = { projects: 2, vendors: 20, purchaseOrders: 10, poLines: 20, costLines: 200 };
  buildGroup({ worldFolder, seed: 7, asOf: "20261115", ...scale });
  ecc = await startEcc({ worldFolder, port: 0, clock: systemClock, random: systemRandom });
}, 120_000);
beforeEach(async () => {
  killAt = undefined;
  await door({ failNext: [], lateMs, updatesFailing: 0, absentModules: ["Z_MLC_READ_TABLE"], zPostGuard: false });
});
afterAll(async () => {
  for (const desk of desks) await desk.close();
  await http.close();
  await ecc.close();
  rmSync(worldFolder, { recursive: true, force: true });
});

describe.each(hasJdk() ? (["node-rfc", "jco"] as const) : (["node-rfc"] as const))(
  "posting on one session over %s",
  (transport) => {
    let desk: LedgerDesk;
    let byModule: LedgerDesk;
    beforeAll(async () => {
      desk = await openDesk({ through: "session" }, natively(transport));
      await door({ absentModules: [] });
      byModule = await openDesk({}, natively(transport));
    });

    it("posts once, finds it again, and sees in BKPF and BSEG what the customer's module sees", async () => {
      const work = placed();
      const poster = posterOf(desk);
      expect(await postJournal(poster, work)).toMatchObject({ kind: "posted", isNew: true });
      expect(await postJournal(posterOf(desk), work)).toMatchObject({ kind: "posted", isNew: false });
      expect(await documentsWith(work.reference)).toHaveLength(1);
      const found = await desk.module.search(work);
      await door({ absentModules: [] });
      expect(found).toEqual(await byModule.module.search(work));
      expect(found).toMatchObject({ documents: [{ hasCopy: true, debit: { minor: 125_040n, currency: "USD" } }] });
    });

    it("tells what SAP refuses, before and at the posting, and commits nothing of it", async () => {
      const [first, ...others] = placed().journal.lines;
      if (first === undefined) throw new Error("no line");
      const wrong = placed({ lines: [{ ...first, account: "0000999999" }, ...others] });
      expect(await postJournal(posterOf(desk), wrong)).toMatchObject({ kind: "refused" });
      const posted = await desk.module.post(wrong, 5_000);
      expect(posted).toMatchObject({ kind: "refused" });
      expect(JSON.stringify(posted)).toContain("999999");
      expect(await documentsWith(wrong.reference)).toEqual([]);
    });

    it("does not take a commit that brought no document for one", async () => {
      const work = placed();
      await door({ updatesFailing: 1 });
      expect(await postJournal(posterOf(desk), work)).toMatchObject({ kind: "unknown", code: "ledger.update-failed" });
      expect(await documentsWith(work.reference)).toEqual([]);
    });

    it.each([
      ["BAPI_ACC_DOCUMENT_POST", "cut-before"],
      ["BAPI_ACC_DOCUMENT_POST", "cut-after"],
      ["BAPI_ACC_DOCUMENT_POST", "dump:TIME_OUT"],
      ["BAPI_TRANSACTION_COMMIT", "cut-before"],
      ["BAPI_TRANSACTION_COMMIT", "cut-after"],
      ["BAPI_TRANSACTION_COMMIT", "cut-half"],
      ["BAPI_TRANSACTION_COMMIT", "cut-late"],
      ["BAPI_TRANSACTION_COMMIT", "html-500-after"],
      ["BAPI_TRANSACTION_COMMIT", "overload"],
    ])("stands there exactly once, whatever becomes of %s: %s", async (name, how) => {
      const work = placed();
      await door({ failNext: [{ function: name, times: 1, how }] });
      const result = await postJournal(posterOf(desk), work);
      expect(result).toMatchObject({ kind: "posted" });
      await systemClock.sleep(how === "cut-late" ? lateMs : 0);
      expect(await documentsWith(work.reference)).toHaveLength(1);
    });

    it.each(["BAPI_ACC_DOCUMENT_POST", "BAPI_TRANSACTION_COMMIT"])(
      "stands there exactly once where the child dies at %s",
      async (name) => {
        const work = placed();
        const poster = posterOf(desk);
        killAt = name;
        expect(await postJournal(poster, work)).toMatchObject({ kind: "posted" });
        expect(killAt).toBeUndefined();
        // Nobody knew what had become of it, and it was not taken for "not posted".
        expect(poster.states).toContain("unknown");
        expect(await documentsWith(work.reference)).toHaveLength(1);
      },
    );
  },
);

describe("it is refused", () => {
  it("over SOAP, which has no such session", async () => {
    const settings = settingsOf(
      { through: "session" },
      { transport: "soap", native: undefined, url: `${ecc.url}/sap/bc/soap/rfc` },
    );
    const { ledgerPosting } = settings.policy;
    if (ledgerPosting === undefined) throw new Error("no policy");
    await expect(openLedgerDesk(settings, ports(), ledgerPosting)).rejects.toMatchObject({ code: "ledger.no-session" });
  });

  it("where a row filter would hide what was posted", async () => {
    const settings = settingsOf({ through: "session" }, {}, { rowFilters: { BKPF: [{ field: "BUKRS", values: ["1000"] }] } });
    const { ledgerPosting } = settings.policy;
    if (ledgerPosting === undefined) throw new Error("no policy");
    await expect(openLedgerDesk(settings, ports(), ledgerPosting)).rejects.toMatchObject({ code: "ledger.not-allowed" });
  });
});
