import type { ReadTx } from "../../../kernel/transaction.ts"
import type { CertificateAuthority } from "../../../models/types/acm-pca.ts"
import type { Call } from "../../../registry/call.ts"
import { onAuthority } from "../access.ts"
import { asks, op, type Out } from "../define.ts"
import { wrongState } from "../errors.ts"
import { PAGE, QUOTAS, STRIDE } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { authorities, authorityArn, findAuthority, type Authority } from "./authority.ts"

export const DescribeCertificateAuthority = op.read("DescribeCertificateAuthority", {
  authorize: onAuthority,
  run: (tx, input, call): Out<"DescribeCertificateAuthority"> => ({
    CertificateAuthority: described(findAuthority(tx, input.CertificateAuthorityArn, call)),
  }),
})

function described(authority: Authority): CertificateAuthority {
  const { installed, deletion } = authority
  return {
    ...{ Arn: authorityArn(authority), OwnerAccount: authority.account },
    ...{ CreatedAt: authority.createdMs, LastStateChangeAt: authority.changedMs },
    ...{ Type: authority.type, Status: authority.status },
    ...(installed && {
      ...{ Serial: installed.serial, NotBefore: installed.notBeforeMs },
      NotAfter: installed.notAfterMs,
    }),
    CertificateAuthorityConfiguration: authority.configuration,
    RevocationConfiguration: authority.revocation,
    ...(deletion && { RestorableUntil: deletion.atMs }),
    KeyStorageSecurityStandard: authority.keyStandard,
    UsageMode: authority.usageMode,
  }
}

export const ListCertificateAuthorities = op.read("ListCertificateAuthorities", {
  authorize: asks.anything,
  run(tx, input, call): Out<"ListCertificateAuthorities"> {
    // Shared through RAM, which comes with that service.
    const all = input.ResourceOwner === "OTHER_ACCOUNTS" ? [] : ownAuthorities(tx, call)
    const { items, more } = pageOf(all, input, PAGE)
    return { CertificateAuthorities: items.map(described), ...more }
  },
})

/** In the order in which they were made. */
function ownAuthorities(tx: ReadTx, { account, region }: Call): readonly Authority[] {
  const all: Authority[] = []
  let after: string | undefined
  while (all.length < (QUOTAS.authorities.most ?? 0)) {
    const page = tx.scan(authorities, { prefix: [account, region], after, limit: STRIDE })
    all.push(...page.rows)
    after = page.next
    if (after === undefined) break
  }
  return all.toSorted((a, b) => a.createdMs - b.createdMs)
}

export const GetCertificateAuthorityCsr = op.read("GetCertificateAuthorityCsr", {
  authorize: onAuthority,
  run(tx, input, call): Out<"GetCertificateAuthorityCsr"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    if (authority.status === "DELETED")
      throw wrongState(authorityArn(authority), "to have a certificate signing request")
    return { Csr: authority.request }
  },
})
