import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onAuthority } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidArgs } from "../errors.ts"
import { assertBucket } from "../revocation/bucket.ts"
import { planList, stopList } from "../revocation/list.ts"
import { authorities, findAuthority } from "./authority.ts"
import { revocationOf } from "./configuration.ts"
import { hostOf } from "./create.ts"
import { assertStatus } from "./state.ts"

type Input = In<"UpdateCertificateAuthority">

export const UpdateCertificateAuthority = op.action("UpdateCertificateAuthority", {
  authorize: onAuthority,
  /** Only a bucket has to be tried first. */
  begin(tx, input, call): Out<"UpdateCertificateAuthority"> | undefined {
    assertAsked(input)
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertStatus(authority, ["ACTIVE", "DISABLED"], "to be updated")
    const { CrlConfiguration: list } = revocationOf(input.RevocationConfiguration)
    return list?.Enabled ? undefined : update(tx, input, call)
  },
  async run(ctx, input, call): Promise<Out<"UpdateCertificateAuthority">> {
    const arn = input.CertificateAuthorityArn
    const authority = await ctx.read((tx) => findAuthority(tx, arn, call))
    await assertBucket(ctx, authority, revocationOf(input.RevocationConfiguration))
    return ctx.write((tx) => update(tx, input, call))
  },
})

/** The words are not verified. */
function assertAsked({ Status: status, RevocationConfiguration: revocation }: Input): void {
  if (status === undefined && !revocation)
    throw invalidArgs("Give Status or RevocationConfiguration.")
  if (status !== undefined && status !== "ACTIVE" && status !== "DISABLED")
    throw invalidArgs(`A CA cannot be set to ${status}.`)
}

function update(tx: WriteTx, input: Input, call: Call): Out<"UpdateCertificateAuthority"> {
  const old = findAuthority(tx, input.CertificateAuthorityArn, call)
  assertStatus(old, ["ACTIVE", "DISABLED"], "to be updated")
  const given = input.RevocationConfiguration
  const status = (input.Status ?? old.status) as "ACTIVE" | "DISABLED"
  const changed = {
    ...{ ...old, status, changedMs: status === old.status ? old.changedMs : tx.now },
    ...(given && { revocation: revocationOf(given), endpoint: hostOf(call.endpoint) }),
  }
  tx.replace(authorities, old, changed)
  if (changed.revocation.CrlConfiguration?.Enabled) planList(tx, changed, tx.now)
  else stopList(tx, changed)
  return {}
}
