/**
 * The simulated SAP ECC, release profile `classic`: SOAP-RFC with session cookies, RFC_READ_TABLE with its truncations, work processes
 * that run out, faults on demand. It promises the worse behaviour wherever reference sap-rfc leaves a choice, and shares no code with
 * the product. Rows are never changed by anything but the control door (`/sandbox/…`).
 */
import type { AddressInfo } from "node:net";
import type { Clock, Random } from "../../ports/index.ts";
import { controlDoor } from "./control.ts";
import { listen } from "./server.ts";
import { openChanges } from "./store/changes.ts";
import { loadEcc } from "./store/load.ts";
import { newWorld } from "./world-state.ts";

export { type Field, fieldsOf, isKnownField, tableNames } from "./dictionary/index.ts";
export type { Stats } from "./stats.ts";
export type { Switches } from "./switches.ts";

export type EccOptions = {
  worldFolder: string;
  /** 0 takes any free port. */
  port: number;
  host?: string;
  clock: Clock;
  random: Random;
};

export async function startEcc(options: EccOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { system, tables } = await loadEcc(options.worldFolder);
  const changes = await openChanges(options.worldFolder, tables);
  const world = newWorld({ system, tables, random: options.random });
  const host = options.host ?? "127.0.0.1";
  const door = controlDoor(world, changes);
  const server = await listen({ world, clock: options.clock, door, port: options.port, host }).catch(async (error: unknown) => {
    await changes.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
    await changes.close();
  };
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, close };
}
