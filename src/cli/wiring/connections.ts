/** Which connection a command means: the named one, or the only one. */
import { Fault } from "../../core/index.ts";
import type { Configuration } from "../config/index.ts";

export function pickConnection(
  config: Pick<Configuration, "file"> & { connections: Readonly<Record<string, unknown>> },
  asked: string | undefined,
): string {
  const names = Object.keys(config.connections);
  const refuse = (detail: string) => new Fault("config.invalid", { place: config.file, detail });
  if (asked !== undefined) {
    if (names.includes(asked)) return asked;
    throw refuse(`there is no connection "${asked}"; there are ${names.join(", ")}`);
  }
  const [only, ...others] = names;
  if (only === undefined) throw refuse("connections: is empty");
  if (others.length > 0) throw refuse(`there are several connections, so name one with --connection: ${names.join(", ")}`);
  return only;
}
