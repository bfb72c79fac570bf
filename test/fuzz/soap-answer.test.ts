// Issue 3, "Must hold": the parser of SOAP answers never crashes, never hangs over a second, fails in plain words with a place, refuses
// expansion and truncation, and never hands out a row that was not sent. CASES sets how many answers are tried.
import { describe, expect, it } from "vitest";
import type { RfcOutcome } from "../../src/ports/index.ts";
import { openSoapRfc } from "../../src/sap/rfc/index.ts";
import { manualClock } from "../support/ecc-world.ts";
import { breaks, inPieces, makeAnswer, scramble } from "./answers.ts";
import { cases, type Dice, diceOf } from "./dice.ts";

type Parsed = { outcome: RfcOutcome; rows: string[]; ms: number };

async function parse(pieces: readonly Uint8Array[]): Promise<Parsed> {
  async function* body() {
    yield* pieces;
  }
  const client = openSoapRfc({
    url: "http://127.0.0.1/sap/bc/soap/rfc",
    client: "100",
    language: "EN",
    user: "U",
    readPassword: async () => "secret",
    http: {
      request: async () => ({
        kind: "response",
        status: 200,
        headers: { "content-type": "text/xml; charset=utf-8" },
        body: body(),
      }),
      close: async () => undefined,
    },
    clock: manualClock().clock,
    pool: 1,
    limits: { textMax: 65_536 },
  });
  let rows: string[] = [];
  const startedAt = performance.now();
  const outcome = await client.call({
    function: "RFC_READ_TABLE",
    parameters: {},
    tables: ["DATA", "FIELDS", "OPTIONS"],
    timeoutMs: 1_000,
    stream: {
      table: "DATA",
      begin: () => {
        rows = [];
      },
      row: (row) => rows.push(row.WA ?? "(no WA)"),
    },
  });
  return { outcome, rows, ms: performance.now() - startedAt };
}

function expectPlainFailure({ outcome }: Parsed, what: string): void {
  expect(outcome, what).toMatchObject({ kind: "failure" });
  if (outcome.kind !== "failure") return;
  expect(outcome.key, what).toMatch(/^[A-Z0-9_ ]+$/);
  expect(outcome.detail.length, what).toBeGreaterThan(10);
  expect(outcome.detail.length, what).toBeLessThanOrEqual(300);
}

async function tryAll(number: number, one: (dice: Dice, seed: number) => Promise<Parsed>): Promise<void> {
  let slowestMs = 0;
  for (let seed = 1; seed <= number; seed += 1) {
    const { ms } = await one(diceOf(seed), seed);
    slowestMs = Math.max(slowestMs, ms);
  }
  expect(slowestMs).toBeLessThan(1_000);
}

describe("the parser of SOAP answers", () => {
  it("gives the very rows that were sent, however they are written and wherever the pieces fall", async () => {
    await tryAll(Math.ceil(cases * 0.3), async (dice, seed) => {
      const { xml, rows } = makeAnswer(dice);
      const bytes = Buffer.from(dice.chance(0.1) ? `\ufeff${xml}` : xml, "utf8");
      const parsed = await parse(inPieces(bytes, dice));
      expect(parsed.outcome.kind === "failure" ? parsed.outcome : "answer", `answer ${seed}`).toBe("answer");
      expect(parsed.rows, `answer ${seed}`).toEqual(rows);
      return parsed;
    });
  });

  it("refuses what cannot be trusted, in plain words", async () => {
    await tryAll(Math.ceil(cases * 0.3), async (dice, seed) => {
      const way = breaks[seed % breaks.length] ?? dice.pick(breaks);
      const parsed = await parse(inPieces(way.bytes(makeAnswer(dice).xml, dice), dice));
      expectPlainFailure(parsed, `answer ${seed}: ${way.what}`);
      return parsed;
    });
  });

  it("refuses an answer cut at each of its bytes", async () => {
    for (const seed of [1, 2, 3]) {
      const bytes = Buffer.from(makeAnswer(diceOf(seed)).xml.trimEnd(), "utf8");
      for (let end = 0; end < bytes.length; end += 1)
        expectPlainFailure(await parse([bytes.subarray(0, end)]), `answer ${seed} cut at ${end}`);
    }
  });

  it("ends in an answer or in plain words, whatever bytes come", async () => {
    let answers = 0;
    await tryAll(Math.ceil(cases * 0.4), async (dice, seed) => {
      const parsed = await parse(inPieces(scramble(makeAnswer(dice).xml, dice), dice));
      if (parsed.outcome.kind === "answer") answers += 1;
      else expectPlainFailure(parsed, `answer ${seed}`);
      return parsed;
    });
    expect(answers).toBeGreaterThan(0);
  });

  it.each([
    ["one endless tag name", `<${"a".repeat(3_000_000)}`],
    ["one endless attribute", `<a b="${"x".repeat(3_000_000)}`],
    ["one endless comment", `<!--${"x".repeat(3_000_000)}`],
    ["a hundred thousand attributes", `<a ${Array.from({ length: 100_000 }, (_, at) => `b${at}="1"`).join(" ")}>`],
    ["a million open references", `<a>${"&".repeat(1_000_000)}`],
    ["a million empty elements", `<a>${"<b/>".repeat(1_000_000)}`],
    ["a million opening brackets", "<".repeat(1_000_000)],
    ["a run of blanks", `<a>${" ".repeat(3_000_000)}`],
  ])("is through in time with %s", async (what, xml) => {
    const bytes = Buffer.from(xml, "utf8");
    for (const size of [bytes.length, 65_536, 1_000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const parsed = await parse(pieces);
      expectPlainFailure(parsed, what);
      expect(parsed.ms, `${what} in pieces of ${size}`).toBeLessThan(1_000);
    }
  });
});
