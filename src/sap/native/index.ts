export { type NativeRfcClient, type NativeRfcOptions, openNativeRfc, type PinnedSession } from "./open-native-rfc.ts";
export { jcoProgram, nodeRfcProgram } from "./programs.ts";
