import type { Patch } from "../patch.ts"

/** "ComplianceDetails" (API reference) has a member that the model of our age does not. */
export const taggingPatch = (): Patch => ({
  shapes: { ComplianceDetails: { members: { MissingTagKeys: { shape: "TagKeyList" } } } },
})
