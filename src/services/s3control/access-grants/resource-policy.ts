import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { expandActions } from "../../../iam/actions/actions.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { keptPolicy, shownPolicy, type KeptPolicy } from "../../iam/port.ts"
import { op, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { onInstance } from "./access.ts"
import { invalidResourcePolicy, resourcePolicyMissing } from "./errors.ts"
import {
  findInstance,
  grantsInstances,
  instanceArn,
  instanceOf,
  type ResourcePolicy,
} from "./instance.ts"

export const PutAccessGrantsInstanceResourcePolicy = op.write(
  "PutAccessGrantsInstanceResourcePolicy",
  {
    authorize: onInstance,
    run(tx, input, call): Out<"PutAccessGrantsInstanceResourcePolicy"> {
      const instance = findInstance(tx, instanceOf(input, call))
      const { Policy: sent, Organization: organization } = input
      if (organization !== undefined && !ORGANIZATION.test(organization)) throw malformedXml()
      const text = readPolicy(tx, sent, instanceArn(instance))
      const policy: ResourcePolicy = {
        ...{ text, createdMs: tx.now },
        ...(organization !== undefined && { organization }),
      }
      tx.replace(grantsInstances, instance, { ...instance, policy })
      return described(tx, policy)
    },
  },
)

export const GetAccessGrantsInstanceResourcePolicy = op.read(
  "GetAccessGrantsInstanceResourcePolicy",
  {
    authorize: onInstance,
    run(tx, input, call): Out<"GetAccessGrantsInstanceResourcePolicy"> {
      const { policy } = findInstance(tx, instanceOf(input, call))
      if (!policy) throw resourcePolicyMissing()
      return described(tx, policy)
    },
  },
)

export const DeleteAccessGrantsInstanceResourcePolicy = op.write(
  "DeleteAccessGrantsInstanceResourcePolicy",
  {
    authorize: onInstance,
    run(tx, input, call): Out<"DeleteAccessGrantsInstanceResourcePolicy"> {
      const instance = findInstance(tx, instanceOf(input, call))
      if (!instance.policy) throw resourcePolicyMissing()
      tx.replace(grantsInstances, instance, { ...instance, policy: undefined })
      return {}
    },
  },
)

const ORGANIZATION = /^o-[a-z0-9]{10,32}$/

const described = (tx: ReadTx, { text, organization, createdMs }: ResourcePolicy) => ({
  ...{ Policy: shownPolicy(tx, text), CreatedAt: createdMs },
  ...(organization !== undefined && { Organization: organization }),
})

/**
 * "A normal resource-based policy": it is about this instance, and says what S3 has actions for.
 * What else AWS refuses is not verified.
 */
function readPolicy(tx: ReadTx, sent: string, arn: string): string {
  const { text, document } = kept(tx, sent)
  for (const { action, notAction, resource, notResource } of document.statements) {
    const isAboutUs = (resource ?? notResource ?? []).every((one) => mayMean(one, arn))
    const isAllOfS3 = (action ?? notAction ?? []).every(isOfS3)
    if (!isAboutUs || !isAllOfS3) throw invalidResourcePolicy()
  }
  return text
}

/** `PolicyDocument` of the API. */
const MOST_POLICY = 350_000

function kept(tx: ReadTx, sent: string): KeptPolicy {
  if (sent.length > MOST_POLICY) throw invalidResourcePolicy()
  try {
    return keptPolicy(tx, sent, { kind: "resource" })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw invalidResourcePolicy()
    throw error
  }
}

/** The ARN itself, or a pattern that begins as the ARN does. */
function mayMean(resource: string, arn: string): boolean {
  const star = resource.search(/[*?]/)
  return resource === arn || (star >= 0 && arn.startsWith(resource.slice(0, star)))
}

const isOfS3 = (action: string): boolean =>
  /^(?:s3:|\*$)/i.test(action) && expandActions(action).length > 0
