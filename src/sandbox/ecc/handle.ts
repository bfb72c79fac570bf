/**
 * One request in, one outcome out: an answer, silence (nothing ever comes), or a cut connection, with as many bytes before the cut as
 * the fault asks for. No socket is touched here; time and randomness are the world's.
 *
 * The order of checks is the server's: path, node, logon, session, message, function, authority, work process. What stands under
 * `/sap/opu/odata` shares the logon, the sessions and the work processes; the rest of it is in `odata/`.
 */
import { gzipSync } from "node:zlib";
import type { Clock } from "../../ports/index.ts";
import { AbapException, CallRefused, ShortDump } from "./abap-errors.ts";
import { type EccAnswer, type EccOutcome, type EccRequest, htmlAnswer } from "./answers.ts";
import { functionModule } from "./functions/index.ts";
import type { CallContext, CallInput, CallOutput, FunctionModule } from "./functions/interface.ts";
import { holdProcess } from "./hold-process.ts";
import { beforeLogon, handleOData } from "./odata/handle-odata.ts";
import { odataRoot } from "./odata/path.ts";
import * as pages from "./pages.ts";
import { bindArguments } from "./soap/arguments.ts";
import { readSoapCall, type SoapCall, SoapRefused } from "./soap/request.ts";
import { exceptionFault, messageFault, responseText } from "./soap/write.ts";
import { countIn } from "./stats.ts";
import { applyTogether } from "./store/changes.ts";
import { takeFault } from "./switches.ts";
import { memoryBytes, type Work } from "./work-process-model.ts";
import type { EccWorld } from "./world-state.ts";
import { wsdlText } from "./wsdl.ts";

export type { EccAnswer, EccOutcome, EccRequest } from "./answers.ts";

const soapPath = "/sap/bc/soap/rfc";
const wsdlPaths: ReadonlySet<string> = new Set(["/sap/bc/soap/wsdl", "/sap/bc/soap/wsdl11"]);
/** How a stand-in for a library of native RFC says which of its connections calls. No SAP system knows it. */
const sessionHeader = "x-sandbox-rfc-session";
const logoffPath = "/sap/public/bc/icf/logoff";

type Exchange = {
  request: EccRequest;
  url: URL;
  world: EccWorld;
  clock: Clock;
  nowMs: number;
  cookies: ReadonlyMap<string, string>;
};
type SignedOn = { context: CallContext; cookies: string[] };

function cookiesOf(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? "").split(";").map((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 ? (["", ""] as const) : ([pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()] as const);
  });
  return new Map(pairs.filter(([name]) => name !== ""));
}

function answer(status: number, contentType: string, text: string, headers: Record<string, string | string[]> = {}): EccAnswer {
  return { kind: "answer", status, headers: { "content-type": contentType, ...headers }, body: Buffer.from(text, "latin1") };
}

const html = htmlAnswer;

function xml(status: number, text: string, headers: Record<string, string | string[]> = {}): EccAnswer {
  return answer(status, "text/xml; charset=utf-8", text, headers);
}

/** sap-rfc 2.2.1: the client travels in the query, a header or the sap-usercontext cookie; without one, the system's default. */
function clientOf(exchange: Exchange): string {
  const inCookie = /sap-client=(\d+)/.exec(exchange.cookies.get("sap-usercontext") ?? "")?.[1];
  return (
    exchange.url.searchParams.get("sap-client") ??
    exchange.request.headers["x-sap-client"] ??
    inCookie ??
    exchange.world.system.client
  );
}

function sessionCookieName(exchange: Exchange): string {
  return `SAP_SESSIONID_${exchange.world.system.systemId}_${exchange.world.system.client}`;
}

function signOn(exchange: Exchange): SignedOn | EccAnswer {
  const { world, nowMs } = exchange;
  const { system } = world;
  const client = clientOf(exchange);
  const outcome = world.logons.logOn({
    authorization: exchange.request.headers.authorization,
    client,
    sessionId: exchange.cookies.get(sessionCookieName(exchange)),
    nowMs,
  });
  if (outcome.kind === "refused") {
    countIn(world.stats.failures, "LOGON");
    const realm = `Basic realm="SAP NetWeaver Application Server [${system.systemId}/${client.replace(/[^0-9A-Za-z]/g, "")}]"`;
    return html(401, pages.logonFailedPage(system.systemId, client), { "www-authenticate": realm });
  }
  if (outcome.kind === "too-many-sessions") {
    countIn(world.stats.failures, "SESSION_LIMIT");
    return html(400, pages.sessionLimitPage(outcome.user));
  }
  const language = (exchange.url.searchParams.get("sap-language") ?? "EN").slice(0, 1).toUpperCase();
  const cookies =
    outcome.newSessionId === undefined
      ? []
      : [
          `${sessionCookieName(exchange)}=${outcome.newSessionId}; path=/; HttpOnly`,
          `sap-usercontext=sap-client=${system.client}; path=/`,
        ];
  const session = exchange.request.headers[sessionHeader];
  return { context: { world, user: outcome.user, language, nowMs, session }, cookies };
}

function checkAuthority(module: FunctionModule, context: CallContext): void {
  const { functions, user } = context.user;
  if (functions.includes("*") || functions.includes(module.name)) return;
  // sap-rfc 1.10: missing S_RFC has the key RFC_NO_AUTHORITY.
  throw new CallRefused("RFC_NO_AUTHORITY", `User ${user} has no RFC authorization for function module ${module.name}.`);
}

function moduleOf(call: SoapCall, world: EccWorld): FunctionModule {
  const module = functionModule(call.function, world.switches);
  // sap-rfc 1.11: FU_NOT_FOUND, message FL 046, for an unknown module and for one that is not remote-enabled.
  if (module === undefined)
    throw new AbapException("FU_NOT_FOUND", `Function module ${call.function} does not exist`, { id: "FL", number: "046" });
  return module;
}

function failureAnswer(error: unknown, functionName: string, world: EccWorld): EccAnswer {
  const { system, switches, stats } = world;
  if (error instanceof AbapException) {
    countIn(stats.failures, error.exception);
    const text = exceptionFault({
      function: /^[A-Z0-9_./-]+$/.test(functionName) ? functionName : "FUNCTION",
      exception: error.exception,
      text: error.message,
      messageId: error.messageId,
      messageNumber: error.messageNumber,
    });
    return xml(switches.faultStatus, text);
  }
  if (error instanceof CallRefused) {
    countIn(stats.failures, error.key);
    return xml(switches.faultStatus, messageFault(`${error.key}: ${error.message}`));
  }
  if (error instanceof SoapRefused) {
    countIn(stats.failures, "SOAP");
    return xml(switches.faultStatus, messageFault(`SOAP_REQUEST: ${error.message}`));
  }
  if (error instanceof ShortDump) {
    countIn(stats.failures, error.id);
    const id = switches.dumpPageNamesError ? error.id : undefined;
    return html(500, pages.dumpPage({ systemId: system.systemId, host: system.host, id, text: error.message }));
  }
  throw error;
}

/** sap-rfc 5.1: the dump comes when the table grows, so nothing of it is sent. */
function checkMemory(module: FunctionModule, output: CallOutput, { switches }: EccWorld): void {
  if (switches.memoryMaxBytes === 0 || memoryBytes(module, output) <= switches.memoryMaxBytes) return;
  throw new ShortDump("TSV_TNEW_PAGE_ALLOC_FAILED", "No more storage space available for extending an internal table.");
}

/** A module that commits sees the tables as nobody else can change them until its own rows are in. */
async function runModule(module: FunctionModule, input: CallInput, context: CallContext): Promise<CallOutput> {
  const { commit } = module;
  if (commit === undefined) return module.run(input, context);
  let output: CallOutput | undefined;
  const build = () => {
    const done = commit(input, context);
    output = done.output;
    return done.changes;
  };
  if (context.world.transact === undefined) applyTogether(context.world.tables, build());
  else await context.world.transact(build);
  if (output === undefined) throw new Error(`${module.name} gave no answer`);
  return output;
}

async function runCall(call: SoapCall, module: FunctionModule, context: CallContext): Promise<{ answer: EccAnswer; work: Work }> {
  const { world } = context;
  let work: Work = { rowsScanned: 0, waitMs: 0 };
  try {
    const { input, namedTables } = bindArguments(module, call.parameters);
    const output = await runModule(module, input, context);
    work = { rowsScanned: output.rowsScanned ?? 0, waitMs: output.waitMs ?? 0 };
    checkMemory(module, output, world);
    const controls = world.switches.controlCharacters;
    const prefix = /^[\x21-\x7e]*$/.test(call.prefix) ? call.prefix : "";
    const text = responseText({ function: module.name, prefix, output, namedTables, controls });
    return { answer: xml(200, text), work };
  } catch (error) {
    return { answer: failureAnswer(error, module.name, world), work };
  }
}

function overload(world: EccWorld): EccOutcome {
  countIn(world.stats.failures, "OVERLOAD");
  const { overloadAs, faultStatus } = world.switches;
  switch (overloadAs) {
    case "reset":
      return { kind: "cut" };
    case "503":
      return html(503, pages.overloadPage());
    case "fault":
      return xml(faultStatus, messageFault("RESOURCE_FAILURE: no free work process"));
    case "system-failure":
      return xml(faultStatus, messageFault("SYSTEM_FAILURE: no free work process"));
  }
}

/** The call inside a work process, which it holds for as long as the duration model says. */
async function executeCall(call: SoapCall, module: FunctionModule, context: CallContext, clock: Clock): Promise<EccOutcome> {
  const { world } = context;
  const { switches } = world;
  const ran = await holdProcess(world, clock, async () => {
    countIn(world.stats.calls, module.name);
    const events = module.readsTables === true ? switches.businessEventsPerCall : 0;
    if (events > 0) await world.liveBusiness?.(events);
    const outcome = await runCall(call, module, context);
    if (events > 0) await world.liveBusiness?.(events);
    return outcome;
  });
  if (ran === "none-free") return overload(world);
  if (ran !== "too-long") return ran.answer;
  const text = `The program has run longer than the ${switches.maxRunMs / 1000} seconds allowed.`;
  return failureAnswer(new ShortDump("TIME_OUT", text), module.name, world);
}

async function callWithFaults(call: SoapCall, module: FunctionModule, context: CallContext, clock: Clock): Promise<EccOutcome> {
  const { world } = context;
  const fault = takeFault(world.switches, module.name);
  if (fault === undefined) return executeCall(call, module, context, clock);
  countIn(world.stats.failures, `injected ${fault}`);
  if (fault === "cut-before") return { kind: "cut" };
  if (fault === "silence") return { kind: "silence" };
  if (fault === "overload") return overload(world);
  if (fault === "html-500") return html(500, pages.internalErrorPage());
  if (fault.startsWith("dump:")) return failureAnswer(new ShortDump(fault.slice(5), "injected"), module.name, world);
  if (fault === "cut-late") {
    // Nobody waits for it; a server that stops meanwhile forgets it, as its queue would.
    void clock.sleep(world.switches.lateMs).then(
      () => executeCall(call, module, context, clock),
      () => undefined,
    );
    return { kind: "cut" };
  }
  const outcome = await executeCall(call, module, context, clock);
  if (fault === "twice") return executeCall(call, module, context, clock);
  if (fault === "html-500-after") return html(500, pages.internalErrorPage());
  if (fault === "cut-after" || outcome.kind !== "answer") return { kind: "cut" };
  return { kind: "cut", partial: outcome };
}

async function answerSoap(exchange: Exchange, signedOn: SignedOn): Promise<EccOutcome> {
  const { request, world, clock } = exchange;
  if (request.method !== "POST") return html(405, pages.methodPage());
  let functionName = "";
  try {
    const call = readSoapCall(Buffer.from(request.body).toString("utf8"));
    functionName = call.function;
    const module = moduleOf(call, world);
    checkAuthority(module, signedOn.context);
    return await callWithFaults(call, module, signedOn.context, clock);
  } catch (error) {
    return failureAnswer(error, functionName, world);
  }
}

function answerWsdl(exchange: Exchange): EccAnswer {
  const { url, request, world } = exchange;
  const names = (url.searchParams.get("services") ?? "").split(",").filter((name) => name !== "");
  const modules = names.map((name) => functionModule(name.toUpperCase(), world.switches));
  const known = modules.filter((module) => module !== undefined);
  if (known.length === 0 || known.length < modules.length) return html(404, pages.notFoundPage(url.pathname));
  const host = request.headers.host ?? `${world.system.host}:8000`;
  return xml(200, wsdlText(known, `http://${host}${soapPath}?sap-client=${world.system.client}`));
}

function compressed(outcome: EccAnswer, acceptEncoding: string | undefined): EccAnswer {
  if (outcome.body.length < 1024 || !/\bgzip\b/.test(acceptEncoding ?? "")) return outcome;
  // Level 1: 18 MB of table rows in about 0.1 s.
  return { ...outcome, headers: { ...outcome.headers, "content-encoding": "gzip" }, body: gzipSync(outcome.body, { level: 1 }) };
}

/** What every answer of the server carries. */
function finished(outcome: EccOutcome, exchange: Exchange, cookies: readonly string[]): EccOutcome {
  if (outcome.kind === "silence") return outcome;
  if (outcome.kind === "cut")
    return outcome.partial === undefined
      ? outcome
      : { kind: "cut", partial: finished(outcome.partial, exchange, cookies) as EccAnswer };
  const whole = compressed(outcome, exchange.request.headers["accept-encoding"]);
  exchange.world.stats.bytesSent += whole.body.length;
  const headers: Record<string, string | string[]> = {
    date: new Date(exchange.clock.now() + exchange.world.switches.clockOffsetMs).toUTCString(),
    server: "SAP NetWeaver Application Server",
    "sap-server": "true",
    ...whole.headers,
  };
  if (cookies.length > 0) headers["set-cookie"] = [...cookies];
  return { ...whole, headers };
}

async function routeOData(exchange: Exchange): Promise<EccOutcome> {
  const { request, url, world, clock, nowMs } = exchange;
  const refused = beforeLogon(request, world);
  if (refused !== undefined) return finished(refused, exchange, []);
  const signedOn = signOn(exchange);
  if ("kind" in signedOn) return finished(signedOn, exchange, []);
  const outcome = await handleOData({ request, url, world, user: signedOn.context.user, nowMs, clock });
  return finished(outcome, exchange, signedOn.cookies);
}

async function route(exchange: Exchange): Promise<EccOutcome> {
  const { url, world } = exchange;
  const { switches } = world;
  const isWsdl = wsdlPaths.has(url.pathname);
  if (url.pathname.startsWith(odataRoot)) return routeOData(exchange);
  if (url.pathname === logoffPath) {
    world.logons.logOff(exchange.cookies.get(sessionCookieName(exchange)) ?? "");
    return finished(html(200, "<html><body>You have been logged off.</body></html>"), exchange, []);
  }
  if (url.pathname !== soapPath && !isWsdl) return finished(html(404, pages.notFoundPage(url.pathname)), exchange, []);
  if (!(isWsdl ? switches.wsdlNodeActive : switches.icfNodeActive)) {
    countIn(world.stats.failures, "NODE_INACTIVE");
    return finished(html(403, pages.forbiddenPage(url.pathname)), exchange, []);
  }
  const signedOn = signOn(exchange);
  if ("kind" in signedOn) return finished(signedOn, exchange, []);
  const outcome = isWsdl ? answerWsdl(exchange) : await answerSoap(exchange, signedOn);
  return finished(outcome, exchange, signedOn.cookies);
}

export async function handle(request: EccRequest, world: EccWorld, clock: Clock): Promise<EccOutcome> {
  const url = URL.parse(request.target, "http://ecc");
  const nowMs = clock.now() + world.switches.clockOffsetMs;
  const cookies = cookiesOf(request.headers.cookie);
  if (url === null) return html(404, pages.notFoundPage("?"));
  return route({ request, url, world, clock, nowMs, cookies });
}
