/** Each door into SAP that the settings name: whether it is open, and what opens it. One that is shut does not hide the others. */
import { type AgentSettings, placeOf, probeGateway, type SapDesk, type SapPorts } from "../../agent/index.ts";
import { describeError, Fault } from "../../core/index.ts";
import type { SystemProbe } from "../../sap/index.ts";
import { lookAtIDocs } from "../ping/look-at-idocs.ts";
import { terminal } from "../terminal.ts";

export type Door = { door: "RFC" | "OData" | "IDocs"; ok: boolean; detail: string; next: string };
export type Doors = { doors: readonly Door[]; system: SystemProbe | Fault };

type Asked = { desk: Pick<SapDesk, "probe">; settings: AgentSettings; ports: SapPorts };

async function look(door: Door["door"], ask: () => Promise<string>): Promise<Door> {
  try {
    return { door, ok: true, detail: await ask(), next: "" };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      door,
      ok: false,
      detail: `${error.place ?? ""} ${error.detail ?? ""} [${error.code}]`.trim(),
      next: describeError(error.code).next,
    };
  }
}

async function gateway(settings: AgentSettings, ports: SapPorts): Promise<string> {
  const found = await probeGateway(settings, ports);
  if (found === undefined) throw new Fault("config.invalid", { place: "sap.odata", detail: "names no services" });
  const [broken] = Object.entries(found.broken);
  if (broken) throw new Fault("sap.service-changed", { place: broken[0], detail: broken[1].join("; ") });
  return `${found.tables} tables by ${found.services.join(", ")}`;
}

export async function lookAtDoors({ desk, settings, ports }: Asked): Promise<Doors> {
  const { sap, idocs } = settings;
  let system: SystemProbe | Fault = new Fault("sap.protocol", { place: placeOf(settings), detail: "was not asked" });
  const rfc = await look("RFC", async () => {
    try {
      system = await desk.probe();
    } catch (error) {
      if (error instanceof Fault) system = error;
      throw error;
    }
    return `by ${sap.transport}`;
  });
  return {
    system,
    doors: [
      rfc,
      ...(sap.odata === undefined ? [] : [await look("OData", () => gateway(settings, ports))]),
      ...(idocs === undefined ? [] : [await look("IDocs", () => lookAtIDocs(idocs, ports.http))]),
    ],
  };
}

export function tellDoor({ door, ok, detail, next }: Door): void {
  const mark = ok ? terminal.paint("ok  ", "good") : terminal.paint("FAIL", "bad");
  terminal.print(`${mark} door ${door.padEnd(19)} ${[detail, next].filter((each) => each !== "").join(" ")}`);
}
