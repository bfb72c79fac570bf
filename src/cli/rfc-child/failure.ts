/** What the library threw, as the protocol tells it (sap-rfc 2.1.3): its own words, and whether the connection outlived it (2.1.4). */
import { BadValue } from "./values.ts";

export type Facts = {
  group: number;
  code: string;
  key: string;
  message: string;
  t100?: { id: string; number: string; type: string; v: string[] };
};

const textMax = 2_000;
/** After these alone the connection lives. A MESSAGE of type A or X, and every dump, ends it. */
const surviving: ReadonlySet<string> = new Set(["RFC_ABAP_EXCEPTION", "RFC_INVALID_PARAMETER", "RFC_NOT_FOUND"]);

export const invalidParameter = (message: string): Facts => ({
  group: 5,
  code: "RFC_INVALID_PARAMETER",
  key: "RFC_INVALID_PARAMETER",
  message: message.slice(0, textMax),
});

export const canceled: Facts = {
  group: 4,
  code: "RFC_CANCELED",
  key: "RFC_CANCELED",
  message: "Connection was canceled: the call took longer than its time limit.",
};

export function factsOf(error: unknown): Facts {
  if (error instanceof BadValue) return invalidParameter(error.message);
  const given = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : "");
  const code = text("codeString");
  // What the binding itself refuses, such as a value of the wrong type, never reached SAP.
  if (text("name") === "nodeRfcError" && code === "") return invalidParameter(text("message"));
  const group = Number(given["group"]);
  const facts: Facts = {
    group: Number.isSafeInteger(group) && group >= 0 ? group : 5,
    code: code || "RFC_EXTERNAL_FAILURE",
    key: text("key") || code,
    message: (text("message") || String(error)).slice(0, textMax),
  };
  const id = text("abapMsgClass").trim();
  if (id === "") return facts;
  const v = [1, 2, 3, 4].map((at) => text(`abapMsgV${at}`));
  return { ...facts, t100: { id, number: text("abapMsgNumber").trim(), type: text("abapMsgType").trim(), v } };
}

export function losesSession({ code, t100 }: Facts): boolean {
  if (code === "RFC_ABAP_MESSAGE") return t100?.type !== "E";
  return !surviving.has(code);
}
