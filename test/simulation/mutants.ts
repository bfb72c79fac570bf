// Mutants: the product with one thing wrong, made by wrapping what it is given. Each must be caught.
import type { AgentOptions } from "../../src/agent/agent.ts";
import type { HubOptions } from "../../src/hub/index.ts";

export type Mutant = {
  name: string;
  hub?: (options: HubOptions) => HubOptions;
  agent?: (options: AgentOptions) => AgentOptions;
};

export const mutants: readonly Mutant[] = [];
