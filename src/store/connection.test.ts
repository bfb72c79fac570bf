import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sealHash } from "./audit/chain.ts";
import { describeConnection } from "./connection.ts";
import { reasonIn } from "./postgres/server-log.ts";
import { socketFolderOf } from "./postgres/socket-folder.ts";

describe("a connection's description", () => {
  it("never holds user, password or options, whatever the address", () => {
    const word = fc.stringMatching(/^[a-z0-9]{6,12}$/);
    fc.assert(
      fc.property(word, word, word, word, word, (user, password, host, database, option) => {
        const databaseUrl = `postgres://${user}:${password}@${host}.example:6432/${database}?sslcert=${option}`;
        const text = describeConnection({ kind: "url", databaseUrl });
        expect(text).toBe(`${database} on ${host}.example:6432`);
      }),
    );
    expect(describeConnection({ kind: "url", databaseUrl: "s3cret" })).not.toContain("s3cret");
  });
});

describe("the socket's folder", () => {
  it("leaves room for a socket address, is the same each time, and differs between data folders", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zé]{1,40}$/), { minLength: 1, maxLength: 8 }), (parts) => {
        const dataFolder = `/${parts.join("/")}`;
        const folder = socketFolderOf(dataFolder);
        expect(Buffer.byteLength(`${folder}/.s.PGSQL.5432`)).toBeLessThan(100);
        expect(socketFolderOf(dataFolder)).toBe(folder);
        expect(socketFolderOf(`${dataFolder}x`)).not.toBe(folder);
      }),
    );
  });
});

describe("the reason in a server's log", () => {
  it.each([
    [
      '2026-11-24 11:03:11.764 UTC [9] LOG:  starting\n2026-11-24 UTC [9] FATAL:  lock file "postmaster.pid" already exists\nHINT: x',
      'lock file "postmaster.pid" already exists',
    ],
    ["2026 UTC [1] PANIC:  could not locate a valid checkpoint record\n", "could not locate a valid checkpoint record"],
    [
      "postgres: error while loading shared libraries: libicuuc.so.60\n",
      "postgres: error while loading shared libraries: libicuuc.so.60",
    ],
    [
      "2026 UTC [5] FATAL:  connection to client lost\n2026 UTC [9] FATAL:  pre-existing shared memory block is still in use\n",
      "pre-existing shared memory block is still in use",
    ],
    ["2026 UTC [5] FATAL:  connection to client lost\n", "connection to client lost"],
    ["", ""],
  ])("%j", (text, reason) => {
    expect(reasonIn(text, 9)).toBe(reason);
  });
});

describe("a seal", () => {
  const row = { tenant: "t", id: 1n, at_micros: 2n, actor: "a", action: "b", subject: "c", detail: "{}" };
  const start = Buffer.alloc(32);

  it("changes with every part of the row, its number and its predecessor, and with where one part ends", () => {
    const variants = [
      row,
      { ...row, tenant: "u" },
      { ...row, id: 2n },
      { ...row, at_micros: 3n },
      { ...row, actor: "ab", action: "" },
      { ...row, actor: "a", action: "bc", subject: "" },
      { ...row, detail: '{"a": 1}' },
    ].map((variant) => sealHash(start, 1n, variant).toString("hex"));
    variants.push(sealHash(start, 2n, row).toString("hex"), sealHash(Buffer.alloc(32, 1), 1n, row).toString("hex"));
    expect(new Set(variants).size).toBe(variants.length);
    expect(sealHash(start, 1n, { ...row }).toString("hex")).toBe(variants[0]);
  });
});
