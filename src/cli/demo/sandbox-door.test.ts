import { describe, expect, it } from "vitest";
import { scriptedHttp } from "../../../test/support/scripted-http.ts";
import { countWrites, openEccDoor } from "./sandbox-door.ts";

const clockAt = (iso: string) => {
  const now = () => Date.parse(iso);
  return { now, monotonic: now, sleep: async () => undefined };
};

describe("SAP's clock", () => {
  const move = async (iso: string) => {
    const { http, requests } = scriptedHttp(() => ({ body: "{}" }));
    await openEccDoor(http, "http://ecc.test").moveClockTo("20260930", clockAt(iso));
    return requests.map(({ url, body }) => ({ url, offsetMs: Number(JSON.parse(String(body)).clockOffsetMs) }));
  };

  it("is moved behind the last day of the books where this machine's stands before it", async () => {
    const [request, ...others] = await move("2026-01-01T12:00:00Z");
    expect(others).toEqual([]);
    expect(request?.url).toBe("http://ecc.test/sandbox/switches");
    const shown = new Date(Date.parse("2026-01-01T12:00:00Z") + (request?.offsetMs ?? 0)).toISOString();
    // A day more, so that it is past in every time zone.
    expect(shown).toBe("2026-10-02T00:00:00.000Z");
  });

  it("is left alone where it stands behind it", async () => {
    expect(await move("2026-10-02T00:00:01Z")).toEqual([]);
    expect(await move("2031-01-01T00:00:00Z")).toEqual([]);
  });
});

it("counts as writes what is neither read nor token", () => {
  const calls = {
    "GET /rest/v1.0/vendors": 7,
    "POST /oauth/token": 2,
    "PATCH /rest/v1.0/vendors/sync": 3,
    "POST /rest/v1.0/vendors": 1,
    "DELETE /rest/v1.0/vendors/{id}": 1,
  };
  expect(countWrites({ calls })).toBe(5);
});
