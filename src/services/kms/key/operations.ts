import { CreateKey } from "./create-key.ts"
import { CancelKeyDeletion, ScheduleKeyDeletion } from "./deletion.ts"
import { DescribeKey, GetPublicKey, ListKeys } from "./describe.ts"
import { GetKeyLastUsage } from "./last-usage.ts"
import {
  DisableKey,
  EnableKey,
  GetKeyPolicy,
  ListKeyPolicies,
  ListResourceTags,
  PutKeyPolicy,
  TagResource,
  UntagResource,
  UpdateKeyDescription,
} from "./manage.ts"

export const keyOperations = {
  ...{ CreateKey, DescribeKey, ListKeys, GetPublicKey, GetKeyLastUsage, EnableKey, DisableKey },
  ...{ UpdateKeyDescription, GetKeyPolicy, PutKeyPolicy, ListKeyPolicies },
  ...{ TagResource, UntagResource, ListResourceTags, ScheduleKeyDeletion, CancelKeyDeletion },
}
