/**
 * TH_WPINFO and RFC_PING_AND_WAIT (sap-rfc 2.3, 3.1): how many dialog processes there are and which are free, and a call that holds one for
 * as long as it is told. The list has the other kinds of process too: a client that counts rows instead of DIA counts wrong. Its fields
 * are [K].
 */
import { char, type FunctionModule, int4, type Row, structure } from "./interface.ts";

const otherProcesses = ["UPD", "ENQ", "BTC", "BTC", "SPO", "UP2"];

function processRow(index: number, kind: string, runs: { user: string; report: string } | undefined, client: string): Row {
  return {
    WP_NO: String(index),
    WP_TYP: kind,
    WP_PID: String(4000 + index),
    WP_STATUS: runs === undefined ? "Wait" : "Run",
    WP_WAITING: "",
    WP_RESTART: "Yes",
    WP_MANDT: runs === undefined ? "" : client,
    WP_BNAME: runs?.user ?? "",
    WP_REPORT: runs?.report ?? "",
  };
}

export const workProcessList: FunctionModule = {
  name: "TH_WPINFO",
  text: "Work process info",
  parameters: [
    { direction: "import", name: "SRVNAME", type: char(20), default: "", text: "Application server; blank is this one" },
    { direction: "table", name: "WPLIST", type: structure("WPINFO"), text: "Work processes" },
  ],
  exceptions: ["SEND_ERROR"],
  run: (_input, { world, user }) => {
    const { running, count } = world.workProcesses;
    // The call that asks runs in the first: it never sees all processes free.
    const runs = (index: number) => {
      if (index >= running) return undefined;
      return index === 0 ? { user: user.user, report: "SAPLTHFB" } : { user: "", report: "" };
    };
    const dialog = Array.from({ length: count }, (_, index) => processRow(index, "DIA", runs(index), world.system.client));
    const others = otherProcesses.map((kind, index) => processRow(count + index, kind, undefined, world.system.client));
    return { exports: {}, tables: { WPLIST: [...dialog, ...others] } };
  },
};

export const pingAndWait: FunctionModule = {
  name: "RFC_PING_AND_WAIT",
  text: "RFC Ping that takes its time",
  parameters: [{ direction: "import", name: "SECONDS", type: int4(), text: "Seconds to wait" }],
  exceptions: [],
  run: (input) => ({ exports: {}, tables: {}, waitMs: Math.max(0, Number(input.imports.get("SECONDS") ?? 0)) * 1000 }),
};
