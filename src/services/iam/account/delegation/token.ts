import { SealBrokenError } from "../../../../kernel/sealing/sealing.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { delegationRequests, type Approver, type DelegationRequest } from "./delegation-request.ts"

const SEAL = Object.freeze({ purpose: "iam/exchange-token", context: "" })

/** "Credentials expire at: release time + approved duration". */
export const endOfAccess = ({ finalizedMs = 0, sessionSeconds }: DelegationRequest): number =>
  finalizedMs + sessionSeconds * 1000

/** Opaque: AWS's tokens look like JSON web tokens, and nobody but AWS reads them. */
export const newExchangeToken = (tx: WriteTx, id: string): string =>
  tx.seal(Buffer.from(id), SEAL).toString("base64url")

/** What STS needs to know of a delegation. */
export interface Delegation {
  /** The account to which the token was given. */
  readonly requestor: string
  readonly approver: Approver
  readonly policy: string
  readonly seconds: number
  readonly endsMs: number
}

/** The delegation that a token stands for; undefined for what is no token. */
export function delegationOfToken(tx: ReadTx, token: string): Delegation | undefined {
  const id = idOf(tx, token)
  const request = id === undefined ? undefined : tx.get(delegationRequests, [id])
  const { approver, finalizedMs } = request ?? {}
  if (!request || !approver || finalizedMs === undefined) return undefined
  const { requestor, policy, sessionSeconds: seconds } = request
  return { requestor, approver, policy, seconds, endsMs: endOfAccess(request) }
}

function idOf(tx: ReadTx, token: string): string | undefined {
  try {
    return tx.unseal(Buffer.from(token, "base64url"), SEAL).toString()
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined
    throw error
  }
}
