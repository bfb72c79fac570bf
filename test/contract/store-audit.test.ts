// The store's promises on a real server: migrations that run once, tenants that cannot see one another whatever the query says, an audit
// trail that is only added to and whose every alteration is found, and column types that lose nothing.
import { sql, type Transaction } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock as clock } from "../../src/cli/platform/index.ts";
import {
  appendAudit,
  type Database,
  migrate,
  openStore,
  type Store,
  sealAudit,
  startPostgres,
  verifyAudit,
} from "../../src/store/index.ts";
import { gate } from "./job-queue-suite.ts";
import { makeDataFolder, openTestPostgres, removeDataFolder } from "./postgres.ts";

let server: Awaited<ReturnType<typeof openTestPostgres>>;
let store: Store;
/** As the owner of the tables: what somebody with every right could do behind the product's back. */
let owner: Store;
beforeAll(async () => {
  server = await openTestPostgres();
  store = server.store;
  owner = await openStore({ connection: server.postgres.ownerConnection, clock });
});
afterAll(async () => {
  await owner.close();
  await server.close();
});

let tenants = 0;
const newTenant = () => {
  tenants += 1;
  return `tenant-${tenants}`;
};

const add = (tenant: string, subject: string) => store.transact({ tenant }, (tx) => append(tx, tenant, subject));
const append = (tx: Transaction<Database>, tenant: string, subject: string) =>
  appendAudit(tx, {
    tenant,
    atMs: 1_700_000_000_123,
    actor: "user:jane",
    action: "mapping.changed",
    subject,
    detail: { rule: 7 },
  });

describe("migrations", () => {
  it("run once, also when two start at the same moment, and refuse a database that is newer", async () => {
    const connection = server.postgres.ownerConnection;
    expect(await migrate({ connection })).toEqual([]);
    const extra = { "9001-later": { up: async () => undefined } };
    const { migrations } = await import("../../src/store/migrations/index.ts");
    const both = await Promise.all([
      migrate({ connection, migrations: { ...migrations, ...extra } }),
      migrate({ connection, migrations: { ...migrations, ...extra } }),
    ]);
    expect(both.flat()).toEqual(["9001-later"]);
    await expect(migrate({ connection })).rejects.toMatchObject({
      kind: "schema-newer",
      sentence: expect.stringContaining("9001-later"),
    });
    await sql`delete from schema_migration where name = '9001-later'`.execute(owner.db);
  });

  it("run once on a fresh database that several start on at the same moment", async () => {
    const dataFolder = await makeDataFolder();
    const fresh = await startPostgres({ dataFolder, clock });
    try {
      const { migrations } = await import("../../src/store/migrations/index.ts");
      const connection = fresh.ownerConnection;
      const done = await Promise.all([migrate({ connection }), migrate({ connection }), migrate({ connection })]);
      expect(done.flat()).toEqual(Object.keys(migrations));
    } finally {
      await fresh.stop();
      await removeDataFolder(dataFolder);
    }
  });

  it("take the cost documents of an older store as FI's, each connection's and tenant's own", async () => {
    const dataFolder = await makeDataFolder();
    const older = await startPostgres({ dataFolder, clock });
    const connection = older.ownerConnection;
    const { migrations } = await import("../../src/store/migrations/index.ts");
    await migrate({ connection, migrations: Object.fromEntries(Object.entries(migrations).slice(0, 4)) });
    const aged = await openStore({ connection, clock });
    try {
      await aged.transactAcrossTenants((tx) =>
        sql`insert into cost_document (tenant, connection, fiscal_year, company_code, document_number, period, posting_date, entry_date,
            document_type, status, currency, reference, header_text, reversal_of, only_vendor, source_hash, hash_version, changed_run,
            balance_minor, detail)
          select t, c, 2026, b, n, 1, '', '', '', '', 'USD', '', '', '', '', '', 1, 1, 0, '' from (values
            ('one', 'main', '1000', '1'), ('one', 'main', '1000', '2'), ('one', 'main', '1200', '1'), ('other', 'next', '1000', '1'))
            as x(t, c, b, n)`.execute(tx),
      );
      expect(await migrate({ connection })).toContain("0005-cost-source");
      const { rows } = await aged.transactAcrossTenants((tx) =>
        sql`select concat_ws(' ', tenant, connection, company_code, source) as row from cost_source order by 1`.execute(tx),
      );
      expect(rows).toEqual(["one main 1000 bseg", "one main 1200 bseg", "other next 1000 bseg"].map((row) => ({ row })));
    } finally {
      await aged.close();
      await older.stop();
      await removeDataFolder(dataFolder);
    }
  });

  it("take an older store's closes as those of all company codes, and its parts as none that came late", async () => {
    const dataFolder = await makeDataFolder();
    const older = await startPostgres({ dataFolder, clock });
    const connection = older.ownerConnection;
    const { migrations } = await import("../../src/store/migrations/index.ts");
    await migrate({ connection, migrations: Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0025")) });
    const aged = await openStore({ connection, clock });
    try {
      await aged.transactAcrossTenants(async (tx) => {
        await sql`insert into period_close (tenant, connection, fiscal_year, period, run, day, read_at, closed_at, closed_by)
          values ('one', 'main', 2026, 9, 4, '20260930', now(), now(), 'user:jo')`.execute(tx);
        await sql`insert into cost_part (tenant, connection, group_id, part, group_key, origin_id, reference, project_id, currency, amount_minor,
            members, run) values ('one', 'main', 'g', 1, '{}', 'o', 'r', 1, 'USD', 5, 1, 4)`.execute(tx);
      });
      expect(await migrate({ connection })).toContain("0025-periods");
      const { rows } = await aged.transactAcrossTenants((tx) =>
        sql`select concat_ws(' ', z.period, '<' || z.company_code || '>', z.closed_by, p.is_late) as row from period_close z, cost_part p`.execute(
          tx,
        ),
      );
      expect(rows).toEqual([{ row: "9 <> user:jo f" }]);
      // Company codes may close beside it.
      await aged.transactAcrossTenants((tx) =>
        sql`insert into period_close select 'one', 'main', 2026, 9, 5, '20261001', now(), now(), 'user:al', '1000'`.execute(tx),
      );
    } finally {
      await aged.close();
      await older.stop();
      await removeDataFolder(dataFolder);
    }
  });

  it("carry cost lines and what an open run has read into the narrower tables, by object as before", async () => {
    const dataFolder = await makeDataFolder();
    const older = await startPostgres({ dataFolder, clock });
    const connection = older.ownerConnection;
    const { migrations } = await import("../../src/store/migrations/index.ts");
    const before = Object.entries(migrations).filter(([name]) => name < "0027");
    await migrate({ connection, migrations: Object.fromEntries(before) });
    const aged = await openStore({ connection, clock });
    const all = <T>(text: string) =>
      aged.transactAcrossTenants((tx) => sql<T>`${sql.raw(text)}`.execute(tx).then(({ rows }) => rows));
    try {
      await all("select ensure_cost_year(2026::smallint)");
      await all(`insert into cost_document (tenant, connection, fiscal_year, company_code, document_number, period, posting_date, entry_date,
          document_type, status, currency, reference, header_text, reversal_of, only_vendor, source_hash, hash_version, changed_run,
          balance_minor, detail)
        values ('one', 'main', 2026, '1000', '1', 9, '', '', '', '', 'USD', '', '', '', '', repeat('ab', 32), 2, 1, 0, '')`);
      await all(`insert into cost_line (tenant, connection, fiscal_year, company_code, document_number, line, amount_minor, account,
          cost_element_category, transaction_key, special_gl, purchase_order, purchase_order_item, assignment, vendor, content_hash, group_id, part)
        values ('one', 'main', 2026, '1000', '1', 1, 12345, '400000', '1', '', '', '', '', '', '', '\\x00', 'G', 1)`);
      await all(`insert into run_read (tenant, run, flow, object_key, period, currency, atoms, amount_minor) values
        ('one', 1, 'costs', '1000.1.2026', '2026.009', 'USD', 1, 12345), ('one', 1, 'costs', '1000.2.2026', '2026.009', 'EUR', 2, -5),
        ('one', 1, 'invoices', '1000.1.2026', '', 'USD', 3, 7), ('other', 1, 'costs', '1000.1.2026', '', 'USD', 4, 8)`);
      const to = (end: string) => Object.fromEntries(Object.entries(migrations).filter(([name]) => name < end));
      expect(await migrate({ connection, migrations: to("0028") })).toContain("0027-narrow-lines");
      expect(await all("select amount_minor, group_id, part from cost_line")).toEqual([
        { amount_minor: 12345n, group_id: "G", part: 1 },
      ]);
      // Of no known version: it is hashed anew when it is next read, and nothing of it counts as changed for that.
      expect(await all("select source_hash = ''::bytea as gone, hash_version from cost_document")).toEqual([
        { gone: true, hash_version: 2 },
      ]);
      const told = () =>
        all(
          "select concat_ws(' ', tenant, run, flow, object_key, period, currency, atoms, amount_minor) as row from run_read order by 1",
        );
      const rows = [
        "one 1 costs 1000.1.2026 2026.009 USD 1 12345",
        "one 1 costs 1000.2.2026 2026.009 EUR 2 -5",
        "one 1 invoices 1000.1.2026  USD 3 7",
        "other 1 costs 1000.1.2026  USD 4 8",
      ];
      expect(await told()).toEqual(rows.map((row) => ({ row })));
      // The latest upload of an object counts, and only within its tenant, run and flow.
      await all(`insert into read_page (tenant, run, flow, object_keys, periods, currencies, atoms, amounts_minor)
        values ('one', 1, 'costs', '{1000.1.2026}', '{2026.010}', '{CAD}', '{9}', '{1}')`);
      rows[0] = "one 1 costs 1000.1.2026 2026.010 CAD 9 1";
      expect(await told()).toEqual(rows.map((row) => ({ row })));
    } finally {
      await aged.close();
      await older.stop();
      await removeDataFolder(dataFolder);
    }
  });

  it("leave nothing behind when a step fails, and name it", async () => {
    const connection = server.postgres.ownerConnection;
    const { migrations } = await import("../../src/store/migrations/index.ts");
    const broken = {
      "9001-first": { up: (db: Store["db"]) => sql`create table half_made (a int)`.execute(db).then(() => undefined) },
      "9002-second": { up: () => Promise.reject(new Error("no such column")) },
    };
    await expect(migrate({ connection, migrations: { ...migrations, ...broken } })).rejects.toMatchObject({
      kind: "migration-failed",
      sentence: expect.stringContaining("9002-second"),
    });
    const { rows } = await sql`select 1 from pg_tables where tablename = 'half_made'`.execute(owner.db);
    expect(rows).toEqual([]);
    expect(await migrate({ connection })).toEqual([]);
  });
});

describe("every table", () => {
  const engine = ["schema_migration", "schema_migration_lock"];

  it("begins its key with the tenant and is guarded by row-level security, for its owner too", async () => {
    const { rows } = await sql<{ name: string; first: string | null; guarded: boolean; policies: bigint }>`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as guarded,
        (select count(*) from pg_policy p where p.polrelid = c.oid) as policies,
        (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
          where i.indrelid = c.oid and i.indisprimary) as first
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relname = any(${engine})) order by c.relname`.execute(
      owner.db,
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    // A cost line's key is the number that the store gave its document: it is of one tenant by itself (decision 0029).
    expect(rows.filter(({ first }) => first !== "tenant").map(({ name }) => name)).toEqual(["cost_line"]);
    expect(rows.filter(({ guarded, policies }) => !guarded || policies === 0n).map(({ name }) => name)).toEqual([]);
  });
});

describe("tenants", () => {
  it("see their own rows only, even where a query forgets to ask for them", async () => {
    const [one, other] = [newTenant(), newTenant()];
    await add(one, "mine");
    await add(other, "theirs");
    const seen = await store.transact({ tenant: one }, (tx) => tx.selectFrom("audit").select("subject").execute());
    expect(seen).toEqual([{ subject: "mine" }]);
    expect(await store.db.selectFrom("audit").selectAll().execute()).toEqual([]);
    expect(await owner.db.selectFrom("audit").selectAll().execute()).toEqual([]);
    const all = await store.transactAcrossTenants((tx) => tx.selectFrom("audit").select("subject").execute());
    expect(all.map(({ subject }) => subject).sort()).toEqual(expect.arrayContaining(["mine", "theirs"]));
  });

  it("cannot write rows of another, nor under the name that means all", async () => {
    const [one, other] = [newTenant(), newTenant()];
    await expect(store.transact({ tenant: one }, (tx) => append(tx, other, "forged"))).rejects.toThrow(/row-level security/);
    const write = store.transactAcrossTenants((tx) =>
      tx
        .insertInto("tenant")
        .values({ tenant: "*", name: "all", created_at: new Date(0) })
        .execute(),
    );
    await expect(write).rejects.toThrow(/check constraint/);
  });

  it("do not leak through a pooled connection into the next use", async () => {
    const single = await openStore({ connection: server.postgres.connection, clock, poolMax: 1 });
    try {
      const tenant = newTenant();
      await single.transact({ tenant }, (tx) => append(tx, tenant, "x"));
      expect(await single.db.selectFrom("audit").selectAll().execute()).toEqual([]);
      await expect(single.transact({ tenant }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
      expect(await single.db.selectFrom("audit").selectAll().execute()).toEqual([]);
    } finally {
      await single.close();
    }
  });
});

describe("the audit trail", () => {
  it("is only added to", async () => {
    const tenant = newTenant();
    await add(tenant, "x");
    await sealAudit(store, { tenant });
    for (const who of [store, owner]) {
      for (const statement of [
        sql`update audit set subject = 'y'`,
        sql`delete from audit`,
        sql`update audit_seal set seal_no = 9`,
        sql`delete from audit_seal`,
      ]) {
        await expect(who.transact({ tenant }, (tx) => statement.execute(tx))).rejects.toThrow(/append-only/);
      }
    }
    await expect(owner.transact({ tenant }, (tx) => sql`truncate audit`.execute(tx))).rejects.toThrow(/append-only/);
    await expect(store.transact({ tenant }, (tx) => sql`truncate audit`.execute(tx))).rejects.toThrow(/permission denied/);
  });

  it("is sealed in batches, each seal on the one before, and sealing again does nothing", async () => {
    const tenant = newTenant();
    for (let index = 0; index < 7; index += 1) await add(tenant, `row ${index}`);
    expect(await verifyAudit(store, { tenant })).toMatchObject({ kind: "whole", sealed: 0n, waiting: 7n });
    expect(await sealAudit(store, { tenant, batchMax: 3 })).toBe(3);
    expect(await sealAudit(store, { tenant, batchMax: 3 })).toBe(3);
    const before = await verifyAudit(store, { tenant });
    expect(before).toMatchObject({ kind: "whole", sealed: 6n, waiting: 1n });
    expect(await sealAudit(store, { tenant })).toBe(1);
    expect(await sealAudit(store, { tenant })).toBe(0);
    const after = await verifyAudit(store, { tenant });
    expect(after).toMatchObject({ kind: "whole", sealed: 7n, waiting: 0n });
    expect(after).not.toMatchObject({ headHash: before.kind === "whole" ? before.headHash : "" });
  });

  it("seals a row that commits late under its own number, after those with higher ids", async () => {
    const tenant = newTenant();
    const [written, sealed] = [gate(), gate()];
    const late = store.transact({ tenant }, async (tx) => {
      await append(tx, tenant, "late");
      written.open();
      await sealed.opened;
    });
    await written.opened;
    await add(tenant, "early");
    expect(await sealAudit(store, { tenant })).toBe(1);
    sealed.open();
    await late;
    expect(await sealAudit(store, { tenant })).toBe(1);
    const order = await store.transact({ tenant }, (tx) =>
      tx
        .selectFrom("audit_seal as s")
        .innerJoin("audit as a", (join) => join.onRef("a.tenant", "=", "s.tenant").onRef("a.id", "=", "s.audit_id"))
        .select(["a.subject", "a.id"])
        .orderBy("s.seal_no")
        .execute(),
    );
    expect(order.map(({ subject }) => subject)).toEqual(["early", "late"]);
    expect((order[0]?.id ?? 0n) > (order[1]?.id ?? 0n)).toBe(true);
    expect(await verifyAudit(store, { tenant })).toMatchObject({ kind: "whole", sealed: 2n, waiting: 0n });
  });

  it("does not make writers wait for a sealer, nor sealers for one another", async () => {
    const tenant = newTenant();
    await add(tenant, "first");
    const [sealing, release] = [gate(), gate()];
    const held = store.transact({ tenant }, async (tx) => {
      // What a sealer holds, held on.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`audit-seal/${tenant}`}, 0))`.execute(tx);
      await sql`select * from audit_seal for update`.execute(tx);
      sealing.open();
      await release.opened;
    });
    await sealing.opened;
    await add(tenant, "second");
    expect(await sealAudit(store, { tenant })).toBe(0);
    release.open();
    await held;
    expect(await sealAudit(store, { tenant })).toBe(2);
  });

  it("loses and doubles nothing under many writers and sealers at once", async () => {
    const tenant = newTenant();
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let index = 0; index < 20; index += 1) await add(tenant, `${writer}/${index}`);
    });
    let isDone = false;
    const sealers = Array.from({ length: 3 }, async () => {
      while (!isDone) await sealAudit(store, { tenant, batchMax: 7 });
    });
    await Promise.all(writers);
    isDone = true;
    await Promise.all(sealers);
    while ((await sealAudit(store, { tenant })) > 0);
    expect(await verifyAudit(store, { tenant })).toMatchObject({ kind: "whole", sealed: 120n, waiting: 0n });
  });

  describe("names the first break", () => {
    /** Five sealed rows, then an alteration by somebody who can switch the trigger off. */
    async function tamper(
      statement: (tenant: string, ids: readonly bigint[]) => ReturnType<typeof sql>,
    ): Promise<{ tenant: string; ids: bigint[] }> {
      const tenant = newTenant();
      for (let index = 0; index < 5; index += 1) await add(tenant, `row ${index}`);
      await sealAudit(store, { tenant });
      const found = await store.transact({ tenant }, (tx) => tx.selectFrom("audit").select("id").orderBy("id").execute());
      const ids = found.map(({ id }) => id);
      await owner.transact({ tenant }, async (tx) => {
        await sql`alter table audit disable trigger user`.execute(tx);
        await sql`alter table audit_seal disable trigger user`.execute(tx);
        await statement(tenant, ids).execute(tx);
        await sql`alter table audit enable trigger user`.execute(tx);
        await sql`alter table audit_seal enable trigger user`.execute(tx);
      });
      return { tenant, ids };
    }

    it.each(["subject = 'z'", "actor = 'z'", "action = 'z'", "detail = '{\"rule\": 8}'", "at = at + interval '1 microsecond'"])(
      "a changed row: %s",
      async (change) => {
        const { tenant, ids } = await tamper(
          (_tenant, [, , third]) => sql`update audit set ${sql.raw(change)} where id = ${third}`,
        );
        expect(await verifyAudit(store, { tenant })).toEqual({
          kind: "broken",
          break: { kind: "hash-differs", sealNo: 3n, auditId: ids[2] },
        });
      },
    );

    it("a removed row", async () => {
      const { tenant, ids } = await tamper((_tenant, [, second]) => sql`delete from audit where id = ${second}`);
      expect(await verifyAudit(store, { tenant })).toEqual({
        kind: "broken",
        break: { kind: "row-missing", sealNo: 2n, auditId: ids[1] },
      });
    });

    it("a removed row with its seal", async () => {
      const { tenant } = await tamper(
        (_tenant, [, second]) =>
          sql`with gone as (delete from audit where id = ${second}) delete from audit_seal where audit_id = ${second}`,
      );
      expect(await verifyAudit(store, { tenant })).toMatchObject({ kind: "broken", break: { kind: "seal-missing", sealNo: 2n } });
    });

    it("two rows exchanged", async () => {
      const { tenant } = await tamper(
        (_tenant, [, , , fourth, fifth]) =>
          sql`update audit a set subject = b.subject from audit b where a.id in (${fourth}, ${fifth}) and b.id in (${fourth}, ${fifth}) and a.id <> b.id`,
      );
      expect(await verifyAudit(store, { tenant })).toMatchObject({ kind: "broken", break: { kind: "hash-differs", sealNo: 4n } });
    });

    it("a forged seal", async () => {
      const { tenant } = await tamper(
        (_tenant, [, second]) => sql`update audit_seal set hash = sha256('x') where audit_id = ${second}`,
      );
      expect(await verifyAudit(store, { tenant })).toMatchObject({ kind: "broken", break: { kind: "hash-differs", sealNo: 2n } });
    });

    it("a row that was put in without the sealer's knowledge", async () => {
      const { tenant } = await tamper(
        (name) =>
          sql`insert into audit (tenant, at, actor, action, subject, detail) values (${name}, to_timestamp(0), 'a', 'b', 'c', '{}')`,
      );
      expect(await verifyAudit(store, { tenant })).toMatchObject({ kind: "broken", break: { kind: "row-unlisted" } });
    });
  });
});

describe("column types", () => {
  it("lose nothing: int8 is a bigint, numeric, date and time are text, an instant is a Date", async () => {
    const { rows } = await sql`select 9007199254740993::int8 as int8, 12345678901234567890.123456789::numeric as numeric,
      date '2024-02-29' as date, time '23:59:59' as time, timestamp '2024-02-29 01:02:03.456789' as local,
      timestamptz '2024-02-29 01:02:03.456Z' as instant, 7::int4 as int4,
      array[9007199254740993, null]::int8[] as int8s, array[0.1, 1.10]::numeric[] as numerics, array[date '2024-02-29'] as dates,
      array[]::int8[] as none, null::numeric as nothing`.execute(store.db);
    expect(rows).toEqual([
      {
        int8: 9_007_199_254_740_993n,
        numeric: "12345678901234567890.123456789",
        date: "2024-02-29",
        time: "23:59:59",
        local: "2024-02-29 01:02:03.456789",
        instant: new Date("2024-02-29T01:02:03.456Z"),
        int4: 7,
        int8s: [9_007_199_254_740_993n, null],
        numerics: ["0.1", "1.10"],
        dates: ["2024-02-29"],
        none: [],
        nothing: null,
      },
    ]);
  });

  it("leave pg's own settings alone for everybody else", async () => {
    const { types } = await import("pg");
    expect(types.getTypeParser(types.builtins.INT8)("1")).toBe("1");
  });
});

describe("transact", () => {
  it("runs again after a serialisation failure, and both transactions count", async () => {
    const tenant = newTenant();
    await store.transact({ tenant }, (tx) =>
      tx
        .insertInto("tenant")
        .values({ tenant, name: "0", created_at: new Date(0) })
        .execute(),
    );
    let runs = 0;
    // Each first attempt has read before any writes: without the barrier they may happen to follow one another.
    const allHaveRead = Promise.withResolvers<void>();
    const increment = () =>
      store.transact({ tenant, isolation: "serializable" }, async (tx) => {
        runs += 1;
        const turn = runs;
        const { name } = await tx.selectFrom("tenant").select("name").where("tenant", "=", tenant).executeTakeFirstOrThrow();
        if (turn === 3) allHaveRead.resolve();
        if (turn <= 3) await allHaveRead.promise;
        await tx
          .updateTable("tenant")
          .set({ name: String(Number(name) + 1) })
          .where("tenant", "=", tenant)
          .execute();
      });
    await Promise.all([increment(), increment(), increment()]);
    const [row] = await store.transact({ tenant }, (tx) => tx.selectFrom("tenant").select("name").execute());
    expect(row).toEqual({ name: "3" });
    expect(runs).toBeGreaterThan(3);
  });

  it("gives up after a named number of times, and other errors at once", async () => {
    let runs = 0;
    const conflict = () =>
      store.transact({ tenant: newTenant() }, async (tx) => {
        runs += 1;
        await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(tx);
      });
    await expect(conflict()).rejects.toMatchObject({ kind: "contended", code: "store.unavailable" });
    expect(runs).toBe(6);
    runs = 0;
    const wrong = () =>
      store.transact({ tenant: newTenant() }, async (tx) => {
        runs += 1;
        await sql`select no_such_column`.execute(tx);
      });
    await expect(wrong()).rejects.toMatchObject({ code: "42703" });
    expect(runs).toBe(1);
  });

  it("writes nothing when the work fails, and the pool is whole afterwards", async () => {
    const tenant = newTenant();
    for (let index = 0; index < 25; index += 1) {
      const failing = store.transact({ tenant }, async (tx) => {
        await append(tx, tenant, "half");
        throw new Error("stop");
      });
      await expect(failing).rejects.toThrow("stop");
    }
    expect(await store.transact({ tenant }, (tx) => tx.selectFrom("audit").selectAll().execute())).toEqual([]);
  });

  it("survives a server that was restarted under it", async () => {
    const tenant = newTenant();
    await add(tenant, "before");
    await owner.transactAcrossTenants((tx) => sql`select 1`.execute(tx));
    const { rows } = await sql<{
      pid: number;
    }>`select pid from pg_stat_activity where usename = 'ml_app' and pid <> pg_backend_pid()`.execute(store.db);
    expect(rows.length).toBeGreaterThan(0);
    // The application's role may end its own sessions: what the pool sees is what a restart would show it.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ml_app' and pid <> pg_backend_pid()`.execute(
      store.db,
    );
    for (let index = 0; index < 10; index += 1) {
      await add(tenant, "after").catch(() => undefined);
    }
    await add(tenant, "at last");
  });
});
