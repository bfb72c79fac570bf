/** The configuration as the rest of the command line sees it: checked, paths absolute, mapping compiled. */
import type { AgentSettings } from "../../agent/index.ts";
import type { Mapping } from "../../core/index.ts";
import type { CalendarSource, ConnectionSettings, NamedSchedule } from "../../hub/index.ts";

export type ConnectionConfiguration = {
  settings: ConnectionSettings;
  agentFile: string;
  agent: AgentSettings;
  mappingFile: string;
  mapping: Mapping;
  schedules: readonly NamedSchedule[];
  /** Of billing periods. */
  calendar: CalendarSource;
};

export type Configuration = {
  /** Absolute path of `ml-connector.yaml`. */
  file: string;
  /** Absolute. PostgreSQL, sealed secrets and agents' identities stand in it. */
  dataFolder: string;
  hub: { host: string; port: number };
  tenant: string;
  connections: Readonly<Record<string, ConnectionConfiguration>>;
};
