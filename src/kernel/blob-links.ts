import { table } from "./table.ts"

/** Which blobs are in use. A blob without a link is swept once it is old enough. */
export const blobLinks = table<{ readonly id: string; readonly linkedAt: number }>("kernel/blob", {
  key: (link) => [link.id],
})
