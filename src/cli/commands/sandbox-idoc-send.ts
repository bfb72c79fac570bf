/**
 * `ml-connector sandbox idoc-send`: a world's vendors, orders, documents and cost centres as IDocs to a receiver, by XML over HTTP or as flat
 * files into a folder, with the resending and the bad luck of a real system. The outbox folder is its ledger; started again, it goes on.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import {
  type IDocSendOptions,
  type MessageType,
  messageTypes,
  plainVariant,
  sendIDocs,
  type XmlVariant,
} from "../../sandbox/index.ts";
import { UsageError } from "../exit-codes.ts";
import { wholeNumber, withJson } from "../flags.ts";
import { createHttpClient, systemClock } from "../platform/index.ts";
import { groupDigits } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";

const variants: Readonly<Record<string, Partial<XmlVariant>>> = {
  plain: {},
  bare: { hasDeclaration: false, hasBegin: false },
  "empty-segment": { segment: "" },
  namespaced: { hasNamespace: true, isIndented: true },
  soap: { isSoap: true },
};

type SendFlags = {
  world: string;
  outbox: string;
  url?: string;
  user: string;
  password: string;
  folder?: string;
  messages: string;
  count: number;
  packageMax: number;
  parallel: number;
  retries: number;
  wait: number;
  timeout: number;
  variant: string;
  contentType: "text/xml" | "application/x-sap.idoc";
  extended: boolean;
  bytes: number;
  reorder: boolean;
  broken: number;
  lost: number;
  twice: number;
  altered: number;
  renewed: number;
  seed: number;
  json: boolean;
};

function messagesOf(text: string): MessageType[] {
  return text.split(",").map((word) => {
    const message = messageTypes.find((each) => each === word.trim().toUpperCase());
    if (message === undefined) throw new UsageError(`--messages: "${word}" is none; choose from ${messageTypes.join(", ")}.`);
    return message;
  });
}

function targetOf(flags: SendFlags): IDocSendOptions["target"] {
  const { url, folder, user, password, contentType } = flags;
  if ((url === undefined) === (folder === undefined))
    throw new UsageError("Say where to send: --url for XML over HTTP, or --folder for flat files.");
  if (folder !== undefined)
    return { kind: "folder", folder: resolve(folder), lineEnd: "\r\n", isTrimmed: false, halfMs: flags.wait };
  const variant = { ...plainVariant, ...variants[flags.variant] };
  return { kind: "http", url: url ?? "", user, password, contentType, variant, timeoutMs: flags.timeout };
}

async function send(flags: SendFlags): Promise<void> {
  const worldFolder = resolve(flags.world);
  if (!existsSync(join(worldFolder, "ecc", "system.json")))
    throw new UsageError(`${worldFolder} is no world; make one with \`ml-connector sandbox build --world DIR\`.`);
  const http = createHttpClient();
  try {
    const report = await sendIDocs({
      worldFolder,
      outboxFolder: resolve(flags.outbox),
      target: targetOf(flags),
      messages: messagesOf(flags.messages),
      count: flags.count,
      packageMax: flags.packageMax,
      parallel: flags.parallel,
      retries: flags.retries,
      waitMs: flags.wait,
      seed: flags.seed,
      isReordered: flags.reorder,
      isExtended: flags.extended || flags.bytes > 0,
      bytesMin: flags.bytes,
      percent: {
        broken: flags.broken,
        lostAnswers: flags.lost,
        twice: flags.twice,
        altered: flags.altered,
        renewed: flags.renewed,
      },
      http,
      clock: systemClock,
    });
    if (flags.json) terminal.json(report);
    else for (const [name, count] of Object.entries(report)) terminal.print(`  ${name.padEnd(14)} ${groupDigits(count)}`);
  } finally {
    await http.close();
  }
}

export function idocSendCommand(): Command {
  const percent = wholeNumber(0, 100);
  const most = wholeNumber(1, 1_000_000);
  return withJson(
    new Command("idoc-send").description("send a world's objects as IDocs, with retries and duplicates as SAP sends them"),
  )
    .requiredOption("--world <folder>", "world whose objects are sent")
    .requiredOption("--outbox <folder>", "where the sender keeps its IDocs and what became of each")
    .option("--url <url>", "receiver of XML over HTTP")
    .option("--user <name>", "its user", "SAP")
    .option("--password <text>", "its password", "")
    .option("--folder <folder>", "folder for flat files of port 3, instead of a URL")
    .option("--messages <list>", `any of ${messageTypes.join(",")}`, messageTypes.join(","))
    .option("--count <n>", "IDocs in all", most, 100)
    .option("--package-max <n>", "IDocs of a POST: 1 to this", wholeNumber(1, 500), 50)
    .option("--parallel <n>", "packages on their way at once", wholeNumber(1, 50), 1)
    .option("--retries <n>", "later attempts at what was not taken", wholeNumber(0, 1_000_000), 5)
    .option("--wait <ms>", "before each of them; for files, while half of one stands alone", wholeNumber(0, 3_600_000), 1000)
    .option("--timeout <ms>", "for an answer", wholeNumber(1, 3_600_000), 60_000)
    .addOption(new Option("--variant <name>", "form of the XML").choices(Object.keys(variants)).default("plain"))
    .addOption(
      new Option("--content-type <type>", "of the port").choices(["text/xml", "application/x-sap.idoc"]).default("text/xml"),
    )
    .option("--extended", "types with a customer's extension in a namespace", false)
    .option("--bytes <n>", "as --extended, with as many notes in it as make an IDoc this long", wholeNumber(0, 1_000_000), 0)
    .option("--reorder", "mix IDocs and packages as parallel jobs would", false)
    .option("--broken <percent>", "IDocs that name no object", percent, 0)
    .option("--lost <percent>", "taken packages whose answer is lost", percent, 0)
    .option("--twice <percent>", "taken packages that are sent twice", percent, 0)
    .option("--altered <percent>", "taken packages of which one number comes again with other content", percent, 0)
    .option("--renewed <percent>", "IDocs not taken that are made anew under another number", percent, 0)
    .option("--seed <n>", "of the dice", wholeNumber(1, 2_147_483_647), 1)
    .action(send);
}
