// The simulated Procore over its socket: tokens, company header, quota, paging, permitted projects, durability.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, closedProject, company, entities, otherProject, project, row, rows, seedVendor, text } from "./procore-bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

afterEach(() => bench.finish());

const vendorRows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ origin_id: `V${index}`, name: `Vendor ${index}` }));
const syncVendors = (updates: unknown) => bench.patch("/rest/v1.0/vendors/sync", { company_id: company, updates });

describe("tokens", () => {
  it("are issued for JSON and for a form, and say when they end", async () => {
    const form = await bench.send("POST", "/oauth/token", {
      body: "grant_type=client_credentials&client_id=cid&client_secret=secret",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      token: null,
    });
    expect(form.status).toBe(200);
    expect(form.json).toMatchObject({ token_type: "Bearer", expires_in: 5400, created_at: 1_790_000_000 });
    expect(row(form.json)).not.toHaveProperty("refresh_token");
    bench.clock.advance(60_000);
    const info = await bench.send("GET", "/oauth/token/info", { token: text(form.json, "access_token") });
    expect(info.json).toMatchObject({ expires_in_seconds: 5340, application: { uid: "cid" } });
  });

  it("are refused for a wrong secret and a wrong grant", async () => {
    const wrong = { grant_type: "client_credentials", client_id: "cid", client_secret: "nope" };
    const refused = await bench.send("POST", "/oauth/token", { body: wrong, token: null });
    expect([refused.status, row(refused.json).error]).toEqual([401, "invalid_client"]);
    const password = await bench.send("POST", "/oauth/token", {
      body: { ...wrong, grant_type: "password", client_secret: "secret" },
    });
    expect(password.status).toBe(400);
  });

  it("end after 5400 seconds, when revoked, and not with the process", async () => {
    await bench.restart();
    expect((await bench.get("/rest/v1.0/me")).status).toBe(200);
    bench.clock.advance(5_399_000);
    expect((await bench.get("/rest/v1.0/me")).status).toBe(200);
    bench.clock.advance(1_000);
    const expired = await bench.get("/rest/v1.0/me");
    expect(expired.status).toBe(401);
    expect(expired.text).toContain("The access token is invalid");
    await bench.login();
    await bench.post("/oauth/revoke", { token: bench.token, client_id: "cid", client_secret: "secret" });
    expect((await bench.get("/rest/v1.0/me")).status).toBe(401);
  });
});

describe("the company header", () => {
  it("is demanded with the documented text, 400 by default and 404 by switch", async () => {
    const without = await bench.send("GET", "/rest/v1.0/me", { headers: { "procore-company-id": "" } });
    expect(without.status).toBe(400);
    expect(without.text).toMatch(/^Missing Procore-Company-Id header!/);
    await bench.switches({ missingCompanyHeaderStatus: 404 });
    expect((await bench.send("GET", "/rest/v1.0/me", { headers: { "procore-company-id": "" } })).status).toBe(404);
  });

  it("must name a company that has the app", async () => {
    const other = await bench.send("GET", "/rest/v1.0/me", { headers: { "procore-company-id": "78" } });
    expect(other.status).toBe(403);
    expect(other.json).toEqual({ errors: ["App is not connected to this company."] });
  });
});

describe("the rate windows", () => {
  it("show the nearer one, refuse with the documented text, and let go when the clock says so", async () => {
    await bench.close();
    bench = new Bench();
    await bench.start({ hourly: 30, spike: 25 });
    await bench.login();
    const first = await bench.get("/rest/v1.0/me");
    expect(first.headers).toMatchObject({ "x-rate-limit-limit": "25", "x-rate-limit-remaining": "24" });
    // A refused path counts like any other call.
    expect((await bench.get("/rest/v1.0/nowhere")).headers["x-rate-limit-remaining"]).toBe("23");
    for (let call = 0; call < 23; call += 1) expect((await bench.get("/rest/v1.0/me")).status).toBe(200);
    const refused = await bench.get("/rest/v1.0/me");
    expect(refused.status).toBe(429);
    expect(refused.text).toBe("You have surpassed the max number of requests for an hour. Please wait until your limit resets.");
    expect(refused.headers).toMatchObject({ "x-rate-limit-remaining": "0", "x-rate-limit-reset": "1790000010" });
    expect(refused.headers["retry-after"]).toBeUndefined();
    bench.clock.advance(10_000);
    // 25 of 30 are spent in the hour, so the hourly window is now the nearer one.
    expect((await bench.get("/rest/v1.0/me")).headers).toMatchObject({
      "x-rate-limit-limit": "30",
      "x-rate-limit-remaining": "4",
    });
    for (let call = 0; call < 4; call += 1) await bench.get("/rest/v1.0/me");
    const hourly = await bench.get("/rest/v1.0/me");
    expect([hourly.status, hourly.headers["x-rate-limit-reset"]]).toEqual([429, "1790003600"]);
  });
});

describe("paging", () => {
  it("follows Link to every vendor once, however large a page is asked for", async () => {
    await syncVendors(vendorRows(230));
    const seen: unknown[] = [];
    let next: string | undefined = `/rest/v1.0/vendors?company_id=${company}&per_page=5000&view=compact`;
    let pages = 0;
    while (next !== undefined) {
      const [path = "", query = ""] = next.replace(bench.url, "").split("?");
      const answer = await bench.get(path, Object.fromEntries(new URLSearchParams(query)));
      expect(answer.headers).toMatchObject({ total: "231", "per-page": "100" });
      seen.push(...rows(answer.json).map((vendor) => vendor.id));
      next = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1];
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(231);
  });
});

describe("scope", () => {
  it("hides what is not permitted from the list and refuses it by name", async () => {
    const list = await bench.get("/rest/v1.1/projects", { company_id: String(company) });
    expect(rows(list.json).map((one) => one.id)).toEqual([project, otherProject]);
    const closed = await bench.get(`/rest/v1.0/projects/${closedProject}`, { company_id: String(company) });
    expect(closed.status).toBe(403);
    await bench.switches({ notPermittedStatus: 404 });
    expect((await bench.get(`/rest/v1.0/projects/${closedProject}/direct_costs`)).status).toBe(404);
  });

  it("answers a wrong or missing scope parameter with an empty list", async () => {
    expect((await bench.get("/rest/v1.0/vendors")).json).toEqual([]);
    expect((await bench.get("/rest/v1.0/purchase_order_contracts", { project_id: "99" })).json).toEqual([]);
    expect((await bench.get("/rest/v1.0/cost_codes")).json).toEqual([]);
  });

  it("shows companies, me, projects, cost codes, types, budget codes and units as the spec has them", async () => {
    const ids = { company_id: String(company), project_id: String(project) };
    const wbs = `/rest/v1.0/projects/${project}/work_breakdown_structure`;
    const answers = await Promise.all([
      bench.get("/rest/v1.0/companies"),
      bench.get("/rest/v1.0/me"),
      bench.get(`/rest/v1.0/projects/${project}`, ids),
      bench.get("/rest/v1.1/projects", { ...ids, view: "compact" }),
      bench.get("/rest/v1.0/cost_codes", ids),
      bench.get("/rest/v1.0/line_item_types", ids),
      bench.get(`${wbs}/wbs_codes`),
      bench.get(`${wbs}/segments`),
      bench.get(`${wbs}/segments/11/segment_items`),
      bench.get(`/rest/v1.0/companies/${company}/uoms`),
      bench.get("/rest/v1.0/vendors", ids),
      bench.get(`/rest/v1.0/vendors/${seedVendor}`, ids),
      bench.get(`/rest/v1.0/companies/${company}/vendors/inactive`),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    expect(rows(answers[6]?.json)[0]).toMatchObject({ flat_code: "03-100.M", status: "active" });
    expect(rows(answers[4]?.json)[1]).toMatchObject({ code: "100", full_code: "03-100", parent: { id: 81001 } });
  });
});

describe("durability", () => {
  it("keeps what it answered, and drops a line that was cut in the middle", async () => {
    const first = await syncVendors(vendorRows(3));
    await bench.restart();
    const again = await syncVendors(vendorRows(3));
    const byOrigin = (list: Record<string, unknown>[]) => new Map(list.map((one) => [one.origin_id, one.id]));
    expect(byOrigin(entities(again))).toEqual(byOrigin(entities(first)));
    const { appendFileSync } = await import("node:fs");
    appendFileSync(`${bench.worldFolder}/procore/journal.ndjson`, '[["vendors",1,{"id":1,"na');
    await bench.restart();
    const list = await bench.get("/rest/v1.0/vendors", { company_id: String(company) });
    expect(rows(list.json)).toHaveLength(4);
    await syncVendors([{ name: "after the cut" }]);
    await bench.restart();
    expect(rows((await bench.get("/rest/v1.0/vendors", { company_id: String(company) })).json)).toHaveLength(5);
  });
});
