import { dnsSuffix } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import {
  accessPointArn,
  accessPoints,
  ALL_BLOCKED,
  bucketNamed,
  settingsOf,
  type AccessPoint,
} from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import {
  accessDenied,
  accessPointAlreadyOwnedByYou,
  bucketOfPointMissing,
  invalidRequest,
  invalidUri,
} from "../errors.ts"
import { tagsOf } from "../tagging/tags.ts"
import { creationAccess, findPoint, pointAccess } from "./access.ts"
import { describedPoint, pageByName } from "./list.ts"
import { isAccessPointName, newAlias } from "./names.ts"

export const CreateAccessPoint = op.write("CreateAccessPoint", {
  authorize: creationAccess,
  run(tx, input, call): Out<"CreateAccessPoint"> {
    const { AccountId: account, Name: name } = input
    if (!isAccessPointName(name)) throw invalidUri(`accesspoint/${name}`)
    // "For directory buckets, …" (API reference); the text is not verified.
    if (input.Scope) throw invalidRequest("Scope is for access points of directory buckets only.")
    const bucket = bucketNamed(tx, call.partition, input.Bucket)
    if (!bucket || bucket.region !== call.region) throw bucketOfPointMissing()
    if (bucket.account !== (input.BucketAccountId ?? account)) throw accessDenied()
    if (tx.get(accessPoints, [account, call.region, name])) throw accessPointAlreadyOwnedByYou()
    const block = input.PublicAccessBlockConfiguration
    const vpcId = input.VpcConfiguration?.VpcId
    const point: AccessPoint = {
      partition: call.partition,
      account,
      region: call.region,
      name,
      alias: newAlias(tx, name),
      bucket: bucket.name,
      bucketId: bucket.id,
      bucketAccount: bucket.account,
      createdMs: tx.now,
      // Recorded, of one that does not say any.
      publicAccessBlock: block ? settingsOf(block) : ALL_BLOCKED,
      ...(vpcId !== undefined && { vpcId }),
      ...(input.Tags && { tags: tagsOf(input.Tags) }),
    }
    tx.insert(accessPoints, point)
    return { AccessPointArn: accessPointArn(point), Alias: point.alias }
  },
})

export const GetAccessPoint = op.read("GetAccessPoint", {
  authorize: pointAccess,
  run(tx, input, call): Out<"GetAccessPoint"> {
    const point = findPoint(tx, input, call)
    const host = `${point.region}.${dnsSuffix(point.region)}`
    return {
      ...described(point),
      PublicAccessBlockConfiguration: point.publicAccessBlock,
      CreationDate: point.createdMs,
      Endpoints: {
        ipv4: `s3-accesspoint.${host}`,
        fips: `s3-accesspoint-fips.${host}`,
        dualstack: `s3-accesspoint.dualstack.${host}`,
        fips_dualstack: `s3-accesspoint-fips.dualstack.${host}`,
      },
    }
  },
})

export const DeleteAccessPoint = op.write("DeleteAccessPoint", {
  authorize: pointAccess,
  run(tx, input, call): Out<"DeleteAccessPoint"> {
    tx.remove(accessPoints, findPoint(tx, input, call))
    return {}
  },
})

/** An account has up to 10,000 in a Region. */
const MOST = 10_000

export const ListAccessPoints = op.read("ListAccessPoints", {
  authorize: (_tx, { AccountId: owner }) => ({
    action: "s3:ListAccessPoints",
    resource: "*",
    owner,
    context: {},
  }),
  run(tx, input, call): Out<"ListAccessPoints"> {
    // Those of file systems of FSx, which are not there.
    if (input.DataSourceId !== undefined || input.DataSourceType !== undefined)
      throw notImplemented("ListAccessPoints by DataSourceId and DataSourceType")
    const { page, more } = pageByName(pointsOf(tx, input, call), input)
    return { AccessPointList: page.map(described), ...more }
  },
})

function pointsOf(
  tx: ReadTx,
  { AccountId, Bucket }: In<"ListAccessPoints">,
  { region }: Call,
): readonly AccessPoint[] {
  const { rows } = tx.scan(accessPoints, { prefix: [AccountId, region], limit: MOST })
  return Bucket === undefined ? rows : rows.filter(({ bucket }) => bucket === Bucket)
}

const described = (point: AccessPoint) =>
  describedPoint(point, { AccessPointArn: accessPointArn(point), Alias: point.alias })
