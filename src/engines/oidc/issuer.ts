import { table, type Table } from "../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import {
  newSigningKey,
  publicJwk,
  signToken,
  type SigningKey,
  type TokenAlgorithm,
} from "./signing-key.ts"

/** An OpenID Connect issuer that this cloud hosts: for tests, or of an account. */
export interface HostedIssuer {
  /** The last part of its path. */
  readonly name: string
  /** `iss`. */
  readonly url: string
  /** Where its documents are: `https://localhost:4566/_cloudarium/oidc/<name>`. */
  readonly place: string
  /** One for each algorithm. */
  readonly keys: readonly SigningKey[]
  /** The account whose callers AWS's GetWebIdentityToken vouches for; absent: one for tests. */
  readonly account?: string | undefined
}

const issuers = table<HostedIssuer>("oidc/issuer", {
  key: ({ name }) => [name],
  indexes: {
    byUrl: ({ url }) => [withoutScheme(url)],
    byAccount: ({ account }) => account !== undefined && [account],
  },
  cached: true,
})

/** Looked into before any service is loaded: to be registered when the cloud starts. */
export const issuerTables: readonly Table<object>[] = [issuers]

/** Where issuers stand, below the cloud's address. */
export const ISSUERS_PATH = "/_cloudarium/oidc/"

const ALGORITHMS: readonly TokenAlgorithm[] = ["RS256", "ES384"]
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

const withoutScheme = (url: string): string => url.replace(/^https?:\/\//, "")

export const findIssuer = (tx: ReadTx, name: string): HostedIssuer | undefined =>
  tx.get(issuers, [name])

/** The issuer of that URL, with or without its scheme. */
export const issuerOfUrl = (tx: ReadTx, url: string): HostedIssuer | undefined =>
  tx.first(issuers, { index: "byUrl", prefix: [withoutScheme(url)] })

export const issuerOfAccount = (tx: ReadTx, account: string): HostedIssuer | undefined =>
  tx.first(issuers, { index: "byAccount", prefix: [account] })

interface IssuerSpec {
  readonly name: string
  /** Host and port by which the cloud is reached. */
  readonly host: string
  /** The URL of an issuer outside in whose place it stands; absent: its own place. */
  readonly url?: string | undefined
  readonly account?: string | undefined
}

/**
 * Makes an issuer with its keys. Its place is `https`, as the standard wants it; the same documents
 * are served without TLS too. Finding the primes takes some tenths of a second, once.
 */
export function createIssuer(tx: WriteTx, { name, host, url, account }: IssuerSpec): HostedIssuer {
  const random = tx.random("oidc/signing-key")
  const place = `https://${host}${ISSUERS_PATH}${name}`
  const keys = ALGORITHMS.map((algorithm) => newSigningKey(algorithm, random))
  const issuer = { name, url: url ?? place, place, keys, account }
  tx.insert(issuers, issuer)
  return issuer
}

/**
 * The issuer for tests of that name, made if there is none. Throws RangeError for a name or a URL
 * that cannot be one or is taken.
 */
export function openTestIssuer(tx: WriteTx, spec: Omit<IssuerSpec, "account">): HostedIssuer {
  const { name, url } = spec
  if (!NAME.test(name))
    throw new RangeError(
      "an issuer's name has up to 100 letters, digits, dots, dashes, underscores",
    )
  if (url !== undefined && !(URL.canParse(url) && /^https:\/\/[^?#\s]+$/.test(url)))
    throw new RangeError("an issuer's URL begins with https:// and has no query")
  const known = findIssuer(tx, name)
  if (!known) {
    if (url !== undefined && issuerOfUrl(tx, url))
      throw new RangeError(`another issuer stands in the place of ${url}`)
    return createIssuer(tx, spec)
  }
  if (known.account !== undefined || (url !== undefined && url !== known.url))
    throw new RangeError(`there is another issuer ${name}`)
  return known
}

/** A token of the issuer with these claims, `iss` added. */
export function issueToken(
  { url, keys }: HostedIssuer,
  algorithm: TokenAlgorithm,
  claims: object,
): string {
  const key = keys.find((one) => one.algorithm === algorithm)
  if (!key) throw new Error(`${url} has no key for ${algorithm}`)
  return signToken(key, { iss: url, ...claims })
}

/** The issuer's public keys (RFC 7517). */
export const jwksOf = ({ keys }: HostedIssuer): object => ({ keys: keys.map(publicJwk) })

/** What OpenID Connect Discovery 1.0 says of an issuer, as far as there is something to say. */
export function discoveryOf({ url, place }: HostedIssuer): object {
  return {
    issuer: url,
    jwks_uri: `${place}/.well-known/jwks.json`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ALGORITHMS,
    claims_supported: ["iss", "sub", "aud", "iat", "exp", "jti"],
  }
}
