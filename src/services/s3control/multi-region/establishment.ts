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
  const read = readFor(tx, point, Policy)
  if (read instanceof AwsError) {
    const { code, message } = read
    return { failure: { code, message, resource: Name } }
  }
  const ofAccount = tx.get(accountPublicAccess, [account])?.block
  const blocked = point.publicAccessBlock.BlockPublicPolicy || ofAccount?.BlockPublicPolicy
  if (read.policyFacts.isPublic && blocked) return failed("AccessDenied", Name)
  const proposal = { proposed: read.policy, proposedFacts: read.policyFacts }
  tx.replace(multiRegionPoints, point, { ...point, ...proposal, request: token })
  return { regions: point.regions.map(({ region }) => region) }
}

export function endPolicy(tx: WriteTx, { account }: AsyncRequest, { Name }: Details): void {
  const point = tx.get(multiRegionPoints, [account, Name])
  if (!point) return
  const { proposed: policy, proposedFacts: policyFacts } = point
  const established = { policy, policyFacts, request: undefined }
  tx.replace(multiRegionPoints, point, { ...point, ...established })
}

function readFor(tx: WriteTx, point: MultiRegionPoint, policy: string) {
  const arn = multiRegionArn(point)
  try {
    return readPolicy(tx, policy, { arn, objects: `${arn}/object/` })
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}
