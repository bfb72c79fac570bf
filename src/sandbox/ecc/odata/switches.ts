/** What a test may change of the OData services while the system runs: nodes, gaps, drift of `$metadata`, and weather (sap-data 5.4, 5.5). */
import { z } from "zod";
import { edmTypes, supportsShape } from "./definition.ts";

const faultKinds = [
  /** 401 with the logon page, though the password is right. */
  "logon-failed",
  "no-authority",
  "no-service",
  "node-inactive",
  "sy-530",
  "no-alias",
  "short-dump",
  "web-dispatcher",
  /** 200 with an HTML form that a browser would post to the identity provider. */
  "logon-form",
  "overload",
  "silence",
  "cut-before",
  "cut-half",
] as const;
export type ODataFault = (typeof faultKinds)[number];

export const odataSwitchesShape = z.strictObject({
  /** The ICF node `/sap/opu/odata`: inactive answers 404 in HTML. */
  odataActive: z.boolean(),
  /** By entity set, or `*` for all: laid over what the service's file says. */
  odataGaps: z.record(z.string(), supportsShape),
  /** Transports that came in since: properties that are new, gone, or of another type. */
  odataDrift: z.array(
    z.strictObject({
      entitySet: z.string(),
      property: z.string(),
      change: z.union([z.literal("add"), z.literal("remove"), z.strictObject({ retype: z.enum(edmTypes) })]),
    }),
  ),
  /** The header `sap-message` of answers; without it there is none. */
  odataMessage: z.string(),
  /** sap-data 5.2: ICM refuses longer request lines. */
  odataUrlMax: z.int().min(100),
  odataFailNext: z.array(
    z.strictObject({
      /** An entity set, `$metadata`, or `*` for any request. */
      on: z.string(),
      times: z.int().min(1),
      /** Requests that pass before the first one fails. */
      skip: z.int().min(0).optional(),
      how: z.enum(faultKinds),
    }),
  ),
});
export type ODataSwitches = z.infer<typeof odataSwitchesShape>;

export const defaultODataSwitches = (): ODataSwitches => ({
  odataActive: true,
  odataGaps: {},
  odataDrift: [],
  odataMessage: "",
  odataUrlMax: 8192,
  odataFailNext: [],
});

/** The fault planned for this request, used up by one. */
export function takeODataFault(switches: ODataSwitches, resource: string): ODataFault | undefined {
  const index = switches.odataFailNext.findIndex(({ on }) => on === "*" || on === resource);
  const fault = switches.odataFailNext[index];
  if (fault === undefined) return undefined;
  if (fault.skip !== undefined && fault.skip > 0) {
    fault.skip -= 1;
    return undefined;
  }
  fault.times -= 1;
  if (fault.times === 0) switches.odataFailNext.splice(index, 1);
  return fault.how;
}
