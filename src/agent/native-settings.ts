/**
 * `sap.native` of agent.yaml: where native RFC finds the system, by the RFC library's own names, and which library it runs. What a library would refuse at the
 * first call, or what would send the password where it can be read, is refused here.
 */

import { z } from "zod";
import { isLoopback } from "../core/index.ts";

export const transports = ["soap", "jco", "node-rfc"] as const;
export type Transport = (typeof transports)[number];

const word = (what: string) => z.string().regex(/^[^\s\p{C}"]{1,200}$/u, `is no ${what}`);
const host = z.string().regex(/^[A-Za-z0-9.:_[\]-]{1,200}$/, "is no host such as sapecc.example.com");
const snc = z.string().regex(/^[^\p{C}]{1,300}$/u, "is no SNC name or path");

/** A package, or a path; never an address or an option. */
const moduleName =
  /^(?:(?:@[a-z0-9][\w.-]{0,100}\/)?[a-z0-9][\w.-]{0,100}|(?:\.{1,2}[\\/]|[\\/]|[A-Za-z]:[\\/])[^\p{C}]{1,400}\.(?:c|m)?[jt]s)$/u;

export const nativeSettings = z.strictObject({
  ashost: host.optional().describe("Application server, with sysnr; or else mshost."),
  sysnr: z
    .string()
    .regex(/^\d{2}$/, 'is no system number such as "00" (quote it)')
    .optional(),
  mshost: host.optional().describe("Message server, with r3name and group."),
  msserv: word("port or service of a message server such as 3600 or sapmsECC").optional(),
  r3name: z
    .string()
    .regex(/^[A-Z0-9]{3}$/, "is no system id such as ECC")
    .optional(),
  group: word("logon group such as PUBLIC").optional(),
  saprouter: z
    .string()
    .regex(
      /^(?:\/[HS]\/[^\s/"]{1,200}){1,20}\/?$/,
      "is no route such as /H/saprouter.example.com/S/3299, or holds a password (/W/, /P/), which has no place in a file",
    )
    .optional(),
  snc_mode: z.enum(["0", "1"]).optional().describe('"1": Secure Network Communications.'),
  snc_partnername: snc.optional(),
  snc_myname: snc.optional(),
  snc_lib: snc.optional().describe("Path of the security library; without it the library's own rules hold (SNC_LIB)."),
  snc_qop: z
    .enum(["1", "2", "3", "8", "9"])
    .optional()
    .describe('"3" encrypts, "8" is the default of the system, "9" the best there is; "1" and "2" do not encrypt.'),
  logon: z.enum(["password", "snc"]).default("password").describe("snc: the SNC name logs on, and there is no password."),
  allowPlainRfc: z
    .boolean()
    .default(false)
    .describe("Without SNC the password is only scrambled; true where the way is known to be private (VPN, tunnel)."),
  java: z.string().min(1).optional().describe("For jco: a JDK's java, of version 11 or newer; the one of the PATH without it."),
  jar: z
    .string()
    .regex(/(?:^|[\\/])sapjco3\.jar$/, "is not called sapjco3.jar, which SAP's Java Connector insists on")
    .optional()
    .describe("For jco: SAP's Java Connector, with its native library beside it; relative to this file."),
  module: z
    .string()
    .regex(moduleName, "is neither a package nor the path of a module such as ./node_modules/node-rfc/lib/index.js")
    .optional()
    .describe("For node-rfc: any module with its Client interface, a package or a path relative to this file."),
});

export type NativeSettings = z.infer<typeof nativeSettings>;

type Given = {
  transport: Transport;
  url?: string | undefined;
  native?: NativeSettings | undefined;
  odata?: { url?: string | undefined } | undefined;
};

/** An address may bear a port, as a router's or a test's does. */
const withoutPort = (host: string) => host.replace(/^(127[\d.]+):\d+$/, "$1");

export const plainRfcSentence =
  'is reached over plain RFC, which only scrambles the password (sap-rfc 0.11); use SNC (snc_mode: "1"), or set allowPlainRfc: true where the way is private (VPN, tunnel)';

/** What belongs together, and what does not. */
export function checkTransport({ transport, url, native, odata }: Given, context: z.RefinementCtx): void {
  const refuse = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  if (transport === "soap") {
    if (native !== undefined) refuse(["native"], "is given, and sap.transport is soap; choose jco or node-rfc, or leave it out");
    return;
  }
  if (url !== undefined) refuse(["url"], `is SOAP's address, and sap.transport is ${transport}; leave it out`);
  if (native === undefined) {
    refuse(["native"], `is missing; sap.transport is ${transport} and needs it`);
    return;
  }
  if (odata !== undefined && odata.url === undefined)
    refuse(["odata", "url"], `is missing; there is no sap.url to take it from where sap.transport is ${transport}`);
  checkLibrary(transport, native, refuse);
  checkServer(native, refuse);
  checkSecurity(native, refuse);
}

type Refuse = (path: string[], message: string) => void;

function checkLibrary(transport: Exclude<Transport, "soap">, { jar, java, module }: NativeSettings, refuse: Refuse): void {
  if (transport === "jco") {
    if (jar === undefined) refuse(["native", "jar"], "is missing; give the path of SAP's sapjco3.jar");
    if (module !== undefined) refuse(["native", "module"], "is for node-rfc, and sap.transport is jco");
    return;
  }
  if (module === undefined)
    refuse(["native", "module"], "is missing; give a package or module with node-rfc's Client, such as node-rfc");
  if (jar !== undefined || java !== undefined)
    refuse(["native", jar === undefined ? "java" : "jar"], "is for jco, and sap.transport is node-rfc");
}

function checkServer({ ashost, sysnr, mshost, msserv, r3name, group }: NativeSettings, refuse: Refuse): void {
  if ((ashost === undefined) === (mshost === undefined)) {
    refuse(
      ["native", "ashost"],
      "is given beside mshost, or neither is; give exactly one, an application server or a message server",
    );
    return;
  }
  if (ashost !== undefined) {
    if (sysnr === undefined) refuse(["native", "sysnr"], 'is missing beside ashost, such as "00"');
    const odd = Object.entries({ msserv, r3name, group }).find(([, value]) => value !== undefined)?.[0];
    if (odd !== undefined) refuse(["native", odd], "is of mshost, and ashost is given");
    return;
  }
  if (group === undefined) refuse(["native", "group"], "is missing beside mshost, such as PUBLIC");
  if (r3name === undefined && msserv === undefined)
    refuse(["native", "r3name"], "is missing beside mshost: the system id, or else msserv");
  if (sysnr !== undefined) refuse(["native", "sysnr"], "is of ashost, and mshost is given");
}

function checkSecurity(native: NativeSettings, refuse: Refuse): void {
  const { snc_mode, snc_partnername, snc_qop, logon, allowPlainRfc } = native;
  const isOn = snc_mode === "1";
  const odd = Object.keys(native).find((key) => key.startsWith("snc_") && key !== "snc_mode");
  if (!isOn && odd !== undefined) refuse(["native", odd], 'is given without snc_mode: "1"');
  if (isOn && snc_partnername === undefined)
    refuse(["native", "snc_partnername"], "is missing: the system's own SNC name, such as p:CN=ECC");
  if (logon === "snc" && !isOn) refuse(["native", "logon"], 'is snc without snc_mode: "1"');
  const isPrivate = isOn && snc_qop !== "1" && snc_qop !== "2";
  const isNear = isLoopback(withoutPort(native.ashost ?? native.mshost ?? "")) && native.saprouter === undefined;
  const server = native.ashost === undefined ? "mshost" : "ashost";
  if (logon === "password" && !isPrivate && !isNear && !allowPlainRfc) refuse(["native", server], plainRfcSentence);
}

const connectionKeys =
  "ashost sysnr mshost msserv r3name group saprouter snc_mode snc_partnername snc_myname snc_lib snc_qop".split(
    " ",
  ) as (keyof NativeSettings)[];

/** By the RFC library's own names; what is the product's own is left out. */
export function connectionOf(
  native: NativeSettings,
  who: { client: string; user: string; language: string },
): Readonly<Record<string, string>> {
  const given = connectionKeys.flatMap((key) => (typeof native[key] === "string" ? [[key, native[key]] as const] : []));
  // With SNC's own logon the user is one of those that SAP has for the name (USRACL).
  return { ...Object.fromEntries(given), client: who.client, lang: who.language, user: who.user };
}
