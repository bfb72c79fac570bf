/** The wiring's face: a whole installation in this process. */
export { type Installation, openInstallation } from "./installation.ts";
