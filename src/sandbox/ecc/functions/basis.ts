/** RFC_PING, RFC_SYSTEM_INFO and STFC_CONNECTION (sap-rfc 3.1). Times in their texts are the system's local time. */
import { char, type FunctionModule, structure } from "./interface.ts";

/** `YYYYMMDD` and `HHMMSS` of the system's time zone. */
export function localTime(context: { world: { system: { timeZoneMinutes: number } }; nowMs: number }): {
  date: string;
  time: string;
} {
  const local = new Date(context.nowMs + context.world.system.timeZoneMinutes * 60_000).toISOString();
  return { date: local.slice(0, 10).replaceAll("-", ""), time: local.slice(11, 19).replaceAll(":", "") };
}

export const ping: FunctionModule = {
  name: "RFC_PING",
  text: "RFC Ping",
  parameters: [],
  exceptions: [],
  run: () => ({ exports: {}, tables: {} }),
};

export const systemInfo: FunctionModule = {
  name: "RFC_SYSTEM_INFO",
  text: "Supplies various information on an SAP System",
  parameters: [{ direction: "export", name: "RFCSI_EXPORT", type: structure("RFCSI"), text: "See structure RFCSI" }],
  exceptions: [],
  run: (_input, { world: { system } }) => ({
    exports: {
      RFCSI_EXPORT: {
        RFCPROTO: "011",
        RFCCHARTYP: "4103",
        RFCINTTYP: "LIT",
        RFCFLOTYP: "IE3",
        RFCDEST: `${system.host}_${system.systemId}_00`,
        RFCHOST: system.host.slice(0, 8),
        RFCSYSID: system.systemId,
        RFCDATABS: system.systemId,
        RFCDBHOST: system.host,
        RFCDBSYS: "ORACLE",
        RFCSAPRL: system.release,
        RFCMACH: "390",
        RFCOPSYS: "Linux",
        RFCTZONE: String(system.timeZoneMinutes * 60),
        RFCDAYST: "",
        RFCIPADDR: "127.0.0.1",
        RFCKERNRL: "753",
        RFCHOST2: system.host,
      },
    },
    tables: {},
  }),
};

export const connectionTest: FunctionModule = {
  name: "STFC_CONNECTION",
  text: "RFC-TEST:  CONNECTION Test",
  parameters: [
    { direction: "import", name: "REQUTEXT", type: char(255, "SYST-LISEL"), text: "Sent text" },
    { direction: "export", name: "ECHOTEXT", type: char(255, "SYST-LISEL"), text: "Echoed text" },
    { direction: "export", name: "RESPTEXT", type: char(255, "SYST-LISEL"), text: "Server information" },
  ],
  exceptions: [],
  run: (input, context) => {
    const { system } = context.world;
    const { date, time } = localTime(context);
    // sap-rfc 2.2.2 [C]
    const about = `SAP R/3 Rel. ${system.release}   Sysid: ${system.systemId}      Date: ${date}   Time: ${time}   Logon_Data: ${system.client}/${context.user.user}/${context.language}`;
    return { exports: { ECHOTEXT: (input.imports.get("REQUTEXT") ?? "").slice(0, 255), RESPTEXT: about }, tables: {} };
  },
};
