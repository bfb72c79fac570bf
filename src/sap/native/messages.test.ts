import fc from "fast-check";
import { expect, it } from "vitest";
import { readChildLine } from "./messages.ts";

it("reads what the protocol says", () => {
  const t100 = { id: "F5", number: "104", type: "E", v: ["", "", "", ""] };
  const failure = {
    type: "failure",
    id: 3,
    group: 2,
    code: "RFC_ABAP_MESSAGE",
    key: "F5 104",
    message: "m",
    t100,
    isSessionLost: false,
  };
  expect(readChildLine(JSON.stringify(failure))).toMatchObject({
    type: "failure",
    id: 3,
    facts: { t100: { id: "F5", number: "104" } },
  });
  expect(readChildLine('{"type":"ready","version":1,"driver":"jco","library":"3.1.9"}')).toMatchObject({ driver: "jco" });
  expect(readChildLine('{"type":"rows","id":0,"rows":[{"WA":"x"},{}]}')).toEqual({
    type: "rows",
    id: 0,
    rows: [{ WA: "x" }, {}],
  });
});

it("is undefined for every other line, and never throws", () => {
  const types = fc.constantFrom("ready", "fatal", "rows", "answer", "failure", "x", undefined);
  fc.assert(
    fc.property(types, fc.json(), fc.jsonValue(), (type, text, value) => {
      readChildLine(text);
      const read = readChildLine(JSON.stringify({ type, id: value, rows: value, values: value, version: value, message: value }));
      if (read !== undefined) expect(read.type).toBe(type);
    }),
    { numRuns: 500 },
  );
  for (const line of [
    "",
    "null",
    "[]",
    '{"type":"ready","version":2,"driver":"jco","library":""}',
    '{"type":"answer","id":-1,"values":{}}',
    '{"type":"answer","id":1.5,"values":{}}',
    '{"type":"answer","id":1,"values":{"A":null}}',
    '{"type":"rows","id":1,"rows":[["x"]]}',
    '{"type":"failure","id":1,"group":1,"code":"","key":"","message":"","isSessionLost":"no"}',
    '{"type":"failure","id":1,"group":1,"code":"","key":"","message":"","t100":{"id":1},"isSessionLost":true}',
  ])
    expect(readChildLine(line), line).toBeUndefined();
});
