/** Refusals as Gateway writes them, in JSON or in Atom by what was asked for, and the HTML that comes from before Gateway (sap-data 5.5). */

import type { EccSystem } from "../../world.ts";
import { type EccAnswer, htmlAnswer } from "../answers.ts";
import * as pages from "../pages.ts";
import { ODataRefused } from "./refused.ts";
import type { ODataFault } from "./switches.ts";
import { xmlText } from "./write-atom.ts";

export type ErrorContext = {
  wantsJson: boolean;
  /** Of the path, whether or not there is such a service. */
  service: { name: string; version: number };
  system: EccSystem;
  nowMs: number;
};

/** `20200428134913.3847960`: UTC, seven digits of a second. */
function stamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().replace(/[-:TZ]/g, "")}0000`;
}

function transactionId(nowMs: number): string {
  return nowMs.toString(16).toUpperCase().padStart(32, "0");
}

function errorJson({ code, message }: ODataRefused, { service, nowMs }: ErrorContext): string {
  const detail = (of: string, text: string) => ({ code: of, message: text, propertyref: "", severity: "error", target: "" });
  return JSON.stringify({
    error: {
      code,
      message: { lang: "en", value: message },
      innererror: {
        application: {
          component_id: "",
          service_namespace: "/SAP/",
          service_id: service.name,
          service_version: String(service.version).padStart(4, "0"),
        },
        transactionid: transactionId(nowMs),
        timestamp: stamp(nowMs),
        Error_Resolution: {
          SAP_Transaction:
            "Run transaction /IWFND/ERROR_LOG on the Gateway system and search for entries with the timestamp above",
          SAP_Note: "See SAP Note 1797736 for error analysis",
        },
        // sap-data 5.5: the last detail says nothing.
        errordetails: [detail(code, message), detail("/IWBEP/CX_MGW_BUSI_EXCEPTION", "An exception was raised")],
      },
    },
  });
}

function errorXml({ code, message }: ODataRefused, { nowMs }: ErrorContext): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?><error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">' +
    `<code>${xmlText(code)}</code><message xml:lang="en">${xmlText(message)}</message>` +
    `<innererror><transactionid>${transactionId(nowMs)}</transactionid><timestamp>${stamp(nowMs)}</timestamp></innererror></error>`
  );
}

export function refusalAnswer(refused: ODataRefused, context: ErrorContext): EccAnswer {
  const { wantsJson } = context;
  const type = wantsJson ? "application/json;charset=utf-8" : "application/xml;charset=utf-8";
  const text = wantsJson ? errorJson(refused, context) : errorXml(refused, context);
  return {
    kind: "answer",
    status: refused.status,
    headers: { "content-type": type, dataserviceversion: "1.0" },
    body: Buffer.from(text, "utf8"),
  };
}

export function noService({ name, version }: ErrorContext["service"]): ODataRefused {
  const shown = `namespace '', name '${name}', version '${String(version).padStart(4, "0")}'`;
  return new ODataRefused(403, "/IWFND/MED/170", `No service found for ${shown}`);
}

export function unsayable(): ODataRefused {
  return new ODataRefused(500, "SY/530", "In the context of Data Services an unknown internal server error occurred");
}

export function noAuthority(what: string): ODataRefused {
  return new ODataRefused(403, "/IWBEP/CX_MGW_BUSI_EXCEPTION", `You are not authorized to read ${what}`);
}

export function shortDump(system: EccSystem, id: string): EccAnswer {
  return htmlAnswer(500, pages.dumpPage({ systemId: system.systemId, host: system.host, id, text: id }));
}

/** The answers of planned weather; what happens to the connection is the caller's. */
export function faultAnswer(how: ODataFault, context: ErrorContext, user: string): EccAnswer | undefined {
  const { service, system } = context;
  switch (how) {
    case "logon-failed":
      return htmlAnswer(401, pages.logonFailedPage(system.systemId, system.client), {
        "www-authenticate": `Basic realm="SAP NetWeaver Application Server [${system.systemId}/${system.client}]"`,
        "sap-system": system.systemId,
      });
    case "no-authority":
      return refusalAnswer(noAuthority(service.name), context);
    case "no-service":
      return refusalAnswer(noService(service), context);
    case "node-inactive":
      return htmlAnswer(404, pages.serviceUnreachablePage());
    case "sy-530":
      return refusalAnswer(unsayable(), context);
    case "no-alias": {
      const text = `No System Alias found for Service '${service.name}_${String(service.version).padStart(4, "0")}' and user '${user}'`;
      return refusalAnswer(new ODataRefused(500, "/IWFND/CM_COS/064", text), context);
    }
    case "short-dump":
      return shortDump(system, "DBIF_RSQL_SQL_ERROR");
    case "web-dispatcher":
      return htmlAnswer(503, pages.webDispatcherPage());
    case "logon-form":
      return htmlAnswer(200, pages.samlFormPage());
    case "overload":
    case "silence":
    case "cut-before":
    case "cut-half":
      return undefined;
  }
}
