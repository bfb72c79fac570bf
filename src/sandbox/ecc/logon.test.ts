import { describe, expect, it } from "vitest";
import { worldOf } from "../../../test/support/ecc-world.ts";

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

function logonsOf(world = worldOf()) {
  const logOn = (password: string, options: { user?: string; client?: string; sessionId?: string; nowMs?: number } = {}) =>
    world.logons.logOn({
      authorization: basic(options.user ?? "RFCUSER", password),
      client: options.client ?? "100",
      sessionId: options.sessionId,
      nowMs: options.nowMs ?? 0,
    });
  return { world, logOn };
}

describe("logon", () => {
  it("locks after five bad logons, even for the right password, and a good logon in between starts the count again", () => {
    const { world, logOn } = logonsOf();
    for (let bad = 0; bad < 4; bad += 1) expect(logOn("wrong").kind).toBe("refused");
    expect(logOn("right").kind).toBe("in");
    for (let bad = 0; bad < 4; bad += 1) logOn("wrong");
    expect(logOn("right").kind).toBe("in");
    for (let bad = 0; bad < 5; bad += 1) logOn("wrong");
    expect(logOn("right").kind).toBe("refused");
    expect(world.logons.lockedUsers()).toEqual(["RFCUSER"]);
    expect(logOn("right", { user: "narrow" }).kind).toBe("in");
    world.logons.setLocked([]);
    expect(logOn("right").kind).toBe("in");
  });

  it("refuses a wrong client, an unknown user and unreadable credentials alike, without locking anyone", () => {
    const { world, logOn } = logonsOf();
    for (let bad = 0; bad < 9; bad += 1) expect(logOn("right", { client: "200" }).kind).toBe("refused");
    expect(logOn("right", { user: "NOBODY" }).kind).toBe("refused");
    for (const authorization of [
      undefined,
      "Basic",
      "Basic !!!",
      "Bearer abc",
      `Basic ${Buffer.from("nocolon").toString("base64")}`,
    ])
      expect(world.logons.logOn({ authorization, client: "100", sessionId: undefined, nowMs: 0 }).kind).toBe("refused");
    expect(world.logons.lockedUsers()).toEqual([]);
    expect(logOn("right").kind).toBe("in");
  });
});

describe("security sessions", () => {
  it("number 100 a user, live 1,800 s, and end when logged off", () => {
    const { world, logOn } = logonsOf();
    const first = logOn("right");
    for (let call = 1; call < 100; call += 1) expect(logOn("right").kind).toBe("in");
    expect(logOn("right")).toEqual({ kind: "too-many-sessions", user: "RFCUSER" });
    expect(logOn("right", { user: "NARROW" }).kind).toBe("in");
    if (first.kind !== "in" || first.newSessionId === undefined) throw new Error("no session");
    world.logons.logOff(first.newSessionId);
    expect(logOn("right").kind).toBe("in");
    expect(logOn("right", { nowMs: 1_799_000 }).kind).toBe("too-many-sessions");
    expect(logOn("right", { nowMs: 1_801_000 }).kind).toBe("in");
  });

  it("are not multiplied by a client that sends its cookie, and a dead cookie opens a new one", () => {
    const { world, logOn } = logonsOf();
    const first = logOn("right");
    if (first.kind !== "in" || first.newSessionId === undefined) throw new Error("no session");
    for (let call = 0; call < 300; call += 1) {
      const again = logOn("right", { sessionId: first.newSessionId, nowMs: call * 1000 });
      expect(again).toMatchObject({ kind: "in", newSessionId: undefined });
    }
    expect(world.stats.sessionsCreated).toBe(1);
    expect(logOn("right", { sessionId: "dead" })).toMatchObject({ kind: "in", newSessionId: expect.any(String) });
    expect(logOn("right", { user: "NARROW", sessionId: first.newSessionId })).toMatchObject({ newSessionId: expect.any(String) });
  });
});
