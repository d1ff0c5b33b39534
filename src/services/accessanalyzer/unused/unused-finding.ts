import { table } from "../../../kernel/table.ts"

export const UNUSED_TYPES = Object.freeze([
  "UnusedIAMRole",
  "UnusedIAMUserAccessKey",
  "UnusedIAMUserPassword",
  "UnusedPermission",
] as const)

export type UnusedType = (typeof UNUSED_TYPES)[number]

/** A service that policies allow and nobody uses, or of which only some actions are used. */
export interface UnusedService {
  readonly namespace: string
  readonly usedMs?: number | undefined
  /** The unused ones of a service that is used; of one that is not, none is named. */
  readonly actions?: readonly { readonly name: string; readonly usedMs?: number | undefined }[]
}

/** Something of a user or role that nobody has used for long. */
export interface Unused {
  readonly type: UnusedType
  readonly accessKeyId?: string | undefined
  readonly usedMs?: number | undefined
  readonly services?: readonly UnusedService[] | undefined
}

export interface UnusedFinding extends Unused {
  readonly analyzerId: number
  readonly id: string
  /** ARN of the user or role. */
  readonly resource: string
  readonly resourceType: "AWS::IAM::Role" | "AWS::IAM::User"
  readonly owner: string
  readonly status: "ACTIVE" | "ARCHIVED" | "RESOLVED"
  readonly createdMs: number
  readonly analyzedMs: number
  readonly updatedMs: number
}

/** What a finding is about: a type, and of keys the key. */
export const subjectOf = ({ type, accessKeyId = "" }: Unused): string => `${type} ${accessKeyId}`

export const unusedFindings = table<UnusedFinding>("accessanalyzer/unusedFinding", {
  key: ({ analyzerId, id }) => [analyzerId, id],
  indexes: { bySubject: (one) => [one.analyzerId, one.resource, subjectOf(one)] },
})
