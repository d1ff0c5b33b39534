import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByAccount, resource, tagLists } from "../../../registry/resource.ts"
import { op } from "../define.ts"
import { accessTo, iamArnOf } from "../grant.ts"
import { type Named, nameKey, pathKey } from "../names.ts"
import { tagRecord, type Tag } from "../tags.ts"

/** A certificate with its key, for load balancers and CloudFront. */
export interface ServerCertificate extends Named {
  /** `ASCA…`. */
  readonly id: string
  /** PEM, as sent. */
  readonly body: string
  readonly chain?: string | undefined
  /** The private key's PEM, sealed, in base64; no answer has it. */
  readonly sealedKey: string
  readonly uploadedMs: number
  readonly expiresMs: number
  readonly tags: readonly Tag[]
}

export const serverCertificates = table<ServerCertificate>("iam/serverCertificate", {
  key: ({ account, name }) => [account, nameKey(name)],
  indexes: { byId: ({ account, id }) => [account, id] },
})

export const serverCertificateResource = resource<ServerCertificate>(
  "AWS::IAM::ServerCertificate",
  {
    table: serverCertificates,
    scope: "global",
    title: "Server certificate",
    arn: (certificate) => serverCertificateArn(certificate),
    tagsOf: ({ tags }) => tagRecord(tags),
    ...keyedByAccount(serverCertificates, { prefix: "server-certificate/", keyOf: pathKey }),
    tags: tagLists(["TagServerCertificate", "UntagServerCertificate"], ({ name }) => ({
      ServerCertificateName: name,
    })),
    console: { columns: ["name", "path", "expiresMs"] },
  },
)

export const serverCertificateArn = ({ account, partition, path, name }: Named): string =>
  `arn:${partition}:iam::${account}:server-certificate${path}${name}`

/** To be kept; the certificate's id is what it is opened with. */
export const sealedKey = (tx: WriteTx, id: string, pem: string): string =>
  tx
    .seal(Buffer.from(pem), { purpose: "iam/server-certificate-key", context: id })
    .toString("base64")

interface ByName {
  readonly ServerCertificateName: string
}

export const maybeServerCertificate = (
  tx: ReadTx,
  account: string,
  name: string,
): ServerCertificate | undefined => tx.get(serverCertificates, [account, nameKey(name)])

/** Throws NoSuchEntity. */
export function findServerCertificate(
  tx: ReadTx,
  { ServerCertificateName: name }: ByName,
  { account }: Call,
): ServerCertificate {
  const certificate = maybeServerCertificate(tx, account, name)
  if (!certificate)
    throw op.error(
      "NoSuchEntityException",
      `The Server Certificate with name ${name} cannot be found.`,
    )
  return certificate
}

export const onServerCertificate = (
  tx: ReadTx,
  input: ByName & { readonly Path?: string | undefined },
  call: Call,
) => {
  const { ServerCertificateName: name, Path: path = "/" } = input
  const certificate = maybeServerCertificate(tx, call.account, name)
  const arn = certificate
    ? serverCertificateArn(certificate)
    : iamArnOf(call, `server-certificate${path}${name}`)
  return accessTo({ arn, tags: certificate?.tags }, input, call)
}

export const certificateMetadata = (certificate: ServerCertificate) => ({
  Path: certificate.path,
  ServerCertificateName: certificate.name,
  ServerCertificateId: certificate.id,
  Arn: serverCertificateArn(certificate),
  UploadDate: certificate.uploadedMs,
  Expiration: certificate.expiresMs,
})
