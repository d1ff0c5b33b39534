import { createIssuer, issuerOfAccount } from "../../../engines/oidc/issuer.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"

/** An account whose callers may get tokens that vouch for them outside AWS. */
export interface OutboundFederation {
  readonly account: string
}

export const outboundFederations = table<OutboundFederation>("iam/outboundFederation", {
  key: ({ account }) => [account],
  cached: true,
})

export const hasOutboundFederation = (tx: ReadTx, account: string): boolean =>
  tx.get(outboundFederations, [account]) !== undefined

/**
 * Makes the account's issuer. Its URL, `https://<id>.tokens.sts.global.api.aws` at AWS, is one of
 * this cloud: who gets a token must be able to fetch the keys.
 */
export const EnableOutboundWebIdentityFederation = op.write("EnableOutboundWebIdentityFederation", {
  authorize: onAccount,
  run(tx, _input, { account, endpoint }): Out<"EnableOutboundWebIdentityFederation"> {
    if (hasOutboundFederation(tx, account)) throw alreadyEnabled()
    tx.insert(outboundFederations, { account })
    // Whether the issuer stays the same after the feature was off: not verified.
    const known = issuerOfAccount(tx, account)
    if (known) return { IssuerIdentifier: known.url }
    const name = tx.random("iam/outbound-issuer").uuid()
    const { url } = createIssuer(tx, { name, host: new URL(endpoint).host, account })
    return { IssuerIdentifier: url }
  },
})

export const DisableOutboundWebIdentityFederation = op.write(
  "DisableOutboundWebIdentityFederation",
  {
    authorize: onAccount,
    run(tx, _input, { account }): Out<"DisableOutboundWebIdentityFederation"> {
      if (!tx.delete(outboundFederations, [account])) throw notEnabled()
      return {}
    },
  },
)

/** "JwtVendingEnabled: indicates whether outbound identity federation is currently enabled". */
export const GetOutboundWebIdentityFederationInfo = op.read(
  "GetOutboundWebIdentityFederationInfo",
  {
    authorize: onAccount,
    run(tx, _input, { account }): Out<"GetOutboundWebIdentityFederationInfo"> {
      const issuer = issuerOfAccount(tx, account)
      if (!issuer) throw notEnabled()
      const JwtVendingEnabled = hasOutboundFederation(tx, account)
      return { IssuerIdentifier: issuer.url, JwtVendingEnabled }
    },
  },
)

/** The words of both are not verified. */
const alreadyEnabled = (): AwsError =>
  op.error(
    "FeatureEnabledException",
    "Outbound web identity federation is already enabled for this account.",
  )

const notEnabled = (): AwsError =>
  op.error(
    "FeatureDisabledException",
    "Outbound web identity federation is not enabled for this account.",
  )
