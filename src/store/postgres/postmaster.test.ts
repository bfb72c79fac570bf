import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPostmaster } from "./postmaster.ts";

it("takes nothing from a pid file that the server has not written far enough, at whatever byte it stands", async () => {
  const folder = mkdtempSync(join(tmpdir(), "postmaster-"));
  const whole = "4711\n/var/data/cluster\n1790000000\n5432\n/var/data/socket\n\n";
  const told = whole.length - 1;
  for (let bytes = 0; bytes <= whole.length; bytes += 1) {
    writeFileSync(join(folder, "postmaster.pid"), whole.slice(0, bytes));
    const expected = bytes < told ? undefined : { pid: 4711, port: 5432, socketFolder: "/var/data/socket" };
    expect(await readPostmaster(folder), `${bytes} bytes`).toEqual(expected);
  }
  rmSync(folder, { recursive: true });
});
