import type { AccessRequest } from "../iam/access.ts"
import { denialMessage } from "../iam/policy/denial.ts"
import { AwsError } from "../protocols/aws-error.ts"
import type { Claim } from "./claim.ts"

/** What we do not have says so, by name. */
export const notImplemented = ({ model, operation }: Claim): AwsError =>
  new AwsError(
    "NotImplemented",
    `Cloudarium does not implement ${model.serviceId} ${operation.name} yet. Nothing was changed.`,
    { status: 501, fault: "Receiver" },
  )

/** AWS's form of a denial: who, what, on what, and which kind of policy decided. */
export const accessDenied = (who: string, request: AccessRequest, reason: string): AwsError =>
  new AwsError(
    "AccessDenied",
    isTold(who, request) ? denialMessage(who, request, reason) : "Access Denied",
    { status: 403 },
  )

/**
 * S3 says why only to callers of the owner's account ("Access denied message examples"; those of
 * its organization are told too, here not yet).
 */
const isTold = (who: string, { action, owner }: AccessRequest): boolean =>
  !action.startsWith("s3:") || who.split(":")[4] === owner

/** S3 wants to know the length of what comes (as users quote it, of all that is sent in chunks). */
export const chunkedTransfer = (): AwsError =>
  new AwsError(
    "NotImplemented",
    "A header you provided implies functionality that is not implemented",
    { status: 501, fault: "Receiver", members: { Header: "Transfer-Encoding" } },
  )

export const placeDown = (region: string): AwsError =>
  new AwsError("ServiceUnavailable", `The Region ${region} is unavailable.`, {
    status: 503,
    fault: "Receiver",
  })

export const unavailable = (): AwsError =>
  new AwsError("ServiceUnavailable", "Service is unavailable. Please retry.", {
    status: 503,
    fault: "Receiver",
  })

/** "Error responses", List of error codes: for whoever stopped sending and still listens. */
export const cutOff = (): AwsError =>
  new AwsError(
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period.",
    { status: 400 },
  )

/** "Error responses", List of error codes; the request's id stands beside it. */
export const s3InternalError = (): AwsError =>
  new AwsError("InternalError", "We encountered an internal error. Please try again.", {
    status: 500,
    fault: "Receiver",
  })

/** A bug of ours: the text tells where to look, never what happened inside. */
export const internalFailure = (requestId: string): AwsError =>
  new AwsError(
    "InternalFailure",
    `The request processing has failed because of an unknown error (request ${requestId}).`,
    { status: 500, fault: "Receiver" },
  )
