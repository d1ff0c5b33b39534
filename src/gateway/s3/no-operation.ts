import type { WireRequest } from "../../kernel/wire.ts"
import { AwsError } from "../../protocols/aws-error.ts"

/**
 * What S3 says of a request that is none of its operations: of a POST to a bucket that it is no form
 * (recorded), else which method is not for what (as users quote it). `path` has the bucket in front.
 */
export function noOperation({ method, path, query }: WireRequest): AwsError {
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? []
  if (method === "POST" && bucket !== "" && key === "" && query === "")
    return new AwsError(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      {
        status: 412,
        members: { Condition: "Bucket POST must be of the enclosure-type multipart/form-data" },
      },
    )
  const ResourceType = key !== "" ? "OBJECT" : bucket !== "" ? "BUCKET" : "SERVICE"
  return new AwsError(
    "MethodNotAllowed",
    "The specified method is not allowed against this resource.",
    { status: 405, members: { Method: method, ResourceType } },
  )
}
