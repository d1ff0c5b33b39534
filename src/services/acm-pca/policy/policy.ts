import { actorOf } from "../../../iam/policy/actor.ts"
import { compilePolicy } from "../../../iam/policy/compile.ts"
import { callContext } from "../../../iam/policy/context.ts"
import type { PolicyDocument } from "../../../iam/policy/document.ts"
import { evaluate } from "../../../iam/policy/evaluate.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { principalFacts } from "../../../iam/principal-facts.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keptPolicy, shownPolicy, type KeptPolicy } from "../../iam/port.ts"
import { accessTo } from "../access.ts"
import { authorities, authorityArn, findAuthority, type Authority } from "../authority/authority.ts"
import { assertNotDeleted } from "../authority/state.ts"
import { op, type Out } from "../define.ts"
import { badPolicy, lockout, noSuch } from "../errors.ts"

interface OnResource {
  readonly ResourceArn: string
}

const onResource = (tx: ReadTx, { ResourceArn }: OnResource, call: Call) =>
  accessTo(tx, ResourceArn, call)

export const PutPolicy = op.write("PutPolicy", {
  authorize: onResource,
  run(tx, input, call): Out<"PutPolicy"> {
    const authority = findAuthority(tx, input.ResourceArn, call)
    assertNotDeleted(authority)
    const { text: policy, document } = readPolicy(tx, input.Policy)
    assertAbout(authority, document)
    assertNoLockout(tx, call, { authority, document })
    tx.replace(authorities, authority, { ...authority, policy })
    return {}
  },
})

export const GetPolicy = op.read("GetPolicy", {
  authorize: onResource,
  run(tx, input, call): Out<"GetPolicy"> {
    const authority = findAuthority(tx, input.ResourceArn, call)
    assertNotDeleted(authority)
    // Not verified: the words.
    if (authority.policy === undefined)
      throw noSuch(`The CA ${authorityArn(authority)} has no policy.`)
    return { Policy: shownPolicy(tx, authority.policy) }
  },
})

export const DeletePolicy = op.write("DeletePolicy", {
  authorize: onResource,
  run(tx, input, call): Out<"DeletePolicy"> {
    const authority = findAuthority(tx, input.ResourceArn, call)
    assertNotDeleted(authority)
    // Not verified: where there is none, that is well.
    tx.replace(authorities, authority, { ...authority, policy: undefined })
    return {}
  },
})

/** Throws InvalidPolicyException. */
function readPolicy(tx: ReadTx, sent: string): KeptPolicy {
  try {
    return keptPolicy(tx, sent, { kind: "resource" })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw badPolicy(error.message)
    throw error
  }
}

/** ("Resource-based policies": a policy is about its own CA.) The words are not verified. */
function assertAbout(authority: Authority, { statements }: PolicyDocument): void {
  const arn = authorityArn(authority)
  for (const { resource, notResource, action = [] } of statements) {
    if (notResource || resource?.some((one) => one !== arn))
      throw badPolicy(`The policy must name ${arn} as its resource.`)
    if (action.some((one) => !/^acm-pca:/i.test(one)))
      throw badPolicy("The policy may allow only actions of AWS Private CA.")
  }
}

/** Who sets a policy must not be denied to change it again. */
function assertNoLockout(
  tx: ReadTx,
  call: Call,
  { authority, document }: { readonly authority: Authority; readonly document: PolicyDocument },
): void {
  const { principal, partition, region, secure, sourceIp } = call
  const facts = () => ({
    ...{ now: tx.now, region, sourceIp, secure, calledVia: call.via },
    ...{ principal: principalFacts(principal, partition), resourceAccount: authority.account },
  })
  const compiled = compilePolicy(document, "policy of the CA")
  const isDenied = ["PutPolicy", "DeletePolicy"].some((name) => {
    const decision = evaluate({
      ...{ actor: actorOf(principal, partition), action: `acm-pca:${name}` },
      ...{ resource: authorityArn(authority), resourceAccount: authority.account },
      ...{ context: callContext(facts, {}), policies: { resource: [compiled] }, unlimited: true },
    })
    return !decision.allowed && decision.explicit
  })
  if (isDenied) throw lockout()
}
