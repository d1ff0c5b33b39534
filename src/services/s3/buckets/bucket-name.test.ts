import { expect, test } from "vitest"
import { bucketNameOf, placeOf } from "./bucket-name.ts"

test("an ARN of S3 names a bucket or a key of it; others name none", () => {
  const partition = "aws-cn"
  expect(placeOf("arn:aws-cn:s3:::photos")).toEqual({ partition, bucket: "photos", key: undefined })
  expect(placeOf("arn:aws-cn:s3:::photos/a/b\nc")).toEqual({
    ...{ partition, bucket: "photos", key: "a/b\nc" },
  })
  expect(bucketNameOf("arn:aws:s3:::photos")).toBe("photos")
  const others = [
    ...["*", "photos", "arn:aws:s3:::", "arn:aws:s3:::photos/a", "arn:aws:s3:::photos/"],
    ...["arn:aws:sqs:us-east-1:111122223333:photos", "arn:aws:s3::111122223333:accesspoint/a.mrap"],
    "arn:aws:s3:us-east-1:111122223333:accesspoint/a",
  ]
  expect(others.map(bucketNameOf)).toEqual(others.map(() => undefined))
})
