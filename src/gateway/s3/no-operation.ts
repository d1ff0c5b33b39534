import type { WireRequest } from "../../kernel/wire.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import { methodNotAllowed } from "../../protocols/errors/method-not-allowed.ts"

/**
 * What S3 says of a request that is none of its operations: of a POST to a bucket that it is no form
 * (recorded), of lists that only buckets have (as tests that are also run against AWS have it), else
 * which method is not for what (as users quote it). `path` has the bucket in front.
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
  const subResource = query.split("&", 1)[0]!.replace(/=.*/s, "")
  const misplaced = key !== "" && method === "GET" && own(MISPLACED, subResource)
  if (misplaced) return new AwsError("InvalidRequest", misplaced, { status: 400 })
  const place = key !== "" ? "OBJECT" : bucket !== "" ? "BUCKET" : "SERVICE"
  return methodNotAllowed(method, own(RESOURCE_TYPES, subResource) ?? place)
}

/** By sub-resource. */
type Texts = Readonly<Record<string, string>>

const MISPLACED: Texts = {
  uploads: "Key is not expected for the GET method ?uploads subresource",
  versions: "There is no such thing as the ?versions sub-resource for a key",
}

/** As the access log calls them ("Amazon S3 server access log format"); here not verified. */
const RESOURCE_TYPES: Texts = {
  ...{ accelerate: "ACCELERATE", acl: "ACL", cors: "CORS", delete: "MULTI_OBJECT_DELETE" },
  ...{ lifecycle: "LIFECYCLE", location: "LOCATION", logging: "LOGGING_STATUS" },
  ...{ notification: "NOTIFICATION", policy: "BUCKETPOLICY", restore: "OBJECT_RESTORE" },
  ...{ requestPayment: "REQUEST_PAYMENT", tagging: "TAGGING", uploads: "UPLOADS" },
  ...{ versioning: "VERSIONING", versions: "BUCKETVERSIONS", website: "WEBSITE" },
}

const own = (texts: Texts, name: string): string | undefined =>
  Object.hasOwn(texts, name) ? texts[name] : undefined
