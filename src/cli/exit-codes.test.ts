import { describe, expect, it } from "vitest";
import { type ErrorCode, errorRegistry, Fault } from "../core/index.ts";
import { exitCodes, failureOf, UsageError } from "./exit-codes.ts";

describe("the end of a command", () => {
  it("follows the class of the code, for every code of the registry, in one sentence without a stack", () => {
    for (const [code, { class: kind, next }] of Object.entries(errorRegistry)) {
      const failure = failureOf(new Fault(code as ErrorCode, { place: "here", detail: "value." }));
      expect(failure.exitCode).toBe(kind === "fix-config" ? exitCodes.configuration : exitCodes.unfinished);
      expect(failure.sentence).toContain(`[${code}] here: value. ${next}`);
      expect(failure.sentence).not.toMatch(/\n|\bat \S+:\d+/);
    }
  });

  it("tells a person's mistake from a defect", () => {
    expect(failureOf(new UsageError("Write this instead."))).toEqual({ exitCode: 2, sentence: "Write this instead." });
    expect(failureOf(new TypeError("x is not a function"))).toMatchObject({
      exitCode: 1,
      sentence: expect.stringContaining("x is not a function. Set ML_CONNECTOR_DEBUG=1"),
    });
    expect(failureOf("text")).toMatchObject({ exitCode: 1 });
  });
});
