import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import {
  accountPublicAccess,
  multiRegionArn,
  multiRegionPoints,
  readPolicy,
  type MultiRegionPoint,
} from "../../s3/port.ts"
import type { In } from "../define.ts"
import { busy, failed, type Begun } from "./outcome.ts"
import type { AsyncRequest } from "./request.ts"

type Details = In<"PutMultiRegionAccessPointPolicy">["Details"]

/** Proposes the policy: it holds when all Regions have it. */
export function beginPolicy(
  tx: WriteTx,
  { account, token }: AsyncRequest,
  { Name, Policy }: Details,
): Begun {
  const point = tx.get(multiRegionPoints, [account, Name])
  if (!point) return failed("NoSuchMultiRegionAccessPoint", Name)
  const reason = busy(point)
  if (reason) return failed(reason, Name)
  const read = factsOf(point, Policy)
  if (read instanceof AwsError) {
    const { code, message } = read
    return { failure: { code, message, resource: Name } }
  }
  const ofAccount = tx.get(accountPublicAccess, [account])?.block
  const blocked = point.publicAccessBlock.BlockPublicPolicy || ofAccount?.BlockPublicPolicy
  if (read.isPublic && blocked) return failed("AccessDenied", Name)
  tx.replace(multiRegionPoints, point, { ...point, proposed: Policy, request: token })
  return { regions: point.regions.map(({ region }) => region) }
}

export function endPolicy(tx: WriteTx, { account }: AsyncRequest, { Name, Policy }: Details): void {
  const point = tx.get(multiRegionPoints, [account, Name])
  const policyFacts = point && factsOf(point, Policy)
  if (!point || policyFacts instanceof AwsError) return
  const established = { policy: Policy, policyFacts, request: undefined }
  tx.replace(multiRegionPoints, point, { ...point, ...established })
}

function factsOf(point: MultiRegionPoint, policy: string) {
  const arn = multiRegionArn(point)
  try {
    return readPolicy(policy, { arn, objects: `${arn}/object/` })
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}
