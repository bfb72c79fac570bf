/** The HTML that stands before the SOAP handler: logon, inactive nodes, wrong paths, dumps, session limit, overload (sap-rfc 2.2.3). */
import { escapeText } from "./soap/write.ts";

function page(title: string, lines: readonly string[]): string {
  const paragraphs = lines.map((line) => `<p class="detailText">${escapeText(line)}</p>`).join("");
  return `<html><head><title>${escapeText(title)}</title></head><body><h1>${escapeText(title)}</h1>${paragraphs}</body></html>`;
}

export function logonFailedPage(systemId: string, client: string): string {
  return page("Logon failed", [
    `Logon failed in system ${systemId}, client ${client}.`,
    "Name or password is incorrect (repeat logon).",
  ]);
}

export function forbiddenPage(path: string): string {
  return page("403 Forbidden", [
    `Forbidden: the requested resource ${path} is not available.`,
    "Service cannot be reached: the ICF node is not active.",
  ]);
}

export function notFoundPage(path: string): string {
  return page("404 Not found", [
    `The requested resource ${path} is not available.`,
    "The requested URL was not found on this server.",
  ]);
}

export function methodPage(): string {
  return page("405 Method Not Allowed", ["The SOAP processor takes POST only."]);
}

export function sessionLimitPage(user: string): string {
  return page("400 Session limit", [
    `User ${user} has reached the maximum number of security sessions.`,
    "Session limit exceeded; log off or wait.",
  ]);
}

export function dumpPage(options: { systemId: string; host: string; id: string | undefined; text: string }): string {
  return page("500 SAP Internal Server Error", [
    ...(options.id === undefined ? [] : [`Runtime Errors: ${options.id}`]),
    `ERROR: ${options.id === undefined ? "An exception occurred." : options.text} (termination: RABAX_STATE)`,
    `The error occurred on the application server ${options.host}_${options.systemId}_00 and in the work process 0.`,
    "The termination type was: RABAX_STATE",
  ]);
}

export function internalErrorPage(): string {
  return page("500 Internal Server Error", [
    "The server encountered an unexpected condition.",
    "Error: -26, Version: 7500, Component: ICM.",
  ]);
}

export function overloadPage(): string {
  return page("503 Service Unavailable", [
    "The request could not be handled: the dispatcher queue is full.",
    "Error: -6, Component: ICM.",
  ]);
}
