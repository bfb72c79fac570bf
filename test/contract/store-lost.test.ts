// The store goes away in the middle of a transaction (its server restarts, a network ends the connection): that passes by itself, so it is a pause
// and no defect, and whoever comes next goes on from what was committed.
import { sql } from "kysely";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { vendorRecord } from "../support/records.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

/** The first transaction that sets a run to this stage loses its connection; a sequence, since what it counts is not rolled back. */
async function loseOnceAt(stage: string): Promise<void> {
  const { ownerConnection } = bench.postgres.postgres;
  if (ownerConnection.kind !== "socket") throw new Error("not a socket");
  const client = new Client({ ...ownerConnection });
  await client.connect();
  await client.query(`create sequence losses; grant usage on sequence losses to ml_app;
    create function lose() returns trigger language plpgsql as $$
      begin
        if new.stage = '${stage}' and old.stage <> new.stage and nextval('losses') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
        return new;
      end $$;
    create trigger lose before update on run for each row execute function lose();`);
  await client.end();
}

describe("a lost connection to the store", () => {
  it("is a fault that passes", async () => {
    const lost = bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx),
    );
    await expect(lost).rejects.toMatchObject({ code: "store.unavailable", isRetryable: true });
  });

  it.each(["plan", "apply"])("pauses the run (at its step to %s), and the next request ends it", async (stage) => {
    await loseOnceAt(stage);
    bench.records.vendors = [vendorRecord("0000100001"), vendorRecord("0000100002")];
    expect(await bench.sync(["vendors"])).toMatchObject({ state: "paused", code: "store.unavailable" });
    expect(await bench.sync(["vendors"])).toMatchObject({ state: "finished" });
    const vendors = (await bench.get("/rest/v1.0/vendors?company_id=77")) as { origin_id: string | null }[];
    expect(vendors.filter(({ origin_id: originId }) => originId !== null)).toHaveLength(2);
  });
});
