/**
 * Who may come in: Basic credentials against the users of the system, the lock after bad logons, and security sessions by cookie
 * with their limit (sap-rfc 1.10, 2.2.4). A request without a live session cookie opens a session, as a careless client finds out.
 */
import type { Random } from "../../ports/index.ts";
import type { EccSystem, EccUser } from "../world.ts";
import type { Stats } from "./stats.ts";
import type { Switches } from "./switches.ts";

export type LogonRequest = { authorization: string | undefined; client: string; sessionId: string | undefined; nowMs: number };
export type LogonOutcome =
  | { kind: "in"; user: EccUser; newSessionId: string | undefined }
  | { kind: "refused" }
  | { kind: "too-many-sessions"; user: string };

export type Logons = {
  logOn(request: LogonRequest): LogonOutcome;
  logOff(sessionId: string): void;
  /** Exactly these users are locked from now on; the others count from zero. */
  setLocked(users: readonly string[]): void;
  lockedUsers(): readonly string[];
  endAllSessions(): void;
};

function credentialsIn(authorization: string | undefined): { user: string; password: string } | undefined {
  const match = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "");
  if (match === null) return undefined;
  const decoded = Buffer.from(match[1] ?? "", "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon < 0 ? undefined : { user: decoded.slice(0, colon).toUpperCase(), password: decoded.slice(colon + 1) };
}

export class LogonRegister implements Logons {
  private readonly users: ReadonlyMap<string, EccUser>;
  private readonly client: string;
  private readonly random: Random;
  private readonly switches: Switches;
  private readonly stats: Stats;
  private readonly badLogons = new Map<string, number>();
  private readonly locked = new Set<string>();
  private readonly sessions = new Map<string, { user: string; endsAtMs: number }>();

  constructor(system: EccSystem, random: Random, switches: Switches, stats: Stats) {
    this.users = new Map(system.users.map((user) => [user.user.toUpperCase(), user]));
    this.client = system.client;
    this.random = random;
    this.switches = switches;
    this.stats = stats;
  }

  logOn(request: LogonRequest): LogonOutcome {
    const credentials = credentialsIn(request.authorization);
    if (credentials === undefined) return { kind: "refused" };
    const user = this.authenticated(credentials, request.client);
    if (user === undefined) {
      this.stats.logonsBad += 1;
      return { kind: "refused" };
    }
    const session = request.sessionId === undefined ? undefined : this.sessions.get(request.sessionId);
    const endsAtMs = request.nowMs + this.switches.sessionSeconds * 1000;
    if (session !== undefined && session.user === credentials.user && session.endsAtMs > request.nowMs) {
      session.endsAtMs = endsAtMs;
      return { kind: "in", user, newSessionId: undefined };
    }
    return this.openSession(user, credentials.user, request.nowMs, endsAtMs);
  }

  logOff(sessionId: string): void {
    this.sessions.delete(sessionId);
  }

  setLocked(users: readonly string[]): void {
    this.locked.clear();
    this.badLogons.clear();
    for (const user of users) this.locked.add(user.toUpperCase());
  }

  lockedUsers(): readonly string[] {
    return [...this.locked];
  }

  endAllSessions(): void {
    this.sessions.clear();
  }

  /** A locked user is refused like a wrong password, and a wrong client like a wrong user: nothing tells them apart from outside. */
  private authenticated(credentials: { user: string; password: string }, client: string): EccUser | undefined {
    const user = this.users.get(credentials.user);
    if (user === undefined || client !== this.client || this.locked.has(credentials.user)) return undefined;
    if (user.password === credentials.password) {
      this.badLogons.delete(credentials.user);
      this.stats.logons += 1;
      return user;
    }
    const bad = (this.badLogons.get(credentials.user) ?? 0) + 1;
    this.badLogons.set(credentials.user, bad);
    if (bad >= this.switches.badLogonsMax) this.locked.add(credentials.user);
    return undefined;
  }

  private openSession(user: EccUser, name: string, nowMs: number, endsAtMs: number): LogonOutcome {
    let live = 0;
    for (const [id, session] of this.sessions) {
      if (session.endsAtMs <= nowMs) this.sessions.delete(id);
      else if (session.user === name) live += 1;
    }
    if (live >= this.switches.sessionsMax) return { kind: "too-many-sessions", user: name };
    const id = Buffer.from(this.random.bytes(24)).toString("base64url");
    this.sessions.set(id, { user: name, endsAtMs });
    this.stats.sessionsCreated += 1;
    return { kind: "in", user, newSessionId: id };
  }
}
