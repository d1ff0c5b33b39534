import { shownPolicy } from "../../iam/port.ts"
import {
  ALL_BLOCKED,
  assertExpressActions,
  bucketOfAnyKind,
  directoryPointArn,
  directoryPointNamed,
  directoryPoints,
  expressKeys,
  readPolicy,
  zoneOfPoint,
  type DirectoryPoint,
} from "../../s3/port.ts"
import { describedPoint, pageByName } from "../access-point/list.ts"
import { op, type In, type Out } from "../define.ts"
import {
  accessDenied,
  accessPointAlreadyOwnedByYou,
  bucketOfPointMissing,
  invalidRequest,
  invalidUri,
  noSuchAccessPointPolicy,
} from "../errors.ts"
import { tagsOf } from "../tagging/tags.ts"
import { findPoint, pointAccess } from "./access.ts"
import { readScope } from "./scope.ts"

export const CreateDirectoryPoint = op.write("CreateAccessPoint", {
  authorize: pointAccess,
  run(tx, input, call): Out<"CreateAccessPoint"> {
    const { AccountId: account, Name: name } = input
    const { partition, region } = call
    const zone = zoneOfPoint(name)
    if (zone === undefined) throw invalidUri(`accesspoint/${name}`)
    const bucket = bucketOfAnyKind(tx, partition, input.Bucket)
    // "An access point must be created in the same zone that the bucket is in."
    if (bucket?.zone !== zone || bucket.region !== region) throw bucketOfPointMissing()
    if (bucket.account !== (input.BucketAccountId ?? account)) throw accessDenied()
    if (Object.values(input.PublicAccessBlockConfiguration ?? {}).includes(false))
      // Not verified.
      throw invalidRequest("Block Public Access settings of this access point cannot be disabled.")
    const there = directoryPointNamed(tx, partition, name)
    if (there) throw accessPointAlreadyOwnedByYou()
    const scope = input.Scope && readScope(input.Scope)
    const vpcId = input.VpcConfiguration?.VpcId
    const point: DirectoryPoint = {
      ...{ partition, account, region, name, createdMs: tx.now },
      ...{ bucket: bucket.name, bucketId: bucket.id, bucketAccount: bucket.account },
      ...(vpcId !== undefined && { vpcId }),
      ...(scope && { scope }),
      ...(input.Tags && { tags: tagsOf(input.Tags) }),
    }
    tx.insert(directoryPoints, point)
    return { AccessPointArn: directoryPointArn(point), Alias: name }
  },
})

export const GetDirectoryPoint = op.read("GetAccessPoint", {
  authorize: pointAccess,
  run(tx, input, call): Out<"GetAccessPoint"> {
    const point = findPoint(tx, input, call)
    return {
      ...described(point),
      // "… all Block Public Access settings are enabled": they cannot be others.
      PublicAccessBlockConfiguration: ALL_BLOCKED,
      CreationDate: point.createdMs,
    }
  },
})

export const DeleteDirectoryPoint = op.write("DeleteAccessPoint", {
  authorize: pointAccess,
  run(tx, input, call): Out<"DeleteAccessPoint"> {
    tx.remove(directoryPoints, findPoint(tx, input, call))
    return {}
  },
})

/** "… a maximum of 10,000 access points per AWS account for each AWS Region". */
const MOST = 10_000

export const ListAccessPointsForDirectoryBuckets = op.read("ListAccessPointsForDirectoryBuckets", {
  authorize: (_tx, { AccountId: owner }, call) => ({
    action: "s3express:ListAccessPointsForDirectoryBuckets",
    resource: "*",
    owner,
    context: expressKeys(owner, call),
  }),
  run(tx, input, { region }): Out<"ListAccessPointsForDirectoryBuckets"> {
    const { AccountId, DirectoryBucket: wanted } = input
    const { rows } = tx.scan(directoryPoints, { prefix: [AccountId, region], limit: MOST })
    const found = rows.filter(({ bucket }) => wanted === undefined || bucket === wanted)
    const { page, more } = pageByName(found, input)
    return { AccessPointList: page.map(described), ...more }
  },
})

const described = (point: DirectoryPoint) =>
  describedPoint(point, { AccessPointArn: directoryPointArn(point), Alias: point.name })

export const PutDirectoryPointPolicy = op.write("PutAccessPointPolicy", {
  authorize: pointAccess,
  run(tx, input, call): Out<"PutAccessPointPolicy"> {
    const point = findPoint(tx, input, call)
    const arn = directoryPointArn(point)
    const { Policy: policy = "" } = input as Partial<In<"PutAccessPointPolicy">>
    assertExpressActions(policy)
    const read = readPolicy(tx, policy, { arn, objects: `${arn}/object/` })
    if (read.policyFacts.isPublic) throw accessDenied()
    tx.replace(directoryPoints, point, { ...point, ...read })
    return {}
  },
})

export const GetDirectoryPointPolicy = op.read("GetAccessPointPolicy", {
  authorize: pointAccess,
  run(tx, input, call): Out<"GetAccessPointPolicy"> {
    const { policy } = findPoint(tx, input, call)
    if (policy === undefined) throw noSuchAccessPointPolicy(input.Name)
    return { Policy: shownPolicy(tx, policy) }
  },
})

export const DeleteDirectoryPointPolicy = op.write("DeleteAccessPointPolicy", {
  authorize: pointAccess,
  run(tx, input, call): Out<"DeleteAccessPointPolicy"> {
    const point = findPoint(tx, input, call)
    tx.replace(directoryPoints, point, { ...point, policy: undefined, policyFacts: undefined })
    return {}
  },
})
