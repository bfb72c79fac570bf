/**
 * The characters that break a transport to SAP, named once: what XML 1.0 forbids, and what must not stand in a line of OPTIONS or of a
 * message. Only patterns; what becomes of a find is decided where it is found.
 */
/* oxlint-disable no-control-regex -- control characters are what these patterns look for */

/** Below 0x20, tab, LF and CR apart. */
export const rawControl = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
export const rawControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** Control characters, lone surrogates and the two non-characters: XML cannot carry them, not even as references. */
export const forbiddenInXml =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const forbiddenInXmlAll = new RegExp(forbiddenInXml, "g");

/** Besides the above: line ends of every kind and C1, which would break a line or hide in it. */
export const forbiddenInLiteral = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]/;

/** Runs of blanks and control characters, which become one blank in a message for people. */
export const blankRuns = /[\u0000-\u001f\u007f\s]+/g;
