export { canServerReach } from "./server-user.ts";
export { type PrivatePostgres, type StartPostgresOptions, startPostgres } from "./start.ts";
