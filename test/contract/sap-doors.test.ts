// What `ping` and `sap probe` say of each door into SAP: by which transport, open or shut, and what opens it. One that is shut hides no other.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { agentSettings, openSapDesk } from "../../src/agent/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { lookAtDoors } from "../../src/cli/sap/probe-doors.ts";
import { rfcChildren } from "../../src/cli/wiring/sap-ports.ts";
import { type EccUnderTest, openEccWorld } from "../support/ecc-server.ts";

const http = createHttpClient();
const folder = mkdtempSync(join(tmpdir(), "mlc-doors-"));
let ecc: EccUnderTest;
beforeAll(async () => {
  const users = [{ user: "MLC", password: "geheim", tables: ["*"], functions: ["*"] }];
  const system = { systemId: "ABC", client: "100", release: "700", host: "sapabc", timeZoneMinutes: 60, users, workProcesses: 4 };
  ecc = await openEccWorld(system, {});
});
beforeEach(async () => {
  await ecc.door("switches", { icfNodeActive: true });
});
afterAll(async () => {
  await http.close();
  await ecc.close();
  rmSync(folder, { recursive: true, force: true });
});

const nodeRfc = (more: object = {}) => ({
  transport: "node-rfc",
  native: {
    ashost: new URL(ecc.url).host,
    sysnr: "00",
    module: join(import.meta.dirname, "../support/node-rfc/index.ts"),
    ...more,
  },
});

async function doorsOf(sap: object, { password = "geheim", idocs }: { password?: string; idocs?: object } = {}) {
  const settings = agentSettings.parse({ sap: { client: "100", user: "MLC", ...sap }, ...(idocs ? { idocs } : {}) });
  const readPassword = async () => password;
  const ports = { http, clock: systemClock, random: systemRandom, readPassword, children: rfcChildren };
  const desk = openSapDesk(settings, ports);
  try {
    return await lookAtDoors({ desk, settings, ports });
  } finally {
    await desk.close();
  }
}

it("an open one is named by its transport", async () => {
  const bySoap = await doorsOf({ url: `${ecc.url}/sap/bc/soap/rfc` });
  expect(bySoap).toMatchObject({ doors: [{ door: "RFC", ok: true, detail: "by soap" }], system: { systemId: "ABC" } });
  expect(await doorsOf(nodeRfc())).toMatchObject({ doors: [{ ok: true, detail: "by node-rfc" }], system: { systemId: "ABC" } });
});

it("native RFC is open where the ICF node is not, and SOAP says how to open it", async () => {
  await ecc.door("switches", { icfNodeActive: false });
  const { doors, system } = await doorsOf({ url: `${ecc.url}/sap/bc/soap/rfc` });
  expect(doors).toMatchObject([
    { ok: false, detail: expect.stringContaining("[sap.not-active]"), next: expect.stringContaining("SICF") },
  ]);
  expect(system).toMatchObject({ code: "sap.not-active" });
});

it("a library that is not there is told with its remedy, once it is known at once and not after five tries", async () => {
  const { doors } = await doorsOf(nodeRfc({ module: "no-such-rfc-library" }));
  expect(doors).toMatchObject([
    {
      ok: false,
      detail: expect.stringMatching(/NO_LIBRARY.*no-such-rfc-library.*\[sap\.rfc-child\]/),
      next: expect.stringContaining("module"),
    },
  ]);
});

it("a wrong password is told without the password", async () => {
  const { doors } = await doorsOf(nodeRfc(), { password: "wrong-password" });
  expect(doors).toMatchObject([
    { ok: false, detail: expect.stringContaining("[sap.logon]"), next: expect.stringContaining("SU01") },
  ]);
  expect(JSON.stringify(doors)).not.toContain("wrong-password");
});

it("the others are looked at whether RFC is open or not: a Gateway without its service, an address where nobody listens yet, a folder", async () => {
  const map = {
    version: 1,
    service: "/sap/opu/odata/sap/ZNO_SRV",
    tables: {
      LFA1: {
        set: "Lfa1Set",
        paging: "next",
        fields: { LIFNR: { property: "Lifnr", type: "Edm.String", isKey: true, length: 10 } },
      },
    },
  };
  const idocs = { listen: { port: 2, user: "SAP" }, folder: { path: folder } };
  const { doors } = await doorsOf({ ...nodeRfc({ module: "no-such-rfc-library" }), odata: { url: ecc.url, map } }, { idocs });
  expect(doors).toMatchObject([
    { door: "RFC", ok: false },
    { door: "OData", ok: false, next: expect.not.stringMatching(/^$/) },
    {
      door: "IDocs",
      ok: true,
      detail: `nobody listens on http://127.0.0.1:2/idoc yet: \`ml-connector start\` opens it, and SAP keeps its IDocs until then; files from ${folder}`,
    },
  ]);
  const gone = await doorsOf(nodeRfc(), { idocs: { folder: { path: join(folder, "gone") } } });
  expect(gone.doors).toMatchObject([{ ok: true }, { door: "IDocs", ok: false, detail: expect.stringContaining("ENOENT") }]);
});
