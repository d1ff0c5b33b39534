import type { ReadTx } from "../../../kernel/transaction.ts"
import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { replicationStatus } from "../replica/replica.ts"
import { rotationOf } from "../rotation/rotation.ts"
import { labelled } from "../value/version.ts"
import { arnOf, findSecret, type Secret } from "./secret.ts"
import { tagList } from "./tags.ts"

export const DescribeSecret = op.read("DescribeSecret", {
  authorize: onSecret<In<"DescribeSecret">>(),
  run(tx, input, call): Out<"DescribeSecret"> {
    const secret = findSecret(tx, input.SecretId, call)
    const VersionIdsToStages = labelled(tx, secret)
    const ReplicationStatus = replicationStatus(tx, secret)
    return {
      ...described(tx, secret),
      ...(VersionIdsToStages && { VersionIdsToStages }),
      ...(ReplicationStatus.length > 0 && { ReplicationStatus }),
    }
  },
})

/** What DescribeSecret and ListSecrets tell alike; members without a value are left out. */
export function described(tx: ReadTx, secret: Secret) {
  const { description, kmsKeyId, changedMs, accessedMs, deleted, tags } = secret
  const rotation = rotationOf(tx, secret)
  return {
    ...{ ARN: arnOf(secret), Name: secret.name },
    ...(description !== undefined && { Description: description }),
    ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
    ...(rotation && {
      RotationEnabled: rotation.enabled,
      RotationLambdaARN: rotation.lambdaArn,
      RotationRules: rotation.rules,
      ...(rotation.rotatedMs !== undefined && { LastRotatedDate: rotation.rotatedMs }),
      ...(rotation.next && { NextRotationDate: rotation.next.endMs }),
    }),
    LastChangedDate: changedMs,
    ...(accessedMs !== undefined && { LastAccessedDate: accessedMs }),
    ...(deleted && { DeletedDate: deleted.requestedMs }),
    ...(tags && { Tags: tagList(tags) }),
    CreatedDate: secret.createdMs,
    ...(secret.primaryRegion !== undefined && { PrimaryRegion: secret.primaryRegion }),
  }
}
