// An OData service of the simulated Gateway over some purchase orders, asked without a socket.

import { handle } from "../../src/sandbox/ecc/handle.ts";
import { defaultService } from "../../src/sandbox/ecc/odata/default-service.ts";
import { manualClock, type Rows, serviceOf, worldOf } from "./ecc-world.ts";

const authorization = `Basic ${Buffer.from("RFCUSER:right").toString("base64")}`;

const orders: Rows = {
  EKKO: ["4500000001", "4500000002", "4500000003", "4500000004", "4500000005"].map((EBELN, index) => ({
    EBELN,
    BUKRS: index % 2 === 0 ? "1000" : "2000",
    AEDAT: `2026010${index + 1}`,
    LIFNR: "0000100001",
    WAERS: index === 0 ? "JPY" : "USD",
    SPRAS: "E",
  })),
  EKPO: [
    { EBELN: "4500000001", EBELP: "00010", TXZ01: "O'Neil & <Sons>", MENGE: "-1.500", MEINS: "ST", NETWR: "12.50" },
    { EBELN: "4500000001", EBELP: "00020", TXZ01: "second", NETWR: "0.00" },
    { EBELN: "4500000002", EBELP: "00010", TXZ01: "Bäcker ☃", NETWR: "1250.00" },
  ],
  TCURX: [{ CURRKEY: "JPY", CURRDEC: "0" }],
  T006: [{ MSEHI: "ST", ISOCODE: "PCE" }],
  LFA1: [{ LIFNR: "0000100001", NAME1: "Alpha", UPDAT: "20260102", UPTIM: "135042" }, { LIFNR: "V-12" }],
};

type Entity = Record<string, unknown>;
type Json = { d: { results: Entity[]; __count?: string; __next?: string; __delta?: string } & Entity };

export function openOData(definition: object = {}, rows: Rows = orders) {
  const base = defaultService("internal");
  const time = manualClock();
  const world = worldOf(rows, {}, [serviceOf({ ...base, name: "ZTEST_SRV", supports: {}, ...definition })]);
  const get = async (path: string, headers: Record<string, string> = {}, method = "GET", body = "") => {
    const target = path.startsWith("/") ? path : `/sap/opu/odata/sap/ZTEST_SRV/${path}`;
    const request = { method, target, headers: { authorization, host: "proxy:1", ...headers }, body: Buffer.from(body) };
    const outcome = await handle(request, world, time.clock);
    const none: Record<string, string | string[]> = {};
    if (outcome.kind !== "answer") return { status: 0, headers: none, text: outcome.kind, json: undefined as never, outcome };
    const text = Buffer.from(outcome.body).toString("utf8");
    const isJson = String(outcome.headers["content-type"]).includes("json");
    return {
      status: outcome.status,
      headers: outcome.headers,
      text,
      json: (isJson ? JSON.parse(text) : undefined) as Json,
      outcome,
    };
  };
  const results = async (path: string) => {
    const { status, text, json } = await get(`${path}${path.includes("?") ? "&" : "?"}$format=json`);
    if (status !== 200) throw new Error(text);
    return json.d.results;
  };
  const numbers = async (options: string) =>
    (await results(`EkkoSet?${options}`)).map(({ Ebeln }) => String(Ebeln).slice(-1)).join("");
  return { world, get, results, numbers, ...time };
}
