// Every failure shape of sap-rfc 2.2.3, told apart by class and key.
import { describe, expect, it } from "vitest";
import { errorFault, exceptionFault, response, type Scripted, textFault } from "../../../test/support/scripted-http.ts";
import { html, openScripted, password, ping, readT000 } from "../../../test/support/scripted-soap-rfc.ts";
import type { HttpFailure, RfcFailure } from "../../ports/index.ts";

const transport = (reason: HttpFailure["reason"], requestSent: HttpFailure["requestSent"] = "no"): HttpFailure => ({
  kind: "failure",
  reason,
  requestSent,
  detail: "no route",
});
const message = "<Message><ID>AD</ID><Number>559</Number></Message>";
const failures: [string, Scripted | HttpFailure, Pick<RfcFailure, "class" | "key">][] = [
  ["a time-out before anything was sent", transport("timeout"), { class: "communication", key: "UNREACHABLE" }],
  ["a reset connection", transport("reset", "maybe"), { class: "communication", key: "RESET" }],
  ["no connection", transport("unreachable"), { class: "communication", key: "UNREACHABLE" }],
  ["an unknown host", transport("name-not-found"), { class: "communication", key: "NAME_NOT_FOUND" }],
  ["a wrong certificate", transport("tls"), { class: "communication", key: "TLS" }],
  ["a timeout", transport("timeout", "maybe"), { class: "communication", key: "TIMEOUT" }],
  [
    "an answer cut in its XML",
    { body: response("RFC_READ_TABLE", "<DATA>").slice(0, 200) },
    { class: "communication", key: "ANSWER_CUT" },
  ],
  [
    "a connection that breaks in the body",
    { body: response("RFC_READ_TABLE", "").slice(0, 50), breaks: { reason: "reset", detail: "cut" } },
    { class: "communication", key: "RESET" },
  ],
  ["an empty answer", { body: "" }, { class: "communication", key: "ANSWER_CUT" }],
  [
    "a declared exception",
    { status: 500, body: exceptionFault("RFC_READ_TABLE", "FIELD_NOT_VALID") },
    { class: "exception", key: "FIELD_NOT_VALID" },
  ],
  [
    "a declared exception under status 200",
    { status: 200, body: exceptionFault("RFC_READ_TABLE", "DATA_BUFFER_EXCEEDED", "too wide", message) },
    { class: "exception", key: "DATA_BUFFER_EXCEEDED" },
  ],
  [
    "missing table authority",
    { status: 500, body: exceptionFault("RFC_READ_TABLE", "NOT_AUTHORIZED") },
    { class: "authorization", key: "NOT_AUTHORIZED" },
  ],
  [
    "missing S_RFC",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "RFC_NO_AUTHORITY") },
    { class: "authorization", key: "RFC_NO_AUTHORITY" },
  ],
  [
    "an exception's name in the faultstring",
    { status: 500, body: textFault("TABLE_NOT_AVAILABLE") },
    { class: "exception", key: "TABLE_NOT_AVAILABLE" },
  ],
  [
    "a T100 message",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "<id>FL</id><number>046</number><text>not found</text>") },
    { class: "message", key: "FL 046" },
  ],
  [
    "a message without number",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "something") },
    { class: "message", key: "ERROR_MESSAGE_STATE" },
  ],
  [
    "a dump in a fault",
    { status: 500, body: errorFault("SYSTEM_FAILURE", "Runtime error SAPSQL_DATA_LOSS") },
    { class: "dump", key: "SAPSQL_DATA_LOSS" },
  ],
  [
    "used up resources",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "RESOURCE_FAILURE") },
    { class: "overload", key: "RESOURCE_FAILURE" },
  ],
  ["a dump page", html(500, "<title>500</title>The ABAP runtime error TIME_OUT occurred"), { class: "dump", key: "TIME_OUT" }],
  ["a page of unknown cause", html(500, "Internal Server Error"), { class: "dump", key: "HTTP_500" }],
  ["an inactive node", html(403, "Service is not active"), { class: "not-active", key: "HTTP_403" }],
  ["a node without authority", html(403, "No authorization for this service"), { class: "authorization", key: "S_ICF" }],
  ["a node that demands HTTPS", html(403, "SSL required for this service"), { class: "not-active", key: "SSL_REQUIRED" }],
  [
    "a function that SRT_WHITE_LIST leaves out",
    { status: 500, body: errorFault("ERROR_MESSAGE_STATE", "RFC_X is not in the white list") },
    { class: "authorization", key: "SRT_WHITE_LIST" },
  ],
  ["the same on a page", html(403, "Function not permitted: SRT_WHITE_LIST"), { class: "authorization", key: "SRT_WHITE_LIST" }],
  [
    "the conversation limit",
    { status: 500, body: errorFault("SYSTEM_FAILURE", "max no. of 100 conversations exceeded") },
    { class: "overload", key: "CONVERSATION_LIMIT" },
  ],
  [
    "a full connection table",
    { status: 500, body: errorFault("SYSTEM_FAILURE", "CPIC 230: connection table is full") },
    { class: "overload", key: "RESOURCE_FAILURE" },
  ],
  [
    "a full gateway",
    { status: 500, body: errorFault("SYSTEM_FAILURE", "No more storage space available in the gateway") },
    { class: "overload", key: "RESOURCE_FAILURE" },
  ],
  [
    "a dump whose words are a full gateway's",
    html(500, "TSV_TNEW_PAGE_ALLOC_FAILED: No more storage space available for extending an internal table"),
    { class: "dump", key: "TSV_TNEW_PAGE_ALLOC_FAILED" },
  ],
  ["no such path", html(404, "Not found"), { class: "not-active", key: "HTTP_404" }],
  ["the session limit", html(400, "Bad request"), { class: "overload", key: "SESSION_LIMIT" }],
  ["a busy server", html(503, "Service unavailable"), { class: "overload", key: "HTTP_503" }],
  ["a gateway's timeout", html(504, "Gateway timeout"), { class: "communication", key: "HTTP_504" }],
  ["a portal's page", html(200, "Welcome"), { class: "protocol", key: "HTTP_200" }],
  ["a redirect", html(302, "moved"), { class: "protocol", key: "REDIRECT" }],
  ["another function's answer", { body: response("RFC_PING", "") }, { class: "protocol", key: "NOT_SOAP" }],
  ["XML that is no envelope", { body: "<a/>" }, { class: "protocol", key: "NOT_SOAP" }],
  ["XML that is broken", { body: "<a></b>" }, { class: "protocol", key: "MALFORMED" }],
  ["a document type", { body: "<!DOCTYPE a><a/>" }, { class: "protocol", key: "DOCTYPE" }],
];

describe("a failed call", () => {
  it.each(failures)("tells %s apart", async (_, answer, wanted) => {
    const { client } = openScripted(() => answer);
    const outcome = await client.call(readT000);
    expect(outcome).toMatchObject({ kind: "failure", ...wanted });
    if (outcome.kind === "failure") expect(outcome.detail).not.toBe("");
  });

  it("says one short line and never the password, though the page repeats it", async () => {
    const { client } = openScripted(() => html(500, `<script>x</script>${"long\n".repeat(500)}`));
    const { client: echoing } = openScripted(() => html(500, `sent: ${password}`));
    const [long, echoed] = [await client.call(ping), await echoing.call(ping)];
    if (long.kind !== "failure" || echoed.kind !== "failure") throw new Error("expected failures");
    expect(long.detail.length).toBeLessThanOrEqual(300);
    expect(long.detail).not.toContain("\n");
    expect(echoed.detail).toContain("sent: ***");
  });
});
