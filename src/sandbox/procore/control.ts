/**
 * The sandbox's own door, `/sandbox/…`, from this machine only: figures, switches, weather, and a person in the web UI who changes an
 * amount. It stands outside Procore's rules: no token, no quota, no locks.
 */
import { parseDecimal, roundTo, showDecimal, toTotal, totalScale } from "./decimal.ts";
import { type ProcoreRequest, type Reply, stampOf } from "./exchange.ts";
import type { RateWindows } from "./limits.ts";
import { readBody } from "./person.ts";
import type { Postman } from "./postman.ts";
import type { Line } from "./records.ts";
import { changeRights, showRights } from "./rights.ts";
import type { Stats } from "./stats.ts";
import { setSwitch } from "./switches.ts";
import { integerOf, isRow, type Row, textOf } from "./values.ts";
import { parseFront, type Weather, wholeNumber } from "./weather.ts";
import type { World } from "./world.ts";

type Room = {
  world: World;
  postman?: Postman;
  windows: RateWindows;
  weather: Weather;
  stats: Stats;
  clock: { now(): number; monotonic(): number; sleep(ms: number): Promise<void> };
};

const bad = (message: string): Reply => ({ status: 400, body: { error: message } });

export function control(room: Room, request: ProcoreRequest): Reply {
  if (!request.isLoopback) return { status: 403, body: { error: "The sandbox's control door opens from this machine only." } };
  const body = readBody(request.body);
  if (!isRow(body)) return bad("The body is not a JSON object.");
  switch (`${request.method} ${request.path}`) {
    case "GET /sandbox/stats":
      return { status: 200, body: room.stats.show() };
    case "POST /sandbox/stats/reset":
      room.stats.reset();
      return { status: 200, body: {} };
    case "GET /sandbox/switches":
      return { status: 200, body: room.world.switches };
    case "POST /sandbox/switches":
      return changeSwitches(room, body);
    case "GET /sandbox/weather":
      return { status: 200, body: room.weather.show() };
    case "DELETE /sandbox/weather":
      room.weather.clear();
      return { status: 200, body: {} };
    case "POST /sandbox/weather":
      return addWeather(room, body);
    case "POST /sandbox/limits":
      return changeLimits(room, body);
    case "GET /sandbox/rights":
      return { status: 200, body: showRights(room.world) };
    case "POST /sandbox/rights":
      return replyTo(changeRights(room.world, body), () => showRights(room.world));
    case "GET /sandbox/webhooks":
      return { status: 200, body: room.postman?.show() ?? {} };
    case "POST /sandbox/webhooks":
      return moveWebhookClock(room, body);
    case "POST /sandbox/settings":
      return changeSettings(room, body);
    case "POST /sandbox/alter":
      return alter(room, body);
    default:
      return {
        status: 404,
        body: {
          error:
            "The control door has stats, stats/reset, switches, weather, limits, rights, webhooks, settings, person and alter.",
        },
      };
  }
}

/** All or none. Durable, so that a restarted sandbox behaves as before. */
function changeSwitches(room: Room, body: Row): Reply {
  const { world } = room;
  for (const [name, value] of Object.entries(body)) {
    const complaint = setSwitch({ ...world.switches }, name, value);
    if (complaint !== undefined) return bad(complaint);
  }
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") continue;
    const id = world.switchRecords.first("name", name)?.id ?? world.nextId();
    world.switchRecords.put({ id, name, value });
  }
  return { status: 200, body: world.switches };
}

const replyTo = (complaint: string | undefined, show: () => unknown): Reply =>
  complaint === undefined ? { status: 200, body: show() } : bad(complaint);

function changeLimits(room: Room, body: Row): Reply {
  const [hourly, spike] = [body.hourly, body.spike].map(wholeNumber);
  if (!hourly || !spike) return bad('"hourly" and "spike" are whole numbers from 1.');
  room.windows.change({ hourly, spike });
  return { status: 200, body: { hourly, spike } };
}

/** `{advance_ms}`: the webhooks' own clock goes on, and what is due by then is sent or given up. */
function moveWebhookClock(room: Room, body: Row): Reply {
  const advanceMs = wholeNumber(body.advance_ms);
  if (advanceMs === undefined) return bad('"advance_ms" is a whole number from 0.');
  const reply = changeSwitches(room, { webhookClockAheadMs: room.world.switches.webhookClockAheadMs + advanceMs });
  room.postman?.wake();
  return reply.status === 200 ? { status: 200, body: room.postman?.show() ?? {} } : reply;
}

function addWeather(room: Room, body: Row): Reply {
  const front = parseFront(body);
  if (typeof front === "string") return bad(front);
  // A flip that cannot be read would pass for calm weather.
  const savepoint = room.world.savepoint();
  const complaint = changeRights(room.world, front.flip);
  room.world.rollBackTo(savepoint);
  if (complaint !== undefined) return bad(complaint);
  room.weather.add(front);
  return { status: 200, body: room.weather.show() };
}

/** `{project_id | contract_id, requisitions_are_enabled}`: what an administrator sets in the web UI and the API only shows. */
function changeSettings({ world }: Room, body: Row): Reply {
  const isEnabled = body.requisitions_are_enabled;
  if (typeof isEnabled !== "boolean") return bad('"requisitions_are_enabled" is true or false.');
  const project = world.projects.get(integerOf(body.project_id));
  const contract = world.contracts.get(integerOf(body.contract_id));
  if ((project === undefined) === (contract === undefined)) return bad('Name one, by "project_id" or by "contract_id".');
  if (project !== undefined) world.projects.put({ ...project, requisitionsAreEnabled: isEnabled });
  if (contract !== undefined) world.contracts.put({ ...contract, requisitionsAreEnabled: isEnabled });
  return { status: 200, body: { requisitions_are_enabled: isEnabled } };
}

/** `{kind: "contract-line" | "direct-cost-line", id | origin_id | pick: "first" | "last", project_id, amount | add}` */
function alter(room: Room, body: Row): Reply {
  const { world } = room;
  if (body.kind !== "contract-line" && body.kind !== "direct-cost-line") {
    return bad('"kind" is contract-line or direct-cost-line.');
  }
  const table = body.kind === "contract-line" ? world.contractLines : world.directCostLines;
  const line = pickLine(table.all(), body);
  if (line === undefined)
    return { status: 404, body: { error: "No such line. Name it by id, origin_id, or pick first or last." } };
  const amount = parseDecimal(textOf(body.amount ?? body.add) ?? "");
  if (amount === undefined) return bad('"amount" (the new one) or "add" (the difference) is a decimal.');
  const digits = roundTo(amount, totalScale).digits + (body.amount === undefined ? toTotal(line.amount) : 0n);
  const after = showDecimal({ digits, scale: totalScale });
  table.put({ ...line, amount: after, extendedType: "manual", updatedAt: stampOf(room.clock) });
  return { status: 200, body: { kind: body.kind, id: line.id, origin_id: line.originId, before: line.amount, after } };
}

function pickLine(lines: Iterable<Line>, body: Row): Line | undefined {
  const projectId = integerOf(body.project_id);
  let last: Line | undefined;
  for (const line of lines) {
    if (projectId !== undefined && line.projectId !== projectId) continue;
    if (body.id !== undefined && line.id !== integerOf(body.id)) continue;
    if (body.origin_id !== undefined && line.originId !== body.origin_id) continue;
    if (body.pick !== "last")
      return body.id === undefined && body.origin_id === undefined && body.pick !== "first" ? undefined : line;
    last = line;
  }
  return last;
}
