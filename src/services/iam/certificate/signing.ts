import { ID_ALPHABET } from "../../../iam/access-key-id.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keyOwner, type KeyOwner } from "../access-key/owner.ts"
import { onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { quotaExceeded, statusAsked } from "../errors.ts"
import { seconds } from "../names.ts"
import { pageOf } from "../paging.ts"
import { parseCertificate } from "./x509.ts"

/** An X.509 certificate by which a user, or the account's root, signs. */
export interface SigningCertificate {
  readonly account: string
  /** The account's number for one of its root. */
  readonly userId: string
  readonly id: string
  /** PEM, as sent. */
  readonly body: string
  /** SHA-256 of the certificate: each is of one user only. */
  readonly fingerprint: string
  readonly status: "Active" | "Inactive"
  readonly uploadedMs: number
}

export const signingCertificates = table<SigningCertificate>("iam/signingCertificate", {
  key: ({ account, userId, id }) => [account, userId, id],
  indexes: { byFingerprint: ({ fingerprint }) => [fingerprint] },
})

/** "X.509 signing certificates per user" ("IAM and AWS STS quotas"). */
export const PER_USER = 2
const ID_LENGTH = 32

/** Those of a user, ordered by id. */
export const signingCertificatesOf = (
  tx: ReadTx,
  { account, userId }: Pick<KeyOwner, "account" | "userId">,
): readonly SigningCertificate[] =>
  tx.scan(signingCertificates, { prefix: [account, userId], limit: PER_USER + 1 }).rows

const member = (certificate: SigningCertificate, UserName: string) => ({
  UserName,
  CertificateId: certificate.id,
  CertificateBody: certificate.body,
  Status: certificate.status,
  UploadDate: certificate.uploadedMs,
})

export const UploadSigningCertificate = op.write("UploadSigningCertificate", {
  authorize: onUser,
  run(tx, input, call): Out<"UploadSigningCertificate"> {
    const { account, userId, userName } = keyOwner(tx, input.UserName, call)
    const fingerprint = parseCertificate(input.CertificateBody).fingerprint256
    const same = tx.first(signingCertificates, { index: "byFingerprint", prefix: [fingerprint] })
    // Not verified.
    if (same)
      throw op.error(
        "DuplicateCertificateException",
        `The certificate is already associated with ${same.id}.`,
      )
    if (signingCertificatesOf(tx, { account, userId }).length >= PER_USER)
      throw quotaExceeded("CertificatesPerUser", PER_USER)
    const certificate = {
      ...{ account, userId, body: input.CertificateBody, fingerprint },
      id: tx.random("iam/signing-certificate").string(ID_LENGTH, ID_ALPHABET),
      status: "Active",
      uploadedMs: seconds(tx.now),
    } as const
    tx.insert(signingCertificates, certificate)
    return { Certificate: member(certificate, userName) }
  },
})

export const ListSigningCertificates = op.read("ListSigningCertificates", {
  authorize: onUser,
  run(tx, input, call): Out<"ListSigningCertificates"> {
    const owner = keyOwner(tx, input.UserName, call)
    const { items, more } = pageOf(signingCertificatesOf(tx, owner), ({ id }) => id, input)
    return { Certificates: items.map((one) => member(one, owner.userName)), ...more }
  },
})

function find(
  tx: ReadTx,
  input: { readonly CertificateId: string; readonly UserName?: string | undefined },
  call: Call,
): SigningCertificate {
  const { account, userId } = keyOwner(tx, input.UserName, call)
  const certificate = tx.get(signingCertificates, [account, userId, input.CertificateId])
  if (!certificate)
    throw op.error(
      "NoSuchEntityException",
      `The Certificate with id ${input.CertificateId} cannot be found.`,
    )
  return certificate
}

export const UpdateSigningCertificate = op.write("UpdateSigningCertificate", {
  authorize: onUser,
  run(tx, input, call): Out<"UpdateSigningCertificate"> {
    const old = find(tx, input, call)
    const status = statusAsked(input.Status)
    tx.replace(signingCertificates, old, { ...old, status })
    return {}
  },
})

export const DeleteSigningCertificate = op.write("DeleteSigningCertificate", {
  authorize: onUser,
  run(tx, input, call): Out<"DeleteSigningCertificate"> {
    tx.remove(signingCertificates, find(tx, input, call))
    return {}
  },
})
