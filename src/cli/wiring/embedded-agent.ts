/**
 * An agent in the hub's own process. It enrols itself on first use with a code that never leaves the process, keeps its identity in a file
 * for its owner alone, and then speaks the same signed HTTP as an agent elsewhere.
 */
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { type AgentIdentity, type AgentSettings, createEmbeddedSap, enrolAgent, startAgent } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { Hub } from "../../hub/index.ts";
import type { Clock, HttpClient, Random, Secrets } from "../../ports/index.ts";
import { identityFileOf } from "./places.ts";
import { writeForOwner } from "./write-file.ts";

export type EmbeddedAgentOptions = {
  connection: string;
  settings: AgentSettings;
  dataFolder: string;
  hub: Hub;
  http: HttpClient;
  clock: Clock;
  random: Random;
  secrets: Secrets;
  log: (line: string) => void;
  faultPoint?: (name: string) => void;
};
