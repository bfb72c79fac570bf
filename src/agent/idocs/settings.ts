/** `idocs` of agent.yaml: an address, a folder, or both. */

import { z } from "zod";
import { isLoopback } from "../../core/index.ts";

export const idocSettings = z
  .strictObject({
    listen: z
      .strictObject({
        host: z.string().min(1).default("127.0.0.1"),
        port: z.number().int().min(1).max(65_535),
        path: z
          .string()
          .regex(/^\/[\w./-]{1,200}$/, "is no path such as /idoc")
          .default("/idoc"),
        user: z.string().min(1),
        passwordSecret: z.string().min(1).default("sap.idoc-password"),
        certFile: z
          .string()
          .min(1)
          .optional()
          .describe("Certificate chain (PEM) for HTTPS, with keyFile; relative to this file."),
        keyFile: z.string().min(1).optional(),
        allowPlainHttp: z
          .boolean()
          .default(false)
          .describe("Without a certificate only this machine can send, unless the network is known to be private."),
        bodyBytesMax: z.number().int().min(1_024).max(268_435_456).default(67_108_864),
      })
      .superRefine(({ host, certFile, keyFile, allowPlainHttp }, context) => {
        if ((certFile === undefined) !== (keyFile === undefined))
          context.addIssue({ code: "custom", path: ["certFile"], message: "and keyFile belong together" });
        if (certFile === undefined && !isLoopback(host) && !allowPlainHttp)
          context.addIssue({
            code: "custom",
            path: ["host"],
            message: "needs certFile and keyFile, for Basic sends the password readable",
          });
      })
      .optional(),
    folder: z
      .strictObject({
        path: z.string().min(1).describe("Where a file port writes; relative to this file."),
        everySeconds: z.number().int().min(1).max(3_600).default(10),
        fileBytesMax: z.number().int().min(1_024).max(268_435_456).default(67_108_864),
      })
      .optional(),
  })
  .refine(({ listen, folder }) => listen !== undefined || folder !== undefined, "names neither listen nor folder");
