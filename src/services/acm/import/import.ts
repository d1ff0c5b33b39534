import type { AccessRequest } from "../../../iam/access.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import {
  certificateArn,
  certificateResource,
  certificates,
  change,
  findCertificate,
  lookUp,
  ownCertificates,
  type Certificate,
} from "../certificate/certificate.ts"
import { sealedKeys, sealPair } from "../certificate/key.ts"
import { withTags } from "../certificate/tags.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { invalid, limitExceeded } from "../errors.ts"
import { QUOTAS } from "../limits.ts"
import { inForce } from "../renewal/plan.ts"
import { checkImport, type Imported } from "./check.ts"

type Input = In<"ImportCertificate">

/** For one that is not there yet, as for all. */
const onImport = (tx: ReadTx, input: Input, call: Call): AccessRequest => {
  const { account, region } = call
  const CertificateArn = input.CertificateArn ?? certificateArn({ account, region, id: "*" })
  return ask(tx, { ...input, CertificateArn }, call)
}

const ask = asks.on<Certificate, Input & { readonly CertificateArn: string }>(
  certificateResource,
  (tx, { CertificateArn: arn }, call) =>
    arn.endsWith("/*") ? arn : (lookUp(tx, arn, call) ?? arn),
)

export const ImportCertificate = op.write("ImportCertificate", {
  authorize: onImport,
  run(tx, input, call): Out<"ImportCertificate"> {
    const imported = checkImport(input, tx.now)
    const { content, names, keyAlgorithm, publicKey } = imported
    const certificate =
      input.CertificateArn === undefined
        ? newImport(tx, input, { imported, call })
        : reimport(tx, input, { imported, call })
    const pkcs8 = imported.key.export({ type: "pkcs8", format: "der" })
    tx.put(sealedKeys, sealPair(tx, certificate, { privateKey: pkcs8, publicKey }))
    inForce(tx, certificate, {
      ...{ status: "ISSUED", content, names, keyAlgorithm, domain: names[0] ?? "" },
      importedMs: tx.now,
      action: input.CertificateArn === undefined ? "IMPORT" : "REIMPORT",
    })
    return { CertificateArn: certificateArn(certificate) }
  },
})

interface New {
  readonly imported: Imported
  readonly call: Call
}

function newImport(tx: WriteTx, input: Input, { imported, call }: New): Certificate {
  const most = quota(tx, QUOTAS.imported, call)
  const all = ownCertificates(tx, call).filter(({ type }) => type === "IMPORTED")
  // The words are not verified.
  if (all.length >= most)
    throw limitExceeded(`You have reached your limit of ${most} imported certificates.`)
  const { names, keyAlgorithm } = imported
  const certificate: Certificate = {
    ...{ account: call.account, region: call.region, id: tx.random("acm/certificate").uuid() },
    ...{ type: "IMPORTED", status: "ISSUED", domain: names[0] ?? "", names, keyAlgorithm },
    ...{ validations: [], isLogged: false, isExportable: false, isExported: false },
    ...{ tags: withTags({}, input.Tags), createdMs: tx.now },
  }
  tx.put(certificates, certificate)
  return certificate
}

/** "You can't apply tags when you reimport", and the new one must do what the old one does. */
function reimport(tx: WriteTx, input: Input, { imported, call }: New): Certificate {
  const { content } = imported
  const old = findCertificate(tx, input.CertificateArn ?? "", call)
  // The words of both are not verified.
  if (old.type !== "IMPORTED")
    throw invalid(`The certificate ${input.CertificateArn} was not imported.`)
  if (input.Tags && input.Tags.length > 0) throw invalid("Tagging is not permitted on re-import.")
  // Quoted, both.
  if (imported.keyAlgorithm !== old.keyAlgorithm)
    throw invalid(
      `New certificate has a key of ${imported.keyAlgorithm} which is different from ${old.keyAlgorithm} in the current certificate.`,
    )
  if (old.content?.keyUsages.some((usage) => !content.keyUsages.includes(usage)))
    throw invalid(
      "New certificate is missing one or more Key Usages supported by the currently imported certificate",
    )
  const purposes = content.purposes.map(({ oid }) => oid)
  // Not verified.
  if (old.content?.purposes.some(({ oid }) => !purposes.includes(oid)))
    throw invalid(
      "New certificate is missing one or more Extended Key Usages supported by the currently imported certificate",
    )
  return change(tx, old, { renewal: undefined })
}
