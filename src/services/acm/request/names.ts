import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import type { Validation } from "../certificate/certificate.ts"
import type { In } from "../define.ts"
import { badDomains, invalidParameter, limitExceeded } from "../errors.ts"
import { QUOTAS } from "../limits.ts"

type Input = In<"RequestCertificate">

/** The domain and the other names, each once, in lower case. Throws LimitExceededException. */
export function namesOf(tx: ReadTx, input: Input, call: Call): readonly string[] {
  const all = [input.DomainName, ...(input.SubjectAlternativeNames ?? [])]
  const names = [...new Set(all.map((name) => name.toLowerCase()))]
  const most = quota(tx, QUOTAS.names, call)
  // The words are not verified.
  if (names.length > most)
    throw limitExceeded(`The number of domain names exceeds the limit of ${most}.`)
  return names
}

/** What the kinds of certificates take ("ACM public certificate characteristics"; private: more). */
const PUBLIC_KEYS: readonly string[] = ["RSA_2048", "EC_prime256v1", "EC_secp384r1"]
const PRIVATE_KEYS: readonly string[] = [...PUBLIC_KEYS, "RSA_3072", "RSA_4096", "EC_secp521r1"]

/** Throws InvalidParameterException; the words are not verified. */
export function keyAlgorithmOf(input: Input): string {
  const algorithm = input.KeyAlgorithm ?? "RSA_2048"
  const known = input.CertificateAuthorityArn === undefined ? PUBLIC_KEYS : PRIVATE_KEYS
  if (!known.includes(algorithm))
    throw invalidParameter(`The key algorithm ${algorithm} is not supported.`)
  return algorithm
}

/** Where nothing is said, AWS sends mail (recorded). */
export function methodOf(input: Input): "DNS" | "EMAIL" {
  const { ValidationMethod: method = "EMAIL", ManagedBy: manager } = input
  if (manager !== undefined || method === "HTTP")
    throw notImplemented("certificates that CloudFront manages, validated by HTTP,")
  return method === "DNS" ? "DNS" : "EMAIL"
}

/** Throws InvalidDomainValidationOptionsException; the words are not verified. */
export function validationsOf(input: Input, names: readonly string[]): readonly Validation[] {
  const options = new Map<string, string>()
  for (const { DomainName, ValidationDomain } of input.DomainValidationOptions ?? []) {
    const [domain, at] = [DomainName.toLowerCase(), ValidationDomain.toLowerCase()]
    if (!names.includes(domain)) throw badDomains(`${domain} is not a name of the certificate.`)
    assertAbove(domain, at)
    options.set(domain, at)
  }
  return names.map((domain) => ({
    ...{ domain, validationDomain: options.get(domain) ?? domain },
    status: "PENDING_VALIDATION",
  }))
}

/** "The same as the DomainName value or a superdomain of it". */
export function assertAbove(domain: string, at: string): void {
  const bare = domain.replace(/^\*\./, "")
  if (domain !== at && bare !== at && !bare.endsWith(`.${at}`))
    throw badDomains(`The validation domain ${at} is not ${domain} or above it.`)
}

/** To whom mail goes ("Email validation"). */
export const validationEmails = ({ validationDomain }: Validation): readonly string[] =>
  ["administrator", "hostmaster", "postmaster", "webmaster", "admin"].map(
    (name) => `${name}@${validationDomain.replace(/^\*\./, "")}`,
  )
