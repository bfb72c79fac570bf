/** The part of node-rfc's interface that is used here (sap-rfc 2.1.2); any module that has it will do. */
export type RfcLibraryClient = {
  open(): Promise<unknown>;
  call(name: string, parameters: object, options?: object): Promise<unknown>;
  close(): Promise<unknown>;
  cancel?(): Promise<unknown>;
};

export type ClientModule = {
  create(parameters: Readonly<Record<string, string>>, options: object): RfcLibraryClient;
  version: string;
};

type ClientClass = new (parameters: object, options: object) => RfcLibraryClient;

export function moduleOf(loaded: unknown): ClientModule | undefined {
  const given = loaded as { Client?: unknown; default?: { Client?: unknown }; noderfc_version?: unknown } | null | undefined;
  const client = given?.Client ?? given?.default?.Client;
  if (typeof client !== "function") return undefined;
  const Client = client as ClientClass;
  const version = (client as { environment?: { noderfc?: { version?: unknown } } }).environment?.noderfc?.version;
  return {
    create: (parameters, options) => new Client(parameters, options),
    version: typeof version === "string" ? version : "",
  };
}
