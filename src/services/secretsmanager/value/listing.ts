import { onSecret } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { PAGE } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { arnOf, findSecret } from "../secret/secret.ts"
import { versionsOf } from "./version.ts"

export const ListSecretVersionIds = op.read("ListSecretVersionIds", {
  authorize: onSecret<In<"ListSecretVersionIds">>(),
  run(tx, input, call): Out<"ListSecretVersionIds"> {
    const secret = findSecret(tx, input.SecretId, call)
    const all = versionsOf(tx, secret).filter(
      ({ stages }) => stages.length > 0 || input.IncludeDeprecated === true,
    )
    const { items, more } = pageOf(all, input, PAGE)
    return {
      Versions: items.map(({ id, stages, accessedMs, createdMs, kmsKey }) => ({
        VersionId: id,
        ...(stages.length > 0 && { VersionStages: stages }),
        ...(accessedMs !== undefined && { LastAccessedDate: accessedMs }),
        CreatedDate: createdMs,
        ...(kmsKey !== undefined && { KmsKeyIds: [kmsKey] }),
      })),
      ...more,
      ...{ ARN: arnOf(secret), Name: secret.name },
    }
  },
})
