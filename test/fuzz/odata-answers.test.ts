// Answers of a Gateway service as they come over the line: in whatever pieces, under whatever content type, damaged or somebody else's page. The outcome is the
// same however the bytes are cut, and it is rows or a failure in plain words. CASES sets how many answers are tried.
import { describe, expect, it } from "vitest";
import type { RfcOutcome } from "../../src/ports/index.ts";
import { openOData } from "../../src/sap/odata/index.ts";
import { scriptedHttp } from "../support/scripted-http.ts";
import { inPieces } from "./answers.ts";
import { cases, type Dice } from "./dice.ts";
import { feedAtom, feedJson, makeFeed } from "./odata-writer.ts";
import { expectSame, mutate, play } from "./play.ts";

type Sent = { status: number; type: string; pieces: readonly Uint8Array[] };

async function call({ status, type, pieces }: Sent): Promise<RfcOutcome> {
  const { http } = scriptedHttp(() => ({ status, headers: { "content-type": type }, body: pieces }));
  const client = openOData({
    url: "https://sap.example",
    service: "/sap/opu/odata/sap/Z",
    client: "100",
    language: "EN",
    user: "U",
    readPassword: async () => "secret",
    http,
    pool: 1,
    bytesMax: 100_000,
  });
  const parameters = { TABLE: "T", FIELDS: [], SERVICE: "/sap/opu/odata/sap/Z", LINK: "Set?$format=json" };
  return client.call({ function: "ODATA", parameters, tables: ["ROWS"], timeoutMs: 1_000 });
}

const types = {
  json: ["application/json", "application/json;charset=utf-8"],
  atom: ["application/atom+xml;type=feed", "application/xml; charset=utf-8", "text/xml"],
};
const pages = ["<!doctype html><html><body>Logon</body></html>", "<HTML><p>503", "Not found", ""];
const hostile = ["\u0000", "<html>", "\ufeff", "[".repeat(2_000), "<a>".repeat(100), "x".repeat(120_000), "😀"];

function bytesFor(dice: Dice, form: "json" | "atom"): Buffer {
  if (dice.chance(0.1)) return Buffer.from(dice.pick(pages), "utf8");
  const text = (form === "json" ? feedJson : feedAtom)(makeFeed(dice), dice);
  if (dice.chance(0.1)) return Buffer.from(text, dice.pick(["latin1", "utf16le"]));
  const bytes = Buffer.from(dice.chance(0.1) ? `\ufeff${text.replace(/^\ufeff/, "")}` : text, "utf8");
  return dice.chance(0.5) ? Buffer.from(mutate(bytes, dice, hostile)) : bytes;
}

function expectPlain(outcome: RfcOutcome): void {
  if (outcome.kind !== "failure") return;
  expect(outcome.key.length).toBeLessThanOrEqual(100);
  expect(outcome.detail.length).toBeGreaterThan(2);
  expect(outcome.detail.length).toBeLessThanOrEqual(300);
  expect(outcome.detail.isWellFormed()).toBe(true);
}

describe("an answer of a service", () => {
  it("is the same however its bytes are cut, and rows or a failure in plain words", async () => {
    const ways = await play(cases * 0.1, async (dice) => {
      const form = dice.pick(["json", "atom"] as const);
      const status = dice.pick([200, 200, 200, 200, 400, 401, 404, 500, 503]);
      const type = dice.chance(0.9) ? dice.pick(types[form]) : dice.pick(["text/html", "text/plain", "", "application/json"]);
      const bytes = bytesFor(dice, form);
      const whole = await call({ status, type, pieces: [bytes] });
      expectSame(await call({ status, type, pieces: inPieces(bytes, dice) }), whole);
      expectPlain(whole);
      // Anything but 200 is no feed, whatever stands in it.
      if (status !== 200) expect(whole.kind).toBe("failure");
      return whole.kind;
    });
    for (const way of ["answer", "failure"]) expect([way, ways(way) > cases / 100]).toEqual([way, true]);
  });
});
