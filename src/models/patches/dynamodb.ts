import type { Patch } from "../patch.ts"

/** What the service refuses in words of its own, without a look at the model (recorded). */
const UNCONSTRAINED = { min: null, max: null } as const

/**
 * The model says that a new table may be named by an ARN, too. Recorded: it is held to the form of a
 * name, in the words that a model's constraints have; tags and table classes are not.
 */
export const dynamodbPatch = (): Patch => ({
  shapes: {
    CreateTableInput: { members: { TableName: { shape: "TableName" } } },
    Tag: { required: null },
    TagKeyString: UNCONSTRAINED,
    TagValueString: UNCONSTRAINED,
    TableClass: { enum: null },
    KMSMasterKeyId: { min: 1 },
  },
})
