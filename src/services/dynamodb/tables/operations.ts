import { CreateTable } from "./create-table.ts"
import { DescribeEndpoints, DescribeLimits } from "./service-facts.ts"
import { DeleteTable, DescribeTable, ListTables } from "./tables.ts"
import { ListTagsOfResource, TagResource, UntagResource } from "./tagging.ts"

export const tableOperations = {
  ...{ CreateTable, DescribeTable, DeleteTable, ListTables },
  ...{ TagResource, UntagResource, ListTagsOfResource },
  ...{ DescribeLimits, DescribeEndpoints },
}
