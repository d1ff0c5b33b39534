import { DescribeTimeToLive, UpdateTimeToLive } from "../ttl/time-to-live.ts"
import { CreateTable } from "./create-table.ts"
import { DescribeEndpoints, DescribeLimits } from "./service-facts.ts"
import { DeleteTable, DescribeTable, ListTables } from "./tables.ts"
import { DeleteResourcePolicy, GetResourcePolicy, PutResourcePolicy } from "./resource-policy.ts"
import { ListTagsOfResource, TagResource, UntagResource } from "./tagging.ts"
import { UpdateTable } from "./update-table.ts"

export const tableOperations = {
  ...{ CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables },
  ...{ PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy },
  ...{ TagResource, UntagResource, ListTagsOfResource },
  ...{ UpdateTimeToLive, DescribeTimeToLive },
  ...{ DescribeLimits, DescribeEndpoints },
}
