// A built world as both simulators see it: the dictionary accepts every row, Procore serves the projects and budget codes that the
// manifest speaks of. Over real sockets, each server in this process on a free port.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildGroup, demoSystem, procoreClient, procoreCompanyId } from "../../src/sandbox/builder/index.ts";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import { startProcore } from "../../src/sandbox/procore/index.ts";
import type { Manifest } from "../../src/sandbox/world.ts";

const worldFolder = mkdtempSync(join(tmpdir(), "ml-world-"));
const clock = { now: () => Date.UTC(2026, 10, 15), monotonic: () => 0, sleep: async () => {} };
const random = { bytes: (count: number) => new Uint8Array(count).fill(7), fraction: () => 0.5 };

let manifest: Manifest;
let ecc: Awaited<ReturnType<typeof startEcc>>;
let procore: Awaited<ReturnType<typeof startProcore>>;

beforeAll(async () => {
  const scale = { projects: 6, vendors: 200, purchaseOrders: 200, poLines: 500, costLines: 3_000 };
  manifest = buildGroup({ worldFolder, seed: 3, asOf: "20261115", ...scale });
  ecc = await startEcc({ worldFolder, port: 0, clock, random });
  procore = await startProcore({ worldFolder, port: 0, clock, random });
});

afterAll(async () => {
  await ecc.close();
  await procore.close();
  rmSync(worldFolder, { recursive: true });
});

async function readRows(table: string, fields: readonly string[]): Promise<string[]> {
  const [user] = demoSystem.users;
  const asked = fields.map((field) => `<item><FIELDNAME>${field}</FIELDNAME></item>`).join("");
  const body =
    `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` +
    `<r:RFC_READ_TABLE xmlns:r="urn:sap-com:document:sap:rfc:functions"><QUERY_TABLE>${table}</QUERY_TABLE>` +
    `<DELIMITER>|</DELIMITER><FIELDS>${asked}</FIELDS><OPTIONS/><DATA/></r:RFC_READ_TABLE></s:Body></s:Envelope>`;
  const response = await fetch(`${ecc.url}/sap/bc/soap/rfc?sap-client=${demoSystem.client}`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${user?.user}:${user?.password}`).toString("base64")}`,
      "content-type": "text/xml",
    },
    body,
  });
  const text = await response.text();
  expect(response.status, text.slice(0, 300)).toBe(200);
  return [...text.matchAll(/<WA>([^<]*)<\/WA>/g)].map((match) => match[1] ?? "");
}

describe("a built world", () => {
  it("is served by the simulated ECC row for row", async () => {
    expect(await readRows("LFA1", ["LIFNR"])).toHaveLength(200);
    const documents = await readRows("BKPF", ["BUKRS", "BELNR", "GJAHR"]);
    expect(new Set(documents).size).toBe(documents.length);
    const lines = await readRows("BSEG", ["BUKRS", "BELNR", "GJAHR", "BUZEI", "DMBTR"]);
    expect(lines.length).toBeGreaterThan(3_000);
  });

  it("shows in the one amount that RFC cannot write", async () => {
    const overflowed = (await readRows("BSEG", ["BELNR", "DMBTR"])).filter((row) => row.includes("*"));
    const [key] = manifest.nasty.find(({ name }) => name.startsWith("amount that overflows"))?.keys ?? [];
    expect(overflowed.length).toBeGreaterThan(0);
    for (const row of overflowed) expect(key).toContain(row.split("|")[0]?.trim());
  });

  it("is served by the simulated Procore as the manifest names it", async () => {
    const token = await fetch(`${procore.url}/oauth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        grant_type: "client_credentials",
        client_id: procoreClient.clientId,
        client_secret: procoreClient.clientSecret,
      }),
    });
    const { access_token: accessToken } = (await token.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${accessToken}`, "procore-company-id": String(procoreCompanyId) };
    const list = async (path: string): Promise<Record<string, unknown>[]> => {
      const response = await fetch(`${procore.url}${path}`, { headers });
      return (await response.json()) as Record<string, unknown>[];
    };
    const projects = await list(`/rest/v1.1/projects?company_id=${procoreCompanyId}&per_page=100`);
    expect(projects.map((project) => project["id"]).sort()).toEqual(
      manifest.projects.map((project) => project.procoreProjectId).sort(),
    );
    for (const project of manifest.projects) {
      const path = `/rest/v1.0/projects/${project.procoreProjectId}/work_breakdown_structure/wbs_codes?per_page=100`;
      const codes = new Set((await list(path)).map((code) => code["flat_code"]));
      for (const code of Object.keys(project.directCostsByCode))
        expect(codes.has(code), `${project.projectNumber} ${code}`).toBe(true);
    }
  });
});
