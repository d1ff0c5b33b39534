import { AwsError } from "../aws-error.ts"

/** S3's answer to a method, or an operation, that is not for what the request names (recorded). */
export const methodNotAllowed = (
  Method: string,
  ResourceType: string,
  headers?: Readonly<Record<string, string>>,
): AwsError =>
  new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    status: 405,
    members: { Method, ResourceType },
    ...(headers && { headers }),
  })
