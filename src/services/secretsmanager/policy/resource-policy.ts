import { publicStatements } from "../../../iam/analysis/external-access.ts"
import { PolicyRefusal, PrincipalRefusal } from "../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { keptPolicy, shownPolicy, type KeptPolicy } from "../../iam/port.ts"
import { onAccount, onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { badPolicy, publicPolicy, unsupportedPrincipal } from "../errors.ts"
import { copyToReplicas } from "../replica/copy.ts"
import { arnOf, arnStem, findLiving, findOwn, secrets } from "../secret/secret.ts"

/** Throws MalformedPolicyDocumentException. */
function readPolicy(tx: ReadTx, sent: string): KeptPolicy {
  try {
    return keptPolicy(tx, sent, { kind: "resource" })
  } catch (error) {
    if (error instanceof PrincipalRefusal) throw unsupportedPrincipal()
    if (error instanceof PolicyRefusal) throw badPolicy()
    throw error
  }
}

export const PutResourcePolicy = op.write("PutResourcePolicy", {
  authorize: onSecret<In<"PutResourcePolicy">>(({ BlockPublicPolicy }) => ({
    ...{ BlockPublicPolicy },
  })),
  run(tx, input, call): Out<"PutResourcePolicy"> {
    const secret = findOwn(tx, input.SecretId, call)
    const { text: policy, document } = readPolicy(tx, input.ResourcePolicy)
    if (input.BlockPublicPolicy === true && publicStatements(document).length > 0)
      throw publicPolicy()
    const changed = { ...secret, policy }
    tx.replace(secrets, secret, changed)
    copyToReplicas(tx, changed)
    return { ARN: arnOf(secret), Name: secret.name }
  },
})

export const GetResourcePolicy = op.read("GetResourcePolicy", {
  authorize: onSecret<In<"GetResourcePolicy">>(),
  run(tx, input, call): Out<"GetResourcePolicy"> {
    const secret = findLiving(tx, input.SecretId, call)
    const { name: Name } = secret
    const policy = shownPolicy(tx, secret.policy)
    return { ARN: arnOf(secret), Name, ...(policy !== undefined && { ResourcePolicy: policy }) }
  },
})

export const DeleteResourcePolicy = op.write("DeleteResourcePolicy", {
  authorize: onSecret<In<"DeleteResourcePolicy">>(),
  run(tx, input, call): Out<"DeleteResourcePolicy"> {
    const secret = findOwn(tx, input.SecretId, call)
    const changed = { ...secret, policy: undefined }
    tx.replace(secrets, secret, changed)
    copyToReplicas(tx, changed)
    return { ARN: arnOf(secret), Name: secret.name }
  },
})

/** Syntax refuses; what is too open is told ("API: ValidateResourcePolicy"). Words not verified. */
export const ValidateResourcePolicy = op.read("ValidateResourcePolicy", {
  // Not verified: a policy that is for no secret yet is asked for as for all.
  authorize: (tx, { SecretId }, call) =>
    SecretId === undefined
      ? { ...onAccount(tx, {}, call), resource: arnStem({ ...call, name: "*" }) }
      : onSecret()(tx, { SecretId }, call),
  run(tx, input, call): Out<"ValidateResourcePolicy"> {
    if (input.SecretId !== undefined) findLiving(tx, input.SecretId, call)
    const { document } = readPolicy(tx, input.ResourcePolicy)
    const isPublic = publicStatements(document).length > 0
    return {
      PolicyValidationPassed: !isPublic,
      ValidationErrors: isPublic
        ? [
            {
              CheckName: "PublicPolicy",
              ErrorMessage: "The resource policy allows broad access to the secret.",
            },
          ]
        : [],
    }
  },
})
