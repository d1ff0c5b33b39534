import { passRole } from "../../../registry/pass-role.ts"
import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest, noConfiguration } from "../errors.ts"
import { S3 } from "../notifications/event.ts"
import { AskReplication } from "./access.ts"
import { readReplication } from "./configuration.ts"
import { assertFitsTogether } from "./destination.ts"
import { InitiateReplication } from "./existing.ts"
import { ReplicateVersion } from "./replicate-version.ts"

/** "To perform this operation, the user or role … must have the iam:PassRole permission". */
export const PutBucketReplication = op.write("PutBucketReplication", {
  authorize: (tx, input, call) => [
    bucketAccess("PutReplicationConfiguration")(tx, input, call),
    ...passRole(input.ReplicationConfiguration?.Role, S3),
  ],
  run(tx, input, call): Out<"PutBucketReplication"> {
    const bucket = findBucket(tx, input, call)
    if (bucket.versioning !== "Enabled")
      // Recorded.
      throw invalidRequest(
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
      )
    const newId = (): string => tx.random("s3/replication-id").uuid()
    const replication = readReplication(input.ReplicationConfiguration, newId)
    for (const { Destination } of replication.rules)
      if (Destination) assertFitsTogether(tx, bucket, Destination)
    configure(tx, bucket, { replication })
    return {}
  },
})

export const GetBucketReplication = op.read("GetBucketReplication", {
  authorize: bucketAccess("GetReplicationConfiguration"),
  run(tx, input, call): Out<"GetBucketReplication"> {
    const { name, config } = findBucket(tx, input, call)
    if (!config.replication)
      // Recorded.
      throw noConfiguration(
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
        name,
      )
    const { role: Role, rules: Rules } = config.replication
    return { ReplicationConfiguration: { Role, Rules } }
  },
})

export const DeleteBucketReplication = op.write("DeleteBucketReplication", {
  authorize: bucketAccess("PutReplicationConfiguration"),
  run(tx, input, call): Out<"DeleteBucketReplication"> {
    configure(tx, findBucket(tx, input, call), { replication: undefined })
    return {}
  },
})

export const replicationOperations = {
  ...{ PutBucketReplication, GetBucketReplication, DeleteBucketReplication },
}

/** What replication calls itself. */
export const replicationWork = { ReplicateVersion, AskReplication, InitiateReplication }
