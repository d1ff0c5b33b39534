import { op } from "./define.ts"

/**
 * Every refusal of DAX. "Quoted" marks texts that users and test suites quote from AWS; the others
 * are the API's own descriptions of the errors, or not verified.
 */

/** Quoted. */
export const noSuchCluster = (name: string) =>
  op.error("ClusterNotFoundFault", `Cluster ${name} not found.`)
/** Quoted. */
export const clusterNotFound = () => op.error("ClusterNotFoundFault", "Cluster not found.")

export const clusterExists = (name: string) =>
  op.error("ClusterAlreadyExistsFault", `Cluster ${name} already exists.`)

export const wrongState = (name: string, status: string) =>
  op.error("InvalidClusterStateFault", `Cluster ${name} is not available: it is ${status}.`)

export const noSuchNode = (id: string) => op.error("NodeNotFoundFault", `Node ${id} not found.`)

export const tooManyClusterNodes = (most: number) =>
  op.error("NodeQuotaForClusterExceededFault", `A cluster has ${most} nodes at most.`)

export const tooManyNodes = (most: number) =>
  op.error("NodeQuotaForCustomerExceededFault", `An account has ${most} nodes at most.`)

export const noCapacity = () =>
  op.error(
    "InsufficientClusterCapacityFault",
    "There are not enough system resources to create the cluster you requested.",
  )

export const noSuchParameterGroup = (name: string) =>
  op.error("ParameterGroupNotFoundFault", `Parameter group ${name} not found.`)

export const parameterGroupExists = (name: string) =>
  op.error("ParameterGroupAlreadyExistsFault", `Parameter group ${name} already exists.`)

export const tooManyParameterGroups = () =>
  op.error(
    "ParameterGroupQuotaExceededFault",
    "You have attempted to exceed the maximum number of parameter groups.",
  )

export const parameterGroupState = (message: string) =>
  op.error("InvalidParameterGroupStateFault", message)

export const noSuchSubnetGroup = (name: string) =>
  op.error("SubnetGroupNotFoundFault", `Subnet group ${name} not found.`)

export const subnetGroupExists = (name: string) =>
  op.error("SubnetGroupAlreadyExistsFault", `Subnet group ${name} already exists.`)

export const tooManySubnetGroups = () =>
  op.error(
    "SubnetGroupQuotaExceededFault",
    "The request cannot be processed because it would exceed the allowed number of subnets in a subnet group.",
  )

export const tooManySubnets = () =>
  op.error(
    "SubnetQuotaExceededFault",
    "The request cannot be processed because it would exceed the allowed number of subnets in a subnet group.",
  )

export const badSubnet = (id: string) =>
  op.error("InvalidSubnet", `An invalid subnet identifier was specified: ${id}.`)

export const subnetGroupInUse = (name: string) =>
  op.error("SubnetGroupInUseFault", `The subnet group ${name} is currently in use.`)

export const badArn = (arn: string) =>
  op.error("InvalidARNFault", `The Amazon Resource Name (ARN) ${arn} is not valid.`)

export const tooManyTags = () =>
  op.error("TagQuotaPerResourceExceeded", "You have exceeded the maximum number of tags.")

export const noSuchTag = (key: string) =>
  op.error("TagNotFoundFault", `The tag ${key} does not exist.`)

export const badValue = (message: string) => op.error("InvalidParameterValueException", message)

export const badCombination = (message: string) =>
  op.error("InvalidParameterCombinationException", message)
