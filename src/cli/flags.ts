/** Flags that several commands share, and how their values are read. A bad value is refused with what to write. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Flow, flows } from "../core/index.ts";
import { nearestOf } from "./config/index.ts";

export const defaultConfigFile = "ml-connector.yaml";

export function withConfig(command: Command): Command {
  return command.option("-c, --config <file>", "configuration file", defaultConfigFile);
}

export function withJson(command: Command): Command {
  return command.option("--json", "print the result as JSON", false);
}

export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= low && value <= high)) throw new InvalidArgumentError(`give a whole number from ${low} to ${high}.`);
    return value;
  };
}

const noteLengthMax = 300;

/** A person's words beside a decision, for the audit trail. */
export function readNote(text: string): string {
  if (text.length <= noteLengthMax) return text;
  throw new InvalidArgumentError(`a note has up to ${noteLengthMax} characters.`);
}

function readFlow(text: string): Flow {
  const flow = flows.find((name) => name === text);
  if (flow) return flow;
  throw new InvalidArgumentError(`there is no flow "${text}"; the nearest is "${nearestOf(text, flows)}".`);
}

/** Kept in the order in which flows depend on one another, each once. */
function readFlows(text: string, before: readonly Flow[] | undefined): readonly Flow[] {
  const asked = new Set([...(before ?? []), ...text.split(",").map((name) => readFlow(name.trim()))]);
  return flows.filter((flow) => asked.has(flow));
}

export function flowOption(): Option {
  return new Option("--flow <name>", `only this flow, may be repeated: ${flows.join(", ")}`).argParser(readFlows);
}
