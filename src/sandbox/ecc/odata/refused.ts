/** A request that the Gateway or the service refuses, with the code and status of sap-data 5.5; `error-answers.ts` writes it. */
export class ODataRefused extends Error {
  override readonly name = "ODataRefused";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, text: string) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

/** The framework's own codes look like GUIDs (sap-data 5.5). */
export const frameworkCode = {
  unknownProperty: "005056A509B11EE1B9A8FEA8DE87F78E",
  unknownSegment: "005056A509B11EE1B9A8FEC11C21578E",
  badUri: "005056A509B11EE1B9A8FEC11C21D78E",
  badOption: "005056A509B11EE1B9A8FEC11C23378E",
} as const;

export function badUri(text: string): ODataRefused {
  return new ODataRefused(400, frameworkCode.badUri, text);
}

export function unknownProperty(property: string, type: string): ODataRefused {
  return new ODataRefused(400, frameworkCode.unknownProperty, `Property ${property} not found in type ${type}`);
}

/** sap-data 5.5: what the developer did not code. */
export function notImplemented(method: string): ODataRefused {
  return new ODataRefused(501, "/IWBEP/CM_MGW_RT/021", `Method '${method.toUpperCase()}' not implemented in data provider class`);
}
