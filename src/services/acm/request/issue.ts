import { generateKeys, type KeyAlgorithm } from "../../../engines/x509/key-pair.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { OutsideError, type Certified } from "../../../kernel/outside.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import {
  certificateOf,
  change,
  type Certificate,
  type CertificateRef,
} from "../certificate/certificate.ts"
import { contentOfPem } from "../certificate/content.ts"
import { nextKeys, openKey, sealedKeys, sealPair, type SealedKey } from "../certificate/key.ts"
import { HOUR_MS, PUBLIC_MS } from "../limits.ts"
import { inForce } from "../renewal/plan.ts"
import { failureOf, privateCertificate, requestText } from "./private.ts"

/**
 * Issues what is proven, or renews it, with a new pair of keys: beside the transaction, as the pair is
 * drawn and the authority asked there. A crash on the way begins anew; the pair is kept first.
 */
export const issueCertificate = job<CertificateRef>("acm/issueCertificate", {
  async perform(ctx, ref) {
    const found = await ctx.read((tx) => certificateOf(tx, ref))
    if (!found || !isWanted(found)) return
    const pair = await nextPair(ctx, found)
    try {
      const certified = await certify(ctx, found, pair)
      await ctx.write((tx) => finish(tx, ref, certified))
    } catch (error) {
      if (!(error instanceof OutsideError) && !(error instanceof AwsError)) throw error
      await ctx.write((tx) => fail(tx, ref, failureOf(error)))
    }
  },
})

const isWanted = ({ status, renewal }: Certificate): boolean =>
  status === "PENDING_VALIDATION" ||
  (status === "ISSUED" && renewal?.status === "PENDING_AUTO_RENEWAL")

async function nextPair(ctx: ActionContext, certificate: Certificate): Promise<SealedKey> {
  const { account, region, id } = certificate
  const kept = await ctx.read((tx) => tx.get(nextKeys, [account, region, id]))
  if (kept) return kept
  const pair = await generateKeys(certificate.keyAlgorithm as KeyAlgorithm)
  return ctx.write((tx) => {
    const row = sealPair(tx, certificate, pair)
    tx.put(nextKeys, row)
    return row
  })
}

async function certify(
  ctx: ActionContext,
  certificate: Certificate,
  pair: SealedKey,
): Promise<Certified> {
  const { names, authorityArn } = certificate
  if (authorityArn === undefined)
    return ctx.outside.certify({
      ...{ publicKey: Buffer.from(pair.publicKey, "base64"), names },
      ...{ notBeforeMs: ctx.now() - HOUR_MS, notAfterMs: ctx.now() + PUBLIC_MS },
    })
  const csr = await ctx.read((tx) => requestText(names, pair.publicKey, openKey(tx, pair)))
  return privateCertificate(ctx, { certificate, authorityArn, csr })
}

function finish(tx: WriteTx, ref: CertificateRef, { certificate: text, chain }: Certified): void {
  const certificate = certificateOf(tx, ref)
  const pair = tx.get(nextKeys, [ref.account, ref.region, ref.id])
  if (!certificate || !pair || !isWanted(certificate)) return
  tx.remove(nextKeys, pair)
  tx.put(sealedKeys, pair)
  const isRenewal = certificate.status === "ISSUED"
  inForce(tx, certificate, {
    action: isRenewal ? "RENEWAL" : "ISSUANCE",
    ...{ status: "ISSUED", issuedMs: tx.now, content: contentOfPem(text, chain) },
    isExported: false,
    ...(isRenewal && { renewal: { status: "SUCCESS", updatedMs: tx.now } as const }),
  })
}

/** A first certificate fails for good; a renewal is tried again until the old one ends. */
function fail(tx: WriteTx, ref: CertificateRef, reason: string): void {
  const certificate = certificateOf(tx, ref)
  if (!certificate) return
  tx.delete(nextKeys, [ref.account, ref.region, ref.id])
  if (certificate.status === "ISSUED")
    change(tx, certificate, { renewal: { status: "FAILED", updatedMs: tx.now, reason } })
  else change(tx, certificate, { status: "FAILED", failure: reason })
}
