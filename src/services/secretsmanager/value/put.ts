import { notImplemented } from "../../../registry/not-implemented.ts"
import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { noToken, refused } from "../errors.ts"
import { arnOf, findOwn } from "../secret/secret.ts"
import { addVersion, plainOf } from "./write.ts"

export const PutSecretValue = op.write("PutSecretValue", {
  authorize: onSecret<In<"PutSecretValue">>(),
  run(tx, input, call): Out<"PutSecretValue"> {
    const { ClientRequestToken: token, VersionStages: labels } = input
    if (token === undefined) throw noToken("InvalidRequestException")
    if (input.RotationToken !== undefined)
      throw notImplemented("rotation from another account (RotationToken)")
    const secret = findOwn(tx, input.SecretId, call)
    const plain = plainOf(input)
    // Not verified.
    if (!plain) throw refused("You must provide either SecretString or SecretBinary.")
    const VersionStages = addVersion(tx, call, { secret, token, plain, labels })
    return { ARN: arnOf(secret), Name: secret.name, VersionId: token, VersionStages }
  },
})
