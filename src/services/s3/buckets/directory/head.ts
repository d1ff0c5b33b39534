import { bucketArn } from "../bucket.ts"
import { op, type Out } from "../../define.ts"
import { meterRequest } from "../../requests.ts"
import { assertUp, findDirectory, zonalAccess } from "./access.ts"

export const HeadDirectoryBucket = op.write("HeadBucket", {
  authorize: zonalAccess("ReadOnly"),
  run(tx, input, call): Out<"HeadBucket"> {
    const bucket = findDirectory(tx, input, call)
    assertUp(tx, bucket)
    meterRequest(tx, bucket, 2)
    return {
      BucketLocationType: "AvailabilityZone",
      BucketLocationName: bucket.zone,
      BucketRegion: bucket.region,
      BucketArn: bucketArn(bucket),
      AccessPointAlias: false,
    }
  },
})
