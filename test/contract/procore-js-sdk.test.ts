// The official @procore/js-sdk against the simulated Procore: an independent client, with its own URLs, headers and query encoding.
import { client, info, oauth, revoke } from "@procore/js-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Bench, company, otherProject, project, row, rows, seedVendor } from "./procore-bench.ts";

const bench = new Bench();
const sdk = () => client(oauth(bench.token), {}, { apiHostname: bench.url, defaultVersion: "v1.0", defaultCompanyId: company });

beforeAll(async () => {
  await bench.start();
  await bench.login();
});

afterAll(() => bench.close());

describe("the official JavaScript SDK", () => {
  it("reads the token's info", async () => {
    expect(await info(bench.token, bench.url)).toMatchObject({ application: { uid: "cid" }, expires_in_seconds: 5400 });
  });

  it("lists projects by its own URL builder", async () => {
    const answer = await sdk().get({ base: "/projects", version: "v1.1", qs: { company_id: company, view: "compact" } });
    expect(answer.body).toEqual([
      { id: project, name: "Tower" },
      { id: otherProject, name: "Bridge" },
    ]);
  });

  it("syncs vendors, then pages through them by Link", async () => {
    const updates = Array.from({ length: 25 }, (_, index) => ({ origin_id: `SDK.${index}`, name: `Vendor ${index}` }));
    const synced = await sdk().patch({ base: "/vendors", action: "sync" }, { company_id: company, updates });
    expect(rows(row(synced.body).entities)).toHaveLength(25);
    expect(row(synced.body).errors).toEqual([]);
    const seen = new Set<unknown>();
    for (let page: number | undefined = 1; page !== undefined; ) {
      const answer = await sdk().get({ base: "/vendors", qs: { company_id: company, per_page: 10, page, view: "compact" } });
      for (const vendor of rows(answer.body)) seen.add(vendor.id);
      expect(answer.response.headers.get("Total")).toBe("26");
      const next = /<([^>]+)>; rel="next"/.exec(answer.response.headers.get("Link") ?? "")?.[1];
      page = next === undefined ? undefined : Number(new URL(next).searchParams.get("page"));
    }
    expect(seen.size).toBe(26);
  });

  it("filters with its bracketed arrays and nested names", async () => {
    const byId = await sdk().get({ base: "/vendors", qs: { company_id: company, filters: { id: [seedVendor] } } });
    expect(rows(byId.body)).toMatchObject([{ id: seedVendor }]);
    const byOrigin = await sdk().get({ base: "/vendors", qs: { company_id: company, filters: { origin_id: "SDK.7" } } });
    expect(rows(byOrigin.body)).toMatchObject([{ name: "Vendor 7" }]);
  });

  it("creates and updates a contract, and rejects with the refusal by field", async () => {
    const contract = { number: "SDK-1", title: "By the SDK" };
    const made = await sdk().post(
      { base: "/purchase_order_contracts" },
      { project_id: project, purchase_order_contract: contract },
    );
    const id = Number(row(made.body).id);
    const path = { base: "/purchase_order_contracts", params: { id } };
    const changed = await sdk().patch(path, { project_id: project, purchase_order_contract: { title: "Changed" } });
    expect(changed.body).toMatchObject({ id, title: "Changed", number: "SDK-1" });
    await expect(
      sdk().post({ base: "/purchase_order_contracts" }, { project_id: project, purchase_order_contract: contract }),
    ).rejects.toMatchObject({ body: { errors: { number: ["has already been taken"] } } });
  });

  it("is refused after it revoked its token", async () => {
    expect(await revoke({ token: bench.token, clientId: "cid", clientSecret: "secret" }, bench.url)).toEqual({});
    await expect(sdk().get({ base: "/me" })).rejects.toMatchObject({ body: { error: "invalid_token" } });
  });
});
