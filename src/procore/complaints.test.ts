import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyComplaints, classifyRefusal, readComplaints, readRowComplaints } from "./complaints.ts";

describe("every documented error shape", () => {
  it.each<[string, unknown, unknown]>([
    [
      "list of texts",
      { errors: ["App is not connected to this company."] },
      [{ messages: ["App is not connected to this company."] }],
    ],
    [
      "by field",
      { errors: { name: ["can't be blank", "is too short"] } },
      [{ field: "name", messages: ["can't be blank", "is too short"] }],
    ],
    ["one text", { errors: "no" }, [{ messages: ["no"] }]],
    ["error and message", { error: "bad", message: "worse" }, [{ messages: ["bad", "worse"] }]],
    ["message and exception", { message: "m", exception: "E" }, [{ messages: ["m", "E"] }]],
    [
      "ErrorDoc",
      { code: 404, message: "Not found", fields: "id", reason: "gone" },
      [{ messages: ["Not found", "gone"] }, { field: "fields", messages: ["id"] }],
    ],
    [
      "OAuth",
      { error: "invalid_client", error_description: "Client authentication failed" },
      [{ messages: ["invalid_client", "Client authentication failed"] }],
    ],
    [
      "v2",
      { error: { code: "BAD_REQUEST", message: "Bad", details: [{ reason_code: "X", message: "wrong", source: "amount" }] } },
      [{ messages: ["Bad"] }, { field: "amount", messages: ["wrong"] }],
    ],
    ["nested", { errors: { line_items: [{ amount: ["is odd"] }] } }, [{ field: "line_items.amount", messages: ["is odd"] }]],
    ["text", "Missing Procore-Company-Id header!", [{ messages: ["Missing Procore-Company-Id header!"] }]],
    [
      "HTML with title",
      "<html><head><title>502 Bad Gateway</title></head><body>x</body></html>",
      [{ messages: ["502 Bad Gateway"] }],
    ],
    ["HTML without", "<!DOCTYPE html><body><h1>Gone</h1> away</body>", [{ messages: ["Gone away"] }]],
    ["nothing", undefined, []],
  ])("%s", (_, body, expected) => {
    expect(readComplaints(body)).toEqual(expected);
  });

  it("never throws and stays small, whatever comes", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: false }), (body) => {
        const complaints = [...readComplaints(body), ...readComplaints({ errors: body }), ...readRowComplaints(body)];
        expect(JSON.stringify(complaints).length).toBeLessThan(200_000);
      }),
    );
    const deep = Array.from({ length: 2_000 }, () => 0).reduce<unknown>((inner) => ({ a: inner }), "x");
    expect(readComplaints({ errors: deep })).toEqual([]);
    expect(readComplaints({ errors: Array.from({ length: 999 }, (_, index) => `message ${index}`) })[0]?.messages).toHaveLength(
      50,
    );
    expect(readComplaints("x".repeat(100_000))[0]?.messages[0]?.length).toBeLessThan(400);
  });
});

describe("classification", () => {
  const refusal = (status: number, message: string, isInProject = true, field?: string) =>
    classifyRefusal({
      status,
      isInProject,
      complaints: [field === undefined ? { messages: [message] } : { field, messages: [message] }],
    });

  it.each<[number, string, boolean, string]>([
    [401, "The access token is invalid", true, "procore.unauthorised"],
    [403, "App is not connected to this company.", true, "procore.app-not-connected"],
    [403, "You do not have sufficient access to complete that action", true, "procore.project-not-permitted"],
    [403, "You do not have sufficient access to complete that action", false, "procore.unauthorised"],
    [404, "Not found", true, "procore.not-found"],
    [404, "Missing Procore-Company-Id header!", false, "procore.validation"],
    [409, "Conflict", true, "procore.conflict"],
    [409, "origin_id has already been taken", true, "procore.duplicate-origin-id"],
    [413, "", true, "procore.too-large"],
    [422, "origin_id: has already been taken", true, "procore.duplicate-origin-id"],
    [400, "This contract is locked", true, "procore.locked"],
    [422, "name can't be blank", true, "procore.validation"],
    [406, "unknown attribute", true, "procore.validation"],
  ])("%i %j in a project: %s is %s", (status, message, isInProject, code) => {
    expect(refusal(status, message, isInProject)).toBe(code);
  });

  it("takes a taken number for what it is, not for a taken origin id", () => {
    expect(classifyComplaints([{ field: "number", messages: ["has already been taken"] }])).toBe("procore.validation");
    expect(classifyComplaints([{ field: "origin_id", messages: ["has already been taken"] }])).toBe(
      "procore.duplicate-origin-id",
    );
  });
});
