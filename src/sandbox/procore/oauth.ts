/**
 * Tokens of the service account (procore 1 [A]): client_credentials in a JSON or form body, 5400 s, no refresh token; token info;
 * revoke, which answers 200 whatever it is given. Tokens outlive a crash of the server as Procore's do.
 */
import type { Clock, Random } from "../../ports/index.ts";
import type { ProcoreRequest, Reply } from "./exchange.ts";
import type { Token } from "./records.ts";
import { isRow, type Row, textOf } from "./values.ts";
import type { World } from "./world.ts";

const tokenLifeSeconds = 5400;

type Door = { world: World; clock: Clock; random: Random };

const oauthError = (status: number, error: string, description: string): Reply => ({
  status,
  body: { error, error_description: description },
});

function readForm(request: ProcoreRequest): Row {
  if ((request.headers["content-type"] ?? "").includes("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(request.body));
  }
  try {
    const parsed: unknown = JSON.parse(request.body === "" ? "{}" : request.body);
    return isRow(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

export function issueToken(door: Door, request: ProcoreRequest): Reply {
  const form = readForm(request);
  const client = door.world.clients.first("clientId", textOf(form.client_id) ?? "");
  if (client === undefined || client.clientSecret !== textOf(form.client_secret)) {
    return oauthError(401, "invalid_client", "Client authentication failed due to unknown client or wrong secret.");
  }
  if (form.grant_type !== "client_credentials") {
    return oauthError(
      400,
      "unsupported_grant_type",
      "The authorization grant type is not supported by the authorization server.",
    );
  }
  const now = door.clock.now();
  const token: Token = {
    id: door.world.nextId(),
    token: Buffer.from(door.random.bytes(32)).toString("base64url"),
    clientId: client.clientId,
    createdAtMs: now,
    expiresAtMs: now + tokenLifeSeconds * 1000,
    revoked: false,
  };
  door.world.tokens.put(token);
  return {
    status: 200,
    body: { access_token: token.token, token_type: "Bearer", expires_in: tokenLifeSeconds, created_at: Math.floor(now / 1000) },
  };
}

/** The bearer token of a request, whether it is still good or not. */
export function bearerOf(world: World, request: ProcoreRequest): Token | undefined {
  const match = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "");
  return match?.[1] === undefined ? undefined : world.tokens.first("token", match[1]);
}

export function goodToken(door: Door, request: ProcoreRequest): Token | undefined {
  const token = bearerOf(door.world, request);
  return token === undefined || token.revoked || token.expiresAtMs <= door.clock.now() ? undefined : token;
}

/** procore 1 [A]: 401 with the text "The access token is invalid". */
export function unauthorized(): Reply {
  return {
    status: 401,
    headers: {
      "WWW-Authenticate": 'Bearer realm="Procore", error="invalid_token", error_description="The access token is invalid"',
    },
    body: { error: "invalid_token", error_description: "The access token is invalid" },
  };
}

export function showTokenInfo(door: Door, request: ProcoreRequest): Reply {
  const token = goodToken(door, request);
  if (token === undefined) return unauthorized();
  return {
    status: 200,
    body: {
      resource_owner_id: 1,
      scopes: [],
      expires_in_seconds: Math.floor((token.expiresAtMs - door.clock.now()) / 1000),
      application: { uid: token.clientId },
      created_at: Math.floor(token.createdAtMs / 1000),
    },
  };
}

export function revokeToken(door: Door, request: ProcoreRequest): Reply {
  const token = door.world.tokens.first("token", textOf(readForm(request).token) ?? "");
  if (token !== undefined) door.world.tokens.put({ ...token, revoked: true });
  return { status: 200, body: {} };
}
