import { operations } from "../../../registry/operation.ts"
import type { Replicated } from "./run.ts"
import type { TaskKey } from "./task.ts"

/** Operations that no API has: S3 calls them itself, in the roles of replication and of batch jobs. */
interface ReplicationModel {
  /** Brings one version to one destination. */
  ReplicateVersion: { input: TaskKey; output: Replicated; errors: string }
  /** Only asked: whether the role may do one thing. */
  AskReplication: { input: Asked; output: object; errors: string }
  /** Begins to replicate a version that is there already. */
  InitiateReplication: { input: Existing; output: Initiated; errors: string }
}

/** One access of a role to a bucket, or to a key of it. */
export interface Asked {
  readonly Bucket: string
  readonly Key?: string | undefined
  readonly VersionId?: string | undefined
  /** Without its `s3:`. */
  readonly action: string
  readonly context?: Readonly<Record<string, string>> | undefined
  /** Requester Pays does not hold replication up. */
  readonly RequestPayer: "requester"
}

export interface Existing {
  readonly Bucket: string
  readonly Key: string
  readonly VersionId: string
}

export interface Initiated {
  /** Whether a rule takes the version: it is pending now. */
  readonly eligible: boolean
}

export const inner = operations<ReplicationModel>()
