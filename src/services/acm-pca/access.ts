import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { authorityResource, lookUp, type Authority } from "./authority/authority.ts"
import { asks } from "./define.ts"
import { permissionGrant } from "./policy/permission.ts"

interface OnAuthority {
  readonly CertificateAuthorityArn: string
}

/** Asks for the operation's action on the authority that an ARN names. */
export function accessTo(tx: ReadTx, arn: string, call: Call, input: object = {}): AccessRequest {
  const found = (): Authority | string => lookUp(tx, arn, call) ?? arn
  const request = asks.on<Authority, object>(authorityResource, found)(tx, input, call)
  const authority = lookUp(tx, arn, call)
  const grant = authority && permissionGrant(tx, authority, call)
  return grant ? { ...request, grant } : request
}

export const onAuthority = (tx: ReadTx, input: OnAuthority, call: Call): AccessRequest =>
  accessTo(tx, input.CertificateAuthorityArn, call, input)
