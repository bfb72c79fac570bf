/**
 * `ml-connector webhooks`: which hooks Procore was told of and what waits (`status`, calls nobody); `setup` makes them from the list of what Procore
 * offers and may be repeated; `rotate` gives them a new secret while the former is still taken; `remove`. No secret is ever printed.
 */
import { Command } from "commander";
import {
  readWebhookHooks,
  readWebhookQueue,
  type SetUpOutcome,
  type WebhookHookRow,
  type WebhookQueue,
} from "../../hub/index.ts";
import { withConfig, withJson } from "../flags.ts";
import { systemClock, systemRandom } from "../platform/index.ts";
import { groupDigits } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { type Installation, openInstallation } from "../wiring/installation.ts";
import { openSecrets } from "../wiring/places.ts";
import { lookAtStore } from "../wiring/store-only.ts";
import { ensureSecret, forgetSecret, rotateSecret } from "../wiring/webhook-secrets.ts";

type Flags = { config: string; connection?: string; json: boolean };

/** Longer than a running hub keeps what it read of the secrets. */
const untilSeenMs = 2_500;

const placeOf = (projectId: number) => (projectId === 0 ? "company" : `project ${projectId}`);

function statusLines(hooks: readonly WebhookHookRow[], queue: WebhookQueue): readonly string[] {
  const waits = `${groupDigits(queue.waiting)} hints wait${queue.oldest ? `, the oldest since ${queue.oldest}` : ""}.`;
  const unread = queue.unreadable.map(({ problem, count }) => `  not understood, ${groupDigits(count)} times: ${problem}`);
  if (hooks.length === 0) return ["No hooks were set up: ml-connector webhooks setup.", waits, ...unread];
  const each = hooks.map(
    ({ projectId, resources, lookedUntil }) =>
      `  ${placeOf(projectId)}: ${resources.join(", ")}; discarded ones looked for until ${lookedUntil}`,
  );
  return [`${groupDigits(hooks.length)} hooks lead to ${hooks[0]?.destinationUrl}.`, ...each, waits, ...unread];
}

async function status(flags: Flags): Promise<void> {
  const seen = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async ({ config, store }) => {
    const query = { tenant: config.tenant, connection: pickConnection(config, flags.connection) };
    return { hooks: await readWebhookHooks(store, query), queue: await readWebhookQueue(store, query) };
  });
  const { hooks, queue } = seen ?? { hooks: [], queue: { waiting: 0, unreadable: [] } };
  if (flags.json) terminal.json({ hooks, queue });
  else terminal.printAll(statusLines(hooks, queue));
}

function outcomeLines({ hooks, notOffered }: SetUpOutcome): readonly string[] {
  const each = hooks.map(
    ({ projectId, was, listensTo }) => `  ${placeOf(projectId)}: ${was}, listens to ${listensTo.join(", ")}`,
  );
  const refused = hooks.flatMap(({ projectId, refused: names }) =>
    names.map((name) => `  ${placeOf(projectId)}: Procore refused ${name}`),
  );
  const missing =
    notOffered.length === 0
      ? []
      : [`Procore offers no webhooks for: ${notOffered.join(", ")}. The nightly proof looks at what it can.`];
  return [`${groupDigits(hooks.length)} hooks stand.`, ...each, ...refused, ...missing];
}

async function withHub<T>(flags: Flags, work: (installation: Installation, connection: string) => Promise<T>): Promise<T> {
  const installation = await openInstallation({ configFile: flags.config, log: terminal.debug, onFreePort: true });
  try {
    return await work(installation, pickConnection(installation.config, flags.connection));
  } finally {
    await installation.stop();
  }
}

const tools = { clock: systemClock, random: systemRandom };
const secretsOf = ({ config }: Installation) => openSecrets({ dataFolder: config.dataFolder, env: process.env, ...tools });

async function tell(flags: Flags, change: typeof ensureSecret): Promise<void> {
  const outcome = await withHub(flags, async (installation, connection) => {
    const { secret, isNew } = await change(secretsOf(installation), tools, connection);
    // Procore must not use it before every hub takes it.
    if (isNew) await systemClock.sleep(untilSeenMs);
    return installation.hub.setUpWebhooks({ connection, secret });
  });
  if (flags.json) terminal.json(outcome);
  else terminal.printAll(outcomeLines(outcome));
}

async function remove(flags: Flags): Promise<void> {
  const removed = await withHub(flags, async (installation, connection) => {
    const count = await installation.hub.removeWebhooks({ connection });
    await forgetSecret(secretsOf(installation), connection);
    return count;
  });
  if (flags.json) terminal.json({ removed });
  else terminal.print(`${groupDigits(removed)} hooks were removed; their secret is forgotten.`);
}

function subcommand(name: string, description: string, action: (flags: Flags) => Promise<void>): Command {
  return withJson(withConfig(new Command(name).description(description)))
    .option("--connection <name>", "the connection; may be left out where there is one only")
    .action(action);
}

export function webhooksCommand(): Command {
  return new Command("webhooks")
    .description("how Procore tells what people change")
    .addCommand(subcommand("status", "which hooks stand and what waits (the default)", status), { isDefault: true })
    .addCommand(subcommand("setup", "make what is missing; may be repeated", (flags) => tell(flags, ensureSecret)))
    .addCommand(
      subcommand("rotate", "a new secret; the former one is taken for another day", (flags) => tell(flags, rotateSecret)),
    )
    .addCommand(subcommand("remove", "remove the hooks and forget the secret", remove));
}
