/**
 * The sandbox's face: a simulated SAP ECC, a simulated Procore, the builder of worlds and the loader of table extracts (design section 11).
 * It shares no code with the product; the command line starts it, nothing else imports it.
 */
export { buildGroup, type GroupOptions } from "./builder/index.ts";
export {
  type EccOptions,
  type IDocSendOptions,
  type MessageType,
  messageTypes,
  plainVariant,
  sendIDocs,
  startEcc,
  type XmlVariant,
} from "./ecc/index.ts";
export * from "./loader/index.ts";
export { documentedLimits, type ProcoreOptions, type RunningProcore, startProcore } from "./procore/index.ts";
export type * from "./world.ts";
