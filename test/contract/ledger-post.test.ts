// `ml-connector ledger` against the simulated ECC over real sockets: the command is a process of its own, killed where it hurts. Whatever happens, each
// journal stands in BKPF exactly once in the end. The customer's module runs without its own guard here, so that the protocol alone must hold.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { policyOfFlows } from "../../src/agent/index.ts";
import { type CliBench, openCliBench, sapPassword } from "../support/cli-bench.ts";

const wrapper = "Z_MLC_POST_DOCUMENT";
const readers = ["Z_MLC_READ_TABLE", "/SAPDS/RFC_READ_TABLE2", "/BODS/RFC_READ_TABLE2"];
const env = { ML_CONNECTOR_SECRET_MAIN_SAP_PASSWORD: sapPassword };
/** Seconds; a tenth more is waited. */
const dialogTimeLimitSeconds = 2;

let bench: CliBench;
let counter = 0;
let agentText = "";
beforeAll(async () => {
  bench = await openCliBench();
  const ended = await bench.init();
  expect(ended.code, ended.err).toBe(0);
  agentText = readFileSync(join(bench.folder, "agent.yaml"), "utf8");
});
afterAll(async () => {
  await bench.close();
});

const postings = () => join(bench.folder, ".ml-connector", "agents", "main.postings.ndjson");

function setUp(changed: Record<string, unknown> | "off" = {}): void {
  rmSync(postings(), { force: true });
  const ledgerPosting = { companyCodes: ["1000", "1200"], dialogTimeLimitSeconds };
  const policy = changed === "off" ? policyOfFlows : { ...policyOfFlows, ledgerPosting: { ...ledgerPosting, ...changed } };
  writeFileSync(join(bench.folder, "agent.yaml"), `${agentText}policy: ${JSON.stringify(policy)}\n`);
}
beforeEach(async () => {
  await bench.eccSwitch({
    absentModules: readers,
    zPostGuard: false,
    zPostCompanyCodes: "all",
    msPerCall: 0,
    failNext: [],
    lateMs: 0,
  });
  counter += 1;
});

const head =
  "external_id,company_code,document_type,document_date,posting_date,currency,header_text,account,cost_center,wbs_element,amount,text";
const line = (id: string, rest: string) => `${id},1000,SA,2026-09-30,2026-09-30,USD,Payroll & more,${rest}`;
const journal = (id: string, amount = "1250.40") => [
  line(id, `410000,100100,,${amount},"Wages, field <yard>"`),
  line(id, `231000,,,-${amount},Payable`),
];
function writeJournals(...lines: readonly string[]): void {
  writeFileSync(join(bench.folder, "j.csv"), `${[head, ...lines].join("\n")}\n`);
}
const post = (...flags: string[]) => bench.run(["ledger", "post", "j.csv", "--json", ...flags], env);

type Told = {
  outcome: string;
  reference: string;
  code?: string;
  document?: { number: string; companyCode: string; year: string };
  messages?: { text: string }[];
};
const told = (out: string) => (JSON.parse(out) as { documents: Told[] }).documents;
const errorOf = (out: string) => (JSON.parse(out) as { error: { code: string; message: string } }).error;

const soap = async (name: string, content: string): Promise<string> => {
  const user = Buffer.from(`MLCONNECT:${sapPassword}`).toString("base64");
  const response = await fetch(`${bench.eccUrl}/sap/bc/soap/rfc?sap-client=100`, {
    method: "POST",
    headers: { authorization: `Basic ${user}`, "content-type": "text/xml" },
    body:
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><r:${name} xmlns:r="urn:sap-com:document:sap:rfc:functions">` +
      `${content}</r:${name}></s:Body></s:Envelope>`,
  });
  return response.text();
};

/** BKPF as anybody else would read it. */
async function documentsWith(reference: string): Promise<string[]> {
  const text = await soap(
    "RFC_READ_TABLE",
    `<QUERY_TABLE>BKPF</QUERY_TABLE><DELIMITER>|</DELIMITER><OPTIONS><item><TEXT>XBLNR = '${reference}'</TEXT></item></OPTIONS>` +
      "<FIELDS><item><FIELDNAME>BELNR</FIELDNAME></item><item><FIELDNAME>GJAHR</FIELDNAME></item></FIELDS><DATA/>",
  );
  return [...text.matchAll(/<WA>([^<]*)<\/WA>/g)].map((match) => match[1] ?? "");
}
async function linesOf(number: string): Promise<string[]> {
  const fields = ["BUZEI", "SHKZG", "WRBTR", "HKONT", "KOSTL", "XREF1", "XREF3", "SGTXT"];
  const text = await soap(
    "RFC_READ_TABLE",
    `<QUERY_TABLE>BSEG</QUERY_TABLE><DELIMITER>|</DELIMITER><OPTIONS><item><TEXT>BUKRS = '1000' AND BELNR = '${number}'</TEXT></item></OPTIONS>` +
      `<FIELDS>${fields.map((field) => `<item><FIELDNAME>${field}</FIELDNAME></item>`).join("")}</FIELDS><DATA/>`,
  );
  return [...text.matchAll(/<WA>([^<]*)<\/WA>/g)].map((match) => (match[1] ?? "").replaceAll("&#38;", "&")).sort();
}

describe("ml-connector ledger post", () => {
  it("posts each journal with its reference and copies, and finds it again instead of posting it again", async () => {
    setUp();
    writeJournals(...journal(`A${counter}`), ...journal(`B${counter}`, "0.01"));
    const first = await post();
    expect(first.code, first.err + first.out).toBe(0);
    const documents = told(first.out);
    expect(documents.map(({ outcome }) => outcome)).toEqual(["posted", "posted"]);
    for (const { reference, document } of documents) expect(await documentsWith(reference)).toEqual([`${document?.number}|2026`]);
    const [one] = documents;
    const lines = await linesOf(one?.document?.number ?? "");
    expect(lines.map((each) => each.split("|").map((cell) => cell.trim()))).toEqual([
      [
        "001",
        "S",
        "1250.40",
        "0000410000",
        "0000100100",
        one?.reference.slice(0, 12),
        one?.reference,
        "Wages, field &#60;yard&#62;",
      ],
      ["002", "H", "1250.40", "0000231000", "", one?.reference.slice(0, 12), one?.reference, "Payable"],
    ]);
    const second = await post();
    expect(told(second.out).map(({ outcome }) => outcome)).toEqual(["already-there", "already-there"]);
    const status = await bench.run(["ledger", "status", "--json"], env);
    expect((JSON.parse(status.out) as { postings: { state: string }[] }).postings.map(({ state }) => state)).toEqual([
      "posted",
      "posted",
    ]);
  });

  it("with --check asks SAP and posts nothing", async () => {
    setUp();
    writeJournals(...journal(`A${counter}`), ...[`410000,NOPE,,5,`, `231000,,,-5,`].map((rest) => line(`B${counter}`, rest)));
    const { code, out } = await post("--check");
    expect(code).toBe(3);
    const [good, bad] = told(out);
    expect(good?.outcome).toBe("checked");
    expect(bad).toMatchObject({ outcome: "refused", code: "ledger.refused" });
    expect(JSON.stringify(bad?.messages)).toContain("Cost center NOPE does not exist");
    for (const each of [good, bad]) expect(await documentsWith(each?.reference ?? "")).toEqual([]);
    expect(existsSync(postings())).toBe(false);
  });

  it("tells what SAP refuses, posts the others, and posts the corrected journal under the same reference", async () => {
    setUp();
    const wrong = [`999999,100100,,5,`, `231000,,,-5,`].map((rest) => line(`A${counter}`, rest));
    writeJournals(...wrong, ...journal(`B${counter}`));
    const first = await post();
    expect(first.code).toBe(3);
    expect(told(first.out).map(({ outcome }) => outcome)).toEqual(["refused", "posted"]);
    writeJournals(...wrong.map((each) => each.replace("999999", "410000")), ...journal(`B${counter}`));
    const second = await post();
    expect(told(second.out).map(({ outcome }) => outcome)).toEqual(["posted", "already-there"]);
    expect(told(second.out)[0]?.reference).toBe(told(first.out)[0]?.reference);
  });

  it("never posts other content under an external id that was posted", async () => {
    setUp();
    writeJournals(...journal(`A${counter}`));
    const first = await post();
    writeJournals(...journal(`A${counter}`, "99.00"));
    const second = await post();
    expect(second.code).toBe(3);
    expect(told(second.out)[0]).toMatchObject({ outcome: "stopped", code: "ledger.content-differs" });
    expect(await documentsWith(told(first.out)[0]?.reference ?? "")).toHaveLength(1);
  });

  it("stops at a stranger's document with the same reference", async () => {
    setUp();
    writeJournals(...journal(`A${counter}`));
    const [checked] = told((await post("--check")).out);
    const BELNR = `17${String(counter).padStart(8, "0")}`;
    const key = { BUKRS: "1000", BELNR, GJAHR: "2026" };
    const row = { ...key, XBLNR: checked?.reference, BLART: "SA", BUDAT: "20260930", BLDAT: "20260930", WAERS: "USD" };
    await bench.eccTable("BKPF", { upsert: [row] });
    const { code, out } = await post();
    expect(code).toBe(3);
    expect(told(out)[0]).toMatchObject({ outcome: "stopped", code: "ledger.reference-foreign" });
    expect(await documentsWith(checked?.reference ?? "")).toEqual([`${BELNR}|2026`]);
    await bench.eccTable("BKPF", { delete: [key] });
  });

  it("is refused where the policy does not opt in, for another company code, and without the module", async () => {
    setUp("off");
    writeJournals(...journal(`A${counter}`));
    const off = await post();
    expect([off.code, errorOf(off.out).code]).toEqual([2, "ledger.not-allowed"]);
    setUp({ companyCodes: ["1100"] });
    writeJournals(...journal(`A${counter}`));
    expect(errorOf((await post()).out)).toMatchObject({
      code: "ledger.not-allowed",
      message: expect.stringContaining("1000 of line 2"),
    });
    setUp({ documentTypes: ["SB"] });
    writeJournals(...journal(`A${counter}`));
    expect(errorOf((await post()).out).code).toBe("ledger.not-allowed");
    setUp();
    await bench.eccSwitch({ absentModules: [...readers, wrapper] });
    writeJournals(...journal(`A${counter}`));
    const missing = await post();
    expect([missing.code, errorOf(missing.out).code]).toEqual([2, "ledger.no-wrapper"]);
    writeJournals(`x${head}`);
    expect(errorOf((await post()).out).code).toBe("ledger.csv-invalid");
  });

  it("is refused by name where the SAP user may not post", async () => {
    setUp();
    await bench.eccSwitch({ zPostCompanyCodes: ["1100"] });
    writeJournals(...journal(`A${counter}`));
    const { code, out } = await post();
    expect([code, errorOf(out).code]).toEqual([2, "sap.not-authorised"]);
    expect(told(out)[0]?.outcome).toBe("not-tried");
  });

  it("shows why plain BAPIs will not do: posted, committed, and not there", async () => {
    const reference = `PLAINSOAP${String(counter).padStart(7, "0")}`;
    const amount = (item: number, text: string) =>
      `<item><ITEMNO_ACC>${item}</ITEMNO_ACC><CURRENCY>USD</CURRENCY><AMT_DOCCUR>${text}</AMT_DOCCUR></item>`;
    const posted = await soap(
      "BAPI_ACC_DOCUMENT_POST",
      `<DOCUMENTHEADER><COMP_CODE>1000</COMP_CODE><DOC_DATE>2026-09-30</DOC_DATE><PSTNG_DATE>2026-09-30</PSTNG_DATE><DOC_TYPE>SA</DOC_TYPE>` +
        `<REF_DOC_NO>${reference}</REF_DOC_NO></DOCUMENTHEADER><ACCOUNTGL><item><ITEMNO_ACC>1</ITEMNO_ACC><GL_ACCOUNT>0000410000</GL_ACCOUNT></item>` +
        `<item><ITEMNO_ACC>2</ITEMNO_ACC><GL_ACCOUNT>0000231000</GL_ACCOUNT></item></ACCOUNTGL>` +
        `<CURRENCYAMOUNT>${amount(1, "5.00")}${amount(2, "-5.00")}</CURRENCYAMOUNT><RETURN/>`,
    );
    expect(posted).toContain("<NUMBER>605</NUMBER>");
    expect(await soap("BAPI_TRANSACTION_COMMIT", "<WAIT>X</WAIT>")).toContain("<TYPE/>");
    expect(await documentsWith(reference)).toEqual([]);
  });
});

/** Search, check, post: the third call of the module is the posting. */
const onPosting = (how: string, more: Record<string, unknown> = {}) =>
  bench.eccSwitch({ failNext: [{ function: wrapper, times: 1, skip: 2, how }], ...more });

describe("exactly once", () => {
  it.each<[string, Record<string, unknown>]>([
    ["cut-before", {}],
    ["cut-after", {}],
    ["cut-half", {}],
    ["html-500", {}],
    ["html-500-after", {}],
    ["dump:TIME_OUT", {}],
    ["cut-late", { lateMs: 1_500 }],
    ["overload", {}],
  ])("whatever becomes of the call: %s", async (how, switches) => {
    setUp();
    writeJournals(...journal(`A${counter}`));
    await onPosting(how, switches);
    const { code, out, err } = await post();
    expect(code, err + out).toBe(0);
    expect(told(out)[0]?.outcome).toBe("posted");
    await sleep(1_600);
    expect(await documentsWith(told(out)[0]?.reference ?? "")).toHaveLength(1);
  });

  it("leaves what is not known so with --no-wait, does not send it again, and settles it later", async () => {
    setUp({ dialogTimeLimitSeconds: 600 });
    writeJournals(...journal(`A${counter}`));
    await onPosting("cut-late", { lateMs: 1_000 });
    const first = await post("--no-wait");
    expect(first.code).toBe(3);
    expect(told(first.out)[0]).toMatchObject({ outcome: "unknown", code: "ledger.unknown" });
    const second = await post("--no-wait");
    expect(told(second.out)[0]?.outcome).toMatch(/^(?:unknown|already-there)$/);
    await sleep(1_100);
    const third = await post("--no-wait");
    expect(told(third.out)[0]?.outcome).toBe("already-there");
    expect(await documentsWith(told(third.out)[0]?.reference ?? "")).toHaveLength(1);
  });

  it("says so where the commit brings no document, and sends nothing at once", async () => {
    setUp({ dialogTimeLimitSeconds: 600 });
    writeJournals(...journal(`A${counter}`));
    await bench.eccSwitch({ updatesFailing: 1 });
    const { code, out } = await post();
    expect(code).toBe(3);
    expect(told(out)[0]).toMatchObject({ outcome: "unknown", code: "ledger.update-failed" });
    expect(await documentsWith(told(out)[0]?.reference ?? "")).toEqual([]);
  });

  it("finds out that a proxy sent it twice, and with the module's guard it cannot", async () => {
    setUp();
    writeJournals(...journal(`A${counter}`));
    await onPosting("twice");
    const { out } = await post();
    expect(told(out)[0]).toMatchObject({ outcome: "stopped", code: "ledger.posted-twice" });
    writeJournals(...journal(`B${counter}`));
    await onPosting("twice", { zPostGuard: true });
    const guarded = await post();
    expect(told(guarded.out)[0]?.outcome).toBe("posted");
    expect(await documentsWith(told(guarded.out)[0]?.reference ?? "")).toHaveLength(1);
  });

  const journalText = () => (existsSync(postings()) ? readFileSync(postings(), "utf8") : "");
  const calls = async () => ((await bench.eccStats()) as unknown as { calls: Record<string, number> }).calls[wrapper] ?? 0;

  it.each<[string, number, Record<string, unknown>]>([
    ["while SAP is searched", 1, { msPerCall: 300 }],
    ["while SAP checks", 2, { msPerCall: 300 }],
    ["while SAP posts", 3, { msPerCall: 300 }],
    ["while SAP has not begun to post", 3, { lateMs: 1_500 }],
    ["while the answer is on its way", 4, { msPerCall: 300 }],
    ["while the second one is posted", 7, { msPerCall: 300 }],
  ])("after a kill %s", async (_, call, switches) => {
    setUp();
    writeJournals(...journal(`A${counter}`), ...journal(`B${counter}`));
    const isLate = "lateMs" in switches;
    if (isLate) await onPosting("cut-late", switches);
    else await bench.eccSwitch(switches);
    const before = await calls();
    const cli = bench.start(["ledger", "post", "j.csv", "--json"], env);
    const isThere = async () => (isLate ? journalText().includes('"sending"') : (await calls()) - before >= call);
    for (let tries = 0; tries < 400 && !(await isThere()); tries += 1) await sleep(25);
    cli.child.kill("SIGKILL");
    await cli.ended;
    expect(await isThere()).toBe(true);
    await bench.eccSwitch({ msPerCall: 0 });
    const again = await post();
    expect(again.code, again.err + again.out).toBe(0);
    await sleep(isLate ? 1_600 : 400);
    for (const { reference } of told(again.out)) expect(await documentsWith(reference)).toHaveLength(1);
  });

  it("lets one process post at a time, and drops a line that a crash cut", async () => {
    setUp();
    writeJournals(...journal(`A${counter}`));
    expect((await post()).code).toBe(0);
    const file = postings();
    writeFileSync(`${file}.lock`, String(process.pid));
    const busy = await post();
    expect([busy.code, errorOf(busy.out).code]).toEqual([3, "ledger.journal-busy"]);
    rmSync(`${file}.lock`);
    appendFileSync(file, '{"reference":"AAAA');
    expect(told((await post()).out)[0]?.outcome).toBe("already-there");
    appendFileSync(file, "nonsense\n");
    const broken = await post();
    expect([broken.code, errorOf(broken.out).code]).toEqual([2, "ledger.journal-broken"]);
  });
});
