import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWebhookPayload, webhookKinds, webhookResourceNames } from "./webhook-payload.ts";

const older = {
  id: 123,
  ulid: "01JM0000000000000000000000",
  timestamp: "2026-10-15T08:00:00.123456Z",
  metadata: {
    source_user_id: 1,
    source_project_id: 810,
    source_operation_id: null,
    source_company_id: 77,
    source_application_id: null,
  },
  user_id: 4711,
  company_id: 77,
  project_id: 810,
  api_version: "v2",
  event_type: "update",
  resource_name: "Purchase Order Contracts",
  resource_id: 9100,
};
const newer = {
  id: "01JM0000000000000000000001",
  reason: "updated",
  resource_type: "Direct Costs",
  resource_id: "88001",
  company_id: "77",
  project_id: null,
  user_id: "1",
  timestamp: "2026-10-15T08:00:00.123456Z",
};
const problemOf = (body: unknown) => {
  const read = readWebhookPayload(body);
  return read.ok ? "read" : `${read.error.field}: ${read.error.problem}`;
};

describe("a payload", () => {
  it("of v2 is read, whichever way it writes its version", () => {
    const event = {
      version: "v2.0",
      deliveryId: older.ulid,
      kind: "contracts",
      verb: "update",
      recordId: 9100,
      parentId: null,
      companyId: 77,
      projectId: 810,
      userId: 4711,
      applicationId: null,
      happenedAt: "2026-10-15T08:00:00.123Z",
    };
    expect(readWebhookPayload(older)).toEqual({ ok: true, value: event });
    expect(readWebhookPayload({ ...older, api_version: "v2.0" })).toEqual({ ok: true, value: event });
  });

  it("of v3.0 names a line's parent", () => {
    const body = {
      ...older,
      api_version: "v3.0",
      resource_name: "Purchase Order Contract Line Items",
      related_resources: [{ id: 9100, name: "Purchase Order Contracts" }],
    };
    expect(readWebhookPayload(body)).toMatchObject({ value: { version: "v3.0", kind: "contract-lines", parentId: 9100 } });
  });

  it("of v4.0 writes ids as text and verbs in the past tense, and names no version", () => {
    expect(readWebhookPayload(newer)).toMatchObject({
      value: {
        version: "v4.0",
        deliveryId: newer.id,
        kind: "direct-costs",
        verb: "update",
        recordId: 88001,
        projectId: null,
        userId: 1,
      },
    });
    expect(readWebhookPayload({ ...newer, reason: "recycled" })).toMatchObject({ value: { verb: "delete" } });
  });

  it("without a ULID is known by its number, and without a readable time by none", () => {
    expect(readWebhookPayload({ ...older, ulid: null, timestamp: "yesterday" })).toMatchObject({
      value: { deliveryId: "123", happenedAt: null },
    });
    expect(problemOf({ ...older, ulid: undefined, id: undefined })).toBe("ulid: is missing, and so is id");
  });

  it.each([
    [{ ...older, api_version: "v9" }, 'api_version: "v9.0" is no known version; v2.0, v3.0 and v4.0 are'],
    [{}, 'api_version: "(none)" is no known version; v2.0, v3.0 and v4.0 are'],
    [{ ...older, resource_name: "Meetings" }, 'resource_name: "Meetings" is no resource that we listen to'],
    [{ ...older, resource_name: "constructor" }, 'resource_name: "constructor" is no resource that we listen to'],
    [{ ...older, event_type: "explode" }, 'event_type: "explode" is no known kind of change'],
    [{ ...newer, reason: "toString" }, 'reason: "toString" is no known kind of change'],
    [{ ...newer, resource_id: "0" }, "resource_id: is no id"],
    [[older], "(whole body): is no object"],
    [null, "(whole body): is no object"],
  ])("that is not understood is refused by what is wrong: %#", (body, problem) => {
    expect(problemOf(body)).toBe(problem);
  });

  it("of any shape is read or refused, and never throws", () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom("v2", "v3.0", "v4.0", "update", "Direct Costs", 1, "1"));
    const names = [...new Set([...Object.keys(older), ...Object.keys(newer), "related_resources"])];
    const body = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...names), field),
      field.map((value) => ({ ...older, ...Object(value) })),
    );
    const broken = fc
      .tuple(fc.constantFrom(older, newer), fc.constantFrom(...names), field)
      .map(([base, name, value]) => ({ ...base, [name]: value }));
    fc.assert(
      fc.property(fc.oneof(body, broken), (given) => {
        const read = readWebhookPayload(given);
        if (!read.ok) return read.error.field.length > 0 && read.error.problem.length > 0;
        const { recordId, deliveryId, kind } = read.value;
        return Number.isSafeInteger(recordId) && recordId > 0 && deliveryId.length > 0 && webhookKinds.includes(kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it("can be of every kind", () => {
    expect(new Set(Object.values(webhookResourceNames))).toEqual(new Set(webhookKinds));
  });
});
