/**
 * The simulated SAP ECC, release profile `classic`: SOAP-RFC with session cookies, RFC_READ_TABLE with its truncations, work processes
 * that run out, faults on demand. It promises the worse behaviour wherever reference sap-rfc leaves a choice, and shares no code with
 * the product. Rows are changed by the control door (`/sandbox/…`) and, where the switch says so, by business that goes on meanwhile;
 * either way a change is on disk before it is seen.
 */
import type { AddressInfo } from "node:net";
import type { Clock, Random } from "../../ports/index.ts";
import { type Business, createBusiness } from "./business/index.ts";
import { controlDoor } from "./control.ts";
import { loadServices } from "./odata/services.ts";
import { listen } from "./server.ts";
import { countIn } from "./stats.ts";
import { type Changes, openChanges } from "./store/changes.ts";
import { loadEcc } from "./store/load.ts";
import { type EccWorld, newWorld } from "./world-state.ts";

export { type Business, type BusinessEvent, createBusiness, type EventName, eventNames } from "./business/index.ts";
export { type Field, fieldsOf, isKnownField, tableNames } from "./dictionary/index.ts";
export { type MessageType, messageTypes } from "./idoc/idoc.ts";
export { type IDocSendOptions, type IDocSendReport, sendIDocs } from "./idoc/send.ts";
export { plainVariant, type XmlVariant } from "./idoc/write-xml.ts";
export { defaultService, type ODataForm } from "./odata/default-service.ts";
export type { ServiceDefinition } from "./odata/definition.ts";
export type { Stats } from "./stats.ts";
export type { Switches } from "./switches.ts";

export type EccOptions = {
  worldFolder: string;
  /** 0 takes any free port. */
  port: number;
  host?: string;
  clock: Clock;
  random: Random;
  /** Of the business that goes on while `businessEventsPerCall` is set. */
  businessSeed?: number;
};

/** One event is one line of the kept changes: a restart finds it whole or not at all. */
function liveBusiness(world: EccWorld, business: Business, changes: Changes): (events: number) => Promise<void> {
  return async (events) => {
    for (let count = 0; count < events; count += 1) {
      await changes.transact(() => {
        const event = business.next();
        if (event === undefined) return [];
        countIn(world.stats.businessEvents, event.name);
        return event.changes;
      });
    }
  };
}

export async function startEcc(options: EccOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { system, tables } = await loadEcc(options.worldFolder);
  const changes = await openChanges(options.worldFolder, tables);
  const services = await loadServices(options.worldFolder);
  const world = newWorld({ system, tables, random: options.random, services });
  const business = createBusiness(world, { seed: options.businessSeed ?? 1, clock: options.clock });
  world.transact = (build) => changes.transact(build);
  world.liveBusiness = liveBusiness(world, business, changes);
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
