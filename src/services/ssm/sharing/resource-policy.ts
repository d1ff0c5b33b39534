import { hash } from "node:crypto"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keptPolicy, shownPolicy } from "../../iam/port.ts"
import { accessTo } from "../access.ts"
import { op, type Out } from "../define.ts"
import { readName } from "../parameter/names.ts"
import { lookUp, parameters, type Parameter } from "../parameter/parameter.ts"

/**
 * "Sharing advanced parameters": a parameter has one resource policy; ids and hashes guard against
 * lost changes. The words of the refusals are not verified.
 */

interface OnResource {
  readonly ResourceArn: string
}

const onResource = (tx: ReadTx, { ResourceArn }: OnResource, call: Call) =>
  accessTo(tx, readName(ResourceArn, call), { call })

const badParameter = (name: string, message: string) =>
  op.error("ResourcePolicyInvalidParameterException", message, {
    members: { ParameterNames: [name] },
  })

function findResource(tx: ReadTx, { ResourceArn: arn }: OnResource, call: Call): Parameter {
  const parameter = lookUp(tx, readName(arn, call))
  if (!parameter) throw op.error("ResourceNotFoundException", `The resource ${arn} was not found.`)
  return parameter
}

const hashOf = (policy: string): string => hash("sha256", policy)

type Sharing = NonNullable<Parameter["sharing"]>
type Given = { readonly PolicyId?: string | undefined; readonly PolicyHash?: string | undefined }

/** Throws ResourcePolicyNotFoundException, ResourcePolicyConflictException. */
function assertSame({ sharing }: Parameter, { PolicyId: id, PolicyHash: given }: Given): Sharing {
  if (sharing?.id !== id || !sharing)
    throw op.error("ResourcePolicyNotFoundException", `There is no policy ${id}.`)
  if (hashOf(sharing.policy) !== given)
    throw op.error("ResourcePolicyConflictException", "The policy has been changed meanwhile.")
  return sharing
}

export const PutResourcePolicy = op.write("PutResourcePolicy", {
  authorize: onResource,
  run(tx, input, call): Out<"PutResourcePolicy"> {
    const parameter = findResource(tx, input, call)
    if (parameter.tier !== "Advanced")
      throw badParameter("ResourceArn", "Only advanced parameters can be shared.")
    const policy = readPolicy(tx, input.Policy)
    if (input.PolicyId !== undefined) assertSame(parameter, input)
    else if (parameter.sharing)
      throw op.error("ResourcePolicyLimitExceededException", "A parameter can have one policy.", {
        members: { Limit: 1, LimitType: "ResourcePolicies" },
      })
    const id = input.PolicyId ?? tx.random("ssm/policy").uuid()
    tx.replace(parameters, parameter, { ...parameter, sharing: { id, policy } })
    return { PolicyId: id, PolicyHash: hashOf(policy) }
  },
})

function readPolicy(tx: ReadTx, sent: string): string {
  try {
    return keptPolicy(tx, sent, { kind: "resource" }).text
  } catch (error) {
    if (!(error instanceof PolicyRefusal)) throw error
    throw op.error("MalformedResourcePolicyDocumentException", error.reason)
  }
}

export const GetResourcePolicies = op.read("GetResourcePolicies", {
  authorize: onResource,
  run(tx, input, call): Out<"GetResourcePolicies"> {
    const { sharing } = findResource(tx, input, call)
    if (!sharing) return { Policies: [] }
    const { id: PolicyId, policy } = sharing
    const Policy = shownPolicy(tx, policy)
    // Of the policy as it is kept: who is gone or called otherwise changes nothing in it.
    return { Policies: [{ PolicyId, PolicyHash: hashOf(policy), Policy }] }
  },
})

export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: onResource,
  run(tx, input, call): Out<"DeleteResourcePolicy"> {
    const parameter = findResource(tx, input, call)
    assertSame(parameter, input)
    tx.replace(parameters, parameter, { ...parameter, sharing: undefined })
    return {}
  },
})
