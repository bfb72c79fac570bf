// A module with node-rfc's Client interface and node-rfc's habits (sap-rfc 2.1.2, 2.1.3), in front of the simulated ECC: it forwards over SOAP, by an implementation
// of its own. The host of the connection is the simulated ECC's address, `127.0.0.1:PORT`. Connections are HTTP sessions: what a connection knows
// beyond that the simulated ECC keeps by the header `x-sandbox-rfc-session`.
import { randomUUID } from "node:crypto";
import { canceled, communication, fromFault, fromPage, invalidHandle, invalidParameter, refusedLogon } from "./errors.ts";
import { type Converter, inForm, outForm } from "./forms.ts";
import { escaped, find, type Node, parseXml } from "./xml.ts";

type Parameters = Readonly<Record<string, string>>;
type Options = { date?: Converter; time?: Converter; bcd?: string; stateless?: boolean; filter?: number };
type CallOptions = { notRequested?: readonly string[] };
type Shape = { kind: string; type: string; fields: ReadonlyMap<string, string> };

const namespace = "urn:sap-com:document:sap:rfc:functions";
const metadata = new Set(["RFC_GET_FUNCTION_INTERFACE", "DDIF_FIELDINFO_GET"]);
const metadataTables: Record<string, readonly string[]> = {
  RFC_GET_FUNCTION_INTERFACE: ["PARAMS"],
  DDIF_FIELDINFO_GET: ["DFIES_TAB"],
};
const elementName = (name: string) => name.replaceAll("/", "_-");

export class Client {
  static readonly environment = { noderfc: { version: "stand-in" } };
  readonly #parameters: Parameters;
  readonly #options: Options;
  readonly #shapes = new Map<string, ReadonlyMap<string, Shape>>();
  #session = randomUUID();
  #cookies = new Map<string, string>();
  #isOpen = false;
  #running: AbortController | undefined;

  constructor(parameters: Parameters, options: Options = {}) {
    if (parameters["ashost"] === undefined)
      throw Object.assign(new Error("Parameter ASHOST is missing."), { name: "nodeRfcError" });
    this.#parameters = parameters;
    this.#options = options;
  }

  async open(): Promise<this> {
    // The logon alone: the node answers 405 to whoever is let in.
    const response = await this.#send("GET", undefined);
    const page = await response.text();
    if (response.status === 401) throw refusedLogon;
    if (response.status !== 405) throw fromPage(response.status, page);
    this.#isOpen = true;
    return this;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#running?.abort();
    if (this.#cookies.size === 0) return;
    await fetch(`${this.#host}/sap/public/bc/icf/logoff?sap-client=${this.#parameters["client"]}`, {
      headers: this.#headers(),
    }).then((response) => response.text());
    this.#cookies.clear();
  }

  async cancel(): Promise<void> {
    this.#running?.abort();
    this.#cookies.clear();
    // The connection is opened again: another session.
    this.#session = randomUUID();
  }

  async call(
    name: string,
    parameters: Readonly<Record<string, unknown>>,
    { notRequested = [] }: CallOptions = {},
  ): Promise<unknown> {
    if (!this.#isOpen) throw invalidHandle;
    if (this.#running !== undefined) {
      this.#isOpen = false;
      throw communication("program state check for conversation 12345678 failed");
    }
    this.#running = new AbortController();
    const { signal } = this.#running;
    try {
      return await this.#execute(name, parameters, notRequested, signal);
    } catch (error) {
      if (signal.aborted) throw canceled;
      const { group } = error as { group?: number };
      // Whatever is no exception of the module and no mistake of the caller costs the connection (2.1.4).
      if (group === 2 || group === 3 || group === 4) this.#isOpen = false;
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  get #host(): string {
    return `http://${this.#parameters["ashost"]}`;
  }

  #headers(): Record<string, string> {
    const { user = "", passwd = "" } = this.#parameters;
    return {
      authorization: `Basic ${Buffer.from(`${user}:${passwd}`).toString("base64")}`,
      "content-type": "text/xml; charset=utf-8",
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      "x-sandbox-rfc-session": this.#session,
    };
  }

  async #send(method: string, body: string | undefined, signal?: AbortSignal): Promise<Response> {
    const { client = "", lang = "EN" } = this.#parameters;
    const url = `${this.#host}/sap/bc/soap/rfc?sap-client=${client}&sap-language=${lang}`;
    try {
      const response = await fetch(url, {
        method,
        headers: this.#headers(),
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (name !== undefined) this.#cookies.set(name, value ?? "");
      }
      return response;
    } catch (error) {
      const { code = "" } = ((error as Error).cause ?? {}) as { code?: string };
      if (code === "ECONNREFUSED") throw communication(`partner '${this.#parameters["ashost"]}' not reached`);
      throw communication("connection to partner broken");
    }
  }

  /** Of one function; the two that describe are known by heart. */
  async #shapeOf(name: string, signal: AbortSignal): Promise<ReadonlyMap<string, Shape> | undefined> {
    if (metadata.has(name)) return undefined;
    const known = this.#shapes.get(name);
    if (known !== undefined) return known;
    const answer = await this.#exchange("RFC_GET_FUNCTION_INTERFACE", { FUNCNAME: name }, ["PARAMS"], signal);
    const shape = new Map<string, Shape>();
    for (const row of rowsIn(answer, "PARAMS")) {
      const { PARAMETER = "", PARAMCLASS: kind = "", EXID: type = "", TABNAME = "", FIELDNAME = "" } = row;
      if (kind === "X") continue;
      const isFlat = FIELDNAME !== "" || TABNAME === "" || /^[CDTNIFPXgybs]$/.test(type);
      shape.set(PARAMETER, { kind, type, fields: isFlat && kind !== "T" ? new Map() : await this.#fieldsOf(TABNAME, signal) });
    }
    this.#shapes.set(name, shape);
    return shape;
  }

  async #fieldsOf(structure: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    try {
      const answer = await this.#exchange("DDIF_FIELDINFO_GET", { TABNAME: structure }, ["DFIES_TAB"], signal);
      return new Map(rowsIn(answer, "DFIES_TAB").map((row) => [row["FIELDNAME"] ?? "", row["INTTYPE"] ?? ""]));
    } catch (error) {
      if ((error as { group?: number }).group === 1) return new Map();
      throw error;
    }
  }

  async #execute(
    name: string,
    parameters: Readonly<Record<string, unknown>>,
    notRequested: readonly string[],
    signal: AbortSignal,
  ): Promise<unknown> {
    const shape = await this.#shapeOf(name, signal);
    const unknown = shape && Object.keys(parameters).find((each) => !shape.has(each));
    if (unknown !== undefined) throw invalidParameter(unknown);
    const tables = shape
      ? [...shape].flatMap(([each, { kind }]) => (kind === "T" && !notRequested.includes(each) ? [each] : []))
      : (metadataTables[name] ?? []);
    const written = Object.fromEntries(
      Object.entries(parameters).map(([each, value]) => [
        each,
        inForm(value, shape?.get(each), { name: each, ...this.#options }),
      ]),
    );
    const answer = await this.#exchange(name, written, tables, signal);
    const result: Record<string, unknown> = {};
    for (const node of answer.children) {
      const known = shape?.get(node.name);
      result[node.name] = outForm(
        node,
        known ?? { kind: tables.includes(node.name) ? "T" : "E", type: "C", fields: new Map() },
        this.#options,
      );
    }
    return result;
  }

  async #exchange(
    name: string,
    parameters: Readonly<Record<string, unknown>>,
    tables: readonly string[],
    signal: AbortSignal,
  ): Promise<Node> {
    const given = Object.entries(parameters).map(([each, value]) => written(each, value));
    const empty = tables.filter((each) => parameters[each] === undefined).map((each) => `<${elementName(each)}/>`);
    const body =
      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><f:${elementName(name)} xmlns:f="${namespace}">` +
      `${given.join("")}${empty.join("")}</f:${elementName(name)}></e:Body></e:Envelope>`;
    const response = await this.#send("POST", body, signal);
    let text: string;
    try {
      text = await response.text();
    } catch {
      throw communication("connection to partner broken");
    }
    if (!/\bxml\b/.test(response.headers.get("content-type") ?? "")) throw fromPage(response.status, text);
    const root = parseXml(text);
    const fault = find(root, "Fault");
    if (fault !== undefined) throw fromFault(fault);
    const answer = find(root, ".Response");
    if (answer === undefined) throw communication("not an answer");
    return answer;
  }
}

function written(name: string, value: unknown): string {
  const tag = elementName(name);
  const fields = (row: unknown) =>
    Object.entries(row as Record<string, unknown>)
      .map(([field, text]) => `<${elementName(field)}>${escaped(String(text))}</${elementName(field)}>`)
      .join("");
  if (Array.isArray(value)) return `<${tag}>${value.map((row) => `<item>${fields(row)}</item>`).join("")}</${tag}>`;
  return typeof value === "object" && value !== null
    ? `<${tag}>${fields(value)}</${tag}>`
    : `<${tag}>${escaped(String(value))}</${tag}>`;
}

function rowsIn(answer: Node, table: string): Record<string, string>[] {
  const node = answer.children.find(({ name }) => name === table);
  return (node?.children ?? []).map((item) => Object.fromEntries(item.children.map(({ name, text }) => [name, text.trim()])));
}
