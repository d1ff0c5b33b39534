import { defineService } from "../../registry/service.ts"
import { notify } from "./cluster/cluster-event.ts"
import { clusterResource, clusters } from "./cluster/cluster.ts"
import { CreateCluster } from "./cluster/create.ts"
import { arrangeDoors } from "./cluster/door.ts"
import { DeleteCluster } from "./cluster/delete.ts"
import { DescribeClusters } from "./cluster/describe.ts"
import { nodes } from "./cluster/node.ts"
import { progress } from "./cluster/progress.ts"
import { RebootNode } from "./cluster/reboot.ts"
import { DecreaseReplicationFactor, IncreaseReplicationFactor } from "./cluster/replication.ts"
import { ListTags, TagResource, UntagResource } from "./cluster/tags.ts"
import { UpdateCluster } from "./cluster/update.ts"
import { attributeLists, forgetLists } from "./data/attribute-list.ts"
import { dataOperations } from "./data/operations.ts"
import { daxDoors } from "./doors.ts"
import { DescribeEvents } from "./event/describe.ts"
import { events } from "./event/event.ts"
import { parameterGroups } from "./parameter-group/group.ts"
import {
  CreateParameterGroup,
  DeleteParameterGroup,
  DescribeParameterGroups,
  UpdateParameterGroup,
} from "./parameter-group/operations.ts"
import { DescribeDefaultParameters, DescribeParameters } from "./parameter-group/parameters.ts"
import { subnetGroups } from "./subnet-group/group.ts"
import {
  CreateSubnetGroup,
  DeleteSubnetGroup,
  DescribeSubnetGroups,
  UpdateSubnetGroup,
} from "./subnet-group/operations.ts"

export const dax = defineService({
  id: "dax",
  operations: {
    ...{ CreateCluster, DescribeClusters, UpdateCluster, DeleteCluster, RebootNode },
    ...{ IncreaseReplicationFactor, DecreaseReplicationFactor },
    ...{ CreateParameterGroup, DescribeParameterGroups, UpdateParameterGroup },
    ...{ DeleteParameterGroup, DescribeParameters, DescribeDefaultParameters },
    ...{ CreateSubnetGroup, DescribeSubnetGroups, UpdateSubnetGroup, DeleteSubnetGroup },
    ...{ DescribeEvents, TagResource, UntagResource, ListTags },
  },
  inner: dataOperations,
  resources: [clusterResource],
  tables: [clusters, nodes, parameterGroups, subnetGroups, events, attributeLists],
  jobs: [progress, notify, arrangeDoors, forgetLists],
  doors: daxDoors,
})
