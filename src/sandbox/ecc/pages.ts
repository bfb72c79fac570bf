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

/** sap-data 5.5: an inactive node under `/sap/opu` answers 404. */
export function serviceUnreachablePage(): string {
  return page("Service cannot be reached", [
    "The termination occurred in system with error code 404 and for the reason Not found.",
  ]);
}

export function webDispatcherPage(): string {
  return page("503 Service Unavailable", [
    "No server is available to handle the request.",
    "Error: -27, Component: HTTP_ROUTE, SAP Web Dispatcher.",
  ]);
}

/** What a browser would post to the identity provider without a click; status 200. */
export function samlFormPage(): string {
  return (
    '<html><head><title>Logon</title></head><body onload="document.forms[0].submit()">' +
    '<form method="post" action="/saml2/idp/sso"><input type="hidden" name="SAMLRequest" value=""/></form></body></html>'
  );
}

export function longUrlPage(): string {
  return page("414 Request-URI Too Long", ["The request line is longer than the server takes.", "Error: -20, Component: ICM."]);
}
