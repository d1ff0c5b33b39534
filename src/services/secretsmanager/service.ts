import { defineService } from "../../registry/service.ts"
import { keyTables } from "../kms/port.ts"
import { GetRandomPassword } from "./password/random-password.ts"
import {
  DeleteResourcePolicy,
  GetResourcePolicy,
  PutResourcePolicy,
  ValidateResourcePolicy,
} from "./policy/resource-policy.ts"
import { replicas, replicaValues } from "./replica/replica.ts"
import {
  RemoveRegionsFromReplication,
  ReplicateSecretToRegions,
  StopReplicationToReplica,
} from "./replica/replicating.ts"
import { sync } from "./replica/sync.ts"
import { CancelRotateSecret, RotateSecret } from "./rotation/rotate.ts"
import { rotations } from "./rotation/rotation.ts"
import { rotateDue, stepJob } from "./rotation/steps.ts"
import { CreateSecret } from "./secret/create.ts"
import { DeleteSecret, purgeJob, RestoreSecret } from "./secret/delete.ts"
import { DescribeSecret } from "./secret/describe.ts"
import { ListSecrets } from "./secret/list.ts"
import { secretResource, secrets } from "./secret/secret.ts"
import { TagResource, UntagResource } from "./secret/tagging.ts"
import { UpdateSecret } from "./secret/update.ts"
import { BatchGetSecretValue } from "./value/batch.ts"
import { GetSecretValue } from "./value/get.ts"
import { ListSecretVersionIds } from "./value/listing.ts"
import { UpdateSecretVersionStage } from "./value/move-stage.ts"
import { PutSecretValue } from "./value/put.ts"
import { values, versions } from "./value/version.ts"

export const secretsmanager = defineService({
  id: "secretsmanager",
  operations: {
    ...{ CreateSecret, DescribeSecret, ListSecrets, UpdateSecret, DeleteSecret, RestoreSecret },
    ...{ GetSecretValue, BatchGetSecretValue, PutSecretValue, ListSecretVersionIds },
    ...{ UpdateSecretVersionStage, TagResource, UntagResource, GetRandomPassword },
    ...{ PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy, ValidateResourcePolicy },
    ...{ ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica },
    ...{ RotateSecret, CancelRotateSecret },
  },
  resources: [secretResource],
  tables: [secrets, versions, values, rotations, replicas, replicaValues, ...keyTables],
  jobs: [purgeJob, rotateDue, stepJob, sync],
  uses: ["kms"],
})
