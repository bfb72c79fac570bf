/**
 * The project directory's vendors. A contract's vendor should be in it; nobody documents what happens otherwise (procore 4.3 [D]), so it is
 * added first. Adding has no origin id and no bulk form: its natural key is (project, vendor), read before it is written (ruling 2).
 */
import { z } from "zod";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { flag, id, text } from "../schema.ts";

const projectVendorSchema = z
  .object({ id, name: text, is_active: flag })
  .transform((vendor) => ({ id: vendor.id, name: vendor.name, isActive: vendor.is_active }));

export type ProjectVendor = z.infer<typeof projectVendorSchema>;

export type ProjectVendors = {
  list(projectId: number, options?: CallOptions): Listing<ProjectVendor>;
  add(link: { projectId: number; vendorId: number }, options?: WriteOptions): Promise<WriteOutcome<ProjectVendor>>;
};

export function createProjectVendors(door: Door): ProjectVendors {
  return {
    list: (projectId, options) =>
      door.list(
        {
          template: "/rest/v1.1/projects/{project_id}/vendors",
          path: { project_id: projectId },
          query: [["view", "minimal"]],
          projectId,
        },
        projectVendorSchema,
        options,
      ),
    add: ({ projectId, vendorId }, options) =>
      door.write(
        {
          method: "POST",
          template: "/rest/v1.1/projects/{project_id}/vendors/{id}/actions/add",
          path: { project_id: projectId, id: vendorId },
          projectId,
        },
        projectVendorSchema,
        options,
      ),
  };
}
