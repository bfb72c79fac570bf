/**
 * `ml-connector ping`: does everything answer, with the right user, rights and company? SAP by each door that data is read through (RFC:
 * one logon, three harmless calls; Gateway: its services' metadata; IDocs: who listens), Procore by token, identity, companies and permitted projects. It reads only, starts no database and writes no
 * file. Each failure is one sentence with its code; one bad side does not hide the other.
 */
import { Command } from "commander";
import { loadConfiguration } from "../config/index.ts";
import { exitCodes, type Failure, failureOf } from "../exit-codes.ts";
import { withConfig, withJson } from "../flags.ts";
import { pingGateway } from "../ping/ping-gateway.ts";
import { pingIDocs } from "../ping/ping-idocs.ts";
import { pingProcore } from "../ping/ping-procore.ts";
import { pingSap } from "../ping/ping-sap.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { openSecrets } from "../wiring/places.ts";

type Flags = { config: string; connection?: string; json: boolean };
type Finding = { connection: string; check: string; ok: boolean; detail: string; failure?: Failure };

/** A check answers what it found, in a few words, or throws. */
async function look(connection: string, check: string, ask: () => Promise<string>): Promise<Finding> {
  try {
    return { connection, check, ok: true, detail: await ask() };
  } catch (error) {
    const failure = failureOf(error);
    // A defect of ours is none of the other side's.
    if (failure.exitCode === exitCodes.defect) throw error;
    return { connection, check, ok: false, detail: failure.sentence, failure };
  }
}

function tell({ connection, check, ok, detail }: Finding): void {
  const mark = ok ? terminal.paint("ok  ", "good") : terminal.paint("FAIL", "bad");
  terminal.print(`${mark} ${connection} ${check.padEnd(8)} ${detail}`);
}

/** Configuration before the rest: it is what must be put right first. */
function worstOf(findings: readonly Finding[]): number {
  const codes = findings.flatMap(({ failure }) => failure?.exitCode ?? []);
  return codes.includes(exitCodes.configuration) ? exitCodes.configuration : (codes[0] ?? exitCodes.done);
}

async function ping({ config: configFile, connection: asked, json }: Flags): Promise<void> {
  const config = await loadConfiguration(configFile);
  const names = asked === undefined ? Object.keys(config.connections) : [pickConnection(config, asked)];
  const ports = { clock: systemClock, random: systemRandom };
  const secrets = openSecrets({ dataFolder: config.dataFolder, env: terminal.env, ...ports });
  const http = createHttpClient();
  const findings: Finding[] = [];
  try {
    for (const name of names) {
      const connection = config.connections[name];
      if (!connection) continue;
      const given = { name, connection, dataFolder: config.dataFolder, secrets, http, ...ports };
      const doors = new Set(Object.values(connection.agent.sap.doors));
      const checks = [
        ...(doors.has("rfc") ? [() => look(name, "SAP", () => pingSap(given))] : []),
        ...(doors.has("odata") ? [() => look(name, "Gateway", () => pingGateway(given))] : []),
        ...(connection.agent.idocs ? [() => look(name, "IDocs", () => pingIDocs(given))] : []),
        () => look(name, "Procore", () => pingProcore(given)),
      ];
      for (const check of checks) {
        const finding = await check();
        findings.push(finding);
        if (!json) tell(finding);
      }
    }
  } finally {
    await http.close();
  }
  process.exitCode = worstOf(findings);
  if (json) terminal.json({ ok: process.exitCode === exitCodes.done, checks: findings });
}

export function pingCommand(): Command {
  return withJson(withConfig(new Command("ping").description("check that SAP and Procore answer, with the right rights")))
    .option("--connection <name>", "only this connection")
    .action(ping);
}
