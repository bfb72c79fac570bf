// The plain objects that node-rfc throws (sap-rfc 2.1.3), made from what the simulated ECC says over SOAP.
import { find, type Node } from "./xml.ts";

export type RfcError = {
  name: string;
  group: number;
  code: number;
  codeString: string;
  key: string;
  message: string;
  abapMsgClass?: string;
  abapMsgType?: string;
  abapMsgNumber?: string;
  abapMsgV1?: string;
};

export const communication = (text: string): RfcError => ({
  name: "RfcLibError",
  group: 4,
  code: 1,
  codeString: "RFC_COMMUNICATION_FAILURE",
  key: "RFC_COMMUNICATION_FAILURE",
  message: `\nLOCATION    CPIC (TCP/IP) on local host with Unicode\nERROR       ${text}\nRC          236\nMODULE      nixxi.cpp\n`,
});

export const invalidHandle: RfcError = {
  name: "RfcLibError",
  group: 4,
  code: 13,
  codeString: "RFC_INVALID_HANDLE",
  key: "RFC_INVALID_HANDLE",
  message: "An invalid handle 'RFC_CONNECTION_HANDLE' was passed to the API call",
};

export const invalidParameter = (field: string): RfcError => ({
  name: "RfcLibError",
  group: 5,
  code: 20,
  codeString: "RFC_INVALID_PARAMETER",
  key: "RFC_INVALID_PARAMETER",
  message: `field '${field}' not found`,
});

export const canceled: RfcError = {
  name: "RfcLibError",
  group: 4,
  code: 7,
  codeString: "RFC_CANCELED",
  key: "RFC_CANCELED",
  message: "Connection was canceled.",
};

export const refusedLogon: RfcError = {
  name: "RfcLibError",
  group: 3,
  code: 2,
  codeString: "RFC_LOGON_FAILURE",
  key: "RFC_LOGON_FAILURE",
  message: "Name or password is incorrect (repeat logon)",
};

const runtime = (key: string, message: string): RfcError => ({
  name: "ABAPError",
  group: 2,
  code: 3,
  codeString: "RFC_ABAP_RUNTIME_FAILURE",
  key,
  message,
});

const exception = (key: string, text: string, id: string, number: string): RfcError => ({
  name: "ABAPError",
  group: 1,
  code: 5,
  codeString: "RFC_ABAP_EXCEPTION",
  key,
  message: id === "" ? " Number:000" : `ID:${id} Type:E Number:${number} ${text}`,
  ...(id === "" ? {} : { abapMsgClass: id, abapMsgType: "E", abapMsgNumber: number }),
});

export function fromPage(status: number, html: string): RfcError {
  if (status === 401) return refusedLogon;
  const dump = /Runtime Errors: ([A-Z0-9_]+)/.exec(html)?.[1];
  const said = /ERROR: ([^<(]*)/.exec(html)?.[1] ?? "";
  if (dump !== undefined) return runtime(dump, said.trim());
  if (status === 503) return communication("no free work process: dispatcher queue full");
  return runtime("SYSTEM_FAILURE", `The server answered with ${status}`);
}

export function fromFault(fault: Node): RfcError {
  const raised = find(fault, ".Exception");
  const text = (node: Node | undefined, name: string) => (node === undefined ? "" : (find(node, name)?.text ?? ""));
  if (raised !== undefined)
    return exception(text(raised, "Name"), text(raised, "Text"), text(raised, "ID"), text(raised, "Number"));
  const [, key = "SYSTEM_FAILURE", words = ""] = /^([A-Z0-9_]+): ([\s\S]*)$/.exec(text(fault, "message")) ?? [];
  return runtime(key, words);
}
