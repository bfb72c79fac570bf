/** `cutOver` of a connection, as a schema: from which day what flows into a project, and which kinds people keep there (rulings 4 and 5). */
import { z } from "zod";
import { parseIsoDate } from "../../core/index.ts";

const day = z.string().refine((text) => parseIsoDate(text) !== undefined, "is no day such as 2026-10-01");
const record = z.enum(["sap", "procore"]);

const cutOverOf = z.strictObject({
  date: day
    .optional()
    .describe("The first day that flows; what is older stays as it is in Procore. Without it all of history flows."),
  purchaseOrders: day.optional().describe("By the purchase order's document date (EKKO-BEDAT), where it is not `date`."),
  invoices: day.optional().describe("By the posting date (RBKP-BUDAT), where it is not `date`."),
  costs: day.optional().describe("By the posting date (BKPF-BUDAT), where it is not `date`."),
  systemOfRecord: z
    .strictObject({ purchaseOrders: record.optional(), invoices: record.optional(), costs: record.optional() })
    .optional()
    .describe("`procore`: people keep this kind in Procore, and nothing of it is written there. Otherwise SAP's is written."),
});

export const cutOverSettings = z
  .strictObject({
    default: cutOverOf.optional().describe("For what a project does not say itself."),
    adopt: z
      .enum(["ask", "sure"])
      .default("ask")
      .describe(
        "A contract that people made and that surely is an older purchase order, by number, vendor, amount and each line: a person is asked, or it is adopted.",
      ),
    projects: z.record(z.string().min(1), cutOverOf).default({}).describe("By the name that mapping rules use."),
  })
  .prefault({})
  .describe("From which day SAP's data flows into a project that people kept by hand before (docs/cut-over.md).");
